"""What the server and its reading child say to each other: one request, one reply, plain JSON, no pickles."""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from surveys.errors import FileRefused, Problem

OUT_OF_MEMORY = 3  # exit code

_PROBLEMS = TypeAdapter(tuple[Problem, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reading child may use before it is stopped."""

    memory_mib: int = 512
    cpu_seconds: int = 60
    wall_seconds: float = 120.0


# Options and documents are JSON values, which are `Any` by nature.
Read = Callable[[bytes, str, Mapping[str, Any]], bytes]


def request(kind: str, data: bytes, *, filename: str, options: Mapping[str, Any], limits: Limits) -> bytes:
    """Write the request: one line of JSON, then the file as it is."""
    head = {"kind": kind, "filename": filename, "options": options, "limits": asdict(limits)}
    return json.dumps(head).encode() + b"\n" + data


def answer(readers: Mapping[str, Read]) -> None:
    """Serve one request as the child: limits first, then read; problems with the file are a reply, not a failure."""
    head = json.loads(sys.stdin.buffer.readline())
    _limit(Limits(**head["limits"]))
    try:
        data = sys.stdin.buffer.read()
        reply = b"+" + readers[head["kind"]](data, head["filename"], head["options"])
    except FileRefused as refused:
        reply = b"-" + _PROBLEMS.dump_json(refused.problems)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sys.stdout.buffer.write(reply)
    sys.stdout.buffer.flush()


def value_of(reply: bytes, *, filename: str) -> bytes:
    """Give the JSON of the value in a reply. Raises `FileRefused` with the problems the child found."""
    if reply.startswith(b"-"):
        raise FileRefused(filename, _PROBLEMS.validate_json(reply[1:]))
    return reply[1:]


def _limit(limits: Limits) -> None:
    memory = limits.memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a reader writes no file
