"""Statistics say what they are not defined on, and hold against independent computations."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from scoring.agreement import agreement, critical_ad, pmf_variance, r_wg_of_items
from scoring.change import change_of_means, difference_reliability, reliable_change
from scoring.consistency import cronbach_alpha, cronbach_alpha_pairwise
from scoring.crossed import Components, Overlap, generalizability, rater_overlap, variance_components
from scoring.effects import Summary, hedges_g, improvement_potential, standing, summarise, welch_p
from scoring.errors import BadInput
from scoring.expectation_gap import (
    differences,
    expectation_gap_index,
    priority_distance,
    profile_distance,
    top_overlap,
)
from scoring.inference import (
    benjamini_hochberg,
    noncentral_t_cdf,
    noncentral_t_shift,
    t_quantile,
    two_sided_p,
)
from scoring.krippendorff import krippendorff_alpha
from scoring.ranks import RankAgreement, correlation, critical_tau, kendall, spearman
from scoring.reliability import one_way, table_of, two_way
from scoring.shrinkage import james_stein, shrink
from scoring.values import Scale, Undefined

UNDEFINED: list[Callable[[], object]] = [
    lambda: agreement([4], Scale()),
    lambda: critical_ad(2, [0.2] * 5),
    lambda: hedges_g(Summary(3, 0, 4), Summary(4, 0, 4)),
    lambda: welch_p([3, 3], [4, 4]),
    lambda: standing(4, Summary(3, 0, 5)),
    lambda: kendall([1, 1, 1], [1, 2, 3]),
    lambda: critical_tau(4),
    lambda: spearman([1, 1], [1, 2]),
    lambda: correlation([1, 2], [3, 3]),
    lambda: one_way([Summary(3, 0, 2), Summary(4, 0, 2)]),
    lambda: two_way([[1, 2], [2, 3], [3, 4]]),
    lambda: cronbach_alpha([[1, None], [2, 3]]),
    lambda: cronbach_alpha([[1, 2], [1, 2]]),
    lambda: cronbach_alpha_pairwise([[1, None], [None, 3]]),
    lambda: shrink([Summary(3, 1, 4)], variance_between=0, variance_within=1),
    lambda: reliable_change(1, 2, sd=1, reliability=1),
    lambda: change_of_means((3, 5), (4, 5), sd=0),
    lambda: difference_reliability(first=0.6, second=0.6, correlation=1, first_sd=1, second_sd=1),
    lambda: expectation_gap_index([0, 0], [1, 2], Scale(0, 4)),
    lambda: krippendorff_alpha([[1, 1], [1, 1]], level="nominal"),
    lambda: krippendorff_alpha([[1, None], [None, 2]], level="nominal"),
]
REFUSED: list[Callable[[], object]] = [
    lambda: agreement([4, 6], Scale()),
    lambda: r_wg_of_items([], 2.0),
    lambda: pmf_variance([0.5, 0.5], Scale()),
    lambda: pmf_variance([0.5, 0.5, 0.5, 0, 0], Scale()),
    lambda: critical_ad(1, [0.2] * 5),
    lambda: summarise([1]),
    lambda: hedges_g(Summary(3, 1, 1), Summary(4, 1, 4)),
    lambda: standing(4, Summary(3, 0, 1)),
    lambda: improvement_potential([0, 3], [1, 2], direction="higher_is_better"),
    lambda: kendall([1, 2], [1, 2, 3]),
    lambda: critical_tau(1),
    lambda: spearman([1], [1]),
    lambda: correlation([1], [1, 2]),
    lambda: one_way([Summary(3, 1, 4)]),
    lambda: table_of([[1, 2], [1]]),
    lambda: cronbach_alpha_pairwise([[1], [2]]),
    lambda: shrink([], variance_between=1, variance_within=1),
    lambda: james_stein([1, 1, 1, 1], 1),
    lambda: reliable_change(1, 2, sd=0, reliability=0.5),
    lambda: change_of_means((3, 2), (4, 5), sd=1, n_in_both=3),
    lambda: differences([1], []),
    lambda: priority_distance([0, 0], [1, 2]),
    lambda: top_overlap([1, 2], [1, 2], k=3),
    lambda: expectation_gap_index([6], [1], Scale()),
    lambda: rater_overlap([[1, 1], [2]]),
    lambda: variance_components([1, 2], [1], [3, 4]),
    lambda: variance_components([1, 1, 2, 2], [1, 2, 3, 4], [3, 4, 3, 4]),
    lambda: generalizability(Components(0, 0, 0), Overlap(0.5, 2)),
    lambda: krippendorff_alpha([[1], [1, 2]], level="ratio"),
    lambda: t_quantile(1.0, 3),
    lambda: noncentral_t_cdf(1, 0, 0),
    lambda: noncentral_t_shift(1, 4, 0),
]


@pytest.mark.parametrize("compute", UNDEFINED)
def test_a_statistic_that_does_not_exist_says_why(compute: Callable[[], object]) -> None:
    found = compute()
    assert isinstance(found, Undefined)
    assert found.reason


@pytest.mark.parametrize("compute", REFUSED)
def test_numbers_a_statistic_is_not_defined_on_are_refused(compute: Callable[[], object]) -> None:
    with pytest.raises(BadInput):
        compute()


@given(st.floats(-8, 8), st.integers(2, 200))
def test_the_noncentral_t_without_a_shift_is_students_t(t: float, df: int) -> None:
    assert noncentral_t_cdf(t, df, 0.0) == pytest.approx(special.stdtr(df, t), abs=1e-9)


@given(st.floats(-6, 6), st.integers(2, 60), st.floats(-8, 8))
def test_the_noncentral_t_falls_in_its_shift_and_mirrors(t: float, df: int, shift: float) -> None:
    here = noncentral_t_cdf(t, df, shift)
    assert here >= noncentral_t_cdf(t, df, shift + 0.5) - 1e-12
    assert here == pytest.approx(1 - noncentral_t_cdf(-t, df, -shift), abs=1e-9)


@given(st.floats(-6, 6), st.integers(1, 300))
def test_p_values_and_quantiles_belong_together(t: float, df: int) -> None:
    p = two_sided_p(t, df)
    if 1e-6 < p < 1 - 1e-6:
        assert t_quantile(1 - p / 2, df) == pytest.approx(abs(t), rel=1e-6, abs=1e-6)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_q_values_keep_the_order_of_p_values_and_never_fall_below_them(p_values: list[float]) -> None:
    q_values = benjamini_hochberg(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, q_values, strict=True))
    by_p = sorted(zip(p_values, q_values, strict=True))
    assert [q for _, q in by_p] == sorted(q_values)


PROFILES = st.integers(2, 6).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(1, 5), min_size=n, max_size=n) for _ in range(2)])
)


@given(PROFILES)
def test_the_parts_of_a_profile_distance_add_up(profiles: tuple[list[int], list[int]]) -> None:
    found = profile_distance(*profiles)
    assert found.total == pytest.approx(found.elevation + found.scatter + found.shape, abs=1e-9)


@given(PROFILES)
def test_rank_agreement_does_not_care_whose_list_comes_first(profiles: tuple[list[int], list[int]]) -> None:
    forth, back = kendall(*profiles), kendall(*profiles[::-1])
    if isinstance(forth, RankAgreement) and isinstance(back, RankAgreement):
        assert forth.tau == pytest.approx(back.tau)
        assert forth.p == pytest.approx(back.p) if not isinstance(forth.p, Undefined) else True
    else:
        assert isinstance(back, Undefined)


def test_the_inversion_distribution_agrees_with_trying_every_ordering() -> None:
    orders = list(itertools.permutations(range(5)))
    found = [kendall(range(5), order) for order in orders]
    scores = [one.n_concordant - one.n_discordant for one in found if isinstance(one, RankAgreement)]
    chances = [one.p for one in found if isinstance(one, RankAgreement)]
    assert chances == pytest.approx(
        [np.mean([abs(other) >= abs(score) for other in scores]) for score in scores]
    )


def test_components_of_a_large_simulation_come_near_the_truth() -> None:
    random = np.random.default_rng(11)
    n_ratees, n_raters, k = 3000, 3000, 5
    of_ratee, of_rater = random.normal(0, 0.5, n_ratees), random.normal(0, 0.4, n_raters)
    ratees = np.repeat(np.arange(n_ratees), k)
    raters = (ratees + np.tile(np.arange(k) * 7, n_ratees)) % n_raters
    ratings = of_ratee[ratees] + of_rater[raters] + random.normal(0, 0.8, len(ratees))
    parts = variance_components(ratees.tolist(), raters.tolist(), ratings.tolist())
    assert [parts.ratee, parts.rater, parts.residual] == pytest.approx([0.25, 0.16, 0.64], abs=0.03)


def test_shrinking_beats_raw_means_on_a_simulation() -> None:
    random = np.random.default_rng(5)
    truth = random.normal(3.8, 0.45, 400)
    groups = [summarise((level + random.normal(0, 0.9, 3)).tolist()) for level in truth]
    found = one_way(groups)
    assert not isinstance(found, Undefined)
    levels = shrink(groups, variance_between=found.variance_between, variance_within=found.ms_within)
    assert not isinstance(levels, Undefined)
    raw_error = math.sqrt(np.mean((np.array([group.mean for group in groups]) - truth) ** 2))
    assert math.sqrt(np.mean((np.array(levels.levels) - truth) ** 2)) < 0.8 * raw_error
