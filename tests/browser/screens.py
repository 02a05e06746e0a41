"""Look at every page in every language, scheme and size, and take its picture: `python -m tests.browser.screens FOLDER`.

With `--docs` only the pictures of README and docs are taken.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.harness import playing
from tests.browser.looking import Cell, look_at_pages
from tests.browser.page_list import LOOKS, PARTICIPANTS
from tests.browser.phone_looks import look_at_phone
from tests.browser.whole_site import Whole, whole_site
from tests.chromium import ARGUMENTS, find_chromium

MATRIX = tuple(
    Cell(locale, scheme, size)
    for locale in ("en", "ar")
    for scheme in ("light", "dark")
    for size in ("phone", "desk")
)
FURTHER = (
    Cell("es", "light", "phone"),
    Cell("de", "dark", "desk"),
)  # what participants look at, desks are not
DOCS = {
    Cell("en", "light", "phone"): (
        "app-line", "app-clarity-line", "app-clarity-card", "app-gaps", "report-own", "mirror-talk",
    ),
    Cell("en", "light", "desk"): ("chairs", "hr", "gaps-open"),
    Cell("ar", "dark", "phone"): ("app-clarity-card",),
}  # fmt: skip


async def main(folder: Path, *, is_for_docs: bool) -> int:
    """Build a site and walk through the matrix; give the number of faults."""
    n_faults = 0
    with tempfile.TemporaryDirectory() as built:
        async with whole_site(Path(built)) as site, playing() as play:
            chromium = await play.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
            for cell in DOCS if is_for_docs else (*MATRIX, *FURTHER):
                wanted = frozenset(DOCS[cell]) if is_for_docs else None
                found = await _cell(chromium, site, cell, folder, wanted)
                n_faults += len(found)
                _say(cell, found)
            await chromium.close()
    return n_faults


async def _cell(
    chromium: Browser, site: Whole, cell: Cell, folder: Path, wanted: frozenset[str] | None
) -> list[str]:
    async def picture(page: Page, name: str) -> None:
        if wanted is None:
            await page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
        elif name.removesuffix(f"-{cell.name}") in wanted:
            await page.screenshot(path=str(folder / f"{name}.png"))

    looks = [one for one in LOOKS if cell not in FURTHER or one.who in PARTICIPANTS]
    found = await look_at_pages(
        chromium, site, cell, [one for one in looks if wanted is None or one.name in wanted], picture
    )
    if wanted is None or any(name.startswith("app-") for name in wanted):
        found += await look_at_phone(chromium, site, cell, picture)
    return found


def _say(cell: Cell, found: list[str]) -> None:
    kinds = Counter(one.partition(": ")[2].split()[0].rstrip(":") for one in found)
    lines = [f"{cell.name}: {len(found)} faults {dict(kinds) if kinds else ''}".rstrip(), *found]
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    folders = [word for word in sys.argv[1:] if word != "--docs"]
    if len(folders) != 1:
        sys.exit("Name the one folder the pictures go to, with or without --docs.")
    target = Path(folders[0])
    target.mkdir(parents=True, exist_ok=True)
    sys.exit(1 if asyncio.run(main(target, is_for_docs="--docs" in sys.argv)) else 0)
