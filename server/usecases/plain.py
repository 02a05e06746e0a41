"""The sheets of a person as plain pages: read and written by the very same sync as a phone's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from server.access import Principal
from server.clock import Clock, millis
from server.usecases.inbox import find_cards, find_form
from server.usecases.plain_device import PageLoad, page_load, versions_of
from server.usecases.plain_steps import Document, is_turned, open_taps, steps_of, taps_of
from server.usecases.plain_typed import typed_values
from server.usecases.session_inbox import session_inbox
from server.usecases.sync import SyncQueue
from server.wire import MOST_SHEETS, PROTOCOL, SentSheet, SyncRequest
from surveys.form_cells import CellSpec, is_final, still_needed
from surveys.keeper import Keeper
from surveys.queries_answers import FormCells, load_forms
from surveys.sheet import Sheet, Value, Version, from_document, merge_versions, read_value

APP = "plain"
LOAD_BYTES = 8
OVER = ("closed", "opened", "revoked", "unknown", "update")

State = Literal["new", "draft", "ready", "received", "declined", "late", "hidden"]
Do = Literal["save", "submit", "reopen", "decline", "undecline"]
SPECIAL: Mapping[str, tuple[str, Value]] = {
    "submit": ("@submit", True), "reopen": ("@submit", False), "undecline": ("@decline", None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """What the use cases of plain pages work with."""

    queue: SyncQueue
    keeper: Keeper
    clock: Clock


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a page may do with its sheet: `read` is empty where earlier answers are not shown."""

    cycle: str
    write: str
    read: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One sheet of a person: the row of the inbox, the form, and what was answered so far."""

    row: Document
    form: Document
    asked: FormCells
    sheet: Sheet
    state: State
    needed: tuple[str, ...]

    @property
    def may_read(self) -> bool:
        """Tell whether earlier answers are shown."""
        return "read" in self.row

    @property
    def tokens(self) -> Tokens:
        """Give what a page needs to write this sheet."""
        return Tokens(self.row["cycle"], self.row["write"], self.row.get("read", ""), self.row["form"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a page that was sent: the status, what was refused, and the sheet as far as it may be seen."""

    status: str
    refused: Mapping[str, str] = field(default_factory=dict)  # cell -> reason
    values: Mapping[str, Value] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=dict)
    form: Document = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    receipt: str = ""


async def list_tasks(person: Principal, desk: Desk, *, locale: str) -> tuple[tuple[Task, ...], Document]:
    """List the open sheets of a person, with the inbox they come from. Raises Problem like the inbox."""
    inbox = await session_inbox(person, locale=locale, clock=desk.clock, keeper=desk.keeper)
    rows: Sequence[Document] = inbox["assignments"]
    forms = await load_forms(row["form"] for row in rows)
    sheets = await _read(desk, rows)
    tasks = []
    for row, sheet in zip(rows, sheets, strict=True):
        form = await find_form(row["form"], _language(row, locale))
        if form is not None and sheet is not None:
            tasks.append(_task(row, form, forms[row["form"]], sheet))
    return tuple(tasks), inbox


async def find_task(person: Principal, assignment: str, desk: Desk, *, locale: str) -> Task | None:
    """Find one open sheet of a person; None when it is not theirs, or no longer asked."""
    inbox = await session_inbox(person, locale=locale, clock=desk.clock, keeper=desk.keeper)
    row = next((one for one in inbox["assignments"] if one["id"] == assignment), None)
    if row is None:
        return None
    form = await find_form(row["form"], _language(row, locale))
    asked = (await load_forms([row["form"]])).get(row["form"])
    (sheet,) = await _read(desk, [row])
    return None if form is None or asked is None or sheet is None else _task(row, form, asked, sheet)


async def cards_of(task: Task, locale: str) -> Mapping[str, Document]:
    """Give the cards of a clarity form; the page shows one only once its line is answered."""
    if task.form["kind"] != "clarity":
        return {}
    found = await find_cards(task.row["form"], _language(task.row, locale))
    return {} if found is None else found["cards"]


def new_page(sheet: Sheet, specs: Mapping[str, CellSpec], clock: Clock) -> PageLoad:
    """Draw a device for a page that is rendered now."""
    return page_load(sheet, specs, d=clock.random_bytes(LOAD_BYTES).hex(), now=millis(clock.now()))


