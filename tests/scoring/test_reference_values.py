"""Published values, reproduced to their tolerance; one test per reference file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pytest

from scoring.agreement import agreement, critical_ad, critical_r_wg, pmf_variance, r_wg_of_items
from scoring.change import change_of_means, difference_reliability, measurement_error, reliable_change
from scoring.consistency import cronbach_alpha, cronbach_alpha_pairwise
from scoring.crossed import generalizability, rater_overlap, variance_components
from scoring.effects import Summary, hedges_g, improvement_potential, standing, summarise, welch_p
from scoring.expectation_gap import (
    differences,
    double_entry_icc,
    expectation_gap_index,
    priority_distance,
    profile_distance,
    top_overlap,
)
from scoring.inference import benjamini_hochberg, benjamini_yekutieli
from scoring.krippendorff import krippendorff_alpha
from scoring.ranks import RankAgreement, correlation, critical_tau, kendall, spearman
from scoring.reliability import Interval, OneWay, one_way, two_way
from scoring.shrinkage import james_stein, shrink
from scoring.values import Scale, Undefined
from tests.reference import synth

Json = Any  # the files differ in shape; every value taken from them is compared
T = TypeVar("T")
TOLERANCE: Final = 1e-6
REFERENCE_DIR: Final = Path(__file__).parent.parent / "reference"


def reference(name: str) -> Mapping[str, Json]:
    (path,) = REFERENCE_DIR.glob(f"{name}_*.json")
    loaded: Mapping[str, Json] = json.loads(path.read_text(encoding="utf-8"))
    assert loaded["tolerance_abs"] == TOLERANCE
    return loaded


def close(expected: Json) -> Json:
    """Compare numbers to the tolerance and read a null as an undefined statistic."""
    if isinstance(expected, list):
        return [close(value) for value in expected]
    return AnyUndefined() if expected is None else pytest.approx(expected, abs=TOLERANCE)


class AnyUndefined:
    """Equal to every undefined statistic."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined)

    __hash__ = None  # type: ignore[assignment]  # never a key


def triple(interval: Interval) -> list[float]:
    return [interval.estimate, interval.low, interval.high]


def defined(value: T | Undefined) -> T:
    assert not isinstance(value, Undefined)
    return value


def test_s01_shrout_fleiss() -> None:
    file = reference("s01")
    expected = file["expected"]
    found = defined(two_way(file["input"]["ratings"]))
    for name, one in expected["icc"].items():
        assert triple(found.icc[name]) == close([one["est"], one["lower"], one["upper"]])
    squares = [found.ms_between, found.ms_within, found.ms_raters, found.ms_error]
    assert squares == close(list(expected["ms"].values()))
    ratios = [found.ms_between / found.ms_within, found.ms_between / found.ms_error]
    assert ratios == close(list(expected["F"].values()))
    nested = defined(one_way([summarise(row) for row in file["input"]["ratings"]]))
    assert [nested.icc_single.estimate, nested.icc_mean] == close(
        list(expected["oneway_psychometric_naming"].values())
    )
    alpha, n = defined(cronbach_alpha(file["input"]["ratings"]))
    assert (alpha.estimate, n) == (close(expected["cronbach_alpha"]), 6)


def test_s02_agreement_of_single_items() -> None:
    file = reference("s02")
    scale = Scale(file["input"]["L"], file["input"]["H"])
    for ratings, expected in zip(file["input"]["cases"], file["expected"], strict=True):
        found = defined(agreement(ratings, scale))
        assert [
            found.n,
            found.variance,
            found.null_variance,
            found.r_wg_raw,
            found.r_wg,
            r_wg_of_items([found.variance], found.null_variance),
            found.r_wg_star_population,
            found.r_wg_star,
            found.a_wg,
            int(not isinstance(found.a_wg, Undefined)),
            found.ad_mean,
            found.ad_median,
            found.ad_cutoff,
        ] == close(list(expected.values()))


def test_s03_null_variances() -> None:
    file = reference("s03")
    found = {name: pmf_variance(chances, Scale()) for name, chances in file["input"]["pmf"].items()}
    assert found == {name: close(value) for name, value in file["expected"].items()}


@pytest.mark.parametrize("n_points", [4, 5, 6, 7])
def test_s04_exact_critical_values(n_points: int) -> None:
    for n, expected in reference("s04")["expected"][str(n_points)].items():
        chances = [1 / n_points] * n_points
        r_wg, ad = critical_r_wg(int(n), chances), critical_ad(int(n), chances)
        found = [
            part
            for one in (r_wg, ad)
            for part in ((one, one) if isinstance(one, Undefined) else (one.value, one.p))
        ]
        assert found == close(list(expected.values()))


def test_s05_rater_overlap() -> None:
    file = reference("s05")
    for name, raters in file["input"]["raters_by_ratee"].items():
        found = rater_overlap(raters)
        assert [found.q, found.k_harmonic] == close(list(file["expected"][name].values()))


