"""The merge over well-formed histories: pages that write and hear from each other late and out of order."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.canonical import canonical
from surveys.sheet import Sheet, Version, covers, from_document, merge, read_value, to_document

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
