"""A second, empty installation on a loopback port with a clock that is set, and the two spreadsheets its HR fills in."""

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
from starlette.applications import Starlette

from server.app import create_app
from server.first_app import Switch, create_first_app
from server.settings import Settings, first_settings
from server.usecases.backups import nightly_backup
from server.usecases.operation_notes import note_start
from server.usecases.programme_run import run_programmes
from server.usecases.publish import deliver_to_newcomers
from server.usecases.reminders import start_due_waves
from server.usecases.watched import send_watched
from surveys.models.people import Person
from tests.browser.harness import Address
from tests.factories import SetClock
from tests.firm import Firm

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HR_MAIL = "hr@testwerk.example"
TITLE, ROLE = "Warehouse team lead", "warehouse-team-lead"
GREAT = "Sends every order out complete and on the day."
SIX_COLUMNS = ("accomplishment", "task", "great", "typical", "expect", "observe")
LINES = (
    ("Orders leave complete", "Check", "Counts each pallet before the doors close.", "Counts after a complaint.",
     "Count each pallet before the doors close.", "Counts each pallet before the doors close."),
    ("Nobody gets hurt", "Walk", "Walks every aisle before the shift begins.", "Looks when something fell.",
     "Walk every aisle before the shift begins.", "Walks every aisle before the shift begins."),
    ("A team that learns", "Teach", "Shows one person one new step a week.", "Shows it when there is time.",
     "Show one person one new step a week.", "Shows one person one new step a week."),
)  # fmt: skip
UNITS = ("Dock North", "Dock South", "Night crew")
MANAGERS = {"Dock North": "M01", "Dock South": "M02", "Night crew": "M02"}
N_EMPLOYEES, N_NIGHT = 30, 4
LOCALES = ("en", "es", "de", "ar")
WITHOUT_MAIL = frozenset(f"E{number:02d}" for number in range(4, 33, 4)) | {"E30"}
NAMES = {
    "en": ("Alma Thistlewood", "Bram Oakhollow", "Clem Fennimore", "Dora Wickstead", "Evan Larkridge",
           "Flora Pennwhistle", "Gus Hartmoor", "Hope Silverbrook"),
    "es": ("Inés Valdeluna", "Jaime Rocafuerte", "Lola Montesol", "Mateo Riobravo", "Nieves Campoalto",
           "Olmo Pradoviejo", "Paz Torresuave", "Quique Almendral"),
    "de": ("Rike Ahornberg", "Sönke Birkental", "Thea Lindenhof", "Uwe Eschengrund", "Vroni Kieferau",
           "Wim Buchenhain", "Xaver Ulmenfeld", "Yara Weidenbach"),
    "ar": ("زهرة وادي النخيل", "سامر جبل الزيتون", "ليلى بستان الورد", "هادي نهر الصفاء", "ريم حقل الياسمين",
           "نادر بئر الماء", "سلمى تل القمح", "فارس درب القمر"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Employee:
    """One row of the people file."""

    number: str
    name: str
    locale: str
    unit: str
    mail: str

    @property
    def manager(self) -> str:
        return MANAGERS[self.unit]


def employees() -> tuple[Employee, ...]:
    """Thirty people of one role in three units, four languages in turn, eight of them without mail."""
    found = []
    for place in range(N_EMPLOYEES):
        number, locale = f"E{place + 1:02d}", LOCALES[place % len(LOCALES)]
        is_night = place >= N_EMPLOYEES - N_NIGHT
        unit = UNITS[2] if is_night else UNITS[place % 2]
        mail = "" if number in WITHOUT_MAIL else f"{number.lower()}@testwerk.example"
        found.append(Employee(number, NAMES[locale][place // len(LOCALES)], locale, unit, mail))
    return tuple(found)


def people_file(*, hr_locale: str) -> bytes:
    """The spreadsheet of who works here."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "people"
    page.append(
        ["external_id", "name", "mail", "locale", "time_zone", "role_profile", "unit", "manager", "hr"]
    )
    page.append(["P001", "Hester Vale", HR_MAIL, hr_locale, "Europe/Berlin", "", "Office", "", "yes"])
    for number, name, locale in (("M01", "Marge Copperfield", "en"), ("M02", "Nuno Castelbravo", "es")):
        page.append(
            [number, name, f"{number.lower()}@testwerk.example", locale, "Europe/Berlin", "", "Office"]
        )
    for one in employees():
        page.append(
            [one.number, one.name, one.mail, one.locale, "Europe/Berlin", ROLE, one.unit, one.manager]
        )
    return _bytes(book)


def fill_profile(template: bytes) -> bytes:
    """Type the smallest profile into the template: title, one sentence of great, three results with a task each."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    role, main = book["role"], book["profile"]
    for row in role.iter_rows(min_row=2):
        wanted = {"title": TITLE, "great": GREAT}.get(str(row[0].value))
        if wanted:
            row[1].value = wanted
    headings = [str(cell.value) for cell in main[1]]
    for number, line in enumerate(LINES, 2):
        for name, text in zip(SIX_COLUMNS, line, strict=True):
            main.cell(number, headings.index(name) + 1, text)
    return _bytes(book)


@dataclass(slots=True)
class Organisation:
    """The installation as it grows: first only pages that ask, then the running application."""

    clock: SetClock
    address: Address
    data_dir: Path
    codes: list[str] = field(default_factory=list)
    app: Starlette | None = None

    @property
    def firm(self) -> Firm:
        assert self.app is not None, "the six questions are not answered yet"
        return Firm(self.app, self.app.state.settings, self.clock)

    async def id_of(self, number: str) -> str:
        return (await Person.get(external_id=number)).id

    async def live(self, *, until: datetime) -> None:
        """Set the clock on and do once what the server's jobs do all day."""
        self.clock.at = until
        firm, state = self.firm, self.firm.app.state
        await firm.advance()
        await deliver_to_newcomers(is_mail_ready=state.mailer.is_ready, clock=self.clock)
        await run_programmes(keeper=state.keeper, clock=self.clock)
        await firm.advance()
        await start_due_waves(clock=self.clock)
        await nightly_backup(firm.settings, clock=self.clock)
        await send_watched(mailer=state.mailer, keeper=state.keeper, clock=self.clock)


@asynccontextmanager
async def empty_installation(folder: Path, *, port: int) -> AsyncIterator[Organisation]:
    """Serve an empty folder as `sightline serve` does, up to the running application."""
    clock = SetClock(MONDAY)
    url = f"http://127.0.0.1:{port}"
    settings = replace(first_settings(folder), public_url=url, port=port)
    async with AsyncExitStack() as stack:

        async def become(installed: Settings) -> None:
            app = create_app(installed, clock=clock, runs_jobs=False)
            await stack.enter_async_context(app.router.lifespan_context(app))
            await note_start(at=clock.now())
            organisation.app = switch.app = app

        first = create_first_app(
            settings, clock=clock, database_url=settings.database_url, show_code=lambda _: None, become=become
        )
        switch = Switch(first)
        organisation = Organisation(clock, Address(switch, port), folder, [first.state.first.draw_code()])
        await organisation.address.start()
        try:
            yield organisation
        finally:
            await organisation.address.stop()


def _bytes(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
