"""Settings name what is wrong and what to do."""

from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, read_settings

GOOD = 'organisation = "Testwerk"\npublic_url = "http://127.0.0.1:8000"\nsecret = "' + "s" * 64 + '"\n'


def _read(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / "sightline.toml").write_text(text, "utf-8")
    return read_settings(folder, environ or {})


def test_a_plain_installation_is_read(tmp_path: Path) -> None:
    settings = _read(tmp_path, GOOD)
    assert settings.organisation == "Testwerk"
    assert settings.database_url == f"sqlite:{tmp_path / 'sightline.db'}"
    assert (settings.port, settings.is_demo, settings.smtp, settings.is_https) == (8000, False, None, False)


def test_the_environment_wins(tmp_path: Path) -> None:
    settings = _read(
        tmp_path,
        GOOD,
        {
            "SIGHTLINE_PORT": "8123",
            "SIGHTLINE_PUBLIC_URL": "https://s.example/",
            "SIGHTLINE_SECRET": "t" * 40,
            "SIGHTLINE_DATABASE_URL": "postgresql://s@127.0.0.1/s",
            "SIGHTLINE_BIND": "127.0.0.2",
        },
    )
    assert (settings.port, settings.public_url, settings.is_https) == (8123, "https://s.example", True)
    assert (settings.secret, settings.host) == ("t" * 40, "127.0.0.2")
    assert settings.database_url == "postgresql://s@127.0.0.1/s"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("organisation = ", "cannot be read"),
        (GOOD + "colour = 1\n", "unknown setting 'colour'"),
        (GOOD.replace('organisation = "Testwerk"', 'organisation = ""'), "organisation is missing"),
        (GOOD.replace("s" * 64, "short"), "shorter than 32"),
        (GOOD + "port = 99999\n", "not a port"),
        (GOOD.replace("http://127.0.0.1:8000", "http://sightline.example"), "not HTTPS"),
        (GOOD.replace("http://127.0.0.1:8000", "ftp://x"), "not an address"),
        (GOOD + '[smtp]\nhost = "mail.example"\nsender = "a@b.example"\n', "not HTTPS"),
        (GOOD + 'host = "0.0.0.0"\ndemo = true\n', "demo listens on this machine"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        _read(tmp_path, text)


def test_a_folder_without_installation_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="init --data"):
        read_settings(tmp_path, {})
