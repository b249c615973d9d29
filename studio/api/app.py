"""The HTTP side of the studio: health, media, errors as problem documents, and the guard in front of everything."""

from fastapi import FastAPI

from studio import __version__
from studio.api.guard import Guard
from studio.api.media import media_routes
from studio.api.problems import answer_with_problems
from studio.bootstrap import Studio


def create_api(studio: Studio, password: str | None = None) -> FastAPI:
    """Make the app that everything else is mounted on.

    Args:
        studio: whose services it calls.
        password: if given, every request must carry it (HTTP Basic, any user name), and the app may listen beyond this
            machine; if not, only requests to a loopback host name are answered.
    """
    app = FastAPI(title="Viva Voce", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, password=password)
    answer_with_problems(app)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the server is up, and which version."""
        return {"status": "ok", "version": __version__}

    app.include_router(media_routes(studio))
    return app
