"""Downloads for staff under `/media/consents/{consent}`: recordings to listen to, and papers. Consents go by id."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from studio.api.documents import document_response, recording_response
from studio.api.signed_in import SignedIn
from studio.bootstrap import Studio


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
        """A paper as a download.

        One of `receipt.html`, `receipt.pdf`, `record.jsonld`, `account.html` (the statement of account), and once
        everything is destroyed `certificate.html` and `certificate.json`.
        """
        return document_response(studio, actor, consent, name)

    return routes
