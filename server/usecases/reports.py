"""Reports: the ratee's own, the view of those fixed at launch, the list of both, and sharing the comments."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import CONFIDENTIAL, Relationship, ReleasedComment
from server.clock import Clock, today
from server.errors import not_found
from server.usecases.report_numbers import Scored, load_scored
from server.usecases.report_page import numbers_view, questions_view, talk_view
from server.usecases.report_values import Audience, ReportPage, SharingView
from surveys import audit
from surveys.database import write_tx
from surveys.forms import direction
from surveys.keeper import Keeper
from surveys.models.cycles import Ratee
from surveys.promises import Viewers, promise_lines
from surveys.queries_reports import ReportLink, list_own_reports, list_viewable_reports
from surveys.queries_results import names_of


@dataclass(frozen=True, slots=True)
class ReportList:
    """The reports someone may open: the own ones, and those of others."""

    own: tuple[ReportLink, ...]
    others: tuple[ReportLink, ...]


@dataclass(frozen=True, slots=True)
class Viewed:
    """A report someone else may see, with what was shared left in and the rest left out."""

    scored: Scored
    audience: Audience
    comments: tuple[ReleasedComment, ...]


async def list_reports(person: str, *, clock: Clock) -> ReportList:
    """List the reports a person may open now."""
    return ReportList(await list_own_reports(person), await list_viewable_reports(person, clock.now()))


async def ratee_report(cycle: str, person: str, *, keeper: Keeper, locale: str, clock: Clock) -> ReportPage:
    """Give a person the own report, with every comment that may be shown.

    Raises Problem 404 when there is none.
    """
    scored = await load_scored(cycle, person, keeper=keeper, today=today(clock))
    return await _page(scored, "ratee", scored.comments, locale=locale, now=clock.now())


async def viewer_report(
    cycle: str, ratee: str, viewer: str, *, keeper: Keeper, locale: str, clock: Clock
) -> ReportPage:
    """Give a manager or coach the report of someone else, and note that it was looked at.

    Raises Problem 404 for everybody who is not a viewer fixed at launch, before the ratee's own time is over, and
    for a coach with whom nothing was shared.
    """
    viewed = await view_scored(cycle, ratee, viewer, keeper=keeper, action="report.viewed", clock=clock)
    return await _page(viewed.scored, viewed.audience, viewed.comments, locale=locale, now=clock.now())


async def view_scored(
    cycle: str, ratee: str, viewer: str, *, keeper: Keeper, action: str, clock: Clock
) -> Viewed:
    """Score a report for someone else and write into the audit log who looked."""
    scored = await load_scored(cycle, ratee, keeper=keeper, today=today(clock))
    audience = _audience(scored, viewer)
    if audience is None or clock.now() < others_from(scored):
        raise not_found()
    comments = scored.comments if scored.ratee.has_shared_comments else ()

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action=action,
            actor_id=viewer,
            object_id=cycle,
            detail=f"about {ratee}",
        )

    keeper.pin_audit(*await write_tx(body))
    return Viewed(scored, audience, comments)


async def share_comments(cycle: str, person: str, *, is_shared: bool, keeper: Keeper, clock: Clock) -> None:
    """Let the viewers fixed at launch read the comments too, or end that."""
    action = "comments.shared" if is_shared else "comments.unshared"

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        await Ratee.filter(cycle_id=cycle, person_id=person, is_cancelled=False).update(
            has_shared_comments=is_shared
        )
        return await audit.record(
            tx, key=keeper.audit_key(), at=clock.now(), action=action, actor_id=person, object_id=cycle
        )

    keeper.pin_audit(*await write_tx(body))


def others_from(scored: Scored) -> datetime:
    """Give the moment from which anyone but the ratee may see the report."""
    if scored.cycle.released_at is None:
        raise not_found()
    return scored.cycle.released_at + timedelta(hours=scored.cycle.policy.ratee_first_hours)


def _audience(scored: Scored, viewer: str) -> Audience | None:
    if viewer in scored.ratee.managers:
        return "manager"
    # A coach sees what was shared; with nothing shared there is nothing to see.
    if viewer in scored.ratee.coaches and scored.ratee.has_shared_comments:
        return "coach"
    return None


async def _page(
    scored: Scored,
    audience: Audience,
    comments: tuple[ReleasedComment, ...],
    *,
    locale: str,
    now: datetime,
) -> ReportPage:
    cycle, ratee = scored.cycle, scored.ratee
    texts = cycle.texts(locale)
    sharing = await _sharing(scored, now)
    may_see_comments = audience == "ratee" or ratee.has_shared_comments
    viewers = Viewers(managers=sharing.managers, coaches=sharing.coaches)
    told: Relationship = next((group for group in CONFIDENTIAL if group in cycle.forms), "peer")
    return ReportPage(
        cycle=cycle.id,
        cycle_title=cycle.title,
        purpose=cycle.purpose,
        audience=audience,
        ratee=ratee.id,
        ratee_name=ratee.name,
        role=texts.profile("profile.title"),
        grade=cycle.grade,
        k=cycle.policy.k,
        k_comments=cycle.policy.k_comments,
        min_commenters=cycle.policy.min_commenters,
        numbers=numbers_view(
            scored.report,
            cycle,
            texts,
            scale=cycle.scale(),
            is_rtl=direction(locale) == "rtl",
            is_named_over=scored.is_named_over,
        ),
        promise=promise_lines(cycle.policy, told, locale=locale, ratee_name=ratee.name, viewers=viewers),
        may_see_comments=may_see_comments,
        has_comments=bool(comments),
        questions=questions_view(comments, scored.named_texts if may_see_comments else {}, texts),
        talk=talk_view(texts),
        sharing=sharing,
        named_until=cycle.named_until,
        is_named_over=scored.is_named_over,
    )


async def _sharing(scored: Scored, now: datetime) -> SharingView:
    ratee = scored.ratee
    names = await names_of((*ratee.managers, *ratee.coaches))
    from_ = others_from(scored)
    return SharingView(
        managers=tuple(names[person] for person in ratee.managers if person in names),
        coaches=tuple(names[person] for person in ratee.coaches if person in names),
        others_from=from_,
        is_open_to_others=now >= from_,
        is_shared=ratee.has_shared_comments,
    )
