"""What the voice owner's page asks of the studio, for the one record that its link belongs to."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from studio.api.documents import document_response, recording_response
from studio.api.signed_in import SignedIn
from studio.api.throttle import Throttle
from studio.api.uploads import received, sweep_uploads
from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.texts import language_pack
from studio.core.errors import RefusedError
from studio.core.time import utc_now
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.services.consents.evidence import Reading

LARGEST_RECORDING_BYTES = 50 * 1024 * 1024
_LONGEST_TOKEN = 200

Language = Annotated[str | None, Query(max_length=35)]
Ranges = Annotated[str | None, Header(alias="range")]


class AnswerRequest(BaseModel):
    """The answer to the notice: what was ticked, and the name typed as signature."""

    purposes: Annotated[dict[str, bool], Field(max_length=50)]
    signature_name: Annotated[str, Field(max_length=200)]
    language: Annotated[str, Field(max_length=35)]
    notice_sha256: Annotated[str, Field(max_length=64)]


def owner_routes(studio: Studio) -> APIRouter:
    """Routes that want a link's token; each act answers with the page as it stands after it."""
    sweep_uploads(studio.settings.temporary)
    throttle = Throttle()

    async def sign_in(request: Request, authorization: Annotated[str, Header()] = "") -> None:
        """Note whose link it is, where the guard notes who of the staff signed in."""
        scheme, _, token = authorization.partition(" ")
        client = request.client.host if request.client else ""
        usable = scheme.lower() == "bearer" and 0 < len(token) <= _LONGEST_TOKEN
        owner = await throttle.guess(client, lambda: _owner(studio, token) if usable else None)
        if owner is None:
            raise RefusedError("this link is not valid", hint="Ask the studio for a new one.")
        request.state.actor = owner

    routes = APIRouter(prefix="/api", dependencies=[Depends(sign_in)], default_response_class=_PrivateJson)
    _answering(routes, studio)
    _recording(routes, studio)
    _afterwards(routes, studio)
    return routes


def _answering(routes: APIRouter, studio: Studio) -> None:
    @routes.get("/page")
    def look(owner: SignedIn, language: Language = None) -> dict[str, Any]:
        """Where the consent stands, with all that the page shows."""
        return _stand(studio, owner, language)

    @routes.post("/answer")
    def answer(owner: SignedIn, given: AnswerRequest, language: Language = None) -> dict[str, Any]:
        """Agree to the notice exactly as it was shown."""
        studio.giving.answer(owner, owner.consent_id, **given.model_dump())
        return _stand(studio, owner, language)

    @routes.post("/decline")
    def decline(owner: SignedIn, language: Language = None) -> dict[str, Any]:
        """Say no."""
        studio.giving.decline(owner, owner.consent_id)
        return _stand(studio, owner, language)

    @routes.post("/confirm-narrowing")
    def confirm(owner: SignedIn, language: Language = None) -> dict[str, Any]:
        """Confirm a renewal that allows less than before, which needs no new statement."""
        studio.giving.confirm_narrowing(owner, owner.consent_id)
        return _stand(studio, owner, language)


def _recording(routes: APIRouter, studio: Studio) -> None:
    @routes.post("/challenge")
    def challenge(owner: SignedIn, language: Language = None) -> dict[str, Any]:
        """Issue code words and number; `seconds_left` spares the page a comparison of clocks."""
        issued = studio.giving.challenge(owner, owner.consent_id)
        left = datetime.fromisoformat(issued.expires_at) - utc_now()
        told = {**asdict(issued), "seconds_left": max(0.0, left.total_seconds())}
        return _stand(studio, owner, language, challenge=told)

    @routes.post("/recordings/reference")
    async def reference(
        request: Request,
        owner: SignedIn,
        delivery: Annotated[str, Query(max_length=40)] = NEUTRAL_NAME,
        language: Language = None,
    ) -> dict[str, Any]:
        """Hand in a reference recording, the request's body; its checks come back at once."""
        reading = Reading(delivery)
        async with received(request, studio.settings.temporary, LARGEST_RECORDING_BYTES) as path:
            clip = await run_sync(lambda: studio.giving.record_reference(owner, owner.consent_id, path, reading))
        return await run_sync(lambda: _stand(studio, owner, language, clip=asdict(clip)))

    @routes.post("/recordings/statement")
    async def statement(
        request: Request,
        owner: SignedIn,
        challenge: Annotated[str, Query(max_length=100)],
        language: Language = None,
    ) -> dict[str, Any]:
        """Hand in the spoken statement, the request's body, for a challenge."""
        async with received(request, studio.settings.temporary, LARGEST_RECORDING_BYTES) as path:
            said = await run_sync(lambda: studio.giving.record_statement(owner, owner.consent_id, challenge, path))
        return await run_sync(lambda: _stand(studio, owner, language, statement=asdict(said)))

    @routes.get("/recordings/{clip}")
    def recording(owner: SignedIn, clip: str, wanted: Ranges = None) -> Response:
        """A recording of one's own, to listen to."""
        return recording_response(studio.consents.clip(owner, owner.consent_id, clip), wanted)

    @routes.delete("/recordings/{clip}")
    def remove(owner: SignedIn, clip: str, language: Language = None) -> dict[str, Any]:
        """Take back a reference recording that consent was not given with yet, to make it again."""
        studio.consents.remove_reference(owner, owner.consent_id, clip)
        return _stand(studio, owner, language)


def _afterwards(routes: APIRouter, studio: Studio) -> None:
    @routes.post("/approvals/{approval}")
    def decide(
        owner: SignedIn, approval: str, approve: Annotated[bool, Body(embed=True)], language: Language = None
    ) -> dict[str, Any]:
        """Approve a project or final audio, or do not."""
        studio.giving.decide(owner, owner.consent_id, approval, approve)
        return _stand(studio, owner, language)

    @routes.post("/withdraw")
    def withdraw(owner: SignedIn, language: Language = None) -> dict[str, Any]:
        """End the consent, at once and for good."""
        studio.endings.withdraw(owner, owner.consent_id)
        return _stand(studio, owner, language)

    @routes.get("/papers/{name}")
    def paper(owner: SignedIn, name: str) -> Response:
        """A paper to keep; names as in `studio.api.documents.DOCUMENTS`."""
        return document_response(studio, owner, owner.consent_id, name)


def _stand(studio: Studio, owner: Actor, language: str | None, **more: Any) -> dict[str, Any]:
    view = asdict(studio.giving.page(owner, owner.consent_id, language))
    for event in view["events"]:  # the studio's own sentence may name its people
        event["sentence"] = view["strings"].get(f"event_{event['kind'].replace('-', '_')}", "")
    use_names = language_pack(view["language"]).use_names
    for work in view["works"]:
        del work["path"]  # where it lies on the studio's disk is not theirs to know
        work["use"] = use_names.get(work["use"], work["use"])
    return {"page": view, **more}


def _owner(studio: Studio, token: str) -> Actor | None:
    try:
        return studio.giving.open(token)
    except RefusedError:
        return None


class _PrivateJson(JSONResponse):
    """JSON that no browser or proxy keeps."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers({"cache-control": "no-store", "referrer-policy": "no-referrer", **(headers or {})})
