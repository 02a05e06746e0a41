"""Where the content that ships with the product lies: role profiles and instruments, imported like a customer's file."""

from pathlib import Path

_IN_WHEEL = Path(__file__).parent / "content" / "profiles"
_IN_CHECKOUT = Path(__file__).parent.parent / "profiles"


def content_dir() -> Path:
    """Give the folder of profiles, in a wheel or in a checkout."""
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
