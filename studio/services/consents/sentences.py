"""What is said about a consent in plain sentences: what has to happen next, and what happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState
from studio.services.consents.standing import Standing, signer_of

_RENEW_WITHIN_DAYS = 30
_EVENTS = {
    "drafted": "The record was drafted.",
    "changed": "The record was changed.",
    "requested": "A link for the voice owner was made.",
    "notice-shown": "The notice was shown.",
    "answered": "The voice owner answered the notice and signed.",
    "declined": "The voice owner declined.",
    "reference-added": "A reference clip was added.",
    "reference-removed": "A reference clip was removed.",
    "document-added": "A signed paper was attached.",
    "challenge-issued": "Code words and a code number were issued.",
    "statement-refused": "A spoken statement was not accepted.",
    "given": "Consent was given.",
    "narrowed": "The voice owner confirmed narrower terms.",
    "approved-by-reviewer": "A reviewer approved.",
    "verified": "The consent was reviewed and verified.",
    "refused": "A reviewer refused.",
    "suspended": "The consent was suspended.",
    "resumed": "The suspension was lifted.",
    "approval-asked": "The voice owner was asked to approve.",
    "approval-given": "The voice owner approved.",
    "approval-declined": "The voice owner declined to approve.",
    "superseded": "A renewal took its place.",
    "expired": "The term ended.",
    "withdrawn": "The voice owner withdrew the consent.",
    "revoked": "The consent was revoked.",
    "invalidated": "The consent was declared invalid.",
    "purged": "Everything that held the voice was destroyed.",
}
_TOLD = ("label", "reviewer", "project", "what", "reason", "note")


def event_sentence(kind: str, detail: Mapping[str, Any] | None) -> str:
    """What happened, for the timeline; without particulars once they are erased."""
    sentence = _EVENTS.get(kind, f"{kind.replace('-', ' ').capitalize()}.")
    told = [str(detail[name]).rstrip(".") for name in _TOLD if detail and detail.get(name)]
    return f"{sentence[:-1]}: {', '.join(told)}." if told else sentence


def next_step(record: ConsentRecord, state: ConsentState, standing: Standing, today: date) -> str:
    """What has to happen next, and by whom; empty if nothing."""
    signer = signer_of(record)
    match state:
        case ConsentState.DRAFT:
            return f"Send the link to {signer}"
        case ConsentState.REQUESTED:
            return _before_given(record, standing, signer)
        case ConsentState.GIVEN:
            return "Needs a second reviewer" if standing.reviewers else "Needs a reviewer"
        case ConsentState.SUSPENDED:
            return "Find out why, then lift the suspension"
        case ConsentState.VERIFIED | ConsentState.EXPIRED:
            return _once_verified(record, standing, signer, today)
        case _:
            return ""


def _before_given(record: ConsentRecord, standing: Standing, signer: str) -> str:
    if not record.signature_name:
        return f"Waiting for {signer} to read and sign"
    if record.route == "spoken":
        return f"Waiting for {signer} to record"
    if standing.clips_needed:
        return "Add recordings of the voice"
    return "Attach the signed papers"


def _once_verified(record: ConsentRecord, standing: Standing, signer: str, today: date) -> str:
    days = (record.terms.last_day - today).days
    if days >= 0 and standing.approvals_asked:
        return f"Waiting for {signer} to approve"
    if days > _RENEW_WITHIN_DAYS or standing.renewal:
        return ""
    if days < 0:
        return f"Renew: ended on {record.terms.last_day}"
    return "Renew: ends today" if days == 0 else f"Renew: ends in {days} day{'s' if days > 1 else ''}"
