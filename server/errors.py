"""One error shape, and the one place where domain errors become answers."""

from dataclasses import asdict, dataclass


@dataclass(unsafe_hash=True)
class Problem(Exception):
    """What went wrong, where, and what to do; becomes problem+json or the same words on a page.

    Not frozen: whoever catches an exception sets its traceback.
    """

    status: int
    code: str
    title: str
    detail: str = ""
    field: str = ""

    def as_document(self) -> dict[str, object]:
        """Give the JSON document; empty parts are left out."""
        return {key: value for key, value in asdict(self).items() if value != ""}


NOT_FOUND = Problem(
    404, "not_found", "This page does not exist", "Check the address, or go back to the start page."
)
SIGN_IN_FIRST = Problem(
    401, "sign_in", "Please sign in", "Your session has ended. Sign in again; nothing was lost."
)
FOREIGN_ORIGIN = Problem(
    403, "foreign_origin", "This request came from another site", "Open the page here and try again."
)
SHUT = {  # by the reason in surveys.queries_shut
    "changed": Problem(
        403,
        "identity_changed",
        "A second person of HR has to confirm that this is you",
        "The way you sign in was changed. What was before stays shut until somebody else of HR confirms it on the page Cards.",
    ),
    "card": Problem(
        403,
        "identity_card",
        "A card beside a mail address shows nothing that was given before",
        "Sign in with your mail address to read this. With the card you can go on answering.",
    ),
}
UNEXPECTED = Problem(
    500, "unexpected", "Something went wrong on our side", "Nothing was half stored. Try again in a minute."
)
KEYS_MISSING = Problem(
    503,
    "keys_missing",
    "The keys of a running cycle cannot be read",
    "Answers stay on your phone. Whoever runs the server must give back the folder keys/ and its secret.",
)


def not_found() -> Problem:
    """Give the one answer for what is missing and for what is not yours."""
    return NOT_FOUND