def test_s06_hedges_g() -> None:
    file = reference("s06")
    for given, expected in zip(file["input"], file["expected"], strict=True):
        first, second = (Summary(given[f"m{side}"], given[f"s{side}"], given[f"n{side}"]) for side in (1, 2))
        found = defined(hedges_g(first, second))
        approximate = found.correction_approximate
        assert [
            found.d,
            found.df,
            found.pooled_sd,
            found.correction,
            approximate,
            found.g,
            approximate * found.d,
            found.variance_d,
            found.variance_g,
            approximate**2 * found.variance_d,
            found.variance_g**0.5,
            list(found.d_interval),
            list(found.g_interval),
        ] == close(list(expected.values()))


def test_s07_benjamini_hochberg() -> None:
    file = reference("s07")
    p_values, expected = file["input"]["p"], file["expected"]
    assert benjamini_hochberg(p_values) == close(expected["p_adj_bh"])
    assert benjamini_yekutieli(p_values) == close(expected["p_adj_by"])
    assert [q <= 0.05 for q in benjamini_hochberg(p_values)] == expected["reject_bh_05"]
    assert sum(p <= 0.05 / len(p_values) for p in p_values) == expected["n_reject_bonferroni_05"]


def test_s08_kendall_tau() -> None:
    file = reference("s08")
    *cases, critical = file["expected"]
    for given, expected in zip(file["input"]["cases"], cases, strict=True):
        found = defined(kendall(given["x"], given["y"]))
        assert isinstance(found, RankAgreement)
        assert [
            found.tau,
            found.n_concordant,
            found.n_discordant,
            found.n_ties_first,
            found.n_ties_second,
            found.p,
            spearman(given["x"], given["y"]),
        ] == close(list(expected.values()))
    for n, tau in critical["critical_tau_two_sided_05"].items():
        assert critical_tau(int(n)) == close(tau)


def test_s09_reliable_change() -> None:
    file = reference("s09")
    given, expected = file["input"], file["expected"]
    found = defined(reliable_change(given["pre"], given["post"], sd=given["sd"], reliability=given["rxx"]))
    sem = measurement_error(given["sd"], given["rxx"])
    assert [sem, found.error, found.index, found.is_reliable, found.least_reliable] == close(
        list(expected.values())
    )


def test_s10_james_stein() -> None:
    file = reference("s10")
    batting, expected = file["input"]["y"], file["expected"]
    mean = sum(batting) / len(batting)
    variance = mean * (1 - mean) / file["input"]["at_bats"]
    kept, shrunken = james_stein(batting, variance)
    assert [mean, variance, kept, shrunken] == close(list(expected.values()))


def test_s11_dyestuff() -> None:
    file = reference("s11")
    expected = file["expected"]
    groups = [summarise(values) for values in file["input"]["groups"]]
    found = defined(one_way(groups))
    levels = defined(shrink(groups, variance_between=found.variance_between, variance_within=found.ms_within))
    assert [
        found.ms_between,
        found.ms_within,
        found.k0,
        found.variance_between,
        found.ms_within,
        found.icc_single.estimate,
        found.icc_mean,
        levels.mean,
        list(levels.shares),
        list(levels.levels),
        list(levels.sds),
        [found.icc_single.low, found.icc_single.high],
    ] == close(list(expected.values()))


def test_s12_cronbach_alpha() -> None:
    file = reference("s12")
    found = {
        "a_listwise": defined(cronbach_alpha(file["input"]["a"])),
        "a_pairwise": defined(cronbach_alpha_pairwise(file["input"]["a"])),
        "b": defined(cronbach_alpha(file["input"]["b"])),
    }
    for name, (alpha, n) in found.items():
        expected, expected_n, n_items, interval = file["expected"][name].values()
        assert [alpha.estimate, n, [alpha.low, alpha.high]] == close([expected, expected_n, interval])
        assert n_items == len(file["input"][name[0]][0])


def test_s13_standing_against_few() -> None:
    file = reference("s13")
    for given, expected in zip(file["input"], file["expected"], strict=True):
        found = defined(standing(given["x"], Summary(given["mean"], given["sd"], given["n"])))
        assert [found.z, found.t, found.df, found.percentile, list(found.percentile_interval)] == close(
            list(expected.values())
        )


def test_s14_krippendorff_alpha() -> None:
    file = reference("s14")
    observers = file["input"]["observers_by_units"]
    assert krippendorff_alpha(observers, level="nominal") == close(file["expected"]["nominal"])
    assert krippendorff_alpha(observers, level="ordinal") == close(file["expected"]["ordinal"])
    assert krippendorff_alpha(observers, level="interval") == close(file["expected"]["interval"])
    assert krippendorff_alpha(observers, level="ratio") == close(file["expected"]["ratio"])


def test_s15_group_summaries_alone() -> None:
    file = reference("s15")
    for name, expected in file["expected"].items():
        groups = [Summary(mean, variance**0.5, int(n)) for n, mean, variance in file["input"][name]]
        found = defined(one_way(groups))
        assert [
            found.n_ratees,
            found.n,
            found.ms_between,
            found.ms_within,
            found.k0,
            found.icc_single.estimate,
            found.icc_arithmetic,
            found.icc_mean,
            found.icc_arithmetic,
            found.icc_mean,
        ] == close(list(expected.values()))


