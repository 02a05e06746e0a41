"""F1: bytes a browser receives from a cold start to the first answerable question: headers and packed bodies, counted by it."""

import asyncio
from typing import Any

from bench.phone_browser import chromium, first_input_ms, fresh, throttle
from bench.phone_world import phone_world

MOST_KB = 25.0


async def _received(path: str) -> dict[str, tuple[int, int]]:
    """Give for each address asked before the first question could be answered: headers, body."""
    heads: dict[str, tuple[str, int]] = {}
    sizes: dict[str, tuple[int, int]] = {}

    def replied(event: dict[str, Any]) -> None:
        reply = event["response"]
        heads[event["requestId"]] = (reply["url"], int(reply["encodedDataLength"]))

    def finished(event: dict[str, Any]) -> None:
        url, head = heads.get(event["requestId"], ("", 0))
        if url and "icon" not in url:  # a picture for the browser's own tab, asked for whenever it likes
            sizes[url.split("?")[0]] = (head, int(event["encodedDataLength"]) - head)

    async with phone_world() as world, chromium() as (_, browser), fresh(browser) as context:
        await world.sign_in(context)
        page = await context.new_page()
        session = await throttle(page)
        session.on("Network.responseReceived", replied)
        session.on("Network.loadingFinished", finished)
        await first_input_ms(page, world.address.url + path)
        return dict(sizes)


def run(tier: str) -> list[dict[str, Any]]:
    """Count ours and a bare page's."""
    ours, bare = asyncio.run(_received("/app/")), asyncio.run(_received("/bare/"))
    total, bound = (sum(sum(one) for one in sizes.values()) / 1000 for sizes in (ours, bare))
    n_head = sum(head for head, _ in ours.values()) / 1000
    parts = ", ".join(
        f"{url.rsplit('/', 1)[-1] or 'page'} {body / 1000:.1f}" for url, (_, body) in ours.items()
    )
    return [
        {
            "id": "F1",
            "name": "bytes over the wire to the first answerable question, compressed",
            "value": f"{total:.1f} KB",
            "target": f"<= {MOST_KB:.0f} KB",
            "bound": f"bare page {bound:.1f} KB",
            "reached": total <= MOST_KB,
            "note": f"{len(ours)} replies with {n_head:.1f} KB of headers; bodies in KB: {parts}",
        }
    ]
