"""A small edition of figure N13: phones come back after thirty days to a server that keeps falling over."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.drain import compare, go_and_come_back, stage

pytestmark = pytest.mark.browser


async def test_after_thirty_days_everything_arrives_once_though_the_server_is_killed_meanwhile(
    tmp_path: Path,
) -> None:
    absence = await stage(tmp_path, 400)
    found = await go_and_come_back(absence, tmp_path / "profile", 2, "slow")
    assert (found.n_answers, found.n_restarts) == (400, 2)
    assert (found.n_lost, found.n_doubled, found.n_needing) == (0, 0, 0)

    [person, *_] = absence.answers
    [(assignment, cell, value), *rest] = absence.answers[person]
    other = [(assignment, cell, value % 5 + 1), *rest]
    assert await compare(replace(absence, answers={**absence.answers, person: other})) == (1, 0), (
        "saw no loss"
    )
