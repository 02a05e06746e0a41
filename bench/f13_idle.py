"""F13: memory of an idle server and time from start to first reply, beside a bare Starlette + uvicorn."""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.serving import free_port, install, served

N_RUNS = 5
IDLE_S = 3.0
MAX_MIB = 100
MAX_S = 2.0
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def health(request): return PlainTextResponse("ok")
uvicorn.run(Starlette(routes=[Route("/health", health)]), port=int(sys.argv[1]), access_log=False, log_level="error")
"""


def _measure(command: list[str], port: int) -> tuple[float, float]:
    with served(command, port=port) as server:
        time.sleep(IDLE_S)
        return server.rss_mib(), server.seconds_to_first_reply


def run(tier: str) -> list[dict[str, Any]]:
    """Medians of 5 starts each, one after the other."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-idle-"))
    ours, bare = [], []
    try:
        port = free_port()
        install(folder, port=port)
        for _ in range(N_RUNS):
            ours.append(_measure([sys.executable, "-m", "server", "serve", "--data", str(folder)], port))
            bare.append(_measure([sys.executable, "-c", BARE, str(port)], port))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    mib, seconds = (statistics.median(column) for column in zip(*ours, strict=True))
    bare_mib, bare_seconds = (statistics.median(column) for column in zip(*bare, strict=True))
    return [
        {
            "id": "F13",
            "name": "idle memory; start to first reply",
            "value": f"{mib:.0f} MiB; {seconds:.2f} s",
            "target": f"<= {MAX_MIB} MiB; <= {MAX_S:.0f} s",
            "bound": f"bare {bare_mib:.0f} MiB; {bare_seconds:.2f} s",
            "reached": mib <= MAX_MIB and seconds <= MAX_S,
            "note": f"ratios {mib / bare_mib:.1f}, {seconds / bare_seconds:.1f}",
        }
    ]
