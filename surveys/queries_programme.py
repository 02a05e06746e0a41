"""Reads of programmes: which 360 follows which clarity round."""

from dataclasses import dataclass

from tortoise.expressions import Q

from surveys.models.programmes import Programme


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A clarity round and the 360 after it; `confirmed` names the warnings of the 360 that HR confirmed."""

    id: str
    clarity_id: str
    feedback_id: str
    planned_by: str
    confirmed: tuple[str, ...]
    told: str


async def find_programme(cycle_id: str) -> ProgrammeRow | None:
    """Find the programme a cycle is a part of, as its clarity round or as its 360."""
    one = await Programme.filter(Q(clarity_id=cycle_id) | Q(feedback_id=cycle_id)).first()
    return None if one is None else _row(one)


async def list_waiting_programmes() -> tuple[ProgrammeRow, ...]:
    """List the programmes whose 360 is still a draft."""
    return tuple(_row(one) for one in await Programme.filter(feedback__state="draft").order_by("id"))


def _row(one: Programme) -> ProgrammeRow:
    # The `_id` attributes are made by Tortoise and unknown to the type checker's model.
    return ProgrammeRow(
        one.id,
        str(one.clarity_id),  # type: ignore[attr-defined]
        str(one.feedback_id),  # type: ignore[attr-defined]
        str(one.planned_by_id),  # type: ignore[attr-defined]
        tuple(str(name) for name in one.confirmed),
        one.told,
    )
