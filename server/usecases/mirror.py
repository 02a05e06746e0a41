"""A mirror: two people try a clarity talk on five lines of a role profile, and agree one sentence.

Nobody is rated and nothing is imported. What they write is sealed under the mirror's own key; the key is destroyed
when the mirror ends, so copies in backups say nothing either.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from server.errors import Problem, not_found
from surveys import queries_mirror, queries_profiles
from surveys.database import write_tx
from surveys.form_cells import cells, check_value, required_now
from surveys.forms import Form
from surveys.keeper import Keeper
from surveys.mirror_form import five_lines, mirror_forms
from surveys.models.mirror import Mirror
from surveys.profile_file import from_document
from surveys.queries_mirror import MirrorRow, Side, other_side
from surveys.sealing import SheetKey
from surveys.sheet import Sheet, Version

JOIN_FOR = timedelta(minutes=10)
LIVES_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=90)
MOST_AT_ONCE = 5
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else
CODE_LENGTH = 8
LONGEST_NAME = 60
LONGEST_SENTENCE = 300

Answers = dict[str, Any]  # cell -> value, as on a sheet
Talk = dict[str, Any]  # {"sentence": str, "by": side, "is_agreed": bool}

CODE_UNKNOWN = Problem(
    422,
    "mirror_code",
    "No mirror waits for this code",
    "A code works for ten minutes and for one phone.",
    "code",
)
TOO_MANY = Problem(
    409, "mirror_many", "You have five mirrors already", "End one of them first; nothing was started."
)
NOT_NOW = Problem(
    409, "mirror_not_now", "This mirror has moved on", "Load the page again to see where it stands."
)


def key_of(secret: str) -> str:
    """Turn the second phone's secret into what is stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def start_mirror(starter_id: str, profile_id: str, side: Side, *, keeper: Keeper, clock: Clock) -> str:
    """Start a mirror on a stored profile version and give its id. Raises Problem."""
    now = clock.now()
    found = await queries_profiles.find_profile(profile_id)
    instrument = await queries_profiles.newest_instrument_id()
    if found is None or instrument is None:
        raise Problem(422, "mirror_profile", "Choose a role", "Take one of the roles in the list.", "profile")
    if len(await queries_mirror.list_mirrors_of(starter_id, now)) >= MOST_AT_ONCE:
        raise TOO_MANY
    items = five_lines(from_document(found[1]))
    mirror_id = new_id(clock)
    keeper.create_cycle(mirror_id)

    async def body(tx: BaseDBAsyncClient) -> None:
        await Mirror.create(
            id=mirror_id,
            profile_version_id=profile_id,
            instrument_id=instrument,
            starter_id=starter_id,
            starter_side=side,
            items=list(items),
            code_hash=_hash(join_code(mirror_id, keeper)),
            code_until=now + JOIN_FOR,
            ends_at=now + LIVES_FOR,
        )

    await write_tx(body)
    return mirror_id


def join_code(mirror_id: str, keeper: Keeper) -> str:
    """Give the code the second phone scans; it comes out of the mirror's key and is stored nowhere."""
    number = int(keeper.open_cycle(mirror_id).write_token("join", 1), 16)
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(letters)


def read_code(typed: str) -> str:
    """Read a code as people type it."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:CODE_LENGTH]


async def find_waiting(code: str, *, clock: Clock) -> MirrorRow:
    """Find the mirror a code is for. Raises Problem `mirror_code`."""
    found = await queries_mirror.find_joinable_mirror(_hash(read_code(code)), clock.now())
    if found is None:
        raise CODE_UNKNOWN
    return found


async def join_mirror(code: str, name: str, *, clock: Clock) -> tuple[str, str]:
    """Let the second phone in, once; give the mirror's id and the phone's secret. Raises Problem."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise Problem(422, "mirror_name", "Write your first name", f"At most {LONGEST_NAME} letters.", "name")
    found = await find_waiting(code, clock=clock)
    secret = clock.random_bytes(32).hex()

    async def body(tx: BaseDBAsyncClient) -> int:
        # The condition is part of the update: of two phones that scan at once, one gets in.
        waiting = Mirror.filter(id=found.id, joiner_key="", code_until__gt=clock.now())
        return await waiting.update(joiner_key=key_of(secret), joiner_name=called, code_hash="")

    if not await write_tx(body):
        raise CODE_UNKNOWN
    return found.id, secret


async def answer_line(
    row: MirrorRow, side: Side, item: str, given: Mapping[str, str], *, keeper: Keeper
) -> None:
    """Keep what one side says about a line; the card turns after it, so it is not changed any more.

    Raises Problem 422 with the field that is missing.
    """
    form = mirror_forms(row.profile, row.overlays, row.instrument, row.items)[side]
    answers = read_answers(row, side, keeper=keeper)
    line = next((one for one in form.lines if one.item == item), None)
    if line is None:
        raise not_found()
    if any(cell.startswith(f"{item}.") for cell in answers):
        raise NOT_NOW
    new = _values(form, item, given)
    missing = [cell for cell in required_now(form, _as_sheet(new)) if cell.startswith(f"{item}.")]
    if missing:
        raise Problem(422, "mirror_line", "Answer each question of this line", "One tap each.", missing[0])
    await _write(row, side, {**answers, **new}, keeper=keeper)


