"""Find the browsers that the browser tests drive, or install Debian's: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
OTHERS = {"firefox-esr": "firefox-esr", "WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Give the path of a Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> list[str]:
    """List the packages of Debian that are not there: Chromium, and what the tests of other engines start."""
    found = [package for program, package in OTHERS.items() if shutil.which(program) is None]
    return found if find_chromium() else ["chromium", *found]


def main() -> int:
    """Install the browsers that are missing when this user may."""
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=True)
        wanted = missing()
    if not wanted:
        return 0
    sys.stderr.write(f"Install Debian's packages {', '.join(wanted)}, then run this again.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
