"""Whether a file is a harmless .xlsx package, decided before any spreadsheet library sees it."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from xml.parsers import expat

from surveys.table import refuse
from surveys.text import quoted

MOST_ENTRIES = 1_000
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
SMALL_ENTRY = 1024 * 1024  # a ratio says nothing about small parts
SAVE_AS = "open it in your spreadsheet program and save it as .xlsx"

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
PACKED = (".zip", ".xlsx", ".xlsm", ".jar", ".gz", ".7z", ".rar")


class _DoctypeFound(Exception):
    """A part declares a document type."""


def check_package(data: bytes, *, filename: str) -> None:
    """Refuse what is no plain .xlsx: other formats, passwords, macros, bombs, odd names, DTDs, links to files.

    Nothing is unpacked to disk, and no part is unpacked before the declared sizes of all parts were added up;
    a part that is longer than it declares fails its checksum.
    """
    if data.startswith(OLE_MAGIC):
        is_locked = ENCRYPTED_STREAM in data
        what = "is protected by a password; remove it and" if is_locked else "is an old .xls file;"
        raise refuse(filename, f"the file {what} {SAVE_AS}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_entries(package, len(data), filename)
            _check_kind(package, filename)
            for info in package.infolist():
                _check_part(package, info, filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        message = "the file is damaged or was cut off on the way; upload it again"
        raise refuse(filename, message) from error


def _check_entries(package: zipfile.ZipFile, n_bytes: int, filename: str) -> None:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise refuse(filename, f"the file holds {len(entries):,} parts; a spreadsheet has a few dozen")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise refuse(filename, f"the file unpacks to more than {MOST_UNPACKED // 1024**2} MiB; split it")
    if unpacked > SMALL_ENTRY and unpacked > MOST_RATIO * n_bytes:
        raise refuse(filename, f"the file unpacks to more than {MOST_RATIO} times its size; save it anew")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise refuse(filename, "the file holds two parts of one name; save it anew")
    for entry in entries:
        _check_entry(entry, filename)


def _check_entry(entry: zipfile.ZipInfo, filename: str) -> None:
    path = PurePosixPath(entry.filename)
    if ".." in path.parts or path.is_absolute() or "\\" in entry.orig_filename or ":" in entry.filename:
        raise refuse(filename, f"the file holds a part with the odd name {quoted(entry.filename)}; {SAVE_AS}")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refuse(filename, f"the part {quoted(entry.filename)} is a link; {SAVE_AS}")
    if entry.filename.lower().endswith(PACKED):
        raise refuse(filename, f"the file holds another packed file, {quoted(entry.filename)}; {SAVE_AS}")
    if entry.file_size > max(SMALL_ENTRY, MOST_RATIO * entry.compress_size):
        message = f"the part {quoted(entry.filename)} unpacks to more than {MOST_RATIO} times its size; save it anew"
        raise refuse(filename, message)


def _check_kind(package: zipfile.ZipFile, filename: str) -> None:
    names = set(package.namelist())
    if "mimetype" in names or "content.xml" in names:
        raise refuse(filename, f"the file is an OpenDocument sheet (.ods); {SAVE_AS}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refuse(filename, f"the file is a zip archive but no spreadsheet; {SAVE_AS}")
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refuse(filename, f"the file holds macros (.xlsm); {SAVE_AS}")
    if b"sheet.binary" in types:
        raise refuse(filename, f"the file is a binary workbook (.xlsb); {SAVE_AS}")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise refuse(filename, "the file links to another workbook; replace those cells by their values")


def _check_part(package: zipfile.ZipFile, info: zipfile.ZipInfo, filename: str) -> None:
    content = package.read(info)
    if content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        raise refuse(filename, f"the part {quoted(info.filename)} is a packed file; {SAVE_AS}")
    if not info.filename.endswith((".xml", ".rels", ".vml")):
        return
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _raise_doctype
    if info.filename.endswith(".rels"):
        parser.StartElementHandler = _relationship_check(filename)
    try:
        parser.Parse(content, True)
    except _DoctypeFound as found:
        message = f"the part {quoted(info.filename)} declares a document type (DTD); {SAVE_AS}"
        raise refuse(filename, message) from found
    except expat.ExpatError as error:
        message = f"the part {quoted(info.filename)} is not valid XML; {SAVE_AS}"
        raise refuse(filename, message) from error


def _raise_doctype(*_: object) -> None:
    raise _DoctypeFound


def _relationship_check(filename: str) -> Callable[[str, dict[str, str]], None]:
    def check(_: str, attributes: dict[str, str]) -> None:
        # Spreadsheets turn every mail address into an external hyperlink by themselves; nothing follows those.
        is_outside = attributes.get("TargetMode", "").lower() == "external"
        if is_outside and not re.search(r"/hyperlink$", attributes.get("Type", "")):
            target = quoted(attributes.get("Target", ""))
            raise refuse(filename, f"the file links to {target}; replace the linked content by its values")

    return check
