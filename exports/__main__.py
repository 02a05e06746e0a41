"""Making one workbook: a request of the server on standard input, the bytes on standard output."""

import pickle
import sys
from collections.abc import Callable

from exports.clarity_hr_workbook import clarity_hr_workbook
from exports.clarity_workbook import pair_workbook
from exports.hr_workbook import hr_workbook
from exports.invitations_book import invitations_workbook
from exports.profile_book import profile_book
from exports.ratee_workbook import ratee_workbook
from exports.templates import cards_file, people_template, raters_template

MAKERS: dict[str, Callable[..., bytes]] = {
    "hr": hr_workbook,
    "ratee": ratee_workbook,
    "clarity_hr": clarity_hr_workbook,
    "pair": pair_workbook,
    "profile": profile_book,
    "people_template": people_template,
    "raters_template": raters_template,
    "cards_file": cards_file,
    "invitations": invitations_workbook,
}


def main() -> None:
    """Read one request, write one workbook, end."""
    kind, arguments, options = pickle.load(sys.stdin.buffer)  # noqa: S301 written by our own parent process
    sys.stdout.buffer.write(MAKERS[kind](*arguments, **options))


if __name__ == "__main__":
    main()
