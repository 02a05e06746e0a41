"""Books about the fixed cast, small and whole: Ada runs HR, Ben manages, Cleo is rated."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from exports.books import ClosingCounts, HrBook, HrItem, Person, RateeBook
from exports.languages import words_for
from exports.read_me import CycleInfo, ProfileInfo, Promise
from scoring.values import (
    Band,
    GroupName,
    GroupValue,
    Mean,
    NamedCell,
    NamedValue,
    NotAsked,
    NotObserved,
    Reference,
    Relationship,
    ReleasedCell,
    ReleasedComment,
    ReleasedGroup,
    ReleasePolicy,
    Report,
    ReportRow,
    RollupCell,
    Scale,
    Withheld,
)

EVERYONE: tuple[Relationship, ...] = ("self", "manager", "peer", "direct_report", "external")

EN_LINES = {
    "SS01": "Hazards seen on the shift are removed or made safe on the shift.",
    "SS02": "Each hazard raised gets an owner and a time in front of the person who raised it.",
    "SS03": "Whoever stops the line for safety is thanked, even when the stop was not needed.",
    "SS04": "The shift makes what is planned, right the first time and in the planned order.",
    "SS05": "People are matched to the hardest station of the day, and told why.",
    "MM1": "The first hour decides the shift.",
}
AR_LINES = {
    "SS01": "الأخطار التي تُرى في الوردية تُزال أو تُؤمَّن في الوردية نفسها.",
    "SS02": "لكل خطر يُبلَّغ عنه مسؤول ووقت أمام من أبلغ عنه.",
    "SS03": "شكر من يوقف الخط من أجل السلامة علناً، حتى إن لم يكن التوقف ضرورياً.",
    "SS04": "تنتج الوردية ما هو مخطط، صحيحاً من أول مرة وبالترتيب المخطط.",
    "SS05": "توزيع الأشخاص بحسب أصعب محطة في اليوم لا بحسب العادة، مع بيان السبب.",
    "MM1": "الساعة الأولى تحسم الوردية.",
}
ACCOMPLISHMENT_OF = {"SS01": "A1", "SS02": "A1", "SS03": "A1", "SS04": "A2", "SS05": "A2"}
TITLES = {
    "en": {"A1": "A shift without harm", "A2": "A plan met with good product"},
    "ar": {"A1": "وردية بلا أذى", "A2": "خطة تتحقق بمنتج جيد"},
}
PURPOSE = {
    "en": "To help each supervisor see what great looks like here and agree the next step. Not used for pay or dismissal.",
    "ar": "مساعدة كل مشرف على رؤية ما يعنيه الأداء الممتاز هنا والاتفاق على الخطوة التالية. لا يُستخدم للأجور أو الفصل.",
}
PROMISE = {
    "en": {
        "self": "Your own answers are shown with your name to you and your manager.",
        "manager": "Your answers as manager are shown with your name.",
        "peer": "Your scores are shown only together with those of at least two others.",
    },
    "ar": {
        "self": "تظهر إجاباتك باسمك لك ولمديرك.",
        "manager": "تظهر إجاباتك كمدير باسمك.",
        "peer": "لا تظهر درجاتك إلا مجموعة مع درجات شخصين آخرين على الأقل.",
    },
}


def lines_in(locale: str) -> dict[str, str]:
    """The texts of the lines."""
    return AR_LINES if locale == "ar" else EN_LINES


def cycle_info(locale: str = "en") -> CycleInfo:
    """A closed 360 of Plant North."""
    content = "ar" if locale == "ar" else "en"
    told = PROMISE[content]
    return CycleInfo(
        organisation="Plant North & Sons",
        title="360 autumn 2026" if content == "en" else "تقييم 360 خريف 2026",
        kind="feedback360",
        purpose=PURPOSE[content],
        promises=(
            Promise("self", (told["self"],)),
            Promise("manager", (told["manager"],)),
            Promise("peer", (told["peer"], told["peer"])),
        ),
        policy=ReleasePolicy(),
        scale=Scale(),
        profile=ProfileInfo("plant-shift-supervisor", "Plant shift supervisor", "1.0.0", "studied"),
        opened_on=date(2026, 10, 5),
        deadline=date(2026, 10, 26),
        closed_on=date(2026, 10, 28),
    )


def hr_items(locale: str = "en", n: int | None = None) -> tuple[HrItem, ...]:
    """The lines of the form as HR's workbook knows them."""
    titles = TITLES["ar" if locale == "ar" else "en"]
    items = []
    for number, (item, text) in enumerate(lines_in(locale).items()):
        accomplishment = ACCOMPLISHMENT_OF.get(item, "")
        reference = (
            Reference("baseline", Fraction(47, 10), 6),
            Reference("target", Fraction(4), 3),
            Reference("none", None, 0),
        )[number % 3]
        asked: tuple[Relationship, ...] = EVERYONE if number else ("self", "manager", "peer")
        items.append(HrItem(item, text, accomplishment, titles.get(accomplishment, ""), asked, reference))
    return tuple(items[:n])


