"""Reads of mirrors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from surveys.models.mirror import Mirror

Side = Literal["self", "manager"]


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """One mirror as it is stored; what the two wrote is sealed (JSON documents are `Any`)."""

    id: str
    starter_id: str
    starter_name: str
    starter_side: Side
    joiner_key: str
    joiner_name: str
    code_until: datetime
    ends_at: datetime
    items: tuple[str, ...]
    kept_by: tuple[str, ...]
    boxes: dict[str, bytes | None]  # self, manager, talk
    profile: dict[str, Any]
    overlays: dict[str, dict[str, str]]
    instrument: dict[str, Any]

    @property
    def has_joined(self) -> bool:
        """Tell whether the second phone is there."""
        return bool(self.joiner_key)

    @property
    def joiner_side(self) -> Side:
        """Give the side the starter left over."""
        return other_side(self.starter_side)

    def name_of(self, side: Side) -> str:
        """Give the name of who is on a side."""
        return self.starter_name if side == self.starter_side else self.joiner_name


def other_side(side: Side) -> Side:
    """Give the side across."""
    return "manager" if side == "self" else "self"


async def find_mirror(mirror_id: str, now: datetime) -> MirrorRow | None:
    """Find a mirror that has not ended."""
    return await _find(now, id=mirror_id)


async def find_joinable_mirror(code_hash: str, now: datetime) -> MirrorRow | None:
    """Find the mirror a code opens, while it waits for its second phone."""
    return await _find(now, code_hash=code_hash, joiner_key="", code_until__gt=now)


async def list_mirrors_of(starter_id: str, now: datetime) -> tuple[MirrorRow, ...]:
    """Give the mirrors a person started that have not ended, newest first."""
    rows = await Mirror.filter(starter_id=starter_id, ends_at__gt=now).order_by("-code_until", "id")
    found = [await find_mirror(row.id, now) for row in rows]
    return tuple(one for one in found if one is not None)


async def is_in_mirror(mirror_id: str, now: datetime, *, person_id: str = "", joiner_key: str = "") -> bool:
    """Tell whether a person started a mirror, or a phone joined it."""
    rows = await Mirror.filter(id=mirror_id, ends_at__gt=now).values("starter_id", "joiner_key")
    return any(
        bool(person_id and row["starter_id"] == person_id)
        or bool(joiner_key and row["joiner_key"] == joiner_key)
        for row in rows
    )


async def list_ended_mirrors(now: datetime) -> tuple[str, ...]:
    """Give the mirrors whose time is over."""
    rows = await Mirror.filter(ends_at__lte=now).order_by("id").values_list("id", flat=True)
    return tuple(str(one) for one in rows)


async def _find(now: datetime, **where: Any) -> MirrorRow | None:
    row = (
        await Mirror.filter(ends_at__gt=now, **where)
        .select_related("starter", "profile_version", "instrument")
        .first()
    )
    if row is None:
        return None
    return MirrorRow(
        id=row.id,
        starter_id=row.starter.id,
        starter_name=row.starter.name,
        starter_side="self" if row.starter_side == "self" else "manager",
        joiner_key=row.joiner_key,
        joiner_name=row.joiner_name,
        code_until=row.code_until,
        ends_at=row.ends_at,
        items=tuple(row.items),
        kept_by=tuple(row.kept_by),
        boxes={"self": row.self_box, "manager": row.manager_box, "talk": row.talk_box},
        profile=dict(row.profile_version.document),
        overlays=dict(row.profile_version.overlays),
        instrument=dict(row.instrument.document),
    )
