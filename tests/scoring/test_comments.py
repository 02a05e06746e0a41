"""Comments: shown whole in a crowd of five with three writers, or under the writer's own name."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import CommentTwice, PolicyTooWeak
from scoring.release import release_comments
from scoring.values import CONFIDENTIAL, Comment, ConfidentialGroup, ReleasedComment, ReleasePolicy

PLACE = ("cleo", "OQ1")
POLICY = ReleasePolicy()


def wrote(
    rater: str,
    *,
    is_signed: bool = False,
    may_be_few: bool = False,
    text: str | None = None,
    question: str = "OQ1",
) -> Comment:
    words = f"words of {rater}" if text is None else text
    return Comment("cleo", question, "peer", rater, words, is_signed, may_be_few, f"key of {rater}")


def texts(comments: Sequence[Comment], n_asked: int, policy: ReleasePolicy = POLICY) -> list[str]:
    return [comment.text for comment in release_comments(comments, {PLACE: n_asked}, policy)]


THREE = [wrote("dan"), wrote("eve"), wrote("fay")]


def test_three_writers_among_five_asked_are_shown_in_keyed_order() -> None:
    assert texts(THREE[::-1], 5) == ["words of dan", "words of eve", "words of fay"]


def test_four_asked_are_too_few() -> None:
    assert texts(THREE, 4) == []


def test_two_writers_are_too_few_however_many_were_asked() -> None:
    assert texts(THREE[:2], 50) == []


def test_a_question_without_a_count_shows_nothing() -> None:
    assert release_comments(THREE, {}, POLICY) == ()
    assert release_comments(THREE, {("cleo", "OQ2"): 9, ("dan", "OQ1"): 9}, POLICY) == ()


def test_more_writers_than_raters_asked_shows_nothing() -> None:
    many = [wrote(f"r{index}") for index in range(7)]
    assert texts(many, 6) == []


def test_a_signed_comment_stands_apart_at_any_size() -> None:
    out = release_comments([wrote("dan", is_signed=True)], {PLACE: 1}, POLICY)
    assert out == (ReleasedComment("cleo", "OQ1", "words of dan", "dan", "key of dan"),)


def test_a_signer_counts_neither_as_writer_nor_in_the_crowd() -> None:
    two_and_a_signer = [wrote("dan"), wrote("eve"), wrote("ann", is_signed=True)]
    assert texts(two_and_a_signer, 9) == ["words of ann"]
    three_and_a_signer = [*THREE, wrote("ann", is_signed=True)]
    assert texts(three_and_a_signer, 5) == ["words of ann"]
    assert texts(three_and_a_signer, 6) == ["words of dan", "words of eve", "words of fay", "words of ann"]


def test_writers_who_allow_few_are_shown_from_three_on() -> None:
    brave = [wrote(rater, may_be_few=True) for rater in ("dan", "eve", "fay")]
    assert len(texts(brave, 3)) == 3
    assert texts(brave[:2], 3) == []


def test_one_who_did_not_allow_few_stays_hidden_among_four() -> None:
    mixed = [wrote(rater, may_be_few=True) for rater in ("dan", "eve", "fay")] + [wrote("gus")]
    assert "words of gus" not in texts(mixed, 4)
    assert len(texts(mixed, 4)) == 3
    assert texts([*mixed[:2], wrote("gus")], 4) == []


def test_a_raised_k_also_raises_the_floor_for_few() -> None:
    brave = [wrote(rater, may_be_few=True) for rater in ("dan", "eve", "fay")]
    assert texts(brave, 3, ReleasePolicy(k=4)) == []
    assert len(texts(brave, 4, ReleasePolicy(k=4))) == 3


def test_blank_texts_are_no_comments() -> None:
    assert texts([*THREE[:2], wrote("fay", text=" \n")], 9) == []


def test_comments_of_self_and_manager_take_no_part() -> None:
    own = [Comment("cleo", "OQ1", "self", "cleo", "mine", False, True, "k"), *THREE[:2]]
    assert texts(own, 9) == []


def test_two_comments_of_one_rater_on_one_question_stop_the_release() -> None:
    with pytest.raises(CommentTwice):
        texts([*THREE, wrote("dan")], 9)


def test_questions_are_judged_apart() -> None:
    elsewhere = [wrote(rater, question="OQ2") for rater in ("dan", "eve")]
    out = release_comments([*elsewhere, *THREE], {PLACE: 5, ("cleo", "OQ2"): 5}, POLICY)
    assert {comment.question for comment in out} == {"OQ1"}


def test_a_policy_too_weak_releases_no_comment() -> None:
    with pytest.raises(PolicyTooWeak):
        texts(THREE, 9, ReleasePolicy(k_comments=3))


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(CONFIDENTIAL)), max_size=8),
    st.integers(0, 9),
)
def test_unsigned_texts_come_at_least_three_at_a_time_and_only_from_a_crowd(
    flags: list[tuple[bool, bool, ConfidentialGroup]], n_asked: int
) -> None:
    comments = [
        Comment("cleo", "OQ1", relationship, f"r{index}", f"text {index}", is_signed, may_be_few, f"{index}")
        for index, (is_signed, may_be_few, relationship) in enumerate(flags)
    ]
    out = release_comments(comments, {PLACE: n_asked}, POLICY)
    unsigned = [comment for comment in out if comment.signed_by is None]
    n_signed = sum(comment.is_signed for comment in comments)
    assert len(out) - len(unsigned) == n_signed
    if unsigned:
        assert len(unsigned) >= 3
        assert n_asked - n_signed >= 3
        by_text = {comment.text: comment for comment in comments}
        assert n_asked - n_signed >= 5 or all(by_text[shown.text].may_be_few for shown in unsigned)


def test_order_of_arrival_is_forgotten() -> None:
    outs = {release_comments(order, {PLACE: 5}, POLICY) for order in itertools.permutations(THREE)}
    assert len(outs) == 1
