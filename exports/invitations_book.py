"""The invitations of a cycle as a sheet for mail merge: who, where to, what to say, and an address that is no login."""

from collections.abc import Iterable
from typing import Final

from exports.invitations import Invitation
from exports.languages import words_for
from exports.sheets import About, Column, Table
from exports.workbook import workbook_bytes

# Plain names: a mail merge takes them as its fields.
COLUMNS: Final = (("name", 26.0), ("mail", 34.0), ("subject", 44.0), ("text", 90.0), ("link", 34.0))


def invitations_workbook(rows: Iterable[Invitation], *, locale: str) -> bytes:
    """Write the sheet `invitations`, one row a person."""
    table = Table(
        title="invitations",
        meaning="",
        columns=tuple(Column(name, "", "text" if name == "text" else "id", width) for name, width in COLUMNS),
        rows=((one.name, one.mail, one.subject, one.text, one.link) for one in rows),
        empty="",
        n_frozen_columns=1,
        is_form=True,
    )
    return workbook_bytes([table], About("invitations", "Sightline", None, words_for(locale)))
