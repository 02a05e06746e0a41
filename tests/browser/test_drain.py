"""A small edition of figure N13: phones come back after thirty days to a server that keeps falling over."""

import pytest

from bench.drain import drain

pytestmark = pytest.mark.browser


async def test_after_thirty_days_everything_arrives_once_though_the_server_is_killed_meanwhile() -> None:
    found = await drain(400, 2)
    assert found.n_answers == 400
    assert found.n_restarts == 2
    assert (found.n_lost, found.n_doubled, found.n_needing) == (0, 0, 0)
