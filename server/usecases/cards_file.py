"""Printed cards as a spreadsheet for mail merge: the only other place where their codes are shown."""

from collections.abc import Sequence

from exports.books import TemplateColumn
from exports.making import make_cards_file
from server.usecases.cards import PrintedCard
from server.words import translate

CARD_COLUMNS = (
    TemplateColumn("external_id", "Unique id of the person", "00123"),
    TemplateColumn("name", "Who the card is for", "Cleo Marsh"),
    TemplateColumn("unit", "Where the card goes", "Plant"),
    TemplateColumn("language", "Language of the three lines", "en"),
    TemplateColumn("address", "What the QR code holds; make the code from this text", "https://…/c#7KQ2…"),
    TemplateColumn("page", "What is typed where no camera reads the QR code", "https://…/c"),
    TemplateColumn("code", "The code, in groups of four", "7KQ2 M9XD 4HTB WN3C"),
    TemplateColumn("valid_until", "Last day on which the card can be used", "2027-02-20"),
    TemplateColumn("line_1", "First sentence of what to do", "Scan the square with your phone."),
    TemplateColumn("line_2", "Second sentence", "Say whether the name is yours."),
    TemplateColumn("line_3", "Third sentence", "The card works once; keep it to yourself."),
)


def card_address(public_url: str, code: str) -> str:
    """Give what a QR code holds: after # the browser keeps it to itself, so no log ever has a code."""
    return f"{public_url}/c#{code}"


async def cards_file(cards: Sequence[PrintedCard], *, public_url: str, locale: str) -> bytes:
    """Write the cards as a workbook; the three lines are in each person's language."""
    rows = [
        (
            card.external_id,
            card.name,
            card.unit,
            card.locale,
            card_address(public_url, card.code),
            f"{public_url}/c",
            card.groups,
            card.valid_until.isoformat(),
            *(translate(card.locale, f"cards.line_{number}") for number in (1, 2, 3)),
        )
        for card in cards
    ]
    return await make_cards_file(CARD_COLUMNS, rows, locale=locale)
