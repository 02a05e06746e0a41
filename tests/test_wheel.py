"""The wheel holds everything: installed away from the checkout it makes an installation and serves it."""

import os
import signal
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

from server.settings import VERSION
from tests.browser.harness import free_port

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION


def test_the_wheel_holds_the_rooms_and_the_built_assets_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"server", "surveys", "scoring", "exports", "pwa"}
    for needed in (
        "pwa/dist/index.html",
        "pwa/dist/sw.js",
        "server/static/vendor/htmx.min.js",
        "server/static/app.css",
        "server/templates/base.html",
        "server/catalogues/ar.json",
        "server/content/profiles/plant-shift-supervisor.yaml",
        "server/content/profiles/instruments.yaml",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith("pwa/src/") or name.endswith((".ts", ".tsx"))]


def test_an_installed_wheel_serves_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(home), str(wheel)],
        check=True,
    )
    port = free_port()
    environ = {**os.environ, "PYTHONPATH": str(home)}
    data = tmp_path / "data"
    command = [sys.executable, "-m", "server"]
    subprocess.run(
        [
            *command, "init", "--organisation", "Radwerk (fictional)", "--hr-mail", "hr@radwerk.example", "--data", str(data),
            "--port", str(port), "--public-url", f"http://127.0.0.1:{port}",
        ],
        check=True, cwd=tmp_path, env=environ, capture_output=True,
    )  # fmt: skip
    server = subprocess.Popen(
        [*command, "serve", "--data", str(data)], cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        assert _first_reply(f"http://127.0.0.1:{port}/sign-in") == 200
        assert _first_reply(f"http://127.0.0.1:{port}/app/sw.js") == 200
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _first_reply(url: str) -> int:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer within 30 seconds")
