"""The HTTP side of the studio: health, media, the voice owner's page, problem documents, and the guard before them."""

from fastapi import FastAPI

from studio import __version__
from studio.api.cast import cast_routes
from studio.api.consents import consent_routes
from studio.api.guard import Guard
from studio.api.guides import guide_routes
from studio.api.library import library_routes
from studio.api.lines import line_routes
from studio.api.manuscript import manuscript_routes
from studio.api.match import match_routes
from studio.api.media import media_routes
from studio.api.portal import portal_routes
from studio.api.problems import answer_with_problems
from studio.bootstrap import Studio


def create_api(studio: Studio) -> FastAPI:
    """Make the app that everything else is mounted on; whoever talks to it passes the guard first."""
    app = FastAPI(title="Viva Voce", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, staff=studio.staff)
    answer_with_problems(app)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the server is up, and which version."""
        return {"status": "ok", "version": __version__}

    app.include_router(portal_routes(studio))
    app.include_router(consent_routes(studio))
    app.include_router(library_routes(studio))
    app.include_router(match_routes(studio))
    app.include_router(media_routes(studio))
    app.include_router(line_routes(studio))
    app.include_router(manuscript_routes(studio))
    app.include_router(cast_routes(studio))
    app.include_router(guide_routes(studio))
    return app
