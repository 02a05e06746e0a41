"""Frozen settings, read once from `sightline.toml` in the data folder and `SIGHTLINE_*` variables."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from server.command import own_command

CONFIG_NAME = "sightline.toml"
LOOPBACK = ("127.0.0.1", "::1")
VERSION = "0.1.0"  # the same as in pyproject.toml, tested


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mail goes out."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    is_tls: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the server may be told from outside."""

    data_dir: Path
    organisation: str
    public_url: str
    secret: str
    database_url: str
    smtp: Smtp | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    is_demo: bool = False
    trusted_proxies: tuple[str, ...] = LOOPBACK  # whose X-Forwarded-* headers are believed

    @property
    def keys_dir(self) -> Path:
        """The folder of cycle keys; only `surveys.keeper` reads in it."""
        return self.data_dir / "keys"

    @property
    def backups_dir(self) -> Path:
        """Where backups go: nightly, before migrations and restores, at closings."""
        return self.data_dir / "backups"

    @property
    def is_https(self) -> bool:
        """Whether people reach the server over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def is_local(self) -> bool:
        """Whether nobody outside this machine is meant: the address and the mail server are here, or there is no mail."""
        host = urlsplit(self.public_url).hostname or ""
        return is_loopback(host) and (self.smtp is None or is_loopback(self.smtp.host))


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def own_port(public_url: str) -> int:
    """Give the port to listen on: that of a loopback address, 8000 behind a proxy."""
    url = urlsplit(public_url)
    try:
        return url.port if url.port and is_loopback(url.hostname or "") else 8000
    except ValueError:
        return 8000


def read_settings(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of one installation.

    Raises SettingsError when the file is missing, unreadable, or names a value that cannot be.
    """
    path = data_dir / CONFIG_NAME
    if not path.is_file():
        raise SettingsError(f"{path} does not exist. Run `{own_command()} init --data {data_dir}` first.")
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend the line or restore the file.") from error
    known = {
        "organisation", "public_url", "secret", "database_url", "host", "port", "demo", "smtp", "trusted_proxies",
    }  # fmt: skip
    if unknown := sorted(set(raw) - known):
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}. Known are {', '.join(sorted(known))}.")
    smtp = _read_smtp(raw.get("smtp"), path)
    settings = Settings(
        data_dir=data_dir,
        organisation=_text(raw, "organisation", path),
        public_url=environ.get("SIGHTLINE_PUBLIC_URL", _text(raw, "public_url", path)).rstrip("/"),
        secret=environ.get("SIGHTLINE_SECRET", _text(raw, "secret", path)),
        database_url=environ.get(
            "SIGHTLINE_DATABASE_URL", str(raw.get("database_url") or f"sqlite:{data_dir / 'sightline.db'}")
        ),
        smtp=smtp,
        host=environ.get("SIGHTLINE_BIND", str(raw.get("host", "127.0.0.1"))),
        port=_port(environ.get("SIGHTLINE_PORT", raw.get("port", 8000)), "port", path),
        is_demo=raw.get("demo", False) is True,
        trusted_proxies=_proxies(environ.get("SIGHTLINE_TRUSTED_PROXIES", raw.get("trusted_proxies")), path),
    )
    check_settings(settings)
    return settings


def first_settings(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Say where an installation that does not exist yet listens, from the environment alone."""
    port = _port(environ.get("SIGHTLINE_PORT", 8000), "SIGHTLINE_PORT", data_dir)
    return Settings(
        data_dir=data_dir,
        organisation="Sightline",
        public_url=environ.get("SIGHTLINE_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        secret="",
        database_url=environ.get("SIGHTLINE_DATABASE_URL", ""),
        host=environ.get("SIGHTLINE_BIND", "127.0.0.1"),
        port=port,
        trusted_proxies=_proxies(environ.get("SIGHTLINE_TRUSTED_PROXIES"), data_dir),
    )


def check_settings(settings: Settings) -> None:
    """Refuse what would be unsafe: names over plain HTTP, or a demo that others can reach."""
    url = urlsplit(settings.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path or url.query:
        raise SettingsError(
            f"public_url {settings.public_url!r} is not an address like https://sightline.example."
        )
    if url.scheme == "http" and not settings.is_local:
        raise SettingsError(
            f"public_url {settings.public_url!r} is not HTTPS. Put a proxy with a certificate in front; plain HTTP "
            "is allowed only where the address and the mail server are this machine."
        )
    if settings.is_demo and not is_loopback(settings.host):
        raise SettingsError("A demo listens on this machine only. Set host to 127.0.0.1.")
    if len(settings.secret) < 32:
        raise SettingsError("secret is shorter than 32 characters. `sightline init` makes a good one.")


def _read_smtp(raw: object, path: Path) -> Smtp | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise SettingsError(f"{path}: [smtp] must be a table with host, port and sender.")
    known = {"host", "port", "sender", "user", "password", "tls"}
    if unknown := sorted(set(raw) - known):
        raise SettingsError(
            f"{path}: unknown setting smtp.{unknown[0]}. Known are {', '.join(sorted(known))}."
        )
    return Smtp(
        host=_text(raw, "host", path),
        port=_port(raw.get("port", 587), "smtp.port", path),
        sender=_text(raw, "sender", path),
        user=str(raw.get("user", "")),
        password=str(raw.get("password", "")),
        is_tls=raw.get("tls", False) is True,
    )


def _proxies(raw: object, path: Path) -> tuple[str, ...]:
    """Read whose forwarded headers are believed: this machine, and the networks that are named."""
    if raw is None:
        return LOOPBACK
    named = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise SettingsError(f'{path}: trusted_proxies is a list like ["10.0.0.5", "172.30.0.0/24"].')
    found = [one.strip() for one in named if one.strip()]
    for one in found:
        try:
            network = ip_network(one, strict=False)
        except ValueError as error:
            raise SettingsError(f"{path}: trusted_proxies: {one!r} is no address or network.") from error
        if network.prefixlen == 0:
            raise SettingsError(
                f"{path}: trusted_proxies: {one} is everybody; then anyone could say who they are. Name the proxy."
            )
    return (*LOOPBACK, *(one for one in found if one not in LOOPBACK))


def _text(raw: Mapping[str, object], name: str, path: Path) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f'{path}: {name} is missing. Write {name} = "...".')
    return value.strip()


def _port(value: object, name: str, path: Path) -> int:
    try:
        port = int(str(value))
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise SettingsError(f"{path}: {name} = {value!r} is not a port. Write a number from 1 to 65535.")
    return port
