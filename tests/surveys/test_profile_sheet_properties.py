"""Any profile a YAML file may hold comes back from a spreadsheet as it was."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.profile_checks import findings
from surveys.profile_file import canonical_document, from_document
from surveys.profile_schema import RoleProfile
from surveys.table import ERROR_CODES
from tests.surveys.profile_books import read, written

# What spreadsheets like to change: formulas, numbers, escapes, line breaks, other scripts, letters in two forms.
PIECES = (
    *("=1+1", "+7", "-2", "@x", "007", "1e5", "TRUE", "_x0041_", "a\nb", "c\td", "é", "e\u0301", "\xa0"),
    *("لا", "🙂", "; ", ",", "|", "yes", "2026-01-02", "<b>", "&amp;", "'", '"', "Ω", "word", "A1", "A1.T1"),
)
texts = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5)
    .map(" ".join)
    .map(str.strip)
    .filter(lambda text: bool(text) and text not in ERROR_CODES)
)
levels = st.integers(1, 5)
figures = st.integers(0, 10**6).map(lambda n: f"{n / 100:.2f}")
Block = dict[str, Any]  # a block of a profile document


@st.composite
def profiles(draw: st.DrawFn) -> RoleProfile:
    thoughts = [{"id": f"MM{n}", "text": draw(texts)} for n in range(draw(st.integers(0, 2)))]
    accomplishments = [draw(_accomplishment(n)) for n in range(draw(st.integers(1, 3)))]
    elements = [one["id"] for one in thoughts] + [
        element for one in accomplishments for element in (one["id"], *_inside(one))
    ]
    items = [
        draw(_item(n, draw(st.sampled_from(elements)), thoughts)) for n in range(draw(st.integers(1, 6)))
    ]
    document: Block = {
        "profile": {
            "id": "role-x",
            "version": "3.1.4",
            "status": "retired",
            "locale": "pt-BR",
            "dir": "ltr",
            "title": draw(texts),
            "summary": draw(texts),
            "effective_from": "2026-01-02",
            "review_due": "2027-01-02",
            **draw(_some({"purpose": texts, "owner": texts, "role_family": texts})),
        },
        "provenance": draw(_provenance()),
        "mental_models": thoughts,
        "accomplishments": accomplishments,
        "items": items,
        "open_questions": [{"id": "OQ1", "survey": "clarity", "text": draw(texts)}],
    }
    assert not list(findings(document))
    return from_document(document)


def _some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Block]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def _accomplishment(draw: st.DrawFn, number: int) -> Block:
    key = f"A{number}"
    decision = st.fixed_dictionaries({"when": texts, "choose": texts, "cue": texts})
    tasks = [
        {
            "id": f"{key}.T{n}",
            "title": draw(texts),
            "great": draw(texts),
            "typical": draw(texts),
            "tools": draw(st.lists(texts, max_size=2)),
            "interactions": draw(
                st.lists(
                    st.fixed_dictionaries({"with": texts, "purpose": texts, "rhythm": texts}), max_size=2
                )
            ),
            **draw(_some({"insight": texts, "decision": decision, "variation": st.just("free")})),
        }
        for n in range(draw(st.integers(0, 3)))
    ]
    criteria = [
        {
            "id": f"{key}.C{n}",
            "text": draw(texts),
            "unit": draw(texts),
            "better": "higher",
            "meets": draw(figures),
            "source": draw(texts),
            "scope": "crew",
        }
        for n in range(draw(st.integers(0, 2)))
    ]
    barriers = [
        {"id": f"{key}.B1", "text": draw(texts), "cell": "own_motives", **draw(_some({"workaround": texts}))}
    ]
    return {
        "id": key,
        "title": draw(texts),
        "weight": draw(levels),
        "tasks": tasks,
        "criteria": criteria,
        "strategies": draw(st.lists(texts, max_size=2)),
        "barriers": barriers,
        **draw(_some({"statement": texts, "why": texts})),
    }


def _inside(accomplishment: Block) -> list[str]:
    key = accomplishment["id"]
    listed = [one["id"] for part in ("tasks", "criteria", "barriers") for one in accomplishment[part]]
    return listed + [f"{key}.S{n}" for n in range(1, len(accomplishment["strategies"]) + 1)]


@st.composite
def _item(draw: st.DrawFn, number: int, element: str, thoughts: list[Block]) -> Block:
    is_thought = element in {one["id"] for one in thoughts}
    kinds = ["mental_model"] if is_thought else ["accomplishment", "behaviour", "decision", "interaction"]
    surveys = draw(st.sampled_from([["clarity"], ["feedback360"], ["feedback360", "clarity"]]))
    anchors = st.fixed_dictionaries({"1": texts, "3": texts, "5": texts})
    raters = st.lists(
        st.sampled_from(["self", "manager", "peer", "direct_report", "external"]), min_size=1, unique=True
    )
    return {
        "id": f"Q{number}",
        "from": element,
        "kind": draw(st.sampled_from(kinds)),
        "surveys": surveys,
        "raters": draw(raters),
        "expect": draw(texts),
        "observe": draw(texts),
        **draw(_some({"target": levels, "anchors": anchors})),
    }


@st.composite
def _provenance(draw: st.DrawFn) -> Block:
    whole = st.integers(0, 99)
    outcome = st.fixed_dictionaries({"measure": texts, "adjust_for": texts, "cut": texts})
    selection = st.fixed_dictionaries(
        {"population": whole, "window_months": whole},
        optional={
            "criteria": st.lists(outcome, max_size=2),
            "gates": st.lists(texts, max_size=2),
            "spread": st.lists(texts, max_size=2),
            "included": whole,
            "caution": texts,
        },
    )
    step = st.fixed_dictionaries(
        {"step": st.just("x")},
        optional={"asked": whole, "could_do_this_here": st.just("0.82"), "by": texts, "rule": texts},
    )
    evidence = st.fixed_dictionaries(
        {"id": st.just("E7"), "kind": texts, "performer": texts, "consent": st.just("named")},
        optional={"minutes": whole, "note": texts},
    )
    return {
        "evidence": draw(st.lists(evidence, max_size=1)),
        "validation": draw(st.lists(step, max_size=1)),
        **draw(_some({"selection": selection})),
    }


@settings(max_examples=60, deadline=None)
@given(profiles(), st.lists(texts, min_size=1, max_size=3))
def test_any_profile_survives_the_spreadsheet(profile: RoleProfile, said: list[str]) -> None:
    keys = ["profile.title", "A0.title", profile.items[0].id + ".observe"]
    overlays = {"ar": dict(zip(keys, said, strict=False)), "pt-PT": {"profile.summary": said[0]}}
    found = read(written(profile, overlays))
    assert canonical_document(found.profile) == canonical_document(profile)
    assert found.profile == profile
    assert {locale: dict(strings) for locale, strings in found.overlays.items()} == overlays
