"""Who may do what: one policy per route; not yours answers with the same bytes as missing."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from server.clock import Clock
from server.errors import SHUT, SIGN_IN_FIRST, not_found
from surveys import queries_access, queries_mirror, queries_pairs
from surveys.queries_shut import Shut, find_shut, list_shut_cycles

LONGEST_ID = 32
MIRROR_COOKIE = "mirror"
# Written by the phone app: somebody signed out on it, and the server was not told yet. Never holds more than a 1.
SIGNED_OUT_COOKIE = "signed_out"
LONGEST_PART = {"hash": 64, "path": 500, "slug": 80, "version": 24}


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in person, with the grants that hold today."""

    id: str
    name: str
    locale: str
    time_zone: str
    roles: frozenset[str]
    is_manager: bool
    is_shared: bool  # on a phone that others use too
    is_by_card: bool


Check = Callable[[Principal, Mapping[str, Any], datetime], Awaitable[bool]]
Possession = Callable[[Request], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Policy:
    """A named rule; `check` is None for a public route; `possession` lets a phone in that no person is signed in on."""

    name: str
    check: Check | None
    possession: Possession | None = None


async def _anyone_signed_in(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    return True


async def _hr(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    return "hr" in principal.roles


async def _manager(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    return principal.is_manager


async def _ratee(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    cycle = str(params["cycle"])
    is_theirs = await queries_access.is_ratee_of_released_cycle(principal.id, cycle)
    return is_theirs and await _is_open(principal, cycle)


async def _report_viewer(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    cycle = str(params["cycle"])
    may_view = await queries_access.may_view_report(principal.id, cycle, str(params["ratee"]), now)
    return may_view and await _is_open(principal, cycle)


async def _pair(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    cycle = str(params["cycle"])
    is_theirs = await queries_pairs.is_in_pair(principal.id, cycle, str(params["employee"]))
    return is_theirs and await _is_open(principal, cycle)


async def shut_of(principal: Principal) -> Shut:
    """Find what stays shut to the way this person signed in (decision 0009)."""
    return await find_shut(principal.id, is_by_card=principal.is_by_card)


async def _is_open(principal: Principal, cycle: str) -> bool:
    """Let through; what is theirs but stays shut is refused with the reason. Raises Problem."""
    shut = await shut_of(principal)
    if shut.reason and await list_shut_cycles(shut, [cycle]):
        raise SHUT[shut.reason]
    return True


async def _mirror(principal: Principal, params: Mapping[str, Any], now: datetime) -> bool:
    return await queries_mirror.is_in_mirror(str(params["mirror"]), now, person_id=principal.id)


async def _mirror_phone(request: Request) -> bool:
    secret = request.cookies.get(MIRROR_COOKIE, "")
    return bool(secret) and await queries_mirror.is_in_mirror(
        request.path_params["mirror"], clock_of(request).now(), joiner_key=session_key(secret[:128])
    )


PUBLIC = Policy("public", None)
SIGNED_IN = Policy("signed_in", _anyone_signed_in)
HR = Policy("hr", _hr)
MANAGER = Policy("manager", _manager)
RATEE = Policy("ratee", _ratee)  # the person of {cycle}
PAIR = Policy("pair", _pair)  # {employee} of {cycle} and the manager fixed at launch: nobody else, not HR
REPORT_VIEWER = Policy("report_viewer", _report_viewer)  # manager or coach of {ratee} in {cycle}, after 24 h
MIRROR = Policy("mirror", _mirror, _mirror_phone)  # who started {mirror}, or the phone that joined it


class GuardedRoute(Route):
    """A route that runs its policy before its endpoint, for every method."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, policy: Policy, **options: Any) -> None:
        """Take the policy beside what a route takes."""
        super().__init__(path, endpoint, **options)
        self.policy = policy

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer as if the page did not exist."""
        if not _is_possible(scope):
            raise not_found()
        if self.policy.check is not None:
            await self._let_in(Request(scope, receive), self.policy.check)
        await super().handle(scope, receive, send)

    async def _let_in(self, request: Request, check: Check) -> None:
        principal = await find_principal(request)
        now = clock_of(request).now()
        if principal is not None and await check(principal, request.path_params, now):
            request.state.principal = principal
        elif self.policy.possession is not None and await self.policy.possession(request):
            return
        elif principal is None:
            raise SIGN_IN_FIRST
        else:
            raise not_found()


def _is_possible(scope: Scope) -> bool:
    """Tell whether anything could have this address: PostgreSQL takes no NUL, and columns of ids have a length."""
    parts = scope.get("path_params", {})
    return b"%00" not in scope["query_string"] and all(
        "\0" not in str(part) and len(str(part)) <= LONGEST_PART.get(name, LONGEST_ID)
        for name, part in parts.items()
    )


def clock_of(request: Request) -> Clock:
    """Give the clock that was passed into `create_app`."""
    clock: Clock = request.app.state.clock
    return clock


def principal_of(request: Request) -> Principal:
    """Give the person the guard found."""
    principal: Principal = request.state.principal
    return principal


def cookie_name(*, is_https: bool) -> str:
    """Name the session cookie; the `__Host-` prefix needs a secure connection."""
    return "__Host-sid" if is_https else "sid"


def is_secure(scope: Scope) -> bool:
    """Tell whether the browser's connection is HTTPS, as a trusted proxy says; plain HTTP only on this machine."""
    return bool(scope["scheme"] == "https")


def session_key(secret: str) -> str:
    """Turn a session secret into the key it is stored under."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def find_principal(request: Request) -> Principal | None:
    """Find who is signed in by the session cookie; None without a valid one, or after signing out without network."""
    if SIGNED_OUT_COOKIE in request.cookies:
        return None
    secret = request.cookies.get(cookie_name(is_https=is_secure(request.scope)), "")
    if not 32 <= len(secret) <= 128:
        return None
    now = clock_of(request).now()
    found = await queries_access.find_session_person(session_key(secret), now)
    if found is None:
        return None
    await queries_access.note_session_use(session_key(secret), today=now.date(), used_on=found.used_on)
    return Principal(
        found.id,
        found.name,
        found.locale,
        found.time_zone,
        found.roles,
        found.is_manager,
        found.is_shared,
        found.is_by_card,
    )
