"""What the shell may ask of an installation, whether the server runs or not: one table of commands."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from server.clock import Clock
from server.command import own_command
from server.errors import Problem
from server.mail import Mailer
from server.settings import Settings
from server.usecases.advance import close_due_cycle
from server.usecases.backups import back_up
from server.usecases.cancel import abandon_cycle
from server.usecases.clock_watch import trust_clock
from server.usecases.delete_person import delete_person, find_person_id, look_at_deletion, part_words
from server.usecases.doctor import examine, say, worst
from server.usecases.launch import launch_cycle
from server.usecases.people_import import import_people, look_over_people
from server.usecases.preflight import preflight
from server.usecases.profiles import import_content
from server.usecases.trial_mail import send_trial_mail
from server.usecases.uploads import Upload
from server.usecases.workbooks import hr_workbook_bytes
from server.words import translate
from surveys.errors import SurveysError
from surveys.keeper import Keeper
from surveys.queries_cycles import find_cycle

SAID = {
    "profile": "profile imported",
    "overlay": "translation imported",
    "instrument": "question texts imported",
    "same": "already here, nothing changed",
}
SHELL = ""  # no person: whoever may use the shell of the server


@dataclass(frozen=True, slots=True)
class Context:
    """What a command works with."""

    settings: Settings
    keeper: Keeper
    clock: Clock
    is_serving: bool = False


async def run_command(name: str, arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run one command; a problem comes back as words, never as a trace."""
    command = COMMANDS.get(name)
    if command is None:
        return {"error": f"there is no command {name!r}"}
    if context.settings.is_demo and name.startswith("import_"):
        return {"error": f"A demo imports no files. Start with your own people: {own_command()} init"}
    try:
        return await command(arguments, context)
    except Problem as problem:
        return {"error": f"{problem.title}. {problem.detail}".strip()}
    except SurveysError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"error": f"{error.filename}: {error.strerror}. Choose another place."}


async def _import_people(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    upload = Upload(str(arguments["filename"]), base64.b64decode(arguments["data"]))
    folder = context.settings.data_dir / "uploads"
    dry = await look_over_people(upload, actor=SHELL, folder=folder, clock=context.clock)
    diff = await import_people(
        dry.token, dry.approval, actor=SHELL, folder=folder, keeper=context.keeper, clock=context.clock
    )
    return {"said": f"{len(diff.new)} new, {len({one.external_id for one in diff.changed})} changed"}


async def _import_profile(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    upload = Upload(str(arguments["filename"]), base64.b64decode(arguments["data"]))
    stored = await import_content(upload, actor=SHELL, keeper=context.keeper, clock=context.clock)
    return {"said": f"{stored.name}: {SAID[stored.kind]}"}


async def _launch(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    cycle = str(arguments["cycle"])
    known = await find_cycle(cycle)
    if known is None:
        return {"error": f"there is no cycle {cycle!r}; its id stands in the address of its page"}
    if known.state != "draft":
        return {"error": f"cycle {cycle} is {known.state}; only a draft can be launched"}
    found = await preflight(cycle, clock=context.clock)
    if found.warnings:
        codes = ", ".join(sorted({one.code for one in found.warnings}))
        return {"error": f"warnings are confirmed by name on the page of the cycle: {codes}"}
    state = await launch_cycle(
        cycle,
        actor_id=SHELL,
        keeper=context.keeper,
        clock=context.clock,
        errors=found.errors,
        left_out=found.left_out,
    )
    return {"said": f"cycle {cycle} is {state}"}


async def _close(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    if await find_cycle(str(arguments["cycle"])) is None:
        return {
            "error": f"there is no cycle {arguments['cycle']!r}; its id stands in the address of its page"
        }
    said = await close_due_cycle(
        str(arguments["cycle"]),
        keeper=context.keeper,
        clock=context.clock,
        backups_dir=context.settings.backups_dir,
    )
    return {"said": said}


async def _abandon(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    cycle = str(arguments["cycle"])
    if await find_cycle(cycle) is None:
        return {"error": f"there is no cycle {cycle!r}; its id stands in the address of its page"}
    await abandon_cycle(
        cycle,
        actor_id=SHELL,
        reason=str(arguments["reason"]),
        keeper=context.keeper,
        clock=context.clock,
        backups_dir=context.settings.backups_dir,
    )
    return {"said": f"cycle {cycle} is abandoned; its sheets and its key are destroyed"}


async def _export(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    if await find_cycle(str(arguments["cycle"])) is None:
        return {
            "error": f"there is no cycle {arguments['cycle']!r}; its id stands in the address of its page"
        }
    data = await hr_workbook_bytes(
        str(arguments["cycle"]), viewer="", locale="en", keeper=context.keeper, clock=context.clock
    )
    path = Path(str(arguments["out"]))
    await asyncio.to_thread(path.write_bytes, data)
    return {"said": f"{path} written, {len(data)} bytes"}


async def _backup(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    named = str(arguments["target"])
    made = await back_up(context.settings, clock=context.clock, target=Path(named) if named else None)
    words = f"{made.path}, {made.n_bytes} bytes, opened again and looked through: {made.facts.n_rows} rows"
    if made.path.parent != context.settings.backups_dir:
        words += "\nIt holds who was asked in open cycles. Delete it when they have closed: no closing reaches it here."
    return {"said": words}


async def _doctor(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    if arguments["trust_clock"]:
        await trust_clock(clock=context.clock)
    checks = await examine(
        context.settings,
        keeper=context.keeper,
        clock=context.clock,
        is_serving=context.is_serving,
        is_thorough=True,
    )
    said = [asdict(say(check, "en")) for check in checks]
    return {"state": worst(checks), "checks": said}


async def _test_mail(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    settings, to = context.settings, str(arguments["to"])
    mailer = Mailer(settings.smtp, settings.organisation, settings.public_url, clock=context.clock)
    said = await send_trial_mail(mailer, name=to, mail=to, locale="en")
    return {"error": said} if said else {"said": f"the mail server took a test mail to {to}"}


async def _look_at_deletion(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    plan = await look_at_deletion(await find_person_id(str(arguments["external_id"])), clock=context.clock)
    return {
        "name": plan.name,
        "n_reports": plan.n_reports,
        "n_talks": plan.n_talks,
        "parts": [
            f"{part.title}: "
            + translate("en", part_words(part))
            + ("" if part.is_rated else f" {part.other}")
            for part in plan.parts
        ],
    }


async def _delete_person(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    external_id = str(arguments["external_id"])
    await delete_person(
        await find_person_id(external_id),
        confirm=str(arguments["confirm"]),
        cancels=bool(arguments["cancels"]),
        former=translate("en", "delete.former"),
        actor=SHELL,
        keeper=context.keeper,
        clock=context.clock,
    )
    return {"said": f"{external_id} is deleted; backups made until now hold them until they run out"}


COMMANDS: dict[str, Callable[[dict[str, Any], Context], Awaitable[dict[str, Any]]]] = {
    "import_people": _import_people,
    "import_profile": _import_profile,
    "launch": _launch,
    "close": _close,
    "abandon": _abandon,
    "export": _export,
    "backup": _backup,
    "doctor": _doctor,
    "test_mail": _test_mail,
    "look_at_deletion": _look_at_deletion,
    "delete_person": _delete_person,
}