def test_s16_expectation_gap() -> None:
    file = reference("s16")
    given, expected = file["input"], file["expected"]
    manager, employee = given["importance_manager"], given["importance_employee"]
    importance = differences(manager, employee)
    profile = profile_distance(manager, employee)
    assert importance == expected["importance_gap"]
    assert differences(given["clarity_manager"], given["clarity_employee"]) == expected["clarity_gap"]
    assert [
        profile.total,
        profile.elevation,
        profile.scatter,
        profile.shape,
        correlation(manager, employee),
    ] == close(list(expected["profile_importance"].values()))
    points = given["points_manager"], given["points_employee"]
    found = {
        "mean_abs_importance_gap": sum(map(abs, importance)) / len(importance),
        "tau_b_importance": defined(kendall(manager, employee)).tau,
        "spearman_importance": spearman(manager, employee),
        "double_entry_icc_importance": double_entry_icc(manager, employee),
        "priority_tv_distance": priority_distance(*points),
        "tau_b_points": defined(kendall(*points)).tau,
        "top3_overlap": top_overlap(*points, k=given["top_k"]),
        "expectation_gap_index": expectation_gap_index(
            manager, given["clarity_employee"], Scale(given["L"], given["H"])
        ),
    }
    assert found == {name: close(expected[name]) for name in found}


def test_s17_reliability_of_a_difference() -> None:
    file = reference("s17")
    found = [
        difference_reliability(
            first=given["rxx"],
            second=given["ryy"],
            correlation=given["rxy"],
            first_sd=given["sx"],
            second_sd=given["sy"],
        )
        for given in file["input"]
    ]
    assert found == close(file["expected"])


def test_s18_potential_for_improvement() -> None:
    file = reference("s18")
    given = file["input"]
    found = improvement_potential(given["exemplary"], given["typical"], direction=given["direction"])
    assert [found.ratio, found.log_error, list(found.interval)] == close(list(file["expected"].values()))


def s19(generator: str) -> list[Mapping[str, Json]]:
    return [one for one in reference("s19")["cases"] if one["generator"] == generator]


def test_s19_nested_raters_with_known_truth() -> None:
    for one in s19("nested"):
        found: OneWay = defined(
            one_way([summarise(ratings.tolist()) for ratings in synth.nested(one["seed"])])
        )
        assert [
            found.n,
            found.grand_mean,
            found.ms_between,
            found.ms_within,
            found.k0,
            found.k_harmonic,
            found.icc_single.estimate,
            found.icc_mean,
            [found.icc_single.low, found.icc_single.high],
            list(found.interval_unweighted),
        ] == close(list(one["expected"].values()))


def test_s19_shared_raters_with_known_truth() -> None:
    for one in s19("ismd"):
        ratees, raters, ratings = synth.shared_raters(one["seed"])
        parts = variance_components(ratees, raters, ratings)
        n_ratees = max(ratees) + 1
        overlap = rater_overlap(
            [
                [rater for ratee, rater in zip(ratees, raters, strict=True) if ratee == i]
                for i in range(n_ratees)
            ]
        )
        assert [
            [parts.ratee, parts.rater, parts.residual],
            overlap.q,
            overlap.k_harmonic,
            generalizability(parts, overlap),
        ] == close(list(one["expected"].values()))


def test_s19_exemplars_with_known_truth() -> None:
    for one in s19("exemplars"):
        best, rest = synth.exemplars(one["seed"])
        columns = [(best[:, item].tolist(), rest[:, item].tolist()) for item in range(best.shape[1])]
        p_values = [defined(welch_p(*column)) for column in columns]
        q_values = benjamini_hochberg(p_values)
        sizes = [defined(hedges_g(summarise(first), summarise(second))).g for first, second in columns]
        chosen = [item for item, q in enumerate(q_values) if q <= 0.10]
        assert [p_values, q_values, sizes, chosen] == close(list(one["expected"].values()))


def test_s19_two_cycles_without_change() -> None:
    for one in s19("two_cycles"):
        first, second = synth.two_cycles(one["seed"])
        cycles = [summarise(row.tolist()) for row in np.concatenate([first, second])]
        sd = defined(one_way(cycles)).ms_within ** 0.5
        changes = [
            defined(change_of_means((before.mean, 5), (after.mean, 5), sd=sd))
            for before, after in zip(
                map(summarise, first.tolist()), map(summarise, second.tolist()), strict=True
            )
        ]
        assert [sd, sum(change.is_reliable for change in changes)] == close(list(one["expected"].values()))


def test_the_comparison_itself_sees_a_wrong_digit() -> None:
    assert close([1.0, None]) != [1.00001, Undefined("too few")]
    assert close([1.0, None]) != [1.0, 0.0]
    assert close(None) == Undefined("too few")
