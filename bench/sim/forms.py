"""The forms the simulated people are asked by: small, so that a sheet becomes final now and then."""

from surveys.form_cells import cells, needs_of
from surveys.forms import Form, FormLine, FormOpen, FormQuestion, FormRole, FormScale, FormSection, hashed
from surveys.queries_answers import FormCells

LINES = ("SS01", "SS02")
_SCALE = FormScale(
    id="five", points=tuple((n, {"en": str(n)}) for n in range(1, 6)), not_observed={"en": "Not seen"}
)


def _lines(cell: str) -> tuple[FormLine, ...]:
    return tuple(
        FormLine(
            item=item,
            section="all",
            variation=None,
            text={"en": item},
            questions=(
                FormQuestion(cell=f"{item}.{cell}", scale="five", is_required=True, may_be_not_observed=True),
            ),
        )
        for item in LINES
    )


def _form(kind: str, relationship: str, cell: str) -> FormCells:
    form = hashed(
        Form(
            kind="clarity" if kind == "clarity" else "feedback360",
            relationship="manager" if relationship == "manager" else "self" if kind == "clarity" else "peer",
            source_locale="en",
            locales=("en",),
            role=FormRole(id="r", version="1", grade="sketched", title={"en": "R"}, summary={"en": "R"}),
            brief=(),
            minutes=1,
            scales=(_SCALE,),
            sections=(FormSection(id="all", title={"en": "All"}),),
            lines=_lines(cell),
            open=(FormOpen(id="OQ1", text={"en": "Anything else?"}, has_choices=True),),
        )
    )
    return FormCells(form, cells(form), needs_of(form))


FEEDBACK = _form("feedback360", "peer", "f_match")
OWN = _form("clarity", "self", "e_clear")
OTHER = _form("clarity", "manager", "m_told")
BY_HASH = {one.form.hash: one for one in (FEEDBACK, OWN, OTHER)}
