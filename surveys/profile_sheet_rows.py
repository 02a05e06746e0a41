"""A role profile as the rows of `profile.xlsx`; `surveys.profile_sheet` reads them back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.overlay_file import translatable_texts
from surveys.profile_file import canonical_document
from surveys.profile_schema import Accomplishment, Item, KeyTask, RoleProfile
from surveys.profile_sheet_columns import (
    MAIN,
    MAIN_SHEET,
    ROLE,
    ROLE_FIELDS,
    SELECTION,
    SELECTION_FIELDS,
    SELECTION_LISTS,
    SEPARATOR,
    SHEETS,
    TRANSLATION_COLUMNS,
    TRANSLATIONS,
    SheetColumn,
)
from surveys.profile_sheet_defaults import default_kind, default_surveys

Row = tuple[str, ...]
Cells = Mapping[str, object]
Block = Mapping[str, Any]  # a block of the JSON document

EXAMPLE = (
    ("Orders that leave complete", "Check before loading", "Counts each pallet against the list before the doors close.",
     "Counts when a customer complains.", "Every pallet is counted before it is loaded.",
     "Counts pallets against the list before loading."),
    ("", "Name what is missing", "Tells the customer by noon what will come later, with a day.",
     "Waits until the customer calls.", "Customers hear by noon what will come later.",
     "Tells customers by noon what is missing."),
    ("A floor where nobody is hurt", "Walk the aisles first", "Walks every aisle before the first truck.",
     "Clears an aisle when someone trips.", "Every aisle is clear before the first truck.",
     "Walks the aisles before the first truck."),
    ("A team that can stand in for each other", "Teach one step a week", "Shows one person one step a week.",
     "Shows new people everything on the first day.", "Each week one person learns one new step.",
     "Shows someone a new step each week."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet to be written: its name, its columns and its rows as texts."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[Row, ...]


def profile_sheets(profile: RoleProfile, overlays: Mapping[str, Mapping[str, str]]) -> tuple[SheetRows, ...]:
    """Write a profile with its translations as sheets; reading them gives the same profile."""
    filled = _rows_by_sheet(profile)
    sheets = [
        SheetRows(
            shape.name, shape.columns, tuple(_as_row(shape.columns, cells) for cells in filled[shape.name])
        )
        for shape in SHEETS
    ]
    return (*sheets, _translations(profile, overlays))


def empty_sheets() -> tuple[SheetRows, ...]:
    """Write the template: the fields of the role to fill in, the six columns, the checks, and a worked example."""
    role = tuple((name, "") for name, *_ in ROLE_FIELDS)
    easy = MAIN_SHEET.columns[:6]
    checks = next(shape for shape in SHEETS if shape.name == "validation")
    first = next(shape for shape in SHEETS if shape.name == ROLE)
    return (
        SheetRows(ROLE, first.columns, role),
        SheetRows(MAIN, easy, ()),
        SheetRows("validation", checks.columns, ()),
        SheetRows("example", easy, EXAMPLE),
    )


def role_notes() -> tuple[tuple[str, str, str], ...]:
    """Explain the fields of the sheet `role`: name, meaning, example."""
    return tuple((name, meaning, example) for name, _, meaning, example in ROLE_FIELDS)


def _rows_by_sheet(profile: RoleProfile) -> Mapping[str, list[Cells]]:
    document = canonical_document(profile)
    provenance: Block = document["provenance"]
    accomplishments: Sequence[Block] = document["accomplishments"]
    tasks: list[Block] = [task for one in accomplishments for task in one["tasks"]]
    return {
        ROLE: [
            {"field": name, "value": document["profile"].get(field, "")} for name, field, *_ in ROLE_FIELDS
        ],
        MAIN: list(_main_rows(profile)),
        "accomplishments": [{**one, "accomplishment": one["id"]} for one in accomplishments],
        "figures": _below(accomplishments, "criteria", "figure_id"),
        "tasks": [{**task, **task.get("decision", {}), "task": task["id"]} for task in tasks],
        "tools": [{"task": task["id"], "tool": tool} for task in tasks for tool in task["tools"]],
        "interactions": [{"task": task["id"], **one} for task in tasks for one in task["interactions"]],
        "strategies": [
            {"accomplishment": one["id"], "strategy": text}
            for one in accomplishments
            for text in one["strategies"]
        ],
        "barriers": _below(accomplishments, "barriers", "barrier_id"),
        "lines": [_line(item, profile) for item in profile.items],
        "mental_models": [{"thought_id": one["id"], **one} for one in document["mental_models"]],
        "questions": [{"question_id": one["id"], **one} for one in document["open_questions"]],
        SELECTION: list(_selection(provenance.get("selection"))),
        "outcomes": list(provenance.get("selection", {}).get("criteria", ())),
        "evidence": [{"evidence_id": one["id"], **one} for one in provenance["evidence"]],
        "validation": list(provenance["validation"]),
    }


def _below(accomplishments: Sequence[Block], part: str, id_column: str) -> list[Cells]:
    return [
        {**element, "accomplishment": one["id"], id_column: element["id"]}
        for one in accomplishments
        for element in one[part]
    ]


def _line(item: Item, profile: RoleProfile) -> Cells:
    # What follows from the other columns is left empty, so that it still follows after an edit.
    surveys = () if item.surveys == default_surveys(item.expect, item.observe) else item.surveys
    kind = "" if item.kind == default_kind(item.element, profile) else item.kind
    anchors = {f"anchor_{point}": text for point, text in (item.anchors or {}).items()}
    return {
        "line": item.id,
        "kind": kind,
        "surveys": SEPARATOR.join(surveys),
        "raters": SEPARATOR.join(item.raters),
        "target": item.target,
        **anchors,
    }


def _selection(selection: Block | None) -> Iterator[Cells]:
    if selection is None:
        return
    for name, field in SELECTION_FIELDS:
        if field in selection:
            yield {"field": name, "value": selection[field]}
    for name, field in SELECTION_LISTS:
        for value in selection[field]:
            yield {"field": name, "value": value}


def _main_rows(profile: RoleProfile) -> Iterator[Cells]:
    """Give one row per line in form order; accomplishments and tasks appear in the order of the profile."""
    waiting = _Waiting(profile)
    for item in profile.items:
        accomplishment, task = waiting.owner(item.element)
        cells: dict[str, object] = {"expect": item.expect, "observe": item.observe, "line_id": item.id}
        if task is None:
            cells["from"] = item.element
        if accomplishment is not None:
            *before, last = waiting.up_to(accomplishment, task)
            yield from before
            cells |= last
        yield cells
    yield from waiting.rest()


class _Waiting:
    """The accomplishments and tasks that no row has named yet, in the order of the profile."""

    def __init__(self, profile: RoleProfile) -> None:
        self._places: list[tuple[Accomplishment, KeyTask | None]] = []
        self._owners: dict[str, tuple[Accomplishment, KeyTask | None]] = {}
        for one in profile.accomplishments:
            self._owners[one.id] = (one, None)
            self._owners |= {task.id: (one, task) for task in one.tasks}
            self._owners |= {criterion.id: (one, None) for criterion in one.criteria}
            self._owners |= {barrier.id: (one, None) for barrier in one.barriers}
            self._owners |= {f"{one.id}.S{n}": (one, None) for n in range(1, len(one.strategies) + 1)}
            self._places += [(one, task) for task in one.tasks] or [(one, None)]
        self._n_named = 0

    def owner(self, element: str) -> tuple[Accomplishment | None, KeyTask | None]:
        return self._owners.get(element, (None, None))

    def up_to(self, accomplishment: Accomplishment, task: KeyTask | None) -> Iterator[Cells]:
        """Give the rows of what must be named before, then the cells of this place itself."""
        while not self._is_named(accomplishment, task):
            place = self._places[self._n_named]
            self._n_named += 1
            if place == (accomplishment, task):
                yield _named(*place, is_new=True)
                return
            yield _named(*place, is_new=True)
        yield _named(accomplishment, task, is_new=False)

    def rest(self) -> Iterator[Cells]:
        for place in self._places[self._n_named :]:
            yield _named(*place, is_new=True)

    def _is_named(self, accomplishment: Accomplishment, task: KeyTask | None) -> bool:
        named = self._places[: self._n_named]
        if task is None:
            return any(one.id == accomplishment.id for one, _ in named)
        return any(one is not None and one.id == task.id for _, one in named)


def _named(accomplishment: Accomplishment, task: KeyTask | None, *, is_new: bool) -> Cells:
    cells = {"accomplishment": accomplishment.title, "accomplishment_id": accomplishment.id}
    if task is None:
        return cells
    cells |= {"task": task.title, "task_id": task.id}
    return cells | {"great": task.great, "typical": task.typical} if is_new else cells


def _translations(profile: RoleProfile, overlays: Mapping[str, Mapping[str, str]]) -> SheetRows:
    locales = sorted(overlays)
    columns = (*TRANSLATION_COLUMNS, *(SheetColumn(locale, "", width=60) for locale in locales))
    rows = [
        (key, text, *(overlays[locale].get(key, "") for locale in locales))
        for key, text in translatable_texts(profile).items()
    ]
    return SheetRows(TRANSLATIONS, columns, tuple(rows))


def _as_row(columns: Sequence[SheetColumn], cells: Cells) -> Row:
    values = [cells.get(column.name) for column in columns]
    return tuple("" if value is None else str(value) for value in values)
