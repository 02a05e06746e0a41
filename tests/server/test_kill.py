"""A small edition of figure N2: kill -9 in the middle of syncs, over both databases."""

from pathlib import Path

from bench.kill_closing import kill_closings
from bench.n2_kill import kill_many


async def outcome_of(database_url: str, folder: Path, kind: str, n_kills: int) -> tuple[int, int, int]:
    found = await kill_many(database_url, folder, kind, n_kills, stop_at_loss=True)
    return found.n_acknowledged, found.n_lost, found.n_doubled


async def test_what_was_acknowledged_survives_kill_9_and_is_there_once(
    database_url: str, tmp_path: Path
) -> None:
    n_acknowledged, n_lost, n_doubled = await outcome_of(database_url, tmp_path, "ours", 3)
    assert n_acknowledged > 0
    assert (n_lost, n_doubled) == (0, 0)


async def test_the_harness_sees_a_reply_that_comes_before_the_commit(
    database_url: str, tmp_path: Path
) -> None:
    _, n_lost, _ = await outcome_of(database_url, tmp_path, "early", 20)
    assert n_lost > 0


async def test_a_closing_killed_in_the_middle_ends_with_one_whole_result(
    database_url: str, tmp_path: Path
) -> None:
    assert await kill_closings(database_url, tmp_path, 3) == 0
