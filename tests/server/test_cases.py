"""CASE-1 to CASE-5 of the demo cycle, from phones through sync, closing and gate to the ratee's report, on both databases."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.values import Band, Mean, NotAsked, Report, Withheld
from scoring.wording import band_text, one_decimal
from server.demo.phone import Phone
from server.usecases.report_numbers import load_scored
from server.usecases.sign_in import sign_in_as
from surveys.models.cycles import Cycle
from tests.firm import Firm, new_firm

ORACLE: Mapping[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "profiles" / "demo-cycle.yaml").read_text("utf-8")
)["feedback_cases"]
PEOPLE = """external_id,name,mail,locale,role_profile,manager,hr
H01,Petra Lowickson,h01@testwerk.example,en,,,yes
M01,Oskar Tellbrink,m01@testwerk.example,en,,,
E01,Nuria Valdekamp,e01@testwerk.example,en,plant-shift-supervisor,M01,
p1,Jonas Weidlichs,p1@testwerk.example,en,plant-shift-supervisor,M01,
p2,Ana Corvalmar,p2@testwerk.example,en,plant-shift-supervisor,M01,
p3,Deven Marshwell,p3@testwerk.example,en,plant-shift-supervisor,M01,
p4,Layla Qasrani,p4@testwerk.example,en,plant-shift-supervisor,M01,
r1,Tomi Aaltovar,r1@testwerk.example,en,,E01,
r2,Rosa Quillamar,r2@testwerk.example,en,,E01,
r3,Bea Steinmoor,r3@testwerk.example,en,,E01,
"""
PEERS = {f"p{i}": "peer" for i in range(1, 5)}
REPORTS = {f"r{i}": "direct_report" for i in range(1, 4)}
WHO = {"self": "E01", "manager": "M01"}
GROUPS = {"peers": "peer", "direct_reports": "direct_report", "colleagues": "colleagues"}


@dataclass(slots=True)
class Case:
    """One launched cycle about E01, with everybody's phone at hand."""

    firm: Firm
    cycle: str

    async def answer(self, rater: str, *, is_mirrored: bool = False) -> str:
        secret = await sign_in_as(WHO.get(rater, rater), clock=self.firm.clock)
        device = f"{sum(rater.encode()):016x}"
        phone = Phone(self.firm.app, self.firm.clock, f"sid={secret}", "127.0.0.1:8000", device)
        (assignment,) = await phone.inbox()
        scores = ORACLE["ratings"][rater]["scores"]
        form = await phone.form(assignment["form"])
        values = {
            f"{line['item']}.f_match": _point(scores[line["item"]], is_mirrored) for line in form["lines"]
        }
        return await phone.send(assignment, values | {"@submit": True})

    async def close(self) -> Report:
        cycle = await Cycle.get(id=self.cycle)
        self.firm.clock.at = cycle.closes_at
        self.firm.clock.move(hours=cycle.grace_hours, minutes=1)
        await self.firm.advance()
        return await self.report()

    async def report(self) -> Report:
        scored = await load_scored(
            self.cycle,
            self.firm.ids["E01"],
            keeper=self.firm.app.state.keeper,
            today=self.firm.clock.now().date(),
        )
        return scored.report


def _point(score: int | str, is_mirrored: bool) -> int | str:
    return 6 - score if is_mirrored and isinstance(score, int) else score


@asynccontextmanager
async def launched(folder: Path, database_url: str) -> AsyncIterator[Case]:
    async with new_firm(folder, port=8000, database_url=database_url) as firm:
        await firm.hire(PEOPLE)
        cycle = await firm.launch(ratee="E01", raters=PEERS | REPORTS)
        yield Case(firm, cycle)


@pytest.fixture
async def case(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Case]:
    async with launched(tmp_path / "data", empty_database_url) as one:
        yield one


def _shown(report: Report) -> dict[str, dict[str, Any]]:
    """Put a report into the words of the oracle: per group its raters, per item [n, printed] or [hidden, hidden]."""
    found: dict[str, dict[str, Any]] = {}
    rows = (*report.items, *report.mental_models)
    for group in report.groups:
        name = next(word for word, one in GROUPS.items() if one == group.group)
        items = {}
        for row in rows:
            value = row.groups[group.group]
            match value:
                case Mean(n=n, value=mean):
                    items[row.id] = [n, one_decimal(mean)]
                case Band(n=n):
                    items[row.id] = [n, band_text(value)]
                case Withheld() | NotAsked():
                    items[row.id] = ["hidden", "hidden"]
        found[name] = {"raters": group.n_raters, "items": items}
    return found


