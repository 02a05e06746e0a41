"""The table of languages a workbook can be written in."""

from exports.words import Words
from exports.words_ar import ARABIC
from exports.words_de import GERMAN
from exports.words_en import ENGLISH
from exports.words_es import SPANISH

LANGUAGES: dict[str, Words] = {words.locale: words for words in (ENGLISH, SPANISH, GERMAN, ARABIC)}


def words_for(locale: str) -> Words:
    """Give the words of a language; an unknown one falls back to English, never to a blank."""
    return LANGUAGES.get(locale.replace("_", "-").split("-")[0].lower(), ENGLISH)
