"""The form of a consent: what it begins with, and the answer to what was typed."""

from datetime import UTC, datetime
from typing import Any

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.json_form import to_json
from studio.consent.record import ConsentRecord, check_record
from studio.consent.terms import MIN_DESCRIPTION, VAGUE
from studio.consent.texts import languages
from studio.core.errors import InputError
from studio.core.ids import new_id
from studio.ui.components.consent_words import content_choices, scope_rows, use_choices
from studio.ui.components.consents import titles

_LOOKED_AT = 20  # records, from the newest back, until one is found that was not erased
_MADE_BY_SERVICES = frozenset({"id", "notice", "purposes", "signature_name", "supersedes"})


def form_value(studio: Studio, who: Actor, mode: str, reference: str) -> dict[str, Any]:
    """Value for the `consent_form` part.

    Args:
        studio: whose consents.
        who: acts.
        mode: "new", "edit" or "renew".
        reference: the consent that is changed or renewed.

    Raises:
        StudioError: there is no such consent, or this person may not see it.
    """
    initial = _remembered(studio, who) if mode == "new" else _begun(studio, who, reference)
    if mode == "renew":
        for name in ("first_day", "last_day"):
            initial["terms"].pop(name)
    return {
        "mode": mode,
        "initial": initial,
        "languages": [list(pair) for pair in languages()],
        "uses": use_choices(),
        "content": content_choices(),
        "projects": list(titles(studio).items()),
        "vague": list(VAGUE),
        "min_description": MIN_DESCRIPTION,
    }


def new_record(studio: Studio, data: Any) -> dict[str, Any]:
    """A record as it was typed, checked and in plain words: the rows and warnings of the form's last step.

    Raises:
        InputError: something is missing or contradicts itself.
    """
    if not isinstance(data, dict):
        raise InputError("the form sent no record")
    record = ConsentRecord.from_json({**data, "id": new_id(), "voice_id": "new"})
    warnings = check_record(record, today=datetime.now(UTC).date())
    return {"rows": scope_rows(record, titles(studio)), "warnings": list(warnings)}


def answer_value(
    turn: Any, found: dict[str, Any] | None = None, *, error: str = "", saving: bool = False
) -> dict[str, Any]:
    """An answer for the `consent_form` part: to its `turn`-th question, what was found or what is wrong."""
    return {"answer": {"turn": turn, "error": error, "saving": saving, **(found or {})}}


def _begun(studio: Studio, who: Actor, reference: str) -> dict[str, Any]:
    detail = studio.consents.get(who, reference)
    if detail.record is None:
        raise InputError("this record was erased after its end", hint="Make a new consent.")
    data = to_json(detail.record)
    kept = {name: value for name, value in data.items() if name not in _MADE_BY_SERVICES}
    return {**kept, "id": detail.summary.id}


def _remembered(studio: Studio, who: Actor) -> dict[str, Any]:
    """What the last record said about the studio itself: it is the same studio."""
    for summary in studio.consents.newest(who, limit=_LOOKED_AT)[0]:
        record = studio.consents.get(who, summary.id).record
        if record is not None:
            return {"controller": to_json(record.controller), "data": to_json(record.data)}
    return {}
