"""Why nobody is asked, or asked instead, while a cycle runs."""

from server.errors import Problem

TOO_LATE_TO_ADD = Problem(
    409,
    "too_late_to_add",
    "It is too late to add people",
    "People can be added from the launch until the closing time; not in a draft, and not in the days of grace.",
)
ASKED_BEFORE = Problem(
    422, "asked_before", "A chosen person is asked already", "Load the page again; nothing was changed."
)
RATED_BEFORE = Problem(
    409,
    "rated_before",
    "This person is rated in this cycle already",
    "Load the page again; nothing was changed.",
)
PAIR_IS_FIXED = Problem(
    409,
    "pair_is_fixed",
    "A clarity pair is two people",
    "Nobody is added to it; another manager takes over on the page of the round.",
)
NOT_ASKED = Problem(
    409, "cancelled_before", "This was cancelled before", "Nothing more was done; load the page again."
)
