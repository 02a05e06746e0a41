"""The questions of one plain page, with what stands in each of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from server.usecases.plain_device import shown_value
from server.usecases.plain_steps import Document, Step, is_turned, lines_in_scope, note_of
from surveys.form_cells import NOT_OBSERVED, SKIP, CellSpec
from surveys.sheet import Sheet, Value, distinct_texts, read_value

ISOLATE, POP = "\u2068", "\u2069"
SHORT = 160  # a text of one line


@dataclass(frozen=True, slots=True)
class Choice:
    """One point of a scale, one chip, or one line to pick."""

    value: str
    label: str
    hint: str = ""
    lang: str = ""
    is_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question with what stands in it now."""

    cell: str
    kind: Literal["scale", "text", "flag", "list"]
    label: str
    lang: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    max_length: int = 0
    most: int = 0
    is_needed: bool = False  # still to be answered
    is_given: bool = False
    has_two_texts: bool = False
    is_note: bool = False
    problem: str = ""

    @property
    def is_short(self) -> bool:
        """Tell whether one line is enough to write in."""
        return 0 < self.max_length <= SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One line or sentence of a form with its questions; of a turned card the answers and what great looks like."""

    id: str
    kind: Literal["line", "pulse", "unaided", "open", "top3", "teach_back"]
    text: str
    lang: str
    section: str = ""
    section_lang: str = ""
    fields: tuple[Field, ...] = ()
    locked: tuple[tuple[str, str], ...] = ()
    card: Document | None = None
    is_turned: bool = False
    freedom: str = ""  # how free the way is; of a clarity line it stands on the card


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The blocks of one page that stand under one heading; lines of no section and own words have no title."""

    title: str
    lang: str
    blocks: tuple[Block, ...]

    @property
    def id(self) -> str:
        """Name the part after its first block."""
        return self.blocks[0].id

    @property
    def n_asked(self) -> int:
        """Count the ratings of this part."""
        return sum(one.kind == "scale" for block in self.blocks for one in block.fields)

    @property
    def n_given(self) -> int:
        """Count those of them that are given."""
        return sum(one.kind == "scale" and one.is_given for block in self.blocks for one in block.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Everything a page is drawn from: the form, the sheet, what was typed and refused."""

    form: Document
    specs: Mapping[str, CellSpec]
    sheet: Sheet
    name: str
    cards: Mapping[str, Document] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    typed: Mapping[str, Value] = field(default_factory=dict)  # shown instead of what is stored
    problems: Mapping[str, str] = field(default_factory=dict)  # cell -> reason

    def value(self, cell: str) -> Value:
        """Give what a field shows."""
        return (
            self.typed[cell]
            if cell in self.typed
            else shown_value(self.specs[cell], self.sheet.get(cell, ()))
        )


def blocks_of(step: Step, showing: Showing) -> tuple[Block, ...]:
    """Draw the parts of one page."""
    if step.kind == "top3":
        return (_top_three(step.parts[0], showing),)
    if step.kind == "teach_back":
        return tuple(_teach_back(step.parts, showing))
    titles = {one["id"]: one for one in showing.form["sections"]}
    return tuple(_block(part, titles, showing) for part in step.parts)


def parts_of(blocks: Iterable[Block]) -> tuple[Part, ...]:
    """Put the blocks of a page under their headings."""
    named = groupby(blocks, lambda one: (one.section, one.section_lang))
    return tuple(Part(title=title, lang=lang, blocks=tuple(group)) for (title, lang), group in named)


def fields_of(blocks: Iterable[Block]) -> tuple[str, ...]:
    """List the cells that can be answered on a page."""
    return tuple(one.cell for block in blocks for one in block.fields)


def _block(part: Document, titles: Mapping[str, Document], showing: Showing) -> Block:
    if "item" not in part:
        kind = next((name for name in ("pulse", "open") if part in showing.form.get(name, ())), "unaided")
        return _plain(part, kind, showing)
    section = titles.get(part["section"], {"title": "", "lang": part["lang"]})
    has_turned = is_turned(part, showing.form, showing.sheet)
    fields = [*(_back(part, showing) if has_turned else _front(part, showing))]
    note = note_of(part, showing.form, showing.sheet)
    fields += [_field(note, showing, is_note=True)] if note is not None else []
    is_open_card = "gate" in part and showing.form["relationship"] != "self"
    return Block(
        id=part["item"],
        kind="line",
        text=_named(part["text"], showing.name),
        lang=part["lang"],
        section=section["title"],
        section_lang=section["lang"],
        fields=tuple(fields),
        locked=tuple(_locked(part, showing)) if has_turned else (),
        card=showing.cards.get(part["item"]) if has_turned or is_open_card else None,
        is_turned=has_turned,
        freedom=part["variation"] or "" if "gate" not in part else "",
    )


def _plain(part: Document, kind: Any, showing: Showing) -> Block:
    fields = tuple(_field(one, showing) for one in part["questions"])
    return Block(
        id=part["id"], kind=kind, text=_named(part["text"], showing.name), lang=part["lang"], fields=fields
    )


def _front(line: Document, showing: Showing) -> Iterator[Field]:
    anchors = line.get("anchors") or {}
    for question in line["questions"]:
        if question["kind"] == "scale" and "when" not in question:
            yield _field(question, showing, anchors=anchors, lang=line["lang"])


def _back(line: Document, showing: Showing) -> Iterator[Field]:
    """What is left to say once the card has turned: what gets in the way, and the own words."""
    has_ended = read_value(showing.sheet.get(line["gate"]["cell"], ())) in line["gate"]["ends"]
    if has_ended:
        return
    for question in (*line["questions"], *line["after"]):
        when = question.get("when")
        if question["kind"] == "scale" and when is None:
            continue
        low = None if when is None else read_value(showing.sheet.get(when["cell"], ()))
        if when is None or (isinstance(low, int) and not isinstance(low, bool) and low <= when["at_most"]):
            yield _field(question, showing)


def _locked(line: Document, showing: Showing) -> Iterator[tuple[str, str]]:
    for question in line["questions"]:
        value = read_value(showing.sheet.get(question["cell"], ()))
        if question["kind"] == "scale" and value is not None:
            labels = {one.value: one.label for one in _points(question, showing, {}, "")}
            yield _named(question.get("text", ""), showing.name), labels.get(str(value), "")


def _field(
    question: Document,
    showing: Showing,
    *,
    anchors: Mapping[str, str] | None = None,
    lang: str = "",
    is_note: bool = False,
) -> Field:
    cell = question["cell"]
    value = showing.value(cell)
    kind = showing.specs[cell].kind
    choices: tuple[Choice, ...] = ()
    if kind == "scale":
        choices = tuple(_points(question, showing, anchors or {}, lang))
    elif kind == "list":
        chosen = value if isinstance(value, tuple) else ()
        choices = tuple(
            Choice(one["value"], one["label"], is_on=one["value"] in chosen) for one in showing.form["chips"]
        )
    texts = distinct_texts(showing.sheet.get(cell, ())) if kind == "text" else ()
    return Field(
        cell=cell,
        kind=kind,
        label=_named(question.get("text", ""), showing.name),
        lang=showing.form["locale"],
        choices=choices,
        value=value if isinstance(value, str) and kind == "text" else "on" if value is True else "",
        max_length=question.get("max", 0),
        is_needed=cell in showing.needed,
        is_given=value is not None,
        has_two_texts=len(texts) > 1,
        is_note=is_note,
        problem=showing.problems.get(cell, ""),
    )


def _points(question: Document, showing: Showing, anchors: Mapping[str, str], lang: str) -> Iterator[Choice]:
    scale = showing.form["scales"][question["scale"]]
    value = showing.value(question["cell"])
    chosen = "" if value is None or isinstance(value, bool | tuple) else str(value)
    for point in scale["points"]:
        name = str(point["value"])
        yield Choice(name, point["label"], anchors.get(name, ""), lang, is_on=name == chosen)
    for word, offered in ((NOT_OBSERVED, "not_observed"), (SKIP, "skip")):
        if question.get(offered) and scale[offered]:
            yield Choice(word, scale[offered], is_on=word == chosen)


def _top_three(part: Document, showing: Showing) -> Block:
    value = showing.value(part["cell"])
    chosen = value if isinstance(value, tuple) else ()
    choices = tuple(
        Choice(
            line["item"], _named(line["text"], showing.name), lang=line["lang"], is_on=line["item"] in chosen
        )
        for line in lines_in_scope(showing.form, showing.sheet)
    )
    label = _named(part["text"], showing.name)
    one = Field(
        cell=part["cell"],
        kind="list",
        label=label,
        lang=showing.form["locale"],
        choices=choices,
        most=part["most"],
        is_needed=part["cell"] in showing.needed,
        is_given=bool(chosen),
        problem=showing.problems.get(part["cell"], ""),
    )
    return Block(
        id="top3", kind="top3", text=label, lang=showing.form["locale"], fields=(one,) if choices else ()
    )


def _teach_back(parts: Iterable[Document], showing: Showing) -> Iterator[Block]:
    picked = read_value(showing.sheet.get("@top3", ()))
    chosen = picked if isinstance(picked, tuple) else ()
    lines = {line["item"]: line for line in lines_in_scope(showing.form, showing.sheet)}
    for part in parts:
        line = lines.get(part["item"])
        if line is not None and part["item"] in chosen:
            yield Block(
                id=part["item"],
                kind="teach_back",
                text=_named(line["text"], showing.name),
                lang=line["lang"],
                fields=(_field(part, showing),),
            )


def _named(text: str, name: str) -> str:
    return text.replace("{name}", f"{ISOLATE}{name}{POP}")
