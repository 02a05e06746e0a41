"""What the templates of plain pages are given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from server.usecases.plain import Task
from server.usecases.plain_blocks import Showing, blocks_of, fields_of, parts_of
from server.usecases.plain_steps import Document, note_of, step_of_cell, steps_of
from server.usecases.plain_typed import typed_values
from surveys.form_cells import CellSpec
from surveys.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Which page of a sheet is drawn, and what of a sent one is shown again."""

    name: str
    posted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)  # cell -> reason
    sheet: Sheet | None = None  # what was just sent, where the stored sheet may not be seen
    is_busy: bool = False
    is_saved: bool = False
    is_missing_marked: bool = False


def page_values(
    task: Task, cards: Mapping[str, Document], asked: PageAsked
) -> tuple[dict[str, object], dict[str, CellSpec]]:
    """Draw a page of the form: what its template is given, and the cells that can be answered on it."""
    number = int(asked.name)
    step = steps_of(task.form)[number - 1]
    specs = task.asked.specs
    again = tuple(specs) if asked.is_busy else tuple(asked.problems)
    showing = Showing(
        form=task.form,
        specs=specs,
        sheet=task.sheet if asked.sheet is None else asked.sheet,
        name=task.row["ratee"]["name"],
        cards=cards,
        needed=frozenset(task.needed) if task.state == "draft" else frozenset(),
        typed=typed_values(
            specs, again, {name: asked.posted[name] for name in asked.posted if name in specs}
        ),
        problems=asked.problems,
    )
    blocks = blocks_of(step, showing)
    values: dict[str, object] = {
        "step": step.kind,
        "number": number,
        "parts": parts_of(blocks),
        "blocks": blocks,
        "clear": "-",
    }
    return values, {cell: specs[cell] for cell in fields_of(blocks)}


def send_values(task: Task) -> dict[str, object]:
    """Say what is still missing before a sheet is sent in, with the page each stands on."""
    steps = steps_of(task.form)
    missing: dict[tuple[int, str], str] = {}
    for cell in task.needed:
        number = step_of_cell(steps, cell)
        item = cell.partition(".")[0].removeprefix("@")
        part = next(
            (one for one in steps[number - 1].parts if item in (one.get("item"), one.get("id"))), None
        )
        text = task.form["top3"]["text"] if part is None else part["text"]
        missing.setdefault((number, item), text.replace("{name}", task.row["ratee"]["name"]))
    offers = [
        (line["item"], line["text"].replace("{name}", task.row["ratee"]["name"]))
        for line in task.form["lines"]
        if (note := note_of(line, task.form, task.sheet)) and note["cell"] not in task.sheet
    ]
    return {"missing": [(number, item, text) for (number, item), text in missing.items()], "offers": offers}


def practice_values(form: Document) -> Document | None:
    """Give the invented line to practise on, with the panel's answer in words."""
    practice = form.get("practice")
    if practice is None:
        return None
    scale = form["scales"][form["lines"][0]["questions"][0]["scale"]]
    said = next(point["label"] for point in scale["points"] if point["value"] == practice["rating"])
    return {**practice, "panel": said}


def deadlines(tasks: Iterable[Task]) -> dict[str, datetime]:
    """Give until when each sheet may be sent in."""
    return {task.row["id"]: datetime.fromtimestamp(task.row["closes_at"] / 1000, UTC) for task in tasks}
