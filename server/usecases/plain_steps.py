"""The pages a form is divided into, and when the card of a line turns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from surveys.sheet import Sheet, read_value

Kind = Literal["all", "before", "line", "top3", "teach_back", "open"]
Document = Mapping[str, Any]  # a form as the phone gets it: JSON


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form, with its parts as the form has them."""

    kind: Kind
    parts: tuple[Document, ...]


def steps_of(form: Document) -> tuple[Step, ...]:
    """Divide a form into pages: a 360 is one, of a clarity form every line is, for its card turns after it is answered."""
    if form["kind"] != "clarity":
        return (Step("all", (*form["lines"], *form["open"])),)
    before = (*form["pulse"], *([form["unaided"]] if form["unaided"] else ()))
    steps = [Step("before", before)] if before else []
    steps += [Step("line", (line,)) for line in form["lines"]]
    if form["top3"]:
        steps.append(Step("top3", (form["top3"],)))
        if form["top3"]["teach_back"]:
            steps.append(Step("teach_back", tuple(form["top3"]["teach_back"])))
    return (*steps, *([Step("open", tuple(form["open"]))] if form["open"] else ()))


def step_of_cell(steps: Sequence[Step], cell: str) -> int:
    """Find the page of a cell, from 1; the first for a cell that stands on none."""
    for i, step in enumerate(steps):
        if any(cell in _cells(part) for part in step.parts):
            return i + 1
    return 1


def is_turned(line: Document, form: Document, sheet: Sheet) -> bool:
    """Tell whether the card of an employee's line shows its back: every tap is given, or the gate ends the line."""
    if form["relationship"] != "self" or "gate" not in line:
        return False
    return not open_taps(line, sheet)


def open_taps(line: Document, sheet: Sheet) -> tuple[str, ...]:
    """List the taps of a clarity line that are asked and not given."""
    if read_value(sheet.get(line["gate"]["cell"], ())) in line["gate"]["ends"]:
        return ()
    return tuple(cell for cell in taps_of(line) if read_value(sheet.get(cell, ())) is None)


def taps_of(line: Document) -> tuple[str, ...]:
    """List the ratings of a line."""
    return tuple(one["cell"] for one in line["questions"] if one["kind"] == "scale")


def note_of(line: Document, form: Document, sheet: Sheet) -> Document | None:
    """Give the question for own words that a 360 line offers while it is rated as it is; None while it offers none."""
    note = form.get("note")
    if note is None or read_value(sheet.get(line["questions"][0]["cell"], ())) not in note["among"]:
        return None
    return {
        "cell": f"{line['item']}.{note['cell']}",
        "kind": "text",
        "max": note["max"],
        "text": note["text"],
    }


def lines_in_scope(form: Document, sheet: Sheet) -> list[Document]:
    """List the lines of a clarity form that their gate has not ended."""
    return [
        line
        for line in form["lines"]
        if read_value(sheet.get(line["gate"]["cell"], ())) not in line["gate"]["ends"]
    ]


def _cells(part: Document) -> Iterator[str]:
    if "cell" in part:
        yield part["cell"]
    for one in (*part.get("questions", ()), *part.get("after", ())):
        yield one["cell"]
