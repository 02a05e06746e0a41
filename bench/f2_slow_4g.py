"""F2: first usable input of a cold start, Slow 4G, processor 4 times slower."""

from typing import Any

from bench.phone_browser import SLOW_4G, cold_start_row


def run(tier: str) -> list[dict[str, Any]]:
    """Measure."""
    return [cold_start_row("F2", "first usable input, Slow 4G + CPU 4x", SLOW_4G, most_s=1.2)]
