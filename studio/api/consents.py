"""Downloads for staff under `/media/consents/{consent}`: recordings to listen to, and papers. Consents go by id."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from studio.api.documents import document_response, recording_response
from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.services.signed_in import actor_of


def _signed_in(request: Request) -> Actor:
    return actor_of(request)


SignedIn = Annotated[Actor, Depends(_signed_in)]


def consent_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/consents`; who asks is who signed in, and the services say what they may see."""
    routes = APIRouter(prefix="/media/consents", tags=["consents"])

    @routes.get("/{consent}/clips/{clip}")
    def recording(
        consent: str, clip: str, actor: SignedIn, wanted: Annotated[str | None, Header(alias="range")] = None
    ) -> Response:
        """A recording of the vault, decrypted, to play (whole or by range); a signed paper as a download."""
        return recording_response(studio.consents.clip(actor, consent, clip), wanted)

    @routes.get("/{consent}/papers/{name}")
    def paper(consent: str, name: str, actor: SignedIn) -> Response:
        """A paper to keep: `receipt.html`, `receipt.pdf`, `record.jsonld`, `certificate.html`, `certificate.json`
        (both once a purge is done) or `account.html` (the statement of account)."""
        return document_response(studio, actor, consent, name)

    return routes