async def keep_page(
    tokens: Tokens, page: PageLoad, posted: Mapping[str, Sequence[str]], *, do: Do, reason: str, desk: Desk
) -> Kept:
    """Write what a page was filled with, as a phone would: by possession, through the same queue.

    Raises Problem 503 when nothing can be taken just now.
    """
    asked = (await load_forms([tokens.form])).get(tokens.form)
    form = await find_form(tokens.form, "en") if asked is not None else None
    if asked is None or form is None:
        return Kept(status="unknown")
    status, stored, _ = await _send(tokens, {}, desk)
    if status in OVER:
        return Kept(status=status)
    special = ("@decline", reason) if do == "decline" else SPECIAL.get(do)
    values = dict([special]) if special else typed_values(asked.specs, tuple(page.fields), posted)
    values = {cell: value for cell, value in values.items() if cell not in _locked(form, stored)}
    now = millis(desk.clock.now())
    if page.shown_at > now:  # the clock went back: a page of then cannot number what it writes
        page = PageLoad(desk.clock.random_bytes(LOAD_BYTES).hex(), now, page.highest, page.fields)
    sent = {cell: [one] for cell, one in versions_of(page, values, now=now).items()}
    status, sheet, refused = await _send(tokens, sent, desk)
    submit = sent.get("@submit")
    return Kept(
        status=status,
        refused=refused,
        values=values,
        sheet=sheet if tokens.read else _as_sheet(values, refused),
        form=form,
        needed=still_needed(asked.needs, sheet),
        receipt=f"{submit[0].d[:4]}-{submit[0].n}".upper() if submit else "",
    )


def left_open(form: Document, sheet: Sheet, fields: Sequence[str]) -> tuple[str, bool]:
    """Give the line whose taps a page asked, and whether all of them are given now; an empty name without one."""
    for step in steps_of(form):
        line = step.parts[0]
        if step.kind == "line" and set(taps_of(line)) & set(fields):
            return line["item"], not open_taps(line, sheet)
    return "", False


def _task(row: Document, form: Document, asked: FormCells, sheet: Sheet) -> Task:
    needed = still_needed(asked.needs, sheet)
    return Task(
        row=row, form=form, asked=asked, sheet=sheet, state=_state(row, asked, sheet, needed), needed=needed
    )


def _state(row: Document, asked: FormCells, sheet: Sheet, needed: Sequence[str]) -> State:
    if "read" not in row:
        return "hidden"
    if isinstance(read_value(sheet.get("@decline", ())), str):
        return "declined"
    if is_final(asked.needs, sheet):
        return "received"
    if sheet and not needed:
        return "ready"
    if sheet:
        return "draft"
    return "late" if row["state"] == "grace" else "new"


def _locked(form: Document, stored: Sheet) -> frozenset[str]:
    """List the taps that stay as they were given: their card has turned."""
    lines = [line for line in form["lines"] if is_turned(line, form, stored)]
    return frozenset(cell for line in lines for cell in taps_of(line))


def _language(row: Document, locale: str) -> str:
    return locale if locale in row["locales"] else row["locales"][0]


async def _read(desk: Desk, rows: Sequence[Document]) -> list[Sheet | None]:
    """Read sheets as a phone that holds nothing; a sheet that may not be read is empty, one that is over is None."""
    sheets: list[Sheet | None] = []
    for start in range(0, len(rows), MOST_SHEETS):
        asked = [
            SentSheet(cycle=row["cycle"], write=row["write"], read=row.get("read"), have={}, cells={})
            for row in rows[start : start + MOST_SHEETS]
        ]
        reply = await desk.queue.sync(SyncRequest(protocol=PROTOCOL, app=APP, sheets=asked))
        sheets += [
            None if one["status"] in OVER else from_document(one.get("cells", {})) for one in reply["sheets"]
        ]
    return sheets


async def _send(tokens: Tokens, cells: dict[str, Any], desk: Desk) -> tuple[str, Sheet, dict[str, str]]:
    """Sync one sheet: its status, everything of it that may be seen, and what was refused."""
    one = SentSheet(cycle=tokens.cycle, write=tokens.write, read=tokens.read or None, have={}, cells=cells)
    reply = await desk.queue.sync(SyncRequest(protocol=PROTOCOL, app=APP, sheets=[one]))
    told = reply["sheets"][0]
    refused = {str(row["cell"]): str(row["reason"]) for row in told.get("refused", ())}
    theirs = from_document(told.get("cells", {}))
    own = {
        cell: tuple(Version(_frozen(v.v), v.hlc, v.d, v.n, v.seen) for v in versions)
        for cell, versions in cells.items()
        if cell not in refused
    }
    sheet = {cell: merge_versions(theirs.get(cell, ()), own.get(cell, ())) for cell in {*theirs, *own}}
    return told["status"], sheet, refused


def _frozen(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _as_sheet(values: Mapping[str, Value], refused: Mapping[str, str]) -> Sheet:
    """Give just what this page sent: all that somebody may see who may not read."""
    return {
        cell: (Version(value, 1, "0" * 16, 1, {}),)
        for cell, value in values.items()
        if cell not in refused and value is not None
    }
