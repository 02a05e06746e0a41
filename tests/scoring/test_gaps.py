"""The words a gap may carry, and everything that keeps them from being said."""

import dataclasses
from fractions import Fraction

import pytest

from scoring.estimate import Estimate
from scoring.gaps import Comparison, Words, smallest_gap, words_for
from scoring.values import Reference, Scale


def comparison(
    others: str = "3.0",
    *,
    own: str | None = "4",
    error: float | None = 0.2,
    level: str = "4.4",
    n_exemplars: int = 8,
) -> Comparison:
    return Comparison(
        others=Estimate(Fraction(others), 6, error, 60, 0.0, False),
        reference=Reference("baseline", Fraction(level), n_exemplars),
        reference_error=0.1,
        own=None if own is None else Fraction(own),
    )


def word(one: Comparison) -> Words:
    return words_for([one], Scale())[0]


@pytest.mark.parametrize(
    ("others", "own", "expected"),
    [
        ("3.0", "5", "blind_spot"),
        ("3.0", "4", "development_area"),
        ("3.0", None, "clearly_lower"),
        ("5.0", "5", "strength"),
        ("5.0", "4", "hidden_strength"),
        ("5.0", None, "clearly_higher"),
    ],
)
def test_a_reliable_difference_is_named_by_where_the_person_stands(
    others: str, own: str | None, expected: str
) -> None:
    assert word(comparison(others, own=own, level="4.4", error=0.1)) == expected


def test_seven_exemplars_give_the_number_without_a_label() -> None:
    assert word(comparison(n_exemplars=7)) == "number_only"


def test_a_target_is_never_tested() -> None:
    target = dataclasses.replace(
        comparison(), reference=Reference("target", Fraction(5), 3), reference_error=None
    )
    assert word(target) == "target_only"


def test_a_target_is_not_tested_whatever_else_is_known_of_it() -> None:
    assert (
        word(dataclasses.replace(comparison(), reference=Reference("target", Fraction(5), 9)))
        == "target_only"
    )


def test_without_reference_there_is_no_comparison() -> None:
    nothing = dataclasses.replace(comparison(), reference=Reference("none", None, 0), reference_error=None)
    assert word(nothing) == "no_comparison"


def test_withheld_others_carry_no_word_on_the_gap() -> None:
    assert word(dataclasses.replace(comparison(), others=None)) == "too_few_answers"


def test_an_assumed_width_flags_nothing() -> None:
    one = comparison()
    assert one.others is not None
    assumed = dataclasses.replace(one, others=dataclasses.replace(one.others, df=None, is_assumed=True))
    assert word(assumed) == "cannot_tell"


def test_an_undefined_error_on_either_side_flags_nothing() -> None:
    assert word(comparison(error=None)) == "cannot_tell"
    assert word(dataclasses.replace(comparison(), reference_error=None)) == "cannot_tell"


def test_a_reliable_but_small_gap_is_no_clear_difference() -> None:
    assert word(comparison("4.0", error=0.05)) == "no_clear_difference"


def test_a_large_gap_with_an_interval_over_zero_is_no_clear_difference() -> None:
    assert word(comparison("3.6", error=0.6)) == "no_clear_difference"


def test_an_interval_over_zero_names_nothing_even_when_its_q_value_would_do() -> None:
    assert word(comparison("3.6", error=0.45)) == "no_clear_difference"  # p = .09


def test_a_gap_whose_whole_interval_is_small_is_about_the_same() -> None:
    assert word(comparison("4.3", error=0.05)) == "about_the_same"


def test_many_tests_in_one_report_need_stronger_evidence() -> None:
    single = comparison("3.6", error=0.36)  # p = .036 alone
    crowd = [comparison("4.4", error=0.36)] * 39
    assert word(single) == "development_area"
    assert words_for([single, *crowd], Scale())[0] == "no_clear_difference"


def test_rows_that_are_not_tested_do_not_enlarge_the_family() -> None:
    single = comparison("3.6", error=0.36)
    beside = [comparison(n_exemplars=5)] * 39 + [dataclasses.replace(comparison(), others=None)] * 9
    assert words_for([*beside, single], Scale())[-1] == "development_area"


def test_the_slack_of_a_band_is_given_to_the_reference() -> None:
    one = comparison("4.9", error=0.14, own=None)
    assert one.others is not None
    wide = dataclasses.replace(one, others=dataclasses.replace(one.others, slack=1 / 6))
    assert word(one) == "clearly_higher"
    assert word(wide) == "no_clear_difference"


def test_slack_weakens_the_evidence_within_a_family_too() -> None:
    one = comparison("3.6", error=0.21, own=None)
    assert one.others is not None
    wide = dataclasses.replace(one, others=dataclasses.replace(one.others, slack=0.2))
    crowd = [comparison("4.4", error=0.21)] * 39
    assert words_for([one, *crowd], Scale())[0] == "clearly_lower"
    assert word(wide) == "clearly_lower"
    assert words_for([wide, *crowd], Scale())[0] == "no_clear_difference"


def test_the_smallest_gap_follows_the_scale() -> None:
    assert smallest_gap(Scale(1, 7)) == Fraction(3, 4)


def test_a_gap_without_any_error_is_not_tested() -> None:
    assert word(dataclasses.replace(comparison(error=0.0), reference_error=0.0)) == "cannot_tell"
