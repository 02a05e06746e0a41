"""What the gate promises for every cycle, not only for the examples."""

import dataclasses
import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.aggregate import pooled_sds
from scoring.cube import build_cube, merge_cubes
from scoring.gate import partition
from scoring.release import hr_rollup, hr_view, release
from scoring.report import score
from scoring.values import (
    CONFIDENTIAL,
    AccomplishmentSpec,
    BaselineCell,
    CountedSheet,
    ItemSpec,
    PooledSd,
    Release,
    ReleasePolicy,
    Report,
)
from tests.scoring.worlds import (
    ITEMS,
    POLICIES,
    RATINGS,
    SCALE,
    n_sheets_of,
    release_of,
    withheld_answers,
    worlds,
)

SPECS = [
    ItemSpec(item, accomplishment, 1, 4, CONFIDENTIAL)
    for item, accomplishment in zip(ITEMS, ("A1", "A1", None), strict=True)
]


def everything_of(sheets: Sequence[CountedSheet], policy: ReleasePolicy) -> tuple[object, ...]:
    """Compute every output of the room that depends on confidential answers."""
    cube = build_cube(sheets, items=ITEMS, scale=SCALE)
    released = release(cube, policy)
    sds = pooled_sds(cube, released, scale=SCALE)
    reports = [report_of(ratee, released, sds) for ratee in cube.ratees]
    roles = dict.fromkeys(cube.ratees, "lead")
    return released, sds, reports, hr_view(released, policy), hr_rollup(released, roles=roles, policy=policy)


def report_of(ratee: str, released: Release, sds: Sequence[PooledSd]) -> Report:
    return score(
        ratee,
        release=released,
        named={},
        items=SPECS,
        accomplishments=[AccomplishmentSpec("A1", 5)],
        sds=sds,
        baseline=[BaselineCell("A", Fraction(4), 9, 0.3)],
        n_exemplars={},
        scale=SCALE,
    )


@given(worlds(), POLICIES, st.data())
def test_other_answers_in_withheld_cells_change_no_output(
    sheets: list[CountedSheet], policy: ReleasePolicy, data: st.DataObject
) -> None:
    released = release_of(sheets, policy)
    changed = [dict(sheet.ratings) for sheet in sheets]
    for answer in withheld_answers(sheets, released, policy):
        changed[answer.sheet][answer.item] = data.draw(RATINGS)
    others = [
        dataclasses.replace(sheet, ratings=ratings) for sheet, ratings in zip(sheets, changed, strict=True)
    ]
    assert everything_of(others, policy) == everything_of(sheets, policy)


@given(worlds(), POLICIES)
def test_answers_of_relationships_left_out_are_as_if_never_observed(
    sheets: list[CountedSheet], policy: ReleasePolicy
) -> None:
    def blanked(sheet: CountedSheet) -> CountedSheet:
        blocks = partition(n_sheets_of(sheets, sheet.ratee), policy)
        if any(sheet.relationship in members for members in blocks.values()):
            return sheet
        return dataclasses.replace(sheet, ratings=dict.fromkeys(sheet.ratings))

    assert everything_of([blanked(sheet) for sheet in sheets], policy) == everything_of(sheets, policy)


@given(worlds(), POLICIES, st.data())
def test_raters_of_one_relationship_can_swap_their_answers_on_any_item(
    sheets: list[CountedSheet], policy: ReleasePolicy, data: st.DataObject
) -> None:
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, sheet in enumerate(sheets):
        places[sheet.ratee, sheet.relationship].append(index)
    swapped = [dict(sheet.ratings) for sheet in sheets]
    for indices in places.values():
        for item in sheets[indices[0]].ratings:
            order = data.draw(st.permutations(indices))
            for index, source in zip(indices, order, strict=True):
                swapped[index][item] = sheets[source].ratings[item]
    others = [
        dataclasses.replace(sheet, ratings=ratings) for sheet, ratings in zip(sheets, swapped, strict=True)
    ]
    assert everything_of(others, policy) == everything_of(sheets, policy)


@given(worlds(), POLICIES, st.data())
def test_order_and_chunking_change_no_bit(
    sheets: list[CountedSheet], policy: ReleasePolicy, data: st.DataObject
) -> None:
    whole = build_cube(sheets, items=ITEMS, scale=SCALE)
    shuffled = data.draw(st.permutations(sheets))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sheets)), max_size=4)))
    chunks = [shuffled[start:end] for start, end in itertools.pairwise([0, *cuts, len(sheets)])]
    merged = build_cube([], items=ITEMS, scale=SCALE)
    for chunk in chunks:
        merged = merge_cubes(build_cube(chunk, items=ITEMS, scale=SCALE), merged)
    assert merged == whole
    assert repr(release(merged, policy)) == repr(release(whole, policy))


