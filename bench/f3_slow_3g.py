"""F3: first usable input of a cold start, Slow 3G, processor 4 times slower."""

from typing import Any

from bench.phone_browser import SLOW_3G, cold_start_row


def run(tier: str) -> list[dict[str, Any]]:
    """Measure."""
    return [cold_start_row("F3", "first usable input, Slow 3G + CPU 4x", SLOW_3G, most_s=2.5)]
