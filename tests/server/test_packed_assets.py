"""The phone app's files go out packed to browsers that can unpack them, and plain to all others."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from server.routes import assets

SCRIPT = b"const answer = 1;" * 50


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    (tmp_path / "app-0123456789.js").write_bytes(SCRIPT)
    (tmp_path / "app-0123456789.js.gz").write_bytes(b"packed by gzip")
    (tmp_path / "app-0123456789.js.br").write_bytes(b"packed by brotli")
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    monkeypatch.setattr(assets, "DIST_DIR", tmp_path)
    return TestClient(Starlette(routes=[Route("/app/{path:path}", assets.app_file)]))


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip;q=1.0", "gzip")])
def test_a_browser_gets_the_smallest_it_can_unpack(client: TestClient, accepted: str, encoding: str) -> None:
    with client.stream("GET", "/app/app-0123456789.js", headers={"accept-encoding": accepted}) as reply:
        assert reply.headers["content-encoding"] == encoding
        assert reply.headers["content-type"].startswith("text/javascript")
        assert reply.headers["vary"] == "Accept-Encoding"
        assert "immutable" in reply.headers["cache-control"]


@pytest.mark.parametrize("path", ["/app/app-0123456789.js", "/app/icon.svg"])
def test_without_a_packed_file_or_a_browser_for_it_the_bytes_are_plain(client: TestClient, path: str) -> None:
    accepted = "br" if path.endswith(".svg") else "identity"
    reply = client.get(path, headers={"accept-encoding": accepted})
    assert "content-encoding" not in reply.headers
    assert reply.content in {SCRIPT, b"<svg/>"}
