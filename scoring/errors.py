"""What the scoring room refuses to compute, one name per fact."""


class ScoringError(ValueError):
    """Root of every refusal of this room."""


class PolicyTooWeak(ScoringError):
    """The release policy promises less protection than the product allows."""


class UnknownItem(ScoringError):
    """A sheet, a specification or an item list names an item that does not fit."""


class UnknownRelationship(ScoringError):
    """A sheet or a named answer carries a relationship this place does not know."""


class UnknownRatee(ScoringError):
    """A ratee has released cells but no role."""


class RatingOutOfScale(ScoringError):
    """A rating is no integer point of the scale."""


class CubeMismatch(ScoringError):
    """Two cubes, or a cube and a release, do not belong together."""


class InconsistentCube(ScoringError):
    """The counts of a cube contradict each other; nothing is released from it."""


class CommentTwice(ScoringError):
    """One rater has two comments on one question of one ratee."""


class BadInput(ScoringError):
    """A statistic was asked for over numbers it is not defined on."""
