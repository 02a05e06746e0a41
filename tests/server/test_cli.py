"""The commands a person types, with and without a running server."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.harness import free_port
from tests.commands import ROOT, sightline
from tests.firm import PEOPLE, PROFILE

PROFILES = ROOT / "profiles"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def data(tmp_path: Path, port: int) -> Path:
    folder = tmp_path / "data"
    done = sightline(
        "init", "--organisation", "Zeilenwerk (fictional)", "--hr-mail", "hr@zeilenwerk.example", "--data", str(folder),
        "--port", str(port), "--public-url", f"http://127.0.0.1:{port}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def serving(data: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "serve", "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(1200):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/ping", timeout=2):
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError("the server did not start within two minutes")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) is not None
        assert process.stderr is not None
        process.stderr.close()


def test_commands_work_through_the_running_server_and_without_it(
    data: Path, port: int, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, "utf-8")
    with serving(data, port):
        first = sightline("import", "people", str(people), "--data", str(data))
        assert (first.returncode, first.stdout) == (0, "7 new, 0 changed\n"), first.stderr
        profile = sightline("import", "profile", str(PROFILES / f"{PROFILE}.yaml"), "--data", str(data))
        assert profile.returncode == 0, profile.stderr
        assert "profile imported" in profile.stdout
        second = sightline("serve", "--data", str(data))
        assert second.returncode == 1
        assert "in use by a running server" in " ".join(second.stderr.split())
        held = sightline("migrate", "--data", str(data))
        assert held.returncode == 1
    again = sightline("import", "people", str(people), "--data", str(data))
    assert (again.returncode, again.stdout) == (0, "0 new, 0 changed\n"), again.stderr
    overlay = sightline("import", "profile", str(PROFILES / f"{PROFILE}.ar.yaml"), "--data", str(data))
    assert "translation imported" in overlay.stdout


def test_a_bad_file_is_refused_with_every_problem_and_nothing_is_stored(data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "people.csv"
    bad.write_text("external_id,name,manager\na,,b\na,Ana,\n", "utf-8")
    done = sightline("import", "people", str(bad), "--data", str(data))
    assert done.returncode == 1
    assert "nothing was imported" in done.stderr
    assert "Traceback" not in done.stderr
    good = tmp_path / "good.csv"
    good.write_text("external_id,name\na,Ana Lindqvarn\n", "utf-8")
    assert sightline("import", "people", str(good), "--data", str(data)).stdout == "1 new, 0 changed\n"


def test_a_port_that_is_taken_is_one_clear_line(data: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = sightline("serve", "--data", str(data))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be taken" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_an_existing_installation_is_never_touched(data: Path, port: int) -> None:
    before = (data / "sightline.toml").read_bytes()
    done = sightline("init", "--organisation", "X", "--hr-mail", "x@x.example", "--data", str(data))
    assert done.returncode == 1
    assert "already holds an installation" in " ".join(done.stderr.split())
    assert (data / "sightline.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--hr-mail", "nonsense", "no mail address"),
        ("--hr-mail", "", "is empty"),
        ("--hr-locale", "xx", "Choose one of"),
        ("--time-zone", "Mars/Olympus", "Europe/Berlin"),
        ("--organisation", " ", "has no name"),
    ],
)
def test_an_init_nobody_could_use_is_refused_and_can_be_repeated(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    folder = tmp_path / "data"
    good = {
        "--organisation": "Zeilenwerk (fictional)",
        "--hr-mail": "hr@zeilenwerk.example",
        "--data": str(folder),
    }
    refused = sightline("init", *(part for pair in (good | {option: value}).items() for part in pair))
    assert refused.returncode == 1
    assert words in " ".join(refused.stderr.split())
    assert not folder.exists()
    assert sightline("init", *(part for pair in good.items() for part in pair)).returncode == 0


def test_a_folder_of_somebody_else_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    mode = tmp_path.stat().st_mode
    done = sightline("init", "--organisation", "X", "--hr-mail", "x@x.example", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "holds other files" in " ".join(done.stderr.split())
    assert tmp_path.stat().st_mode == mode
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_is_not_built_over_a_real_installation(data: Path) -> None:
    done = sightline("demo", "--headless", "--json", "--data", str(data))
    assert (done.returncode, done.stdout) == (1, "")
    assert "is no demo" in " ".join(done.stderr.split())


def test_secrets_are_readable_by_the_owner_only(data: Path) -> None:
    assert (data.stat().st_mode & 0o777, (data / "keys").stat().st_mode & 0o777) == (0o700, 0o700)
    assert (data / "sightline.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "--data", "no-such-folder"), "-m server init"),
        (("import", "people", "no-such-file.csv"), "is no file"),
        (("launch", "0" * 32), "-m server init"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = sightline(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_unknown_cycles_are_said_so(data: Path) -> None:
    for command in ("launch", "close"):
        done = sightline(command, "0" * 32, "--data", str(data))
        assert done.returncode == 1
        assert "there is no cycle" in " ".join(done.stderr.split())
