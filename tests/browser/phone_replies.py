"""Replies of a server that a person seldom meets, given in its place."""

import gzip
import json
import time
from typing import Any

from playwright.async_api import Route

N_ITEMS = 40
WORDS = "Written on the other phone.\nOn two lines."


def _answer(n: int) -> dict[str, Any]:
    return {"v": 4, "hlc": int(time.time() * 1000), "d": "c" * 16, "n": n, "seen": {}}


class Replies:
    """Answers a sync by its `mode`: none, other words elsewhere, texts refused, every line answered elsewhere."""

    def __init__(self) -> None:
        self.mode = "none"

    async def give(self, route: Route) -> None:
        if self.mode == "none":
            await route.abort()
            return
        body = route.request.post_data_buffer or b""
        if route.request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        sheets = [self._sheet(sheet["cells"]) for sheet in json.loads(body)["sheets"]]
        reply = {"now": int(time.time() * 1000), "epoch": "a" * 16, "sheets": sheets}
        await route.fulfill(json=reply, headers={"X-Sightline": "1"})

    def _sheet(self, cells: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        sheet: dict[str, Any] = {"status": "ok", "want": []}
        if self.mode == "answered":
            sheet["cells"] = {f"SS{n:02}.f_match": [_answer(n)] for n in range(1, N_ITEMS)}
        texts = {cell: versions[-1] for cell, versions in cells.items() if cell.endswith(".text")}
        for cell, version in texts.items():
            if self.mode == "two texts":
                other = {
                    **version,
                    "v": WORDS,
                    "d": "b" * 16,
                    "seen": {},
                    "hlc": version["hlc"] - 60_000,
                }
                sheet["cells"] = {cell: [other]}
            if self.mode == "refused":
                refused = {"cell": cell, "d": version["d"], "n": version["n"], "reason": "too_long"}
                sheet["refused"] = [refused]
        return sheet
