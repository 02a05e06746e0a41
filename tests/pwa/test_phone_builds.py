"""The mistake that figure N3 must be able to see can still be made: its place is in the sources, once."""

from bench.n3_browser_kill import LAZY
from bench.phone_builds import ROOT


def test_the_place_of_the_mistake_is_in_the_sources_once() -> None:
    source, right, wrong = LAZY
    assert (ROOT / "pwa" / "src" / source).read_text("utf-8").count(right) == 1
    assert wrong != right
