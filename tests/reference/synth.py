"""Synthetic ratings with known truth; the same numbers for the same seed and numpy's PCG64."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
LENIENT_THRESHOLDS: Final = np.array([-2.8, -1.8, -0.6, 0.6])  # of a 5-point scale, on the latent one


def nested(
    seed: int,
    *,
    n_ratees: int = 200,
    k_low: int = 3,
    k_high: int = 9,
    icc: float = 0.2,
    mean: float = 3.8,
    total_var: float = 1.0,
) -> list[Floats]:
    """Draw continuous ratings of raters nested in ratees; truth: ICC(1) = icc."""
    random = np.random.default_rng(seed)
    sizes = random.integers(k_low, k_high + 1, n_ratees)
    levels = random.normal(0, np.sqrt(icc * total_var), n_ratees)
    width = np.sqrt((1 - icc) * total_var)
    return [mean + levels[i] + random.normal(0, width, sizes[i]) for i in range(n_ratees)]


def shared_raters(
    seed: int,
    *,
    n_ratees: int = 150,
    n_raters: int = 60,
    k: int = 4,
    v_ratee: float = 0.25,
    v_rater: float = 0.15,
    v_residual: float = 0.60,
    mean: float = 3.8,
) -> tuple[list[int], list[int], list[float]]:
    """Draw ratings where every rater may rate several people; truth: the three variances."""
    random = np.random.default_rng(seed)
    of_ratee = random.normal(0, v_ratee**0.5, n_ratees)
    of_rater = random.normal(0, v_rater**0.5, n_raters)
    ratees: list[int] = []
    raters: list[int] = []
    ratings: list[float] = []
    for ratee in range(n_ratees):
        for rater in random.choice(n_raters, k, replace=False):
            ratees.append(ratee)
            raters.append(int(rater))
            noise = random.normal(0, v_residual**0.5)
            ratings.append(float(mean + of_ratee[ratee] + of_rater[rater] + noise))
    return ratees, raters, ratings


def likert(
    seed: int,
    *,
    n_ratees: int = 200,
    n_items: int = 12,
    k_low: int = 3,
    k_high: int = 9,
    v_person: float = 0.25,
    v_item_person: float = 0.10,
    v_rater: float = 0.20,
    v_residual: float = 0.45,
    p_missing: float = 0.05,
    self_bias: float = 0.35,
) -> tuple[list[Codes], Codes]:
    """Draw 5-point ratings (0 = not observed) by peers, (raters, items) per person, and self ratings with a bias."""
    random = np.random.default_rng(seed)
    person = random.normal(0, v_person**0.5, n_ratees)
    of_item = random.normal(0, v_item_person**0.5, (n_ratees, n_items))
    sizes = random.integers(k_low, k_high + 1, n_ratees)
    peers: list[Codes] = []
    for i in range(n_ratees):
        latent = (
            person[i]
            + of_item[i]
            + random.normal(0, v_rater**0.5, (sizes[i], 1))
            + random.normal(0, v_residual**0.5, (sizes[i], n_items))
        )
        ratings = (1 + np.searchsorted(LENIENT_THRESHOLDS, latent)).astype(np.uint8)
        ratings[random.random(ratings.shape) < p_missing] = 0
        peers.append(ratings)
    own = person[:, None] + of_item + self_bias + random.normal(0, 0.5, (n_ratees, n_items))
    return peers, (1 + np.searchsorted(LENIENT_THRESHOLDS, own)).astype(np.uint8)


def exemplars(
    seed: int,
    *,
    n_exemplars: int = 8,
    n_rest: int = 60,
    n_items: int = 12,
    true_items: Sequence[int] = (0, 4, 7),
    d: float = 1.5,
    r_items: float = 0.3,
) -> tuple[Floats, Floats]:
    """Draw person-by-item scores of unit sd, equally correlated; only the true items separate, by d sds."""
    random = np.random.default_rng(seed)
    n = n_exemplars + n_rest
    common = np.sqrt(r_items) * random.normal(size=(n, 1))
    scores = common + np.sqrt(1 - r_items) * random.normal(size=(n, n_items))
    scores[:n_exemplars, list(true_items)] += d
    return scores[:n_exemplars], scores[n_exemplars:]


def two_cycles(
    seed: int,
    *,
    n_ratees: int = 200,
    k: int = 5,
    v_ratee: float = 0.2,
    v_error: float = 0.8,
    true_change: float = 0.0,
) -> tuple[Floats, Floats]:
    """Draw two cycles with fresh raters; without true change a 95 % rule must fire for about 5 % of people."""
    random = np.random.default_rng(seed)
    levels = random.normal(0, v_ratee**0.5, n_ratees)[:, None]
    first = 3.8 + levels + random.normal(0, v_error**0.5, (n_ratees, k))
    return first, 3.8 + levels + true_change + random.normal(0, v_error**0.5, (n_ratees, k))