@given(worlds(), POLICIES, st.data())
def test_what_is_shown_depends_on_counts_alone(
    sheets: list[CountedSheet], policy: ReleasePolicy, data: st.DataObject
) -> None:
    def other(sheet: CountedSheet) -> CountedSheet:
        ratings = {
            item: None if rating is None else data.draw(RATINGS) for item, rating in sheet.ratings.items()
        }
        return dataclasses.replace(sheet, ratings=ratings)

    def frame(released: Release) -> object:
        cells = [(cell.ratee, cell.group, cell.item, cell.n) for cell in released.cells]
        return released.groups, cells, released.n_withheld_cells

    assert frame(release_of([other(sheet) for sheet in sheets], policy)) == frame(release_of(sheets, policy))


@given(worlds(), st.integers(3, 6))
def test_a_higher_k_under_drop_shows_nothing_new(sheets: list[CountedSheet], k: int) -> None:
    lower = release_of(sheets, ReleasePolicy(k=k, small_groups="drop"))
    higher = release_of(sheets, ReleasePolicy(k=k + 1, small_groups="drop"))
    assert set(higher.cells) <= set(lower.cells)
    assert set(higher.groups) <= set(lower.groups)


@given(st.tuples(*[st.integers(0, 9)] * 3), POLICIES)
@settings(max_examples=500)
def test_every_shown_group_is_a_block_of_k_and_no_rater_is_in_two(
    sizes: tuple[int, int, int], policy: ReleasePolicy
) -> None:
    n_sheets = dict(zip(CONFIDENTIAL, sizes, strict=True))
    blocks = partition(n_sheets, policy)
    for members in blocks.values():
        assert sum(n_sheets[member] for member in members) >= policy.k
        assert all(n_sheets[member] > 0 for member in members)
    uses = Counter(member for members in blocks.values() for member in members)
    assert all(count == 1 for count in uses.values())


@given(worlds(), POLICIES)
def test_every_released_cell_is_the_exact_sum_of_k_or_more_ratings_of_its_block(
    sheets: list[CountedSheet], policy: ReleasePolicy
) -> None:
    for cell in release_of(sheets, policy).cells:
        members = partition(n_sheets_of(sheets, cell.ratee), policy)[cell.group]
        ratings = [
            rating
            for sheet in sheets
            if sheet.ratee == cell.ratee and sheet.relationship in members
            if (rating := sheet.ratings.get(cell.item)) is not None
        ]
        assert cell.n == len(ratings) >= policy.k
        if cell.total is not None:
            assert cell.total == sum(ratings)
            assert cell.n * SCALE.low + 1 < cell.total < cell.n * SCALE.top - 1
        elif cell.band == "high":
            assert sum(ratings) >= cell.n * SCALE.top - 1
        else:
            assert sum(ratings) <= cell.n * SCALE.low + 1


@given(worlds(), POLICIES)
def test_withheld_cells_are_counted_per_block_that_was_asked(
    sheets: list[CountedSheet], policy: ReleasePolicy
) -> None:
    released = release_of(sheets, policy)
    shown = {(cell.ratee, cell.group, cell.item) for cell in released.cells}
    asked: set[tuple[str, str, str]] = set()
    for sheet in sheets:
        blocks = partition(n_sheets_of(sheets, sheet.ratee), policy)
        names = [name for name, members in blocks.items() if sheet.relationship in members]
        asked |= {(sheet.ratee, names[0] if names else "left out", item) for item in sheet.ratings}
    assert released.n_withheld_cells == len(asked - shown)


@given(worlds(max_ratees=2), POLICIES)
def test_a_report_is_a_function_of_the_released_cells_of_its_ratee(
    sheets: list[CountedSheet], policy: ReleasePolicy
) -> None:
    cube = build_cube(sheets, items=ITEMS, scale=SCALE)
    released = release(cube, policy)
    sds = pooled_sds(cube, released, scale=SCALE)
    for ratee in cube.ratees:
        own = Release(
            tuple(group for group in released.groups if group.ratee == ratee),
            tuple(cell for cell in released.cells if cell.ratee == ratee),
            0,
        )
        assert report_of(ratee, own, sds) == report_of(ratee, released, sds)
