"""Simulated cycles with known truth: intervals hold what they say, and no gap means hardly any word."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.aggregate import pooled_sds
from scoring.baseline import baseline
from scoring.cube import build_cube
from scoring.estimate import estimate_cell, mean_of
from scoring.release import release
from scoring.report import score
from scoring.values import (
    AccomplishmentSpec,
    CountedSheet,
    ItemSpec,
    Relationship,
    Release,
    ReleasePolicy,
    Report,
    Scale,
)

Floats = npt.NDArray[np.float64]
SCALE: Final = Scale()
THRESHOLDS: Final = np.array([-2.8, -1.8, -0.6, 0.6])  # lenient, as real ratings are
V_RATER: Final = 0.20
V_RESIDUAL: Final = 0.45
N_ITEMS: Final = 16
ITEMS: Final = [f"item{index:02d}" for index in range(N_ITEMS)]
RATERS: Final[tuple[Relationship, ...]] = ("peer", "direct_report")
FLAGS: Final = (
    "clearly_higher",
    "clearly_lower",
    "strength",
    "hidden_strength",
    "development_area",
    "blind_spot",
)


def sheets(random: np.random.Generator, level_of: dict[str, Floats]) -> Iterator[CountedSheet]:
    """Rate people of known latent levels by raters of two relationships, each with a leniency of the own."""
    for ratee, levels in level_of.items():
        for relationship in RATERS:
            for _ in range(random.integers(3, 10)):
                latent = levels + random.normal(0, V_RATER**0.5) + random.normal(0, V_RESIDUAL**0.5, N_ITEMS)
                ratings = (1 + np.searchsorted(THRESHOLDS, latent)).tolist()
                yield CountedSheet(ratee, relationship, dict(zip(ITEMS, ratings, strict=True)))


def expected_rating(levels: Floats) -> Floats:
    below = special.ndtr((THRESHOLDS - levels[..., None]) / (V_RATER + V_RESIDUAL) ** 0.5)
    return np.asarray(5 - below.sum(axis=-1))


def test_intervals_of_single_cells_hold_95_percent() -> None:
    random = np.random.default_rng(20261122)
    level_of = {f"p{index:03d}": random.normal(0, 0.6, N_ITEMS) for index in range(200)}
    cube = build_cube(sheets(random, level_of), items=ITEMS, scale=SCALE)
    released = release(cube, ReleasePolicy())
    sd_of = {(sd.group, sd.item): sd for sd in pooled_sds(cube, released, scale=SCALE)}
    held: list[bool] = []
    for cell in released.cells:
        truth = expected_rating(level_of[cell.ratee])[ITEMS.index(cell.item)]
        mean = mean_of(estimate_cell(cell, sd_of[cell.group, cell.item], SCALE), SCALE)
        assert mean.low is not None
        assert mean.high is not None
        held.append(bool(mean.low <= truth <= mean.high))
    assert len(held) == 200 * 2 * N_ITEMS
    assert 0.93 <= np.mean(held) <= 0.97


def reports(seed: int, true_gap: float) -> list[Report]:
    """Compute 30 reports of people who all lie the same latent distance from eight exemplars."""
    random = np.random.default_rng(seed)
    exemplars = {f"x{index}": random.normal(0, 0.3, N_ITEMS) for index in range(8)}
    previous = released_from(random, exemplars)
    people = {f"p{index:02d}": np.full(N_ITEMS, true_gap) for index in range(30)}
    cube = build_cube(sheets(random, people), items=ITEMS, scale=SCALE)
    released = release(cube, ReleasePolicy())
    asked: tuple[Relationship, ...] = ("self", *RATERS)
    return [
        score(
            ratee,
            release=released,
            named={"self": dict.fromkeys(ITEMS, 4)},
            items=[ItemSpec(item, f"A{index % 4}", 1, 4, asked) for index, item in enumerate(ITEMS)],
            accomplishments=[AccomplishmentSpec(f"A{index}", 3) for index in range(4)],
            sds=pooled_sds(cube, released, scale=SCALE),
            baseline=baseline(previous, exemplars, ITEMS),
            n_exemplars={},
            scale=SCALE,
        )
        for ratee in people
    ]


def released_from(random: np.random.Generator, level_of: dict[str, Floats]) -> Release:
    return release(build_cube(sheets(random, level_of), items=ITEMS, scale=SCALE), ReleasePolicy())


def flags_per_report(true_gap: float) -> float:
    done = [report for seed in range(4) for report in reports(seed, true_gap)]
    words = Counter(row.words for report in done for row in (*report.items, *report.accomplishments))
    return sum(words[flag] for flag in FLAGS) / len(done)


def test_without_a_true_gap_a_report_carries_at_most_a_fifth_of_a_label() -> None:
    assert flags_per_report(0.0) <= 0.2


def test_a_true_gap_of_a_scale_point_is_mostly_named() -> None:
    assert flags_per_report(-1.3) > 10
