"""Reading a report page as a person does: each chart's caption, and the rows of its table."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import html


@dataclass(frozen=True)
class Row:
    """What stands beside one source."""

    value: str
    n: str
    interval: str
    is_drawn: bool


def charts(page: str) -> Mapping[str, Mapping[str, Row]]:
    """Map the caption of every line to its rows by source."""
    tree = html.fromstring(page)
    found: dict[str, dict[str, Row]] = {}
    for table in tree.xpath(
        "//table[contains(concat(' ', @class, ' '), ' chart ')][not(contains(@class, 'overview'))]"
    ):
        caption = " ".join(table.xpath("./caption")[0].text_content().split())
        found[caption] = dict(_row(row) for row in table.xpath(".//tr[contains(@class, 'source ')]"))
    return found


def _row(row: html.HtmlElement) -> tuple[str, Row]:
    head = row.xpath("./th")[0]
    n = "".join(head.xpath(".//span[@class='source-n']/text()")).replace("n =", "").strip()
    name = head.text_content().replace("".join(head.xpath(".//span[@class='source-n']/text()")), "").strip()
    values = row.xpath("./td[contains(@class, 'source-value')]")
    if not values:
        return name, Row(row.xpath("./td")[0].text_content().strip(), n, "", is_drawn=False)
    value = values[0].xpath("./bdi")[0].text_content().strip()
    interval = "".join(values[0].xpath(".//span[@class='source-range']//text()")).strip()
    marks = row.xpath(".//*[local-name()='circle' or local-name()='rect']")
    return name, Row(value, n, interval, is_drawn=bool(marks))


def text_of(page: str) -> str:
    """Give the words of a page."""
    main = html.fromstring(page).xpath("//main")[0]
    return " ".join(main.text_content().split())
