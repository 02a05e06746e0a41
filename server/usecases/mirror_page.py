"""What a page of a mirror shows to one side, in that side's language; nothing of the other before both are through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from server.clock import Clock
from server.usecases import mirror
from server.usecases.mirror import Answers
from surveys import queries_mirror, queries_profiles
from surveys.expectations import GapList, PairLine, employee_side, manager_side, read_pair
from surveys.form_view import render, render_cards
from surveys.instrument_file import instruments_from_document
from surveys.items import item_specs
from surveys.keeper import Keeper
from surveys.mirror_form import mirror_forms
from surveys.profile_file import from_document
from surveys.queries_mirror import MirrorRow, Side, other_side
from surveys.queries_profiles import ProfileRow

Stage = Literal["join", "line", "card", "wait", "talk"]


@dataclass(frozen=True, slots=True)
class MirrorStart:
    """The page where a mirror is started."""

    roles: tuple[ProfileRow, ...]
    mirrors: tuple[MirrorRow, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What one side said about a line: each question with the words of the answer."""

    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One line when both cards have turned."""

    text: str
    lang: str
    gap: str
    name: str
    opener: str
    card: Mapping[str, Any]
    yours: View
    theirs: View


@dataclass(frozen=True, slots=True)
class MirrorPage:
    """Where one side of a mirror stands."""

    id: str
    side: Side
    you: str
    other: str
    stage: Stage
    ends_at: datetime
    n_lines: int
    n_done: int
    code: str
    join_url: str
    line: Mapping[str, Any] | None  # as a phone gets it (docs/wire.md)
    scales: Mapping[str, Any]
    card: Mapping[str, Any] | None
    rows: tuple[TalkRow, ...]
    sentence: str
    is_yours: bool
    is_agreed: bool
    is_kept_by_you: bool
    is_kept: bool


async def start_page(person_id: str, *, locale: str, clock: Clock) -> MirrorStart:
    """Give the newest version of each role, and the mirrors a person has."""
    newest = queries_profiles.newest_of_each(await queries_profiles.list_profiles())
    roles = sorted(newest, key=lambda row: row.titles.get(locale, row.title))
    return MirrorStart(tuple(roles), await queries_mirror.list_mirrors_of(person_id, clock.now()))


def build(
    row: MirrorRow, side: Side, *, turned: str, locale: str, keeper: Keeper, public_url: str
) -> MirrorPage:
    """Build the page of one side; `turned` is the line whose card was just turned."""
    answers = mirror.read_answers(row, side, keeper=keeper)
    talk = mirror.read_talk(row, keeper=keeper)
    form = mirror_forms(row.profile, row.overlays, row.instrument, row.items)[side]
    seen, cards = render(form, locale), render_cards(form, locale)["cards"]
    has_turned = turned in row.items and any(cell.startswith(f"{turned}.") for cell in answers)
    item = mirror.next_item(row, answers)
    stage = _stage(row, item, has_turned=has_turned, is_open=mirror.is_open(row, keeper=keeper))
    code = mirror.join_code(row.id, keeper) if stage == "join" else ""
    shown = turned if stage == "card" else item
    return MirrorPage(
        id=row.id,
        side=side,
        you=row.name_of(side),
        other=row.name_of(other_side(side)),
        stage=stage,
        ends_at=row.ends_at,
        n_lines=len(row.items),
        n_done=sum(any(cell.startswith(f"{one}.") for cell in answers) for one in row.items),
        code=code,
        join_url=f"{public_url}/m/{code}",
        line=next((line for line in seen["lines"] if line["item"] == shown), None),
        scales=seen["scales"],
        card=cards.get(turned) if stage == "card" else None,
        rows=_rows(row, side, answers, locale, keeper) if stage == "talk" else (),
        sentence=str(talk.get("sentence", "")),
        is_yours=talk.get("by") == side,
        is_agreed=bool(talk.get("is_agreed")),
        is_kept_by_you=side in row.kept_by,
        is_kept=len(row.kept_by) == 2,
    )


def _stage(row: MirrorRow, item: str | None, *, has_turned: bool, is_open: bool) -> Stage:
    if not row.has_joined:
        return "join"
    if has_turned:
        return "card"
    if item is not None:
        return "line"
    return "talk" if is_open else "wait"


def _rows(row: MirrorRow, side: Side, answers: Answers, locale: str, keeper: Keeper) -> tuple[TalkRow, ...]:
    other = mirror.read_answers(row, other_side(side), keeper=keeper)
    both: dict[Side, Answers] = {side: answers, other_side(side): other}
    gaps = _gaps(row, both)
    names = {gap.id: gap for gap in instruments_from_document(row.instrument).gaps}
    forms = mirror_forms(row.profile, row.overlays, row.instrument, row.items)
    seen = {one: render(form, locale) for one, form in forms.items()}
    cards = render_cards(forms["self"], locale)["cards"]
    lines = {line["item"]: line for line in seen["self"]["lines"]}
    by_item = {one.item: one for one in gaps.rows}
    first = [one for one in (gaps.open_with_strength,) if one]
    order = [*first, *gaps.agenda, *gaps.parked]
    rest = [one for one in row.items if one not in order]
    return tuple(
        TalkRow(
            text=lines[item]["text"],
            lang=lines[item]["lang"],
            gap=by_item[item].gap,
            name=names[by_item[item].gap].name[locale],
            opener=names[by_item[item].gap].opener[locale],
            card=cards[item],
            yours=_view(seen[side], item, both[side]),
            theirs=_view(seen[other_side(side)], item, both[other_side(side)]),
        )
        for item in [*order, *rest]
    )


def _gaps(row: MirrorRow, both: Mapping[Side, Answers]) -> GapList:
    specs = {spec.item: spec for spec in item_specs(from_document(row.profile), "clarity")}
    return read_pair(
        [
            PairLine(
                item=item,
                weight=specs[item].weight,
                target=specs[item].target,
                employee=employee_side(both["self"], item),
                manager=manager_side(both["manager"], item),
            )
            for item in row.items
        ]
    )


def _view(form: Mapping[str, Any], item: str, answers: Answers) -> View:
    line = next(one for one in form["lines"] if one["item"] == item)
    return View(
        tuple(
            (question["text"], _label(form["scales"][question["scale"]], answers[question["cell"]]))
            for question in line["questions"]
            if question["kind"] == "scale" and answers.get(question["cell"]) is not None
        )
    )


def _label(scale: Mapping[str, Any], value: object) -> str:
    if value == "skip":
        return str(scale["skip"])
    return next(str(point["label"]) for point in scale["points"] if point["value"] == value)
