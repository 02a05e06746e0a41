"""What stays shut to a way of signing in that took effect on HR's word alone (decision 0009)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tortoise.expressions import Q

from surveys.models.cards import IdentityChange
from surveys.models.cycles import Cycle
from surveys.models.people import Person

UNCONFIRMED = Q(state="effective", confirmed_by="", effective_at__isnull=False)

Reason = Literal["", "changed", "card"]


@dataclass(frozen=True, slots=True)
class Shut:
    """Which cycles a session may not read: those launched up to a moment, or with a reason and no moment all."""

    reason: Reason
    until: datetime | None

    def covers(self, launched_at: datetime | None) -> bool:
        """Tell whether a cycle of this launch stays shut."""
        if not self.reason:
            return False
        return self.until is None or launched_at is None or launched_at <= self.until


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A changed way of signing in that is in effect, and that no second person of HR has confirmed."""

    id: str
    kind: str
    person_id: str
    name: str
    made_by: str
    effective_at: datetime


async def find_shut(person_id: str, *, is_by_card: bool) -> Shut:
    """Find what stays shut: everything to a card beside a mail address, to a new way in what was there before it."""
    if is_by_card and await Person.filter(id=person_id).exclude(mail="").exists():
        return Shut("card", None)
    newest = await IdentityChange.filter(UNCONFIRMED, person_id=person_id).order_by("-effective_at").first()
    return Shut("", None) if newest is None else Shut("changed", newest.effective_at)


async def list_shut_cycles(shut: Shut, cycles: Collection[str]) -> frozenset[str]:
    """Give which of these cycles stay shut."""
    if not shut.reason or not cycles:
        return frozenset()
    rows = await Cycle.filter(id__in=list(set(cycles))).values_list("id", "launched_at")
    return frozenset(str(cycle) for cycle, launched_at in rows if shut.covers(launched_at))


async def has_unconfirmed(person_id: str) -> bool:
    """Tell whether a person signs in some way that nobody has confirmed."""
    return await IdentityChange.filter(UNCONFIRMED, person_id=person_id).exists()


async def list_unconfirmed() -> tuple[Unconfirmed, ...]:
    """Give the changes in effect that wait for nobody, and that a second person of HR may still confirm."""
    rows = await IdentityChange.filter(UNCONFIRMED).select_related("person").order_by("effective_at", "id")
    return tuple(
        Unconfirmed(one.id, one.kind, one.person.id, one.person.name, one.made_by, one.effective_at)
        for one in rows
        if one.effective_at is not None
    )
