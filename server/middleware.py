"""Pure ASGI middleware: security headers, the origin check, the host check."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.access import is_secure
from server.errors import FOREIGN_ORIGIN, Problem
from server.views import problem_response

# Without the trusted-types directives: they block htmx 4 and serviceWorker.register.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Other sites are told nothing. With no-referrer, browsers without Sec-Fetch-Site (Chromium before 76, Safari before
    # 16.4) send "Origin: null" with our own forms, and the origin check refused every one of them.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
# Data are no page: nothing in them runs, loads or is framed, whoever opens their address.
DATA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The same for everybody and for ever: parts of a page, or documents under their hash. They are drawn or run by a page
# whose own headers count; on them a browser reads nothing but the type. A worker is none: it has a policy of its own.
PART_HEADERS = {"X-Content-Type-Options": "nosniff"}
DATA_TYPES = frozenset({"application/json", "application/problem+json"})
PART_TYPES = frozenset({"text/css", "text/javascript", "application/json"})
HSTS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOO_LARGE = Problem(
    413,
    "body_too_large",
    "This is too large",
    "An upload may have 20 MiB, everything else 1 MiB. Nothing was stored.",
)
UNKNOWN_HOST = Problem(
    400, "unknown_host", "This address is not served here", "Use the address you were given."
)

NOT_HTTPS = Problem(
    400,
    "not_https",
    "This address is served over HTTPS only",
    "Whoever runs the server: let the proxy set X-Forwarded-Proto, and name it in trusted_proxies.",
)
PING = "/api/v1/ping"  # says nothing of anybody; a monitor may ask it by any name


class SecurityHeaders:
    """Set the headers its kind needs on every reply; nothing is stored by browsers or proxies unless a route says so."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers as the reply starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _headers_for(headers).items():
                    headers.setdefault(name, value)
                if is_secure(scope):
                    headers.setdefault("Strict-Transport-Security", HSTS)
                headers.setdefault("Cache-Control", "no-store")
                if scope["path"].startswith("/api/v1/"):
                    headers["X-Sightline"] = "1"
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _headers_for(reply: MutableHeaders) -> Mapping[str, str]:
    """Choose by what a browser may do with a reply; what is not known to be harmless is treated as a page."""
    kind = reply.get("content-type", "").split(";")[0]
    if kind in PART_TYPES and "immutable" in reply.get("cache-control", ""):
        return PART_HEADERS
    return DATA_HEADERS if kind in DATA_TYPES else HEADERS


class TooLargeInWords:
    """Say in the one error shape what the body limit says in two plain words."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the limited application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace the limit's own reply."""
        is_replaced = False

        async def send_words(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == 413:
                is_replaced = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
                if is_replaced:
                    await problem_response(scope, TOO_LARGE)(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self.app(scope, receive, send_words)


class OriginCheck:
    """Refuse unknown hosts, and changes that another site asked for."""

    def __init__(self, app: ASGIApp, *, public_url: str, port: int) -> None:
        """Take the address people use; loopback names of the own port are served too."""
        self.app = app
        self.origins = {public_url, f"http://127.0.0.1:{port}", f"http://localhost:{port}"}
        self.hosts = {urlsplit(origin).netloc for origin in self.origins}
        self.only_https = urlsplit(public_url).netloc if public_url.startswith("https://") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let own requests through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if scope["path"] == PING:
            await self.app(scope, receive, send)
        elif host not in self.hosts:
            await problem_response(scope, UNKNOWN_HOST)(scope, receive, send)
        elif host == self.only_https and not is_secure(scope):
            # A cookie given out here would travel in the clear.
            await problem_response(scope, NOT_HTTPS)(scope, receive, send)
        elif scope["method"] not in SAFE_METHODS and self._is_foreign(headers):
            await problem_response(scope, FOREIGN_ORIGIN)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            # A browser's own word.
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is not None and origin not in self.origins
