"""File names for a download."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.file_names import MAX_BYTES, content_disposition, safe_file_name


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_title_gives_a_name_that_no_disk_or_header_misreads(title: str) -> None:
    name = safe_file_name(title)
    assert name.endswith(".xlsx")
    assert len(name.encode()) <= MAX_BYTES
    assert not set(name) & set("<>:\"/\\|?*%;'\r\n\x00")
    assert not name.startswith((".", " ", "-"))
    header = content_disposition(name)
    assert header.isascii()
    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9._ ()-]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header
    )


@given(st.text(max_size=80))
def test_a_browser_reads_back_the_true_name(title: str) -> None:
    name = safe_file_name(title)
    _, _, extended = content_disposition(name).partition("filename*=UTF-8''")
    assert unquote(extended, errors="strict") == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('360 autumn/2026: "Plant North"', "360 autumn 2026 Plant North.xlsx"),
        ("../../etc/passwd", "etc passwd.xlsx"),
        ("تقييم 360", "تقييم 360.xlsx"),
        ("😀", "😀.xlsx"),
        ("CON", "sightline CON.xlsx"),
        ("", "sightline.xlsx"),
        ("report\u202exslx.exe", "reportxslx.exe.xlsx"),
    ],
)
def test_known_bad_names_become_safe(title: str, name: str) -> None:
    assert safe_file_name(title) == name


def test_three_hundred_letters_are_cut() -> None:
    assert len(safe_file_name("ß" * 300).encode()) <= MAX_BYTES


def test_old_readers_get_a_plain_name() -> None:
    assert 'filename="sightline.xlsx"' in content_disposition("تقييم.xlsx")
