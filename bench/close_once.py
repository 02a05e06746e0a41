"""Close one cycle that is past its grace: `python -m bench.close_once FOLDER DATABASE_URL CYCLE`; says when it begins."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from server.clock import SystemClock
from server.usecases.closing import close_cycle
from surveys.database import open_database
from surveys.keeper import Keeper
from tests.factories import SECRET


async def close(folder: Path, url: str, cycle: str) -> None:
    """Go on with the closing wherever it is."""
    clock = SystemClock(offset=timedelta(days=30))
    keeper = Keeper(folder / "keys", secret=SECRET, random_bytes=clock.random_bytes)
    async with open_database(url):
        print("begun", flush=True)
        await close_cycle(cycle, keeper=keeper, clock=clock, backups_dir=folder / "backups")


if __name__ == "__main__":
    asyncio.run(close(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
