"""One clarity pair as the phone gets it (`docs/wire.md`, gaps.json)."""

from dataclasses import asdict
from typing import Any

from server.usecases.gaps_values import MINUTES, GapLine, GapText, PairPage
from surveys.forms import direction


def pair_document(page: PairPage, locale: str) -> dict[str, Any]:
    """Write a pair for the phone; before both have answered there is no row in it."""
    head = {
        "schema": "gaps/1",
        "state": "waiting" if page.state == "alone" else page.state,
        "cycle": page.cycle,
        "title": page.title,
        "locale": locale,
        "dir": direction(locale),
        "you": page.you,
        "employee": {"id": page.employee, "name": page.employee_name},
        "manager": {"name": page.manager_name},
        "you_answered": page.you_answered,
        "other_answered": page.other_answered,
    }
    if page.state in ("waiting", "alone", "lost"):
        return head
    gaps = page.gaps
    return {
        **head,
        "summary": None
        if gaps is None
        else {
            "in_scope": gaps.in_scope,
            "shared_expectations": gaps.shared_expectations,
            "shared_top3": gaps.shared_top3,
            "clarity_index": gaps.clarity_index,
        },
        "open_with_strength": None if gaps is None else gaps.open_with_strength,
        "agenda": [line.item for line in page.agenda],
        "parked": [line.item for line in page.parked],
        "minutes": dict(MINUTES),
        "rows": [_row(line) for line in page.lines.values()],
        "answers": [
            {
                "text": one.question.text,
                "lang": one.question.lang,
                "employee": one.employee,
                "manager": one.manager,
            }
            for one in page.answers
        ],
        "own_results": page.own_results,
    }


def _row(line: GapLine) -> dict[str, Any]:
    scaled = [facet for facet in line.facets if facet.id != "top3"]  # a pick is a flag of its side
    return {
        "item": line.item,
        "text": line.text.text,
        "lang": line.text.lang,
        "section": line.section,
        "section_title": "" if line.section_title is None else line.section_title.text,
        "gap": {**_gap(line.gap), "opener": line.gap.opener.text},
        "also": [_gap(gap) for gap in line.also],
        "severity": line.severity,
        "employee": None
        if line.employee is None
        else {
            **asdict(line.employee),
            "chips": list(line.employee.chips),
            "teach_back": line.written.teach_back,
            "comment": line.written.comment,
            "own_way": line.written.own_way,
        },
        "manager": None if line.manager is None else asdict(line.manager),
        "labels": {
            "employee": {facet.id: facet.employee for facet in scaled if facet.employee},
            "manager": {facet.id: facet.manager for facet in scaled if facet.manager},
            "chips": list(line.chips),
        },
        "card": line.card,
    }


def _gap(gap: GapText) -> dict[str, str]:
    return {"id": gap.id, "name": gap.name.text}
