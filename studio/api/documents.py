"""Recordings and papers of a consent as answers: never kept by a browser, never run as a page of the studio."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import Response

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.core.errors import NotFoundError
from studio.core.hashing import canonical_json

_PRIVATE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_SOUNDS = (
    (b"RIFF", 0, "audio/wav"),
    (b"fLaC", 0, "audio/flac"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"\xff\xf1", 0, "audio/aac"),
    (b"ftyp", 4, "audio/mp4"),
    (b"\x1aE\xdf\xa3", 0, "audio/webm"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper about a consent.

    Attributes:
        media_type: of its bytes.
        make: writes it, as far as the actor may see it; None if there is none.
    """

    media_type: str
    make: Callable[[Studio, Actor, str], bytes | None]


def _certificate(studio: Studio, actor: Actor, consent: str) -> bytes | None:
    found = studio.endings.certificate(actor, consent)
    return None if found is None else canonical_json(found)


DOCUMENTS: Mapping[str, Document] = {
    "receipt.html": Document("text/html", lambda studio, actor, at: studio.papers.receipt_html(actor, at).encode()),
    "receipt.pdf": Document("application/pdf", lambda studio, actor, at: studio.papers.receipt_pdf(actor, at)),
    "record.jsonld": Document(
        "application/ld+json", lambda studio, actor, at: canonical_json(studio.papers.record_jsonld(actor, at))
    ),
    "certificate.html": Document(
        "text/html", lambda studio, actor, at: studio.papers.certificate_html(actor, at).encode()
    ),
    "certificate.json": Document("application/json", _certificate),
    "account.html": Document("text/html", lambda studio, actor, at: studio.papers.account_html(actor, at).encode()),
}


def document_response(studio: Studio, actor: Actor, consent: str, name: str) -> Response:
    """A paper as a download.

    Args:
        studio: whose services it calls.
        actor: who asks.
        consent: id of the consent.
        name: one of `DOCUMENTS`.

    Raises:
        NotFoundError: there is no such paper.
        RefusedError: the actor may not see it.
    """
    document = DOCUMENTS.get(name)
    made = document.make(studio, actor, consent) if document else None
    if document is None or made is None:
        raise NotFoundError(f"there is no paper '{name}' of this consent")
    kept_as = f'attachment; filename="consent-{name}"'
    return Response(made, media_type=document.media_type, headers={**_PRIVATE, "content-disposition": kept_as})


def recording_response(data: bytes, wanted: str | None) -> Response:
    """A recording to play, whole or the part that a Range header asks for (Safari plays nothing without ranges).

    Anything that is no sound, such as a signed paper, is a download.

    Args:
        data: decrypted.
        wanted: the Range header of the request.
    """
    kind = next((kind for magic, at, kind in _SOUNDS if data[at : at + len(magic)] == magic), None)
    headers = {**_PRIVATE, "accept-ranges": "bytes"}
    headers["content-disposition"] = "inline" if kind else 'attachment; filename="consent-document"'
    media_type = kind or "application/octet-stream"
    asked = _RANGE.fullmatch(wanted or "")
    if not asked:
        return Response(data, media_type=media_type, headers=headers)
    first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
    if first > last:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(data)}"})
    headers["content-range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], status_code=206, media_type=media_type, headers=headers)


def policy_response(page: str) -> Response:
    """The retention policy, which is public (BIPA, 740 ILCS 14/15(a)), as a page."""
    return Response(page, media_type="text/html", headers=_PRIVATE)
