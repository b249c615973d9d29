"""Consents as the scripts show them, and what somebody may do with one."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.consent.actors import Act, Actor, Role
from studio.consent.evidence import Outcome
from studio.consent.json_form import to_json
from studio.consent.record import ConsentRecord
from studio.consent.states import ENDS, PURGED_ENDS, ConsentState
from studio.core.errors import RefusedError, StudioError
from studio.services.consents.views import ConsentDetail, ConsentSummary
from studio.services.signed_in import actor_of
from studio.ui.components.consent_words import PURPOSE_WORDS, USE_WORDS, scope_rows

_OPEN = frozenset(ConsentState) - ENDS
_BEFORE = frozenset({ConsentState.DRAFT, ConsentState.REQUESTED})
_GIVEN = frozenset({ConsentState.GIVEN, ConsentState.VERIFIED, ConsentState.SUSPENDED})
_PERMISSIONS: Mapping[str, tuple[Act, frozenset[ConsentState]]] = {
    "edit": (Act.PREPARE, _BEFORE),
    "invite": (Act.PREPARE, _OPEN),
    "renew": (Act.PREPARE, frozenset({ConsentState.VERIFIED, ConsentState.SUSPENDED, ConsentState.EXPIRED})),
    "attach": (Act.PREPARE, _BEFORE | {ConsentState.GIVEN}),
    "remove": (Act.PREPARE, _BEFORE),
    "listen": (Act.REVIEW, frozenset(ConsentState)),
    "ask": (Act.PREPARE, frozenset({ConsentState.VERIFIED})),
    "review": (Act.REVIEW, frozenset({ConsentState.GIVEN})),
    "suspend": (Act.SUSPEND, frozenset({ConsentState.VERIFIED})),
    "resume": (Act.REVIEW, frozenset({ConsentState.SUSPENDED})),
    "withdraw": (Act.WITHDRAW, _OPEN),
    "revoke": (Act.END, _GIVEN),
    "invalidate": (Act.END, _GIVEN),
}
_PAPERS = ("receipt.html", "receipt.pdf", "record.jsonld", "account.html")
_CERTIFICATES = ("certificate.html", "certificate.json")
_BY_EAR = frozenset({"speaker", "one-speaker"})
_LISTED = 200


def actor(request: gr.Request) -> Actor:
    """Who acts: who signed in.

    Raises:
        RefusedError: nobody is signed in.
    """
    return actor_of(request)


def may(who: Actor, summary: ConsentSummary) -> list[str]:
    """What somebody may do with a consent as it stands; the services ask again."""
    return [name for name, (act, states) in _PERMISSIONS.items() if summary.state in states and allowed(who, act)]


def allowed(who: Actor, act: Act) -> bool:
    """Whether somebody may do a thing at all."""
    try:
        who.check(act, who.consent_id)
    except RefusedError:
        return False
    return True


def reviewer_name(who: Actor) -> str:
    """The name a review is signed with; empty where no accounts are and the name has to be typed."""
    return "" if who.role is Role.LOCAL else who.name


def list_value(studio: Studio, who: Actor, *, state: ConsentState | None = None, query: str = "") -> dict[str, Any]:
    """Value for the `consents` part: the newest of them, and how many there are."""
    consents, total = studio.consents.newest(who, state=state, query=query, limit=_LISTED)
    return {
        "consents": [to_json(summary) for summary in consents],
        "total": total,
        "uses": dict(USE_WORDS),
        "may_prepare": allowed(who, Act.PREPARE),
    }


def replicas_value(studio: Studio, who: Actor) -> dict[str, Any] | None:
    """Value for the `replicas` part: the newest consent of each voice; None for somebody who may not see them."""
    try:
        found, _total = studio.consents.newest(who, limit=_LISTED)
    except RefusedError:
        return None
    newest: dict[str, ConsentSummary] = {}
    for summary in found:
        kept = newest.get(summary.voice_id)
        if kept is None or summary.created_at > kept.created_at:
            newest[summary.voice_id] = summary
    standing = [summary for summary in newest.values() if summary.state not in PURGED_ENDS]
    return {"replicas": [to_json(summary) for summary in standing], "uses": dict(USE_WORDS)}


def waiting_value(studio: Studio, who: Actor) -> dict[str, int]:
    """Value for the `waiting` part: how many records wait for this person's review."""
    if not allowed(who, Act.REVIEW):
        return {"count": 0}
    try:
        return {"count": len(studio.reviews.queue(who))}
    except StudioError:
        return {"count": 0}


