"""The time zones a person may choose, said in the reader's language."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

UTC = "UTC"
LOCALTIME = Path("/etc/localtime")
ISOLATE, POP = "\u2068", "\u2069"  # around Latin letters in an Arabic line
NOWHERE = ("001", "ZZ")  # CLDR's words for zones of no country


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone by its name, in words as *country, city*, with older names for the same."""

    name: str
    words: str
    older_names: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Tell whether a name means this zone."""
        return name == self.name or name in self.older_names


@cache
def _known() -> frozenset[str]:
    """Name every zone; looked up once, for that means reading hundreds of files."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Tell whether there is such a time zone."""
    return name in _known()


def zone_of_machine(named: str, localtime: Path = LOCALTIME) -> str:
    """Give the zone a machine is set to: `named` in its environment, else what its own file is; UTC if neither is one."""
    zone = named.removeprefix(":") or str(localtime.resolve()).rpartition("zoneinfo/")[2]
    return zone if is_zone(zone) else UTC


@cache
def list_zones(locale: str) -> tuple[Zone, ...]:
    """Give UTC and every zone of a country, by country and city in the order of a reader's alphabet."""
    countries = {zone: country for zone, country in get_global("zone_territories").items() if is_zone(zone)}
    of_countries = [
        Zone(zone, _words(zone, country, locale), _older_names(zone))
        for zone, country in countries.items()
        if country not in NOWHERE
    ]
    return (Zone(UTC, UTC, ("Etc/UTC", "Etc/GMT")), *sorted(of_countries, key=lambda one: _plain(one.words)))


def _words(zone: str, country: str, locale: str) -> str:
    city = get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
    territory = Locale.parse(locale).territories[country]
    if locale != "ar":
        return f"{territory}, {city}"
    return f"{territory}، {ISOLATE}{city}{POP}" if city.isascii() else f"{territory}، {city}"


def _older_names(zone: str) -> tuple[str, ...]:
    return tuple(sorted(old for old, new in get_global("zone_aliases").items() if new == zone))


def _plain(words: str) -> str:
    """Write without accents, so that Österreich stands under O."""
    return "".join(
        one for one in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(one)
    )
