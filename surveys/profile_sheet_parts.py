"""The further sheets of `profile.xlsx`: figures, details of tasks and lines, provenance, translations."""

from collections.abc import Callable, Iterable, Mapping

from surveys.profile_ids import IdMaker, key_of
from surveys.profile_sheet_columns import SELECTION_FIELDS, SELECTION_LISTS
from surveys.profile_sheet_defaults import default_raters, kind_of
from surveys.profile_sheet_draft import Block, Draft, SheetRow, split
from surveys.profile_sheet_main import Element, Line, MainSheet
from surveys.text import quoted
from surveys.yaml_source import Place

Rows = Callable[[str], Iterable[SheetRow]]
FIGURE = ("text", "unit", "better", "typical", "meets", "great", "source", "scope")
EVIDENCE = ("kind", "performer", "consent", "minutes", "debrief_minutes", "cases", "note")
VALIDATION = (
    *("step", "asked", "answered", "changed_statements", "rule", "kept", "dropped"),
    *("could_do_this_here", "by", "result"),
)


def add_parts(sheet: MainSheet, rows: Rows, maker: IdMaker) -> Block:
    """Add what the further sheets say to the accomplishments, tasks and lines; give what stands beside them."""
    _details(sheet, rows("accomplishments"))
    _lists(sheet, rows, maker)
    _task_details(sheet, rows("tasks"))
    thoughts = _numbered(
        sheet.draft, rows("mental_models"), ("mental_models",), "thought", ("text",), maker, "MM"
    )
    questions = _numbered(
        sheet.draft, rows("questions"), ("open_questions",), "question", ("survey", "text"), maker, "OQ"
    )
    _finish_lines(sheet, rows("lines"), {str(one["id"]) for one in thoughts})
    return {
        "provenance": _provenance(sheet.draft, rows, maker),
        "mental_models": thoughts,
        "accomplishments": [one.block for one in sheet.accomplishments],
        "items": [line.block for line in sheet.lines],
        "open_questions": questions,
    }


def _owner(sheet: MainSheet, row: SheetRow, kind: str) -> Element | None:
    text = row.text(kind)
    found = sheet.find(kind, text) if text else None
    if found is None:
        said = f"{quoted(text)} is no {kind} of the sheet profile" if text else "is empty"
        sheet.draft.note(row.cell(kind), f"{said}; write the id or the title of one")
    return found


def _details(sheet: MainSheet, rows: Iterable[SheetRow]) -> None:
    for row in rows:
        owner = _owner(sheet, row, "accomplishment")
        if owner is not None:
            fields = {name: name for name in ("statement", "why", "weight")}
            _merge(sheet.draft, owner, row, fields)


def _merge(draft: Draft, owner: Element, row: SheetRow, fields: Mapping[str, str]) -> None:
    found = draft.block(owner.at, row, fields)
    for name in found.keys() & owner.block.keys():
        draft.note(row.cell(fields[name]), f"says {name} of {owner.id} a second time; keep one row")
    owner.block.update(found)


def _task_details(sheet: MainSheet, rows: Iterable[SheetRow]) -> None:
    for row in rows:
        owner = _owner(sheet, row, "task")
        if owner is None:
            continue
        _merge(sheet.draft, owner, row, {"variation": "variation", "insight": "insight"})
        fields = {name: name for name in ("when", "choose", "cue")}
        decision = sheet.draft.block((*owner.at, "decision"), row, fields)
        if decision:
            owner.block["decision"] = decision


def _lists(sheet: MainSheet, rows: Rows, maker: IdMaker) -> None:
    draft = sheet.draft
    for row in rows("figures"):
        _append(sheet, row, "criteria", "figure", FIGURE, maker, "C")
    for row in rows("barriers"):
        _append(sheet, row, "barriers", "barrier", ("text", "cell", "workaround"), maker, "B")
    for name, kind, part, column in (
        ("strategies", "accomplishment", "strategies", "strategy"),
        ("tools", "task", "tools", "tool"),
    ):
        for row in rows(name):
            owner = _owner(sheet, row, kind)
            if owner is not None:
                listed = owner.block.setdefault(part, [])
                draft.cells[(*owner.at, part, len(listed))] = row.cell(column)
                listed.append(row.text(column))
    for row in rows("interactions"):
        owner = _owner(sheet, row, "task")
        if owner is not None:
            listed = owner.block.setdefault("interactions", [])
            fields = {name: name for name in ("with", "purpose", "rhythm")}
            listed.append(draft.block((*owner.at, "interactions", len(listed)), row, fields))


