"""Who acts, as a parameter of a route."""

from typing import Annotated

from fastapi import Depends, Request

from studio.consent.actors import Actor
from studio.services.signed_in import actor_of


def _signed_in(request: Request) -> Actor:
    return actor_of(request)


SignedIn = Annotated[Actor, Depends(_signed_in)]
