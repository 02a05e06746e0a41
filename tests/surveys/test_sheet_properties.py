"""The merge over well-formed histories: pages that write and hear from each other late and out of order."""

import time

from hypothesis import given
from hypothesis import strategies as st

from surveys.canonical import canonical
from surveys.sheet import (
    MOST_VERSIONS,
    Sheet,
    Version,
    covers,
    from_document,
    merge,
    merge_bounded,
    merge_versions,
    read_value,
    to_document,
)

CELLS = ("SS01.f_match", "OQ1.text", "@submit")
PAGES = ("a" * 16, "b" * 16, "c" * 16)
Step = tuple[int, int, int, int, bool]

steps = st.lists(
    st.tuples(
        st.integers(0, len(PAGES) - 1),
        st.integers(0, len(CELLS) - 1),
        st.integers(1, 5),
        st.integers(0, 500),
        st.booleans(),
    ),
    max_size=24,
)


def snapshots(history: list[Step]) -> list[Sheet]:
    """Play a history; the states every page went through are what may be in flight at any time."""
    pages: list[Sheet] = [{} for _ in PAGES]
    counters = [0] * len(PAGES)
    states: list[Sheet] = [{}]
    for page, cell, value, wall, hears in history:
        if hears:
            pages[page] = merge(pages[page], pages[(page + 1) % len(PAGES)])
        counters[page] += 1
        pages[page] = _edited(pages[page], CELLS[cell], PAGES[page], counters[page], value, wall)
        states.append(pages[page])
    return states


def _edited(sheet: Sheet, cell: str, page: str, n: int, value: int, wall: int) -> Sheet:
    before = sheet.get(cell, ())
    seen: dict[str, int] = {}
    for version in before:
        for d, highest in ((version.d, version.n), *version.seen.items()):
            seen[d] = max(seen.get(d, 0), highest)
    hlc = max([wall, *(version.hlc for version in before)]) + 1
    return merge(sheet, {cell: (Version(value, hlc, page, n, seen),)})


def same(a: Sheet, b: Sheet) -> bool:
    return canonical(to_document(a)) == canonical(to_document(b))


@given(steps, st.data())
def test_merging_is_commutative_associative_and_idempotent(history: list[Step], data: st.DataObject) -> None:
    states = snapshots(history)
    a, b, c = (data.draw(st.sampled_from(states)) for _ in range(3))
    assert same(merge(a, b), merge(b, a))
    assert same(merge(merge(a, b), c), merge(a, merge(b, c)))
    assert same(merge(a, a), a)


@given(steps, st.data())
def test_any_list_of_syncs_with_repeats_and_reorders_equals_each_once(
    history: list[Step], data: st.DataObject
) -> None:
    states = snapshots(history)
    once: Sheet = {}
    for state in states:
        once = merge(once, state)
    again: Sheet = {}
    order = data.draw(st.permutations(range(len(states))))
    for i in [*order, *data.draw(st.lists(st.sampled_from(order), max_size=5))]:
        again = merge(again, states[i])
    assert same(once, again)


@given(steps)
def test_no_entered_value_is_lost_unless_a_later_one_saw_it(history: list[Step]) -> None:
    states = snapshots(history)
    merged: Sheet = {}
    for state in states:
        merged = merge(merged, state)
    for state in states:
        for cell, versions in state.items():
            for version in versions:
                assert version in merged[cell] or any(covers(later, version) for later in merged[cell])


@given(steps)
def test_the_value_read_is_one_that_was_entered(history: list[Step]) -> None:
    entered: dict[str, set[object]] = {}
    for state in snapshots(history):
        for cell, versions in state.items():
            entered.setdefault(cell, set()).update(version.v for version in versions)
            assert read_value(versions) in entered[cell]
            assert same(from_document(to_document(state)), state)


# Any versions at all, also such as no honest phone writes: they see themselves and each other in circles.
wild = st.lists(
    st.builds(
        Version,
        st.just(3),
        st.integers(0, 3),
        st.sampled_from(PAGES),
        st.integers(1, 6),
        st.dictionaries(st.sampled_from(PAGES), st.integers(1, 7)),
    ),
    unique_by=lambda version: (version.d, version.n),
    max_size=12,
)


@given(wild)
def test_one_pass_finds_what_comparing_each_with_each_finds(versions: list[Version]) -> None:
    kept = [one for one in versions if not any(covers(other, one) for other in versions)]
    assert merge_versions((), versions) == tuple(sorted(kept, key=lambda one: (one.d, one.n)))


def test_ten_thousand_versions_of_one_cell_merge_in_no_long_time() -> None:
    versions = [Version(3, 1, PAGES[0], n, {}) for n in range(1, 10_001)]
    started = time.process_time()
    assert len(merge_versions((), versions)) == 10_000
    assert time.process_time() - started < 1


loads = st.integers(0, 2 * MOST_VERSIONS).map(lambda number: f"{number:016x}")
crowds = st.lists(
    st.builds(
        Version,
        st.just(3),
        st.integers(0, 9),
        loads,
        st.just(1),
        st.dictionaries(loads, st.just(1), max_size=3),
    ).map(lambda one: one._replace(seen={d: n for d, n in one.seen.items() if d < one.d})),  # no circles
    unique_by=lambda version: version.d,
    max_size=MOST_VERSIONS,
)


@given(crowds, crowds)
def test_a_cell_never_outgrows_its_bound_and_loses_nothing_that_was_stored(
    first: list[Version], second: list[Version]
) -> None:
    stored = merge_versions((), first)
    sent = [one for one in merge_versions((), second) if one.d not in {old.d for old in stored}]
    kept, left = merge_bounded(stored, sent)
    assert len(kept) <= MOST_VERSIONS
    union = (*stored, *sent)
    for one in union:
        # The merge drops what anything in the union covers, also by a version that is itself replaced.
        assert one in kept or one in left or any(covers(other, one) for other in union)
    assert not set(map(_name, left)) & set(map(_name, stored))
    if len(merge_versions(stored, sent)) <= MOST_VERSIONS:
        assert (kept, left) == (merge_versions(stored, sent), ())


def _name(version: Version) -> tuple[str, int]:
    return version.d, version.n
