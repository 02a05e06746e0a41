"""Whether people can reach this installation: its public address must answer over valid HTTPS before anyone is invited."""

import asyncio
import http.client
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from server.clock import Clock
from server.errors import Problem
from server.settings import Settings
from server.usecases.operation_notes import note
from surveys.launch_values import Finding
from surveys.queries_health import find_note

PING = "/api/v1/ping"
TIMEOUT_S = 10
GOOD_FOR = timedelta(hours=24)
REACH = "reach"
LOCAL = "local"
NOT_CHECKED = "not checked yet; the server checks within a minute of its start"

Fetch = Callable[[str], str]


def fetch_ping(url: str, *, context: ssl.SSLContext | None = None) -> str:
    """Ask an address whether Sightline answers there; give what is wrong, or nothing.

    No proxy and no redirect: a phone must get this answer at this address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        if parts.scheme == "https":
            trusted = context or ssl.create_default_context()
            asked: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, parts.port, timeout=TIMEOUT_S, context=trusted
            )
        else:
            asked = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_S)
        try:
            asked.request("GET", PING)
            reply = asked.getresponse()
            reply.read(1024)
        finally:
            asked.close()
    except ssl.SSLCertVerificationError as error:
        return f"the certificate is not valid: {error.verify_message}"
    except socket.gaierror:
        return f"the name {host} is not known"
    except TimeoutError:
        return f"no answer within {TIMEOUT_S} seconds"
    except ConnectionRefusedError:
        return "the connection was refused: nothing listens there"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({error or type(error).__name__})"
    if reply.getheader("X-Sightline") is None:
        return f"something else answers there (status {reply.status}), not Sightline"
    return "" if reply.status == 204 else f"Sightline answers with status {reply.status} instead of 204"


async def check_reachable(settings: Settings, *, clock: Clock, fetch: Fetch = fetch_ping) -> Problem | None:
    """Fetch the public address, note the result with its date, and give the problem where there is one."""
    if settings.is_local:
        await note(REACH, at=clock.now(), is_good=True, detail=LOCAL)
        return None
    said = await asyncio.to_thread(fetch, settings.public_url)
    await note(REACH, at=clock.now(), is_good=not said, detail=said)
    return unreachable(settings.public_url, said) if said else None


async def check_reachable_if_due(settings: Settings, *, clock: Clock) -> None:
    """Look again each day, and each minute while nobody gets through."""
    last = await find_note(REACH)
    if last is None or not last.is_good or last.at + GOOD_FOR <= clock.now():
        await check_reachable(settings, clock=clock)


async def find_unreachable() -> Finding | None:
    """Give what stands in the way of an invitation, by the last check; it is not repeated here."""
    last = await find_note(REACH)
    if last is None or last.is_good:
        return None
    return Finding("unreachable", is_error=True, lines=({"said": last.detail},))


def unreachable(url: str, said: str) -> Problem:
    """Say that nobody would get through."""
    return Problem(
        409,
        "unreachable",
        f"{url} does not answer as it must",
        f"{said[:1].upper()}{said[1:]}. Nobody is invited until it answers over valid HTTPS.",
    )
