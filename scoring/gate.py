"""The rule that decides which groups of one ratee may be shown, and how weak a promise may be."""

from collections.abc import Mapping
from typing import Final

from scoring.errors import PolicyTooWeak
from scoring.values import CONFIDENTIAL, ConfidentialGroup, GroupName, ReleasePolicy

GROUP_NAMES: Final[tuple[GroupName, ...]] = (*CONFIDENTIAL, "colleagues")
_ABSORB_BELOW: Final = 5  # a group of this size or more is never taken into the pool
_ABSORB_ORDER: Final[tuple[ConfidentialGroup, ...]] = ("external", "direct_report", "peer")  # on equal size
_FLOORS: Final = {"k": 3, "k_hr": 5, "k_comments": 5, "min_commenters": 3}


def check_policy(policy: ReleasePolicy) -> None:
    """Refuse a policy that is weaker than the product allows.

    Parameters
    ----------
    policy : ReleasePolicy
        Counts of people; floors are k 3, k_hr 5, k_comments 5, min_commenters 3.

    Raises
    ------
    PolicyTooWeak
        Names the field, its value and its floor. Missing and withheld play no part; n is that of the policy.

    Source
    ------
    GATE-3, GATE-4, GATE-14 (docs/scoring.md, Release).

    Examples
    --------
    >>> check_policy(ReleasePolicy(k=2))
    Traceback (most recent call last):
    scoring.errors.PolicyTooWeak: k is 2; the smallest allowed value is 3
    """
    for field, floor in _FLOORS.items():
        value = getattr(policy, field)
        if type(value) is not int or value < floor:
            raise PolicyTooWeak(f"{field} is {value!r}; the smallest allowed value is {floor}")
    if policy.small_groups not in ("pool", "drop"):
        raise PolicyTooWeak(f"small_groups is {policy.small_groups!r}; it must be 'pool' or 'drop'")


def partition(
    n_sheets: Mapping[ConfidentialGroup, int], policy: ReleasePolicy
) -> dict[GroupName, tuple[ConfidentialGroup, ...]]:
    """Decide which groups one ratee's report shows and of which relationships each is made.

    Parameters
    ----------
    n_sheets : mapping of relationship to count
        Counted sheets per confidential relationship of one ratee; a relationship left out counts 0.
    policy : ReleasePolicy
        Threshold `k` and what becomes of smaller groups.

    Returns
    -------
    dict
        Shown group -> members, both in fixed order; a relationship in no group is left out of everything.
        Every group has k sheets or more and no relationship is in two groups.

    Raises
    ------
    PolicyTooWeak
        See `check_policy`.

    Source
    ------
    GATE-4 (docs/scoring.md, Release): groups under k form the pool; while it is under k it absorbs the smallest shown
    group of fewer than 5 (ties: external, direct_report, peer); without such a group the pool is left out.

    Examples
    --------
    >>> partition({"peer": 4, "direct_report": 2}, ReleasePolicy())
    {'colleagues': ('peer', 'direct_report')}
    >>> partition({"peer": 4, "direct_report": 2}, ReleasePolicy(small_groups="drop"))
    {'peer': ('peer',)}
    """
    check_policy(policy)
    present = [group for group in CONFIDENTIAL if n_sheets.get(group, 0) > 0]
    shown = [group for group in present if n_sheets[group] >= policy.k]
    pool = [group for group in present if group not in shown]
    if policy.small_groups == "drop":
        pool = []
    while pool and sum(n_sheets[group] for group in pool) < policy.k:
        candidates = [group for group in _ABSORB_ORDER if group in shown and n_sheets[group] < _ABSORB_BELOW]
        if not candidates:
            pool = []
            break
        taken = min(candidates, key=n_sheets.__getitem__)
        shown.remove(taken)
        pool.append(taken)
    blocks: dict[GroupName, tuple[ConfidentialGroup, ...]] = {group: (group,) for group in shown}
    if pool:
        blocks["colleagues"] = tuple(group for group in CONFIDENTIAL if group in pool)
    return blocks
