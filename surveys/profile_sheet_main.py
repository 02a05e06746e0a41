"""The sheet `profile`: a row is one task or one line of an accomplishment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from surveys.profile_ids import IdMaker, key_of, line_keys
from surveys.profile_sheet_defaults import default_surveys
from surveys.profile_sheet_draft import Block, CellRef, Draft, SheetRow
from surveys.table import likeness
from surveys.text import quoted
from surveys.yaml_source import Place

DONE_ABOVE = "is said above in row {row} already; leave it empty here or give the task another name"


@dataclass(slots=True)
class Element:
    """An accomplishment or a task of the sheet, with the row that names it first."""

    block: Block
    at: Place
    row: SheetRow
    owner: "Element | None" = None

    @property
    def id(self) -> str:
        """Give the id, empty until it is made."""
        return str(self.block.get("id", ""))

    @property
    def title(self) -> str:
        """Give the title as the first row has it."""
        return str(self.block.get("title", ""))


@dataclass(slots=True)
class Line:
    """A line with the element its row puts it under."""

    block: Block
    row: SheetRow
    element: Element | None


@dataclass(slots=True)
class MainSheet:
    """What the sheet says: accomplishments with their tasks, and the lines in order."""

    draft: Draft
    accomplishments: list[Element] = field(default_factory=list)
    tasks: list[Element] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def find(self, kind: str, text: str) -> Element | None:
        """Find an accomplishment or task by its id or its title."""
        listed = self.accomplishments if kind == "accomplishment" else self.tasks
        by_id = next((one for one in listed if one.id == text), None)
        return by_id or next((one for one in listed if likeness(one.title) == likeness(text)), None)


def read_main(draft: Draft, rows: Iterable[SheetRow]) -> MainSheet:
    """Read the rows; what does not fit is noted in the draft."""
    sheet = MainSheet(draft)
    accomplishment: Element | None = None
    task: Element | None = None
    for row in rows:
        before = accomplishment
        accomplishment = _accomplishment(sheet, row, accomplishment)
        named = _task(sheet, row, accomplishment)
        task = named or (task if accomplishment is before else None)
        if any(row.text(name) for name in ("expect", "observe", "line_id", "from")):
            _line(sheet, row, task or accomplishment)
    return sheet


def make_ids(sheet: MainSheet, maker: IdMaker) -> None:
    """Give every accomplishment, task and line without an id its own, and let the lines point at their elements."""
    for one in sheet.accomplishments:
        one.block["id"] = one.id or maker.make([key_of("accomplishment", one.title)], "A")
    for one in sheet.tasks:
        owner = one.owner.id if one.owner is not None else ""
        one.block["id"] = one.id or maker.make([key_of("task", owner, one.title)], f"{owner}.T")
    prefix = maker.line_prefix(str(line.block["id"]) for line in sheet.lines if "id" in line.block)
    for line in sheet.lines:
        if "from" not in line.block and line.element is not None:
            line.block["from"] = line.element.id
        if "id" not in line.block:
            wordings = line.block.get("expect"), line.block.get("observe")
            keys = line_keys(str(line.block.get("from", "")), *wordings)
            line.block["id"] = maker.make(keys, prefix, digits=2)


def _accomplishment(sheet: MainSheet, row: SheetRow, current: Element | None) -> Element | None:
    title, identifier = row.text("accomplishment"), row.text("accomplishment_id")
    if not title and not identifier:
        if current is None and not row.text("from"):
            sheet.draft.note(row.cell("accomplishment"), "is empty; the first row names an accomplishment")
        return current
    found = _known(sheet.accomplishments, title, identifier)
    if found is not None:
        _same_title(sheet.draft, found, title, row.cell("accomplishment"))
        return found
    at: Place = ("accomplishments", len(sheet.accomplishments))
    block = sheet.draft.block(at, row, {"title": "accomplishment", "id": "accomplishment_id"})
    sheet.accomplishments.append(Element({**block, "tasks": []}, at, row))
    return sheet.accomplishments[-1]


def _task(sheet: MainSheet, row: SheetRow, owner: Element | None) -> Element | None:
    title, identifier = row.text("task"), row.text("task_id")
    if not title and not identifier:
        for name in ("great", "typical"):
            if row.text(name):
                sheet.draft.note(row.cell(name), "describes a task, but the row names none; name the task")
        return None
    if owner is None:
        return None
    inside = [one for one in sheet.tasks if one.owner is owner]
    found = _known(inside, title, identifier)
    if found is not None:
        _same_title(sheet.draft, found, title, row.cell("task"))
        for name in ("great", "typical"):
            if row.text(name) and row.text(name) != found.block.get(name):
                sheet.draft.note(row.cell(name), DONE_ABOVE.format(row=found.row.number))
        return found
    tasks = owner.block["tasks"]
    at: Place = (*owner.at, "tasks", len(tasks))
    fields = {"title": "task", "id": "task_id", "great": "great", "typical": "typical"}
    tasks.append(sheet.draft.block(at, row, fields))
    sheet.tasks.append(Element(tasks[-1], at, row, owner))
    return sheet.tasks[-1]


def _line(sheet: MainSheet, row: SheetRow, element: Element | None) -> None:
    at: Place = ("items", len(sheet.lines))
    fields = {"observe": "observe", "expect": "expect", "id": "line_id", "from": "from"}
    block = sheet.draft.block(at, row, fields)
    for name, column in (("surveys", "observe"), ("kind", "from"), ("raters", "observe")):
        sheet.draft.cells[(*at, name)] = row.cell(column)
    block["surveys"] = list(default_surveys(block.get("expect"), block.get("observe")))
    if not block["surveys"]:
        sheet.draft.note(row.cell("observe"), "is empty, and so is expect; a line needs one of them")
    sheet.lines.append(Line(block, row, element))


def _known(listed: list[Element], title: str, identifier: str) -> Element | None:
    if identifier:
        return next((one for one in listed if one.id == identifier), None)
    return next((one for one in listed if likeness(one.title) == likeness(title)), None)


def _same_title(draft: Draft, found: Element, title: str, cell: CellRef) -> None:
    if title and title != found.title and found.id:
        message = (
            f"{found.id} is {quoted(found.title)} in row {found.row.number}; "
            "write it the same way or leave the cell empty"
        )
        draft.note(cell, message)
