"""The sheets of `profile.xlsx`: which columns each has, what they mean, an example of each.

Two sheets are enough: `role` (title and one sentence of great) and `profile` with its first six columns. The others
hold what a profile may say besides, so that any stored profile survives export and import.
"""

from dataclasses import dataclass
from typing import Final, get_args

from surveys.profile_schema import BarrierCell, Consent, ItemKind, Survey
from surveys.table_columns import Column

ROLE: Final = "role"
MAIN: Final = "profile"
SELECTION: Final = "selection"
TRANSLATIONS: Final = "translations"
SEPARATOR: Final = "; "


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the workbook; `width` is in letters, `choices` are offered as a list."""

    name: str
    meaning: str
    example: str = ""
    width: float = 24
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def column(self) -> Column:
        """Give the column as the reader of tables knows it."""
        return Column(self.name, self.meaning, self.example, self.is_required)


@dataclass(frozen=True, slots=True)
class SheetShape:
    """A sheet with its columns in order."""

    name: str
    columns: tuple[SheetColumn, ...]

    def column(self, name: str) -> SheetColumn:
        """Give a column by its heading."""
        return next(one for one in self.columns if one.name == name)


# Fields of the sheet `role`: what the file calls them, the field of the schema, what they mean, an example.
ROLE_FIELDS: Final = (
    ("title", "title", "Name of the role. Needed.", "Warehouse team lead"),
    (
        "great",
        "summary",
        "What great looks like, in one sentence. Needed.",
        "Sends every order out complete and on the day.",
    ),
    (
        "purpose",
        "purpose",
        "What the role is there for, in one sentence.",
        "Get the right goods to people who wait for them.",
    ),
    ("owner", "owner", "Who answers for this profile.", "Head of logistics"),
    ("locale", "locale", "Language the profile is written in; en when empty.", "en"),
    ("id", "id", "Id of the role, in small letters; made from the title when empty.", "warehouse-team-lead"),
    ("version", "version", "Version; the next one is proposed when empty.", "1.0.0"),
    ("status", "status", "draft, published or retired; draft when empty.", "draft"),
    ("role_family", "role_family", "Family of roles.", "logistics"),
    ("effective_from", "effective_from", "From which day; today when empty.", "2026-12-01"),
    ("review_due", "review_due", "When to look at it again; a year later when empty.", "2027-12-01"),
    ("direction", "dir", "ltr or rtl; follows the language when empty.", "ltr"),
)
# Fields of the sheet `selection`; gate and spread may stand in several rows.
SELECTION_FIELDS: Final = (
    ("population", "population"),
    ("window_months", "window_months"),
    ("shortlisted", "shortlisted"),
    ("included", "included"),
    ("manager_nominations", "manager_nominations"),
    ("manager_nominations_also_in_data", "manager_nominations_also_in_data"),
    ("contrast_group", "contrast_group"),
    ("caution", "caution"),
)
SELECTION_LISTS: Final = (("gate", "gates"), ("spread", "spread"))

_FIELD = SheetColumn(
    "field", "Which field of the role; the names are fixed.", "title", width=20, is_required=True
)
_VALUE = SheetColumn("value", "What to say.", "Warehouse team lead", width=80, is_required=True)
_ACCOMPLISHMENT = SheetColumn(
    "accomplishment", "Id or title of an accomplishment of the sheet profile.", "A1", width=22
)
_TASK = SheetColumn("task", "Id or title of a task of the sheet profile.", "A1.T1", width=22)

MAIN_SHEET: Final = SheetShape(
    MAIN,
    (
        SheetColumn(
            "accomplishment",
            "A result that remains when the person goes home. Empty: the one above.",
            "Orders that leave complete",
            width=26,
            is_required=True,
        ),
        SheetColumn(
            "task",
            "A task that brings the result. Empty: another line of the task above.",
            "Check before loading",
            width=24,
            is_required=True,
        ),
        SheetColumn(
            "great",
            "What top performers do, so that two people watching would agree it happened.",
            "Counts each pallet against the list before the doors close.",
            width=38,
            is_required=True,
        ),
        SheetColumn(
            "typical",
            "What most people do instead.",
            "Counts when a customer complains.",
            width=34,
            is_required=True,
        ),
        SheetColumn(
            "expect",
            "The expectation as employee and manager are asked about it.",
            "Every pallet is counted before it is loaded.",
            width=36,
            is_required=True,
        ),
        SheetColumn(
            "observe",
            "The line others rate: a verb one can see, one behaviour, no pronoun.",
            "Counts pallets against the list before loading.",
            width=36,
            is_required=True,
        ),
        SheetColumn("accomplishment_id", "Made when empty. Keep it, so that trends hold.", "A1", width=18),
        SheetColumn("task_id", "Made when empty. Keep it.", "A1.T1", width=12),
        SheetColumn("line_id", "Made when empty. Keep it.", "L01", width=12),
        SheetColumn(
            "from",
            "Id of the element a line comes from, when it is not the task of its row.",
            "A1",
            width=12,
        ),
    ),
)
EASY_COLUMNS: Final = 6

SHEETS: Final = (
    SheetShape(ROLE, (_FIELD, _VALUE)),
    MAIN_SHEET,
    SheetShape(
        "accomplishments",
        (
            _ACCOMPLISHMENT,
            SheetColumn("statement", "The result as a sentence.", "Orders leave complete.", width=50),
            SheetColumn("why", "Why it matters.", "A missing box costs a second trip.", width=50),
            SheetColumn("weight", "1 to 5; 3 when empty.", "5", width=10),
        ),
    ),
    SheetShape(
        "figures",
        (
            _ACCOMPLISHMENT,
            SheetColumn("figure_id", "Made when empty.", "A1.C1", width=12),
            SheetColumn("text", "What is measured.", "Orders complete at the first delivery", width=44),
            SheetColumn("unit", "Its unit.", "percent", width=14),
            SheetColumn("better", "Which way is better.", "higher", width=12, choices=("higher", "lower")),
            SheetColumn("typical", "The median today.", "88", width=10),
            SheetColumn("meets", "The agreed standard.", "95", width=10),
            SheetColumn("great", "What top performers reach.", "99", width=10),
            SheetColumn("source", "Where the figure comes from.", "delivery log", width=24),
            SheetColumn(
                "scope",
                "Whose figure it is; only person may be compared with one person.",
                "person",
                width=12,
                choices=("person", "crew", "team"),
            ),
        ),
    ),
    SheetShape(
        "tasks",
        (
            _TASK,
            SheetColumn(
                "variation",
                "How free the way is; bounded when empty.",
                "bounded",
                width=14,
                choices=("fixed", "bounded", "free"),
            ),
            SheetColumn(
                "when", "A decision that comes up.", "The truck waits and one pallet is short", width=36
            ),
            SheetColumn("choose", "What top performers choose.", "Hold the truck for ten minutes", width=36),
            SheetColumn("cue", "The cue they use.", "A second trip costs an hour.", width=30),
            SheetColumn("insight", "What they know.", "Most missing boxes stand at gate 3.", width=40),
        ),
    ),
    SheetShape("tools", (_TASK, SheetColumn("tool", "One tool.", "loading list", width=40))),
    SheetShape(
        "interactions",
        (
            _TASK,
            SheetColumn("with", "Whom to talk to.", "driver", width=24),
            SheetColumn("purpose", "For what.", "agree what is missing", width=44),
            SheetColumn("rhythm", "How often.", "every truck", width=24),
        ),
    ),
    SheetShape(
        "strategies",
        (
            _ACCOMPLISHMENT,
            SheetColumn("strategy", "A way of working.", "Load the last stop first.", width=70),
        ),
    ),
    SheetShape(
        "barriers",
        (
            _ACCOMPLISHMENT,
            SheetColumn("barrier_id", "Made when empty.", "A1.B1", width=12),
            SheetColumn("text", "What stands in the way.", "The list comes after loading began.", width=50),
            SheetColumn("cell", "Kind of cause.", "env_information", width=18, choices=get_args(BarrierCell)),
            SheetColumn("workaround", "How top performers get round it.", "Ask for it at noon.", width=50),
        ),
    ),
    SheetShape(
        "lines",
        (
            SheetColumn("line", "Id of a line of the sheet profile.", "L01", width=12),
            SheetColumn(
                "kind", "Kind of line; follows its element when empty.", "behaviour", 16, get_args(ItemKind)
            ),
            SheetColumn(
                "surveys",
                "Where it is asked; follows expect and observe when empty.",
                "; ".join(get_args(Survey)),
                24,
            ),
            SheetColumn(
                "raters",
                "Who can see it: self, manager, peer, direct_report, external.",
                "self; manager; peer",
                36,
            ),
            SheetColumn("target", "Level to compare with, 1 to 5.", "4", width=10),
            SheetColumn("anchor_1", "What a 1 looks like.", "Counts after a complaint.", width=40),
            SheetColumn("anchor_3", "What a 3 looks like.", "Counts full trucks.", width=40),
            SheetColumn("anchor_5", "What a 5 looks like.", "Counts every truck, also on Fridays.", width=40),
        ),
    ),
    SheetShape(
        "mental_models",
        (
            SheetColumn("thought_id", "Made when empty.", "MM1", width=12),
            SheetColumn(
                "text", "How top performers think, in their voice.", "A list is a promise.", width=80
            ),
        ),
    ),
    SheetShape(
        "questions",
        (
            SheetColumn("question_id", "Made when empty.", "OQ1", width=14),
            SheetColumn("survey", "Where it is asked.", "feedback360", width=16, choices=get_args(Survey)),
            SheetColumn("text", "The open question.", "What should this person keep doing?", width=80),
        ),
    ),
    SheetShape(
        SELECTION,
        (
            SheetColumn("field", "How exemplars were chosen; gate and spread may repeat.", "population", 36),
            SheetColumn("value", "What was done or counted.", "64", width=70),
        ),
    ),
    SheetShape(
        "outcomes",
        (
            SheetColumn("measure", "An outcome by which exemplars were chosen.", "Orders complete", width=40),
            SheetColumn("adjust_for", "What it is adjusted for.", "size of the site", width=40),
            SheetColumn("cut", "Where the cut is.", "top fifth in 6 of 8 quarters", width=40),
        ),
    ),
    SheetShape(
        "evidence",
        (
            SheetColumn("evidence_id", "Made when empty.", "E1", width=14),
            SheetColumn("kind", "Interview, observation or artefact.", "observation", width=22),
            SheetColumn("performer", "The alias of the performer.", "P1", width=18),
            SheetColumn("consent", "What they agreed to.", "alias", width=18, choices=get_args(Consent)),
            SheetColumn("minutes", "Minutes.", "120", width=10),
            SheetColumn("debrief_minutes", "Minutes of debrief.", "30", width=16),
            SheetColumn("cases", "Cases.", "3", width=10),
            SheetColumn("note", "Anything to say about it.", "", width=44),
        ),
    ),
    SheetShape(
        "validation",
        (
            SheetColumn(
                "step",
                "What was checked.",
                "role_holder_feasibility",
                width=28,
                choices=(
                    "performer_check_back",
                    "top_performer_endorsement",
                    "role_holder_feasibility",
                    "safety_and_hr_check",
                ),
            ),
            SheetColumn("asked", "How many were asked.", "4", width=10),
            SheetColumn("answered", "How many answered.", "4", width=10),
            SheetColumn("changed_statements", "Statements changed.", "", width=18),
            SheetColumn("rule", "The rule of the vote.", "", width=36),
            SheetColumn("kept", "Statements kept.", "", width=10),
            SheetColumn("dropped", "Statements dropped.", "", width=10),
            SheetColumn(
                "could_do_this_here", "Share who said: could do this here, 0 to 1.", "0.75", width=20
            ),
            SheetColumn("by", "Who checked.", "", width=24),
            SheetColumn("result", "What came out.", "", width=24),
        ),
    ),
)
TRANSLATION_COLUMNS: Final = (
    SheetColumn("key", "Which text; the keys are fixed.", "A1.title", width=24, is_required=True),
    SheetColumn("text", "The text to translate; not read.", "Orders that leave complete", width=60),
)


def shape(name: str) -> SheetShape:
    """Give a sheet by its name."""
    return next(one for one in SHEETS if one.name == name)
