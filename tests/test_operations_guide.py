"""The operations guide names every command, every setting and every variable there is."""

import re
from pathlib import Path

import typer.main

from server.cli import app

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
SETTINGS = (ROOT / "server" / "settings.py").read_text("utf-8")


def test_every_command_is_in_the_guide() -> None:
    group = typer.main.get_command(app)
    for name in group.commands:  # type: ignore[attr-defined]  # a group has commands
        assert re.search(rf"(sightline |`){name}\b", GUIDE), name


def test_every_setting_and_variable_is_in_the_guide() -> None:
    (known,) = re.findall(r"known = \{\n\s+([^}]+)\}", SETTINGS)
    for name in re.findall(r'"([a-z_]+)"', known):
        assert f"`{name}`" in GUIDE or name == "smtp", name
    for name in set(re.findall(r"SIGHTLINE_[A-Z_]+", SETTINGS)):
        assert name in GUIDE, name


def test_the_guide_names_no_variable_that_does_not_exist() -> None:
    known = set(re.findall(r"SIGHTLINE_[A-Z_]+", SETTINGS)) | {"SIGHTLINE_HOST"}  # of the compose file
    assert set(re.findall(r"SIGHTLINE_[A-Z_]+", GUIDE)) <= known
