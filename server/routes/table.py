"""All routes of the server, in the order they are tried."""

from starlette.routing import BaseRoute

from server.routes import (
    api,
    assets,
    auth,
    cards,
    claims,
    cycles,
    delete_person,
    great,
    health,
    home,
    hr,
    letters,
    me,
    mirror,
    pairs,
    people,
    plain,
    profile_api,
    profiles,
    publish,
    rehearsal,
    reports,
    tour,
)
from server.settings import Settings


def routes(settings: Settings) -> list[BaseRoute]:
    """Concatenate the modules' routes."""
    return [
        *home.routes(is_demo=settings.is_demo),
        *tour.routes(is_demo=settings.is_demo),
        *auth.routes(),
        *me.routes(),
        *claims.routes(),
        *cards.routes(),
        *api.routes(),
        *plain.routes(),
        *hr.routes(),
        *health.routes(),
        *people.routes(),
        *delete_person.routes(),
        *profiles.routes(),
        *publish.routes(),
        *profile_api.routes(),
        *great.routes(),
        *cycles.routes(),
        *letters.routes(),
        *reports.routes(),
        *pairs.routes(),
        *mirror.routes(),
        *rehearsal.routes(),
        *assets.routes(),
    ]
