"""How a workbook looks: one accent, few named styles, calm lines, made to be printed."""

from dataclasses import dataclass
from typing import Literal, get_args

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exports.cells import clean_text
from exports.sheets import About, ColumnKind

ACCENT = "0F4C5C"
ACCENT_LIGHT = "3E7280"
INK = "1F2933"
MUTED = "66747D"
HAIRLINE = "D5DEE2"
PALE = "E7F0F2"
WARNING = "8A4B08"
WARNING_PALE = "FDF3E4"
FACE = "Arial"  # has Arabic letters and a metric twin (Liberation Sans) where Arial is missing

StyleName = Literal[
    "heading", "subheading", "notice", "section", "label", "prose", "number", "day",
    "head", "head_middle", "text", "comment", "id", "score", "gap", "count", "date", "word", "empty",
]  # fmt: skip
STYLE_OF_KIND: dict[ColumnKind, StyleName] = {
    "text": "text", "comment": "comment", "id": "id", "score": "score", "gap": "gap", "count": "count", "date": "date",
}  # fmt: skip

_RULE = Border(bottom=Side(style="thin", color=HAIRLINE))
_HEAD_RULE = Border(left=Side(style="thin", color=ACCENT_LIGHT), right=Side(style="thin", color=ACCENT_LIGHT))
_ACCENT_RULE = Border(bottom=Side(style="medium", color=ACCENT))
_NUMBER_FORMATS: dict[StyleName, str] = {
    "id": "@", "text": "@", "comment": "@", "prose": "@", "score": "0.0", "gap": "+0.0;-0.0;0.0", "count": "0",
    "number": "#,##0", "date": "yyyy-mm-dd", "day": "yyyy-mm-dd",
}  # fmt: skip
_MIDDLE: frozenset[StyleName] = frozenset(("score", "gap", "count", "date", "word", "head_middle"))
_ON_PAGE: frozenset[StyleName] = frozenset(
    ("heading", "subheading", "notice", "section", "label", "prose", "number", "day", "empty")
)
_WRAPPED: frozenset[StyleName] = frozenset(
    ("head", "head_middle", "text", "comment", "prose", "notice", "label")
)


@dataclass(frozen=True, slots=True)
class Wear:
    """What a cell may ask of a style: which, whether its text runs from the right, and whether it is guarded text."""

    name: StyleName
    is_rtl_text: bool = False
    is_guarded: bool = False


def add_styles(book: Workbook, *, is_rtl: bool) -> dict[Wear, StyleArray]:
    """Register every named style once, for text of either direction, and return what a cell needs to wear it."""
    styles: dict[Wear, StyleArray] = {}
    for name in get_args(StyleName):
        for is_rtl_text in (False, True):
            style = _named_style(name, is_rtl=is_rtl, is_rtl_text=is_rtl_text)
            book.add_named_style(style)
            styles[Wear(name, is_rtl_text)] = style.as_tuple()
            guarded = StyleArray(style.as_tuple())
            # Without it a program re-reads the text as a formula as soon as someone edits the cell.
            guarded.quotePrefix = 1
            styles[Wear(name, is_rtl_text, is_guarded=True)] = guarded
    return styles


def _named_style(name: StyleName, *, is_rtl: bool, is_rtl_text: bool) -> NamedStyle:
    style = NamedStyle(
        f"Sightline {name}{' rtl' if is_rtl_text else ''}",
        font=_font(name),
        alignment=_alignment(name, is_rtl=is_rtl, is_rtl_text=is_rtl_text),
        number_format=_NUMBER_FORMATS.get(name, "General"),
    )
    fill = {"head": ACCENT, "head_middle": ACCENT, "notice": WARNING_PALE}.get(name)
    if fill:
        style.fill = PatternFill("solid", start_color=fill, end_color=fill)
    if name in {"head", "head_middle"}:
        style.border = _HEAD_RULE
    elif name == "section":
        style.border = _ACCENT_RULE
    elif name not in _ON_PAGE and fill is None:
        style.border = _RULE
    return style


def _font(name: StyleName) -> Font:
    match name:
        case "heading":
            return Font(name=FACE, size=20, bold=True, color=ACCENT)
        case "subheading":
            return Font(name=FACE, size=12, color=MUTED)
        case "section":
            return Font(name=FACE, size=12, bold=True, color=ACCENT)
        case "head" | "head_middle":
            return Font(name=FACE, size=10, bold=True, color="FFFFFF")
        case "notice":
            return Font(name=FACE, size=10, bold=True, color=WARNING)
        case "label" | "id":
            return Font(name=FACE, size=10, color=MUTED)
        case "word" | "empty":
            return Font(name=FACE, size=10, italic=True, color=MUTED)
        case _:
            return Font(name=FACE, size=10, color=INK)


def _alignment(name: StyleName, *, is_rtl: bool, is_rtl_text: bool) -> Alignment:
    # Said outright for each cell, because programs differ in guessing: "4.7-5.0" must not be printed from its far end,
    # and the full stop of an Arabic sentence belongs on its left.
    order = 2 if is_rtl_text else 1
    if name in _MIDDLE:
        return Alignment("center", "center", wrap_text=name != "date", readingOrder=order)
    is_right = is_rtl_text if name == "comment" else is_rtl
    return Alignment(
        "right" if is_right else "left",
        "top" if name in _ON_PAGE and name != "notice" else "center",
        wrap_text=name in _WRAPPED,
        indent=0 if name in {"heading", "subheading", "section", "empty"} else 1,
        readingOrder=order,
    )


def set_up_print(sheet: Worksheet, about: About, *, notice: str, is_landscape: bool, n_wide: int = 1) -> None:
    """Fit the width to the paper (or to `n_wide` sheets of it), number the pages, say on each what it belongs to."""
    sheet.page_setup.orientation = "landscape" if is_landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = n_wide
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = 0.8
    sheet.page_margins.bottom = 0.7
    first, last = _print_part(about.organisation), _print_part(about.title)
    if about.words.is_rtl:
        first, last = last, first
    sheet.oddHeader = HeaderFooterItem(left=first, right=last)
    sheet.oddFooter = HeaderFooterItem(left=_print_part(notice), right=_coded_part("&P / &N"))


def _print_part(text: str) -> _HeaderFooterPart:
    return _coded_part(_header_text(text))


def _coded_part(codes: str) -> _HeaderFooterPart:
    return _HeaderFooterPart(codes, font=f"{FACE},Regular", size=8, color=MUTED)


def _header_text(text: str) -> str:
    """Keep a heading inside the 255 units that header codes and both texts share; a lone & would be a code."""
    one_line = " ".join(clean_text(text, cut_mark="").split())
    kept = one_line if len(one_line) <= 70 else one_line[:69] + "…"
    return kept.replace("&", "&&")