def _append(
    sheet: MainSheet, row: SheetRow, part: str, kind: str, names: tuple[str, ...], maker: IdMaker, letter: str
) -> None:
    owner = _owner(sheet, row, "accomplishment")
    if owner is None:
        return
    listed = owner.block.setdefault(part, [])
    at: Place = (*owner.at, part, len(listed))
    block = sheet.draft.block(at, row, {**{name: name for name in names}, "id": f"{kind}_id"})
    key = key_of(kind, owner.id, str(block.get("text", "")))
    block["id"] = block.get("id") or maker.make([key], f"{owner.id}.{letter}")
    listed.append(block)


def _numbered(
    draft: Draft,
    rows: Iterable[SheetRow],
    at: Place,
    kind: str,
    names: tuple[str, ...],
    maker: IdMaker,
    prefix: str,
) -> list[Block]:
    listed: list[Block] = []
    for row in rows:
        fields = {**{name: name for name in names}, "id": f"{kind}_id"}
        block = draft.block((*at, len(listed)), row, fields)
        key = key_of(kind, *(str(block.get(name, "")) for name in names if name != "survey"))
        block["id"] = block.get("id") or maker.make([key], prefix)
        listed.append(block)
    return listed


def _finish_lines(sheet: MainSheet, rows: Iterable[SheetRow], thoughts: set[str]) -> None:
    by_id = {str(line.block["id"]): (number, line) for number, line in enumerate(sheet.lines)}
    for row in rows:
        found = by_id.get(row.text("line"))
        if found is None:
            sheet.draft.note(
                row.cell("line"),
                f"{quoted(row.text('line'))} is no line of the sheet profile; write its line_id",
            )
        else:
            _line_details(sheet.draft, row, *found)
    results = {one.id for one in sheet.accomplishments}
    for line in sheet.lines:
        line.block.setdefault(
            "kind", kind_of(str(line.block.get("from", "")), thoughts=thoughts, results=results)
        )
        line.block.setdefault("raters", list(default_raters(tuple(line.block["surveys"]))))


def _line_details(draft: Draft, row: SheetRow, number: int, line: Line) -> None:
    at: Place = ("items", number)
    line.block.update(draft.block(at, row, {"target": "target"}))
    for name in ("kind", "surveys", "raters"):
        if row.text(name):
            draft.cells[(*at, name)] = row.cell(name)
            line.block[name] = row.text(name) if name == "kind" else split(row.text(name))
    anchors = draft.block((*at, "anchors"), row, {point: f"anchor_{point}" for point in "135"})
    if anchors:
        line.block["anchors"] = anchors


def _provenance(draft: Draft, rows: Rows, maker: IdMaker) -> Block:
    at: Place = ("provenance",)
    found: Block = {
        "evidence": _numbered(draft, rows("evidence"), (*at, "evidence"), "evidence", EVIDENCE, maker, "E"),
        "validation": [
            draft.block((*at, "validation", number), row, {name: name for name in VALIDATION})
            for number, row in enumerate(rows("validation"))
        ],
    }
    selection = _selection(draft, rows, (*at, "selection"))
    return found | ({"selection": selection} if selection else {})


def _selection(draft: Draft, rows: Rows, at: Place) -> Block:
    found: Block = {}
    singles, lists = dict(SELECTION_FIELDS), dict(SELECTION_LISTS)
    for row in rows("selection"):
        name, value = row.text("field"), row.text("value")
        if name in singles and value:
            if singles[name] in found:
                draft.note(row.cell("field"), f"says {name} a second time; keep one row")
            draft.cells.setdefault(at, row.cell("field"))
            draft.cells[(*at, singles[name])] = row.cell("value")
            found[singles[name]] = value
        elif name in lists and value:
            listed = found.setdefault(lists[name], [])
            draft.cells[(*at, lists[name], len(listed))] = row.cell("value")
            listed.append(value)
        elif name not in singles and name not in lists:
            known = ", ".join((*singles, *lists))
            draft.note(row.cell("field"), f"{quoted(name)} is no field of this sheet; write one of {known}")
    outcomes = [
        draft.block((*at, "criteria", number), row, {name: name for name in ("measure", "adjust_for", "cut")})
        for number, row in enumerate(rows("outcomes"))
    ]
    return found | ({"criteria": outcomes} if outcomes else {})
