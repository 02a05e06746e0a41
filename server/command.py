"""The command that starts Sightline where this process was started, ready to be typed."""

import shlex
import sys


def command_of(argv0: str, executable: str) -> str:
    """Give the command for a process that was started as `argv0`."""
    if argv0.endswith("__main__.py"):
        return f"{shlex.quote(executable)} -m server"
    return shlex.quote(argv0)


def own_command() -> str:
    """Give the command of this process."""
    return command_of(sys.argv[0], sys.executable)