async def propose_sentence(row: MirrorRow, side: Side, sentence: str, *, keeper: Keeper) -> None:
    """Propose the sentence both shall mean; an earlier proposal that nobody agreed to gives way. Raises Problem."""
    said = " ".join(sentence.split())
    if not said or len(said) > LONGEST_SENTENCE or not said.isprintable():
        detail = f"Write one sentence of at most {LONGEST_SENTENCE} letters."
        raise Problem(422, "mirror_sentence", "There is no sentence yet", detail, "sentence")
    talk = read_talk(row, keeper=keeper)
    if not is_open(row, keeper=keeper) or (talk and talk["is_agreed"]):
        raise NOT_NOW
    await _write(row, "talk", {"sentence": said, "by": side, "is_agreed": False}, keeper=keeper)


async def agree(row: MirrorRow, side: Side, sentence: str, *, keeper: Keeper) -> None:
    """Agree to the other's sentence, word for word as it was shown. Raises Problem."""
    talk = read_talk(row, keeper=keeper)
    if not talk or talk["by"] == side or talk["sentence"] != sentence:
        raise NOT_NOW
    await _write(row, "talk", {**talk, "is_agreed": True}, keeper=keeper)


async def keep_mirror(row: MirrorRow, side: Side, *, clock: Clock) -> None:
    """Ask to keep the mirror; with both asking it stays for 90 days."""

    async def body(tx: BaseDBAsyncClient) -> None:
        stored = await Mirror.filter(id=row.id).select_for_update().first()
        if stored is None:
            return
        stored.kept_by = sorted({*stored.kept_by, side})
        if len(stored.kept_by) == 2:
            stored.ends_at = max(stored.ends_at, clock.now() + KEPT_FOR)
        await stored.save(update_fields=["kept_by", "ends_at"])

    await write_tx(body)


async def end_mirror(mirror_id: str, *, keeper: Keeper) -> None:
    """Delete a mirror and destroy its key; either side may."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Mirror.filter(id=mirror_id).delete()

    await write_tx(body)
    keeper.destroy_results(mirror_id)
    keeper.destroy_cycle(mirror_id)


async def end_old_mirrors(*, keeper: Keeper, clock: Clock) -> int:
    """End every mirror whose time is over; give how many."""
    over = await queries_mirror.list_ended_mirrors(clock.now())
    for mirror_id in over:
        await end_mirror(mirror_id, keeper=keeper)
    return len(over)


def read_answers(row: MirrorRow, side: Side, *, keeper: Keeper) -> Answers:
    """Open what one side wrote."""
    return _open(row, side, keeper=keeper)


def read_talk(row: MirrorRow, *, keeper: Keeper) -> Talk:
    """Open the sentence and who proposed it; empty while there is none."""
    return _open(row, "talk", keeper=keeper)


def next_item(row: MirrorRow, answers: Answers) -> str | None:
    """Give the first line a side has not answered."""
    return next((item for item in row.items if not _has(answers, item)), None)


def is_open(row: MirrorRow, *, keeper: Keeper) -> bool:
    """Tell whether both have answered every line: before that neither sees a word of the other."""
    return all(
        next_item(row, read_answers(row, side, keeper=keeper)) is None
        for side in (row.starter_side, other_side(row.starter_side))
    )


def _has(answers: Answers, item: str) -> bool:
    return any(cell.startswith(f"{item}.") for cell in answers)


def _values(form: Form, item: str, given: Mapping[str, str]) -> Answers:
    specs = cells(form)
    found: Answers = {}
    for cell, typed in given.items():
        if not cell.startswith(f"{item}."):
            continue
        value = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else typed
        if check_value(specs.get(cell), value) is None:
            found[cell] = value
    return found


def _as_sheet(answers: Answers) -> Sheet:
    return {cell: (Version(value, 0, "0" * 16, 1, {}),) for cell, value in answers.items()}


def _open(row: MirrorRow, box: str, *, keeper: Keeper) -> dict[str, Any]:
    sealed = row.boxes[box]
    if sealed is None:
        return {}
    document: dict[str, Any] = json.loads(_key(row.id, box, keeper).open(sealed))
    return document


async def _write(row: MirrorRow, box: str, document: Mapping[str, Any], *, keeper: Keeper) -> None:
    """Seal a box in the place of what was read; when it changed meanwhile nothing is written."""
    name, old = f"{box}_box", row.boxes[box]
    unchanged = {f"{name}__isnull": True} if old is None else {name: old}
    sealed = _key(row.id, box, keeper).seal(json.dumps(document, ensure_ascii=False).encode())

    async def body(tx: BaseDBAsyncClient) -> int:
        return await Mirror.filter(id=row.id, **unchanged).update(**{name: sealed})

    if not await write_tx(body):
        raise NOT_NOW


def _key(mirror_id: str, box: str, keeper: Keeper) -> SheetKey:
    return keeper.open_cycle(mirror_id).sheet(box, 1)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
