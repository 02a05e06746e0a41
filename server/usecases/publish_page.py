"""What HR sees of a profile's publishing: which version is current, and whom its lines reached."""

from dataclasses import dataclass
from datetime import date, timedelta

from server.clock import Clock, today
from server.errors import not_found
from surveys import queries_notice
from surveys.notice import DEFAULT_NOTICE_DAYS, MINOR_CHANGE_DAYS, is_minor_change
from surveys.queries_notice import DeliveryRow


@dataclass(frozen=True, slots=True)
class PublishPanel:
    """The state of one version: `current` is the version that is published now, empty before the first."""

    version: str
    current: str
    is_current: bool
    is_mail_ready: bool
    n_days: int
    first_on: date
    rows: tuple[DeliveryRow, ...]

    @property
    def to_mail(self) -> tuple[DeliveryRow, ...]:
        """List who gets a mail by publishing now."""
        return tuple(one for one in self.rows if not one.way and one.has_mail and self.is_mail_ready)

    @property
    def by_hand(self) -> tuple[DeliveryRow, ...]:
        """List who is reached on paper or by opening it only."""
        return tuple(one for one in self.rows if not one.way and not (one.has_mail and self.is_mail_ready))

    @property
    def had(self) -> tuple[DeliveryRow, ...]:
        """List who was told: the notice runs."""
        return tuple(one for one in self.rows if one.way)

    @property
    def on_its_way(self) -> tuple[str, ...]:
        """List the ids of those whose mail still waits in the outbox."""
        return tuple(one.person_id for one in self.rows if one.is_mail_waiting)


async def publish_panel(version_id: str, *, is_mail_ready: bool, clock: Clock) -> PublishPanel:
    """Give the panel of one version. Raises Problem for an unknown one."""
    version = await queries_notice.find_version(version_id)
    if version is None:
        raise not_found()
    day = today(clock)
    current = (await queries_notice.current_versions([version.profile])).get(version.profile)
    is_minor = current is not None and is_minor_change(current.version, version.version)
    n_days = MINOR_CHANGE_DAYS if is_minor else DEFAULT_NOTICE_DAYS
    return PublishPanel(
        version=version.version,
        current=current.version if current else "",
        is_current=current is not None and current.id == version.id,
        is_mail_ready=is_mail_ready,
        n_days=n_days,
        first_on=day + timedelta(days=n_days),
        rows=await queries_notice.list_deliveries_of(version.profile, version.version, day=day),
    )
