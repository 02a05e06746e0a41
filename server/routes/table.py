"""All routes of the server, in the order they are tried."""

from starlette.routing import BaseRoute

from server.routes import api, assets, auth, cycles, home, hr, people, profiles, reports
from server.settings import Settings


def routes(settings: Settings) -> list[BaseRoute]:
    """Concatenate the modules' routes."""
    return [
        *home.routes(is_demo=settings.is_demo),
        *auth.routes(),
        *api.routes(),
        *hr.routes(),
        *people.routes(),
        *profiles.routes(),
        *cycles.routes(),
        *reports.routes(),
        *assets.routes(),
    ]
