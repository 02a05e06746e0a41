"""The release of comments: whole texts, lost in a large enough crowd or signed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scoring.errors import CommentTwice
from scoring.gate import check_policy
from scoring.values import CONFIDENTIAL, Comment, ReleasedComment, ReleasePolicy


def release_comments(
    comments: Sequence[Comment], n_asked_sheets: Mapping[tuple[str, str], int], policy: ReleasePolicy
) -> tuple[ReleasedComment, ...]:
    """Let out the comments of one closed cycle that are lost in a large enough crowd, or signed.

    Parameters
    ----------
    comments : sequence of Comment
        In any order. Those of self and manager are named and handled elsewhere; blank texts are no comments. Both are
        passed over.
    n_asked_sheets : mapping of (ratee, question) to count
        Confidential raters with a counted sheet whose form held the question, signers included. Missing counts 0.
    policy : ReleasePolicy
        `k_comments` people in the pool, `min_commenters` of them wrote; `k` is the floor a writer may allow.

    Returns
    -------
    tuple of ReleasedComment
        Per ratee and question the unsigned texts by key, then the signed ones by key with `signed_by` = rater key.

        Signed comments always stand; their writers count nowhere: crowd = n_asked_sheets - signers. With a crowd of
        `k_comments` or more, all unsigned texts show once `min_commenters` raters wrote unsigned. With a crowd from
        `k` to `k_comments` - 1, only the texts whose writers allowed a few show, once `min_commenters` such raters
        wrote. Otherwise, and where more raters wrote than were asked, no unsigned text shows.

    Raises
    ------
    PolicyTooWeak, CommentTwice

    Source
    ------
    GATE-14 (docs/scoring.md, Comments). The decision never looks into a text but for blankness.

    Examples
    --------
    >>> wrote = [Comment("cleo", "OQ1", "peer", f"r{i}", f"text {i}", False, False, f"{9 - i}") for i in range(3)]
    >>> [comment.text for comment in release_comments(wrote, {("cleo", "OQ1"): 5}, ReleasePolicy())]
    ['text 2', 'text 1', 'text 0']
    >>> release_comments(wrote, {("cleo", "OQ1"): 4}, ReleasePolicy())
    ()
    """
    check_policy(policy)
    by_question: dict[tuple[str, str], list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.relationship in CONFIDENTIAL and comment.text.strip():
            by_question[comment.ratee, comment.question].append(comment)
    released: list[ReleasedComment] = []
    for place in sorted(by_question):
        written = sorted(by_question[place], key=lambda comment: comment.key)
        signed = [comment for comment in written if comment.is_signed]
        released += [
            ReleasedComment(comment.ratee, comment.question, comment.text, None, comment.key)
            for comment in _showable(written, n_asked_sheets.get(place, 0) - len(signed), policy)
        ]
        released += [
            ReleasedComment(comment.ratee, comment.question, comment.text, comment.rater_key, comment.key)
            for comment in signed
        ]
    return tuple(released)


def _showable(written: Sequence[Comment], n_crowd: int, policy: ReleasePolicy) -> list[Comment]:
    if len({comment.rater_key for comment in written}) != len(written):
        raise CommentTwice("a rater has two comments on one question; join their texts before the release")
    unsigned = [comment for comment in written if not comment.is_signed]
    if len(unsigned) > n_crowd or n_crowd < policy.k:
        return []
    if n_crowd < policy.k_comments:
        unsigned = [comment for comment in unsigned if comment.may_be_few]
    return unsigned if len(unsigned) >= policy.min_commenters else []
