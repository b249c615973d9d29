"""Who sent a request: the server's guard notes it, API routes and pages read it."""

from typing import Any, Protocol

from studio.consent.actors import Actor
from studio.core.errors import RefusedError


class Request(Protocol):
    """A request as Starlette and Gradio hand it to their handlers."""

    @property
    def state(self) -> Any:
        """What middleware noted about the request."""
        ...


def actor_of(request: Request) -> Actor:
    """Who is signed in, as a handler's request tells it.

    Args:
        request: a Starlette or FastAPI request, or a `gradio.Request`.

    Raises:
        RefusedError: nobody is: the request did not come through the guard.
    """
    actor = getattr(request.state, "actor", None)
    if not isinstance(actor, Actor):
        raise RefusedError("nobody is signed in", hint="Sign in to the studio.")
    return actor