def hr_book(locale: str = "en") -> HrBook:
    """HR's workbook of two people, one role shown and one withheld."""
    cells: list[ReleasedCell] = []
    groups: tuple[GroupName, ...] = ("peer", "direct_report")
    for ratee in ("cleo", "fay"):
        for number, item in enumerate(("SS02", "SS03", "SS04", "SS05")):
            cells.append(ReleasedCell(ratee, groups[number % 2], item, 6, 25 - number, None))
    cells.append(ReleasedCell("cleo", "peer", "SS01", 6, None, "high"))
    rollups = [
        RollupCell("Shift supervisor", group, item, 7, 41 + n, Fraction(17 + n, 4))
        for group in groups
        for n, item in enumerate(("SS02", "SS03"))
    ]
    rollups.append(RollupCell("Account executive", "peer", "SS02", Withheld(), Withheld(), Withheld()))
    return HrBook(
        cycle=cycle_info(locale),
        closing=ClosingCounts(counted=212, unfinished=9, empty=31, orphans=0, unreadable=0),
        items=hr_items(locale),
        groups_invited={"self": 24, "manager": 24, "peer": 110, "direct_report": 96, "external": 12},
        people={
            "cleo": Person("00123", "Cleo Marsh", "Shift supervisor"),
            "fay": Person("00124", "ليلى قصراني" if locale == "ar" else "Fay Ito", "Shift supervisor"),
        },
        cells=tuple(cells),
        rollups=tuple(rollups),
        words=words_for(locale),
    )


def _row(row_id: str, self_value: NamedCell, groups: dict[GroupName, GroupValue], words: str) -> ReportRow:
    is_compared = words != "too_few"
    return ReportRow(
        id=row_id,
        self_value=self_value,
        manager_value=NotObserved() if row_id == "SS02" else NamedValue(Fraction(4)),
        groups=groups,
        others=Mean(7, Fraction(43, 10), 3.9, 4.7, False) if is_compared else Withheld(),
        reference=Reference("baseline", Fraction(47, 10), 6) if is_compared else Reference("none", None, 3),
        gap_others_to_reference=Fraction(-2, 5) if is_compared else None,
        gap_self_to_others=Fraction(7, 10) if is_compared else None,
        words=words,
    )


def report() -> Report:
    """Cleo's report: a band, a withheld line, a line that was not asked."""
    five, four = NamedValue(Fraction(5)), NamedValue(Fraction(4))
    peers = Mean(4, Fraction(17, 4), 3.44, 5.0, True)
    reports = Band(3, Fraction(14, 3), Fraction(5))
    return Report(
        ratee="cleo",
        groups=(
            ReleasedGroup("cleo", "peer", 4, ("peer",)),
            ReleasedGroup("cleo", "direct_report", 5, ("direct_report",)),
        ),
        accomplishments=(
            _row("A1", NamedValue(Fraction(13, 3)), {"peer": peers, "direct_report": reports}, "lower"),
        ),
        items=(
            _row("SS01", five, {"peer": peers, "direct_report": reports}, "lower"),
            _row("SS02", four, {"peer": Withheld(), "direct_report": NotAsked()}, "too_few"),
        ),
        mental_models=(_row("MM1", four, {"peer": peers, "direct_report": Withheld()}, "same"),),
        n_released_cells=5,
        n_withheld_cells=2,
        noise_points=0.64,
    )


def ratee_book(locale: str = "en") -> RateeBook:
    """Cleo's workbook with comments in two directions and one that looks like a formula."""
    content = "ar" if locale == "ar" else "en"
    return RateeBook(
        cycle=cycle_info(locale),
        person_name="Cleo Marsh",
        report=report(),
        item_texts=lines_in(locale),
        item_accomplishments=ACCOMPLISHMENT_OF,
        accomplishment_titles=TITLES[content],
        question_texts={
            "OQ1": "What should Cleo keep doing?" if content == "en" else "ما الذي ينبغي الاستمرار فيه؟"
        },
        sentences={
            "lower": "Others see this clearly below the baseline."
            if content == "en"
            else "يراه الآخرون أدنى بوضوح من المستوى المرجعي.",
            "same": "About the same." if content == "en" else "متقارب.",
            "too_few": "Too few answers to tell." if content == "en" else "الإجابات أقل من أن تقول شيئاً.",
        },
        comments=(
            ReleasedComment(
                "cleo", "OQ1", "Stands at the machine when something is wrong.\n\nKeep that.", None, "1"
            ),
            ReleasedComment("cleo", "OQ1", '=HYPERLINK("http://x") was in my handover sheet.', None, "2"),
            ReleasedComment("cleo", "OQ1", "تستمع إلينا وتشكر من يوقف الخط.", "Dan Ortiz", "3"),
        ),
        words=words_for(locale),
    )


def with_notice(book: HrBook, notice: str) -> HrBook:
    """The same book with a warning on every page."""
    return replace(book, cycle=replace(book.cycle, notice=notice))
