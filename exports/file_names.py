"""File names for a download that no browser, proxy or disk can misread (RFC 6266)."""

import re
import unicodedata
from urllib.parse import quote

MAX_BYTES = 120  # leaves room for a folder and for "(1)" on every file system
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*%;\'`$&{}\ud800-\udfff\ufffe\uffff]+')
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


def safe_file_name(title: str, *, suffix: str = ".xlsx") -> str:
    """Make a file name out of a title: letters of every script stay, what could act or mislead goes."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", title))
    spaced = " ".join(_FORBIDDEN.sub(" ", visible).split())
    stem = spaced.encode()[: MAX_BYTES - len(suffix)].decode(errors="ignore").strip(" .-~")
    if not stem or _RESERVED.match(stem.split(".")[0].strip()):
        stem = f"sightline {stem}".strip()
    return stem + suffix


def content_disposition(file_name: str) -> str:
    """Write the header value: a plain ASCII name for old readers, the true one beside it."""
    ascii_name = unicodedata.normalize("NFKD", file_name).encode("ascii", errors="ignore").decode()
    stem, dot, suffix = " ".join(re.sub(r"[^A-Za-z0-9._ ()-]", " ", ascii_name).split()).rpartition(".")
    plain = f"{stem.strip() or 'sightline'}{dot}{suffix}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
