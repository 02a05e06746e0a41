"""An invitation as a plain value, without anything that can write a workbook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's invitation; `link` is the same for everybody."""

    name: str
    mail: str
    subject: str
    text: str
    link: str