def titles(studio: Studio) -> dict[str, str]:
    """Titles of all projects, by id."""
    return {project.id: project.title for project in studio.projects.all()}


def record_value(studio: Studio, who: Actor, detail: ConsentDetail) -> dict[str, Any]:
    """Value for the parts that show one consent."""
    record = detail.record
    projects = titles(studio)
    ticked = to_json(record.purposes) if record else {}
    return {
        **to_json(detail),
        "clips": [*to_json(detail)["clips"], *_renewed_clips(studio, who, detail)],
        "may": may(who, detail.summary),
        "reviewer": reviewer_name(who),
        "rows": scope_rows(record, projects) if record else [],
        "purposes": [[PURPOSE_WORDS.get(name, name), given] for name, given in ticked.items()],
        "papers": _papers(detail),
        "projects": _projects_to_ask(record, projects),
        "uses": dict(USE_WORDS),
        "second": second_review(detail),
        "notices": _notices(studio, who, detail),
    }


def takes_recordings(who: Actor, detail: ConsentDetail) -> bool:
    """Whether reference recordings can be added: the voice owner agreed to a replica and has not given consent yet."""
    record = detail.record
    open_to_them = record is not None and record.purposes.create_replica and not record.supersedes
    return open_to_them and detail.summary.state in _BEFORE and allowed(who, Act.PREPARE)


def _renewed_clips(studio: Studio, who: Actor, detail: ConsentDetail) -> list[dict[str, Any]]:
    """A renewal goes on with the reference clips of the record it renews, until it has its own."""
    renewed = detail.record.supersedes if detail.record else ""
    if not renewed or any(clip.kind == "reference" for clip in detail.clips):
        return []
    clips = studio.consents.get(who, renewed).clips
    return [{**to_json(clip), "consent": renewed} for clip in clips if clip.kind == "reference" and not clip.destroyed]


def _notices(studio: Studio, who: Actor, detail: ConsentDetail) -> list[tuple[str, str]]:
    """Texts to send to those who have works in a voice whose consent has ended."""
    if detail.summary.state not in PURGED_ENDS:
        return []
    return list(studio.endings.ending(who, detail.summary.id).notices)


def _papers(detail: ConsentDetail) -> list[str]:
    written = _PAPERS if detail.record is not None else ()
    return [*written, *(_CERTIFICATES if detail.has_certificate else ())]


def _projects_to_ask(record: ConsentRecord | None, projects: Mapping[str, str]) -> list[tuple[str, str]]:
    """The projects an approval can be asked for: none where the terms ask for none."""
    if record is None or not (record.terms.project_approval or record.terms.final_approval):
        return []
    listed = record.terms.projects
    return [(key, title) for key, title in projects.items() if not listed or key in listed]


def second_review(detail: ConsentDetail) -> str:
    """Why two different reviewers are needed for a consent, and which of them is asked now; empty if one is enough."""
    record = detail.record
    if record is None:
        return ""
    reason = _why_two(record, detail)
    if not reason:
        return ""
    approved = [review.reviewer for review in detail.reviews if review.decision == "approve"]
    second = f"{approved[-1]} has approved; the second has to be somebody else." if approved else ""
    now = second or "Yours would be the first."
    return f"Two different reviewers are needed, because {reason}. {now}"


def _why_two(record: ConsentRecord, detail: ConsentDetail) -> str:
    if record.route == "document":
        return "this consent goes by a signed paper and nobody can be heard saying it"
    if not record.purposes.voice_comparison:
        return "the voice owner did not agree to a comparison by machine, so the recordings are compared by ear alone"
    accepted = next((each for each in detail.statements if each.outcome is not Outcome.REFUSE), None)
    checks = accepted.checks if accepted else ()
    if any(check.name in _BY_EAR and check.outcome is Outcome.REVIEW for check in checks):
        return "the machine could not tell whether statement and reference clips hold one voice"
    return ""
