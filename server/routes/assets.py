"""Our own static files and the built phone app."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from pwa import DIST_DIR
from server.access import PUBLIC, GuardedRoute
from server.errors import not_found
from server.views import STATIC_DIR, see_other

HASHED = re.compile(r"-[0-9a-zA-Z]{8,}\.[a-z0-9]+$")
FOREVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"  # icons: browsers ask for them again at every step
FIRST_ASKED = "</api/v1/inbox?start=1>; rel=preload; as=fetch; crossorigin"
PICTURES = frozenset({".svg", ".png"})
TYPES = {
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".json": "application/json",
    ".png": "image/png",
}
# Packed by the build of the phone app, best first.
PACKED = {"br": ".br", "gzip": ".gz"}


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/static/{path:path}", static, policy=PUBLIC),
        GuardedRoute("/c", card_page, policy=PUBLIC),
        GuardedRoute("/app", to_app, policy=PUBLIC),
        GuardedRoute("/app/", app_file, policy=PUBLIC),
        GuardedRoute("/app/{path:path}", app_file, policy=PUBLIC),
        GuardedRoute("/favicon.ico", favicon, policy=PUBLIC),
    ]


async def static(request: Request) -> Response:
    """Serve a file of the server's own."""
    return _file(request, STATIC_DIR, str(request.path_params["path"]))


async def card_page(request: Request) -> Response:
    """Serve the page a printed card opens; the card's code stands after # and never reaches the server by this."""
    return _file(request, DIST_DIR, "card.html")


async def to_app(request: Request) -> Response:
    """Send the bare address on to the scope of the phone app."""
    return see_other("/app/")


async def app_file(request: Request) -> Response:
    """Serve a file of the phone app; addresses without a file are its screens."""
    path = str(request.path_params.get("path", ""))
    reply = _file(request, DIST_DIR, path if "." in path else "index.html")
    # A page that comes from here and not from the worker's cache belongs to a phone that has nothing yet: what its
    # script will ask first is on its way while the script still is.
    if request.headers.get("sec-fetch-dest") == "document":
        reply.headers["Link"] = FIRST_ASKED
    return reply


async def favicon(request: Request) -> Response:
    """Serve the icon browsers ask for unasked."""
    return _file(request, STATIC_DIR, "icon.svg")


def _find(root: Path, name: str) -> Path | None:
    # A name that no disk can hold (a NUL, 300 letters) is a missing file like any other.
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root.resolve()) and path.is_file() else None
    except (ValueError, OSError):
        return None


def _file(request: Request, root: Path, name: str) -> Response:
    path = _find(root, name)
    if path is None:
        raise not_found()
    plain = A_DAY if path.suffix in PICTURES else "no-cache"
    cache = FOREVER if HASHED.search(path.name) else plain
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    served = path
    for encoding, suffix in PACKED.items():
        packed = path.with_name(path.name + suffix)
        if encoding in accepted and packed.is_file():
            headers["Content-Encoding"] = encoding
            served = packed
            break
    # Small enough to be read at once. Starlette's own reply for files names states (ETag and so on) that it never asks
    # for again; here they would only lengthen the first load.
    return Response(served.read_bytes(), media_type=TYPES.get(path.suffix), headers=headers)