def _expected(name: str) -> dict[str, Any]:
    case = next(one for one in ORACLE["cases"] if one["id"] == name)
    groups = case["expected"]["groups"]
    return {
        group: {
            "raters": told["raters"],
            "items": {
                item: [n, value if isinstance(value, str) else f"{value:.1f}"]
                for item, (n, value) in told["items"].items()
            },
        }
        for group, told in groups.items()
    }


async def test_case_1_two_reports_are_pooled_with_the_peers(case: Case) -> None:
    for rater in ("self", "manager", "p1", "p2", "p3", "p4", "r1", "r2"):
        assert await case.answer(rater) == "ok"
    assert _shown(await case.close()) == _expected("CASE-1")


async def test_case_2_both_groups_stand_apart_and_a_near_top_value_is_a_band(case: Case) -> None:
    for rater in ("self", "manager", *PEERS, *REPORTS):
        assert await case.answer(rater) == "ok"
    report = await case.close()
    assert _shown(report) == _expected("CASE-2")
    by_item = {row.id: row for row in report.items}
    assert getattr(by_item["SS01"].self_value, "value", None) == 5
    assert getattr(by_item["SS09"].manager_value, "value", None) == 3


async def test_case_3_two_peers_are_not_shown_at_all(case: Case) -> None:
    for rater in ("self", "manager", "p1", "p2"):
        assert await case.answer(rater) == "ok"
    report = await case.close()
    assert _shown(report) == {}
    assert [getattr(row.self_value, "value", None) for row in report.items][:2] == [5, 4]


async def test_case_4_a_sheet_that_arrives_in_grace_counts(case: Case) -> None:
    for rater in ("self", "manager", *PEERS, "r1", "r2"):
        assert await case.answer(rater) == "ok"
    case.firm.clock.at = (await Cycle.get(id=case.cycle)).closes_at
    case.firm.clock.move(hours=40)
    await case.firm.advance()
    assert (await Cycle.get(id=case.cycle)).state == "grace"
    assert await case.answer("r3") == "ok"
    assert _shown(await case.close()) == _expected("CASE-2")


async def test_case_5_a_sheet_that_arrives_after_release_is_refused_and_changes_nothing(case: Case) -> None:
    for rater in ("self", "manager", *PEERS, "r1", "r2"):
        assert await case.answer(rater) == "ok"
    secret = await sign_in_as("r3", clock=case.firm.clock)
    phone = Phone(case.firm.app, case.firm.clock, f"sid={secret}", "127.0.0.1:8000", "00000000000000aa")
    (assignment,) = await phone.inbox()
    before = await case.close()
    assert await phone.send(assignment, {"SS01.f_match": 5, "@submit": True}) == "closed"
    assert await case.report() == before
    assert _shown(before) == _expected("CASE-1")


@pytest.mark.parametrize("raters", [("r1", "r2"), ("r1", "r2", "r3")])
async def test_mirrored_scores_give_the_mirrored_figures_bands_included(
    tmp_path: Path, raters: tuple[str, ...]
) -> None:
    reports = []
    for is_mirrored in (False, True):
        folder = tmp_path / str(is_mirrored)
        async with launched(folder, "") as case:
            for rater in ("self", "manager", *PEERS, *raters):
                assert await case.answer(rater, is_mirrored=is_mirrored) == "ok"
            reports.append(_values(await case.close()))
    plain, mirrored = reports
    assert mirrored == {place: _mirror(value) for place, value in plain.items()}
    assert any(isinstance(value, tuple) and len(value) == 3 for value in plain.values()) == (len(raters) == 3)


def _values(report: Report) -> dict[tuple[str, str], tuple[Any, ...]]:
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for row in (*report.items, *report.mental_models):
        for group, value in row.groups.items():
            if isinstance(value, Mean):
                found[row.id, group] = (value.n, value.value)
            elif isinstance(value, Band):
                found[row.id, group] = (value.n, value.low, value.high)
            else:
                found[row.id, group] = ()
    return found


def _mirror(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(value) < 2:
        return value
    numbers = sorted(Fraction(6) - one for one in value[1:])
    return (value[0], *numbers)
