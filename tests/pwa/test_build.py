"""The built phone app: what it is made of, how big it is, and that the same sources give the same bytes."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUDGET_BYTES = 27_300


def build(place: Path) -> dict[str, bytes]:
    node = shutil.which("node")
    assert node is not None, "node is a part of `make setup`"
    command = [node, "pwa/build.mjs", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    files = (path for path in sorted(place.rglob("*")) if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(tmp_path_factory.mktemp("phone") / "dist")


def shell_of(worker: bytes) -> list[tuple[str, str]]:
    pairs = re.findall(rb'\["(/app/[^"]*)","(sha256-[^"]+)"\]', worker)
    return [(url.decode(), integrity.decode()) for url, integrity in pairs]


def first_load(built: dict[str, bytes]) -> list[str]:
    """Name what a browser fetches for the first question: the page and everything it names as script or style."""
    page = built["index.html"].decode()
    named = re.findall(r'(?:href|src)="/app/([^"]+\.(?:js|css))"', page)
    return ["index.html", *named]


def test_the_first_load_is_one_page_one_script_and_one_style_sheet(built: dict[str, bytes]) -> None:
    page = built["index.html"].decode()
    assert len(first_load(built)) == 3
    assert len(re.findall(r'src="/app/part-\w+\.js"', page)) == 1
    assert len(re.findall(r'rel="stylesheet"', page)) == 1
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*src)", page)


def test_the_first_load_fits_its_budget_on_the_wire(built: dict[str, bytes]) -> None:
    assert sum(len(built[f"{name}.br"]) for name in first_load(built)) <= BUDGET_BYTES


def test_the_first_script_asks_for_no_other_at_once(built: dict[str, bytes]) -> None:
    """Otherwise the browser learns of it only after the script has come: one more round over a slow network."""
    [script] = re.findall(r'src="/app/([^"]+)"', built["index.html"].decode())
    assert not re.search(rb'from"\./|import"\./', built[script])


def test_every_later_part_builds_on_the_first_and_on_nothing_the_worker_does_not_keep(
    built: dict[str, bytes],
) -> None:
    kept = {url.removeprefix("/app/") for url, _ in shell_of(built["sw.js"])}
    scripts = {name for name in built if re.fullmatch(r"(part|more)-\w+\.(js|css)", name)}
    later = scripts - set(first_load(built))
    assert len(later) >= 5, "sending, signing in (screen and words with the server), the rest with its style"
    assert scripts <= kept
    named = {name.decode() for script in later for name in re.findall(rb'"\./([\w.-]+)"', built[script])}
    assert named <= scripts


def test_no_script_calls_what_the_oldest_browsers_lack(built: dict[str, bytes]) -> None:
    """Chromium 87 and Safari 15.4 run the app; a call they do not have would be a blank page."""
    newer = rb"\.at\(-?\d|AbortSignal\.(timeout|any)|randomUUID|Object\.hasOwn|structuredClone|\.findLast|\.to(Sorted|Reversed)\("
    for name, data in built.items():
        if name.endswith(".js"):
            assert not (found := re.search(newer, data)), f"{name}: {found}"


def test_the_worker_keeps_exactly_these_bytes(built: dict[str, bytes]) -> None:
    shell = shell_of(built["sw.js"])
    assert {"/app/", "/app/manifest.webmanifest"} < {url for url, _ in shell}
    for url, integrity in shell:
        name = url.removeprefix("/app/") or "index.html"
        digest = base64.b64encode(hashlib.sha256(built[name]).digest()).decode()
        assert integrity == f"sha256-{digest}"


def test_every_file_the_page_and_the_manifest_name_is_there(built: dict[str, bytes]) -> None:
    named = re.findall(r'(?:href|src)="/app/([^"]+)"', built["index.html"].decode())
    icons = [icon["src"].removeprefix("/app/") for icon in json.loads(built["manifest.webmanifest"])["icons"]]
    assert {*named, *icons} <= set(built)


def test_what_is_packed_unpacks_to_the_same_bytes(built: dict[str, bytes]) -> None:
    packed = [name for name in built if name.endswith(".gz")]
    assert {"index.html.gz", "sw.js.gz"} < set(packed)
    for name in packed:
        assert gzip.decompress(built[name]) == built[name.removesuffix(".gz")]
        assert name.removesuffix(".gz") + ".br" in built


def test_the_app_talks_to_no_other_host(built: dict[str, bytes]) -> None:
    for name, data in built.items():
        hosts = {host for host in re.findall(rb"https?://([\w.-]+)", data) if host != b"www.w3.org"}
        assert not hosts, f"{name} names {hosts}"


def test_the_same_sources_give_the_same_bytes(built: dict[str, bytes], tmp_path: Path) -> None:
    assert build(tmp_path / "dist") == built
