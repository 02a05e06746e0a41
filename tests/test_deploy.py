"""What lies in deploy/ fits the program: commands, ports, folders, variables, and each other."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from server.cli import app
from server.run import GRACEFUL_STOP_S
from server.settings import Settings, first_settings

DEPLOY = Path(__file__).parent.parent / "deploy"
VARIABLES = re.compile(r"SIGHTLINE_[A-Z_]+")


def read(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return found


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names are case sensitive
    parser.read_string(read("sightline.service"))
    return parser["Service"]


def commands() -> set[str]:
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands


def test_every_command_that_is_started_exists() -> None:
    started = re.findall(r"sightline\W+(serve|[a-z]+)", unit()["ExecStart"].split("/bin/")[1])
    started += re.findall(r'CMD \["sightline", "([a-z]+)"', read("Dockerfile"))
    assert started == ["serve", "serve"]
    assert set(started) <= commands()


def test_compose_asks_for_one_variable() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", read("compose.yaml")))
    assert asked == {"SIGHTLINE_HOST"}


def test_the_server_in_compose_is_reached_by_its_proxy_and_believes_it_alone(tmp_path: Path) -> None:
    services = compose()["services"]
    environ = {
        name: re.sub(r"\$\{SIGHTLINE_HOST[^}]*\}", "feedback.testwerk.example", str(value))
        for name, value in services["sightline"]["environment"].items()
    }
    settings: Settings = first_settings(tmp_path, environ)
    assert settings.public_url == "https://feedback.testwerk.example"
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)  # noqa: S104 inside the container
    assert services["proxy"]["environment"]["SIGHTLINE_UPSTREAM"] == f"sightline:{settings.port}"
    (network,) = compose()["networks"]["inside"]["ipam"]["config"]
    assert settings.trusted_proxies == ("127.0.0.1", "::1", network["subnet"])
    assert "ports" not in services["sightline"], "only the proxy is reached from outside"
    assert f"EXPOSE {settings.port}" in read("Dockerfile")


def test_data_survives_the_container_and_a_stop_is_waited_for() -> None:
    server = compose()["services"]["sightline"]
    assert server["volumes"] == ["data:/data"]
    assert '"--data", "/data/sightline"' in read("Dockerfile")
    assert int(server["stop_grace_period"].removesuffix("s")) > GRACEFUL_STOP_S
    assert int(unit()["TimeoutStopSec"]) > GRACEFUL_STOP_S


def test_the_image_is_not_run_by_root() -> None:
    text = read("Dockerfile")
    assert text.rindex("USER sightline") > text.rindex("FROM ")
    assert compose()["services"]["sightline"]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
        ("User", "sightline"),
    ],
)
def test_the_unit_is_hardened(name: str, value: str) -> None:
    assert unit()[name] == value


def test_the_unit_writes_only_where_it_serves() -> None:
    assert unit()["ExecStart"].endswith(f"--data /var/lib/{unit()['StateDirectory']}")


def test_the_caddyfile_is_balanced_and_logs_nobody() -> None:
    text = read("Caddyfile")
    lines = [line for line in text.splitlines() if not line.strip().startswith("#")]
    assert sum(line.rstrip().endswith("{") for line in lines) == sum(line.strip() == "}" for line in lines)
    assert not any(line.strip().startswith("log") for line in lines)
    assert not any("encode" in line for line in lines), "the phone app is served byte for byte"
    assert "{$SIGHTLINE_HOST}" in text
    assert "{$SIGHTLINE_UPSTREAM:127.0.0.1:8000}" in text


def test_every_variable_named_in_deploy_is_known() -> None:
    source = (DEPLOY.parent / "server" / "settings.py").read_text("utf-8")
    own = {"SIGHTLINE_HOST", "SIGHTLINE_UPSTREAM"}
    for path in DEPLOY.iterdir():
        for name in set(VARIABLES.findall(path.read_text("utf-8"))) - own:
            assert name in source, (path.name, name)
