"""The consent record as JSON-LD: ISO/IEC TS 27560:2023 through the W3C Data Privacy Vocabulary.

The profile is dpv-27560#record-eu-gdpr. The context stands in the document: nothing has to be fetched to read it. The
examples of the DPV guide are not valid JSON (they repeat keys); what occurs several times is a list here.
"""

from collections.abc import Sequence
from typing import Any

from studio.consent.record import CONFORMS_TO, SCHEMA, ConsentRecord, Party

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vc": "urn:vivavoce:vocabulary#",
}
STATUS = {
    "draft": "dpv:ConsentUnknown",
    "requested": "dpv:ConsentRequested",
    "given": "dpv:ConsentGiven",
    "verified": "dpv:ConsentGiven",
    "suspended": "dpv:ConsentStatusInvalidForProcessing",
    "refused": "dpv:ConsentRefused",
    "expired": "dpv:ConsentExpired",
    "withdrawn": "dpv:ConsentWithdrawn",
    "revoked": "dpv:ConsentRevoked",
    "invalidated": "dpv:ConsentInvalidated",
    "superseded": "dpv:ConsentInvalidated",
}
"""Our states as DPV's: withdrawn by the person and revoked by somebody else are two facts there too."""

_RECIPIENTS = frozenset({"client", "processor", "recipient"})
_REPRESENTATIVES = frozenset({"agent", "union", "counsel", "guardian", "estate"})
_BY_SUBJECT = frozenset({"given", "withdrawn"})
"""Events that are the person's own, whoever of the studio carried them out: a signed paper, a withdrawal by letter."""

_RIGHTS = ("A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A77")
_PURPOSES = {
    "create_replica": "Make a synthetic version of the voice",
    "render_works": "Use it for the works described",
    "voice_comparison": "Compare recordings by machine",
    "train_models": "Train other models with the recordings",
    "demonstrate": "Let others hear the replica as an example",
    "share_voice": "Hand the voice data to others",
}


def consent_record(
    record: ConsentRecord,
    *,
    subject_id: str,
    events: Sequence[tuple[str, str, str, str]],
    created_at: str,
    retention_until: str,
    record_hash: str,
    ledger_head: str,
) -> dict[str, Any]:
    """A record as a JSON-LD document.

    Args:
        record: what was agreed.
        subject_id: opaque name of the person.
        events: what happened: kind, state it led to, time in ISO 8601, role of who did it.
        created_at: UTC, ISO 8601.
        retention_until: when voice data is destroyed at the latest.
        record_hash: as on the ledger.
        ledger_head: newest signed head as a line.
    """
    subject = f"urn:vivavoce:subject:{subject_id}"
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{record.id}",
        "@type": ["dpv:ConsentRecord"],
        "dct:conformsTo": [{"@id": CONFORMS_TO}],
        "dct:hasVersion": SCHEMA,
        "dct:identifier": record.id,
        "dct:created": _time(created_at),
        "dct:language": record.language,
        "dpv:hasDataSubject": {
            "@id": subject,
            "@type": ["dpv:DataSubject"],
            "dpv:hasIdentifier": subject,
            "dpv:hasName": record.subject.legal_name,
            "dpv:hasContact": record.subject.contact,
        },
        "dpv:hasDataController": _party(record, record.controller),
        "dpv:hasAuthority": [_party(record, party) for party in record.parties if party.role == "authority"],
        "dpv:hasRepresentative": [_party(record, party) for party in record.parties if party.role in _REPRESENTATIVES],
        "dpv:hasNotice": [_notice(record)],
        "dpv:hasJurisdiction": [{"@id": f"loc:{record.data.jurisdiction or record.subject.country}"}],
        "dpv:hasProcess": [_process(record, name, retention_until) for name in _PURPOSES
                           if getattr(record.purposes, name) or name in {"create_replica", "render_works"}],
        "dpv:hasConsentControl": [{
            "@type": ["dpv:WithdrawConsent"],
            "dpv:isExercisedAt": f"studio consent withdraw {record.id}",
            "dct:description": "One button on the voice owner's own page, at any time and without a reason.",
        }],
        "dpv:hasRight": [{"@id": f"eu-gdpr:{right}"} for right in _RIGHTS],
        "dpv:hasConsentStatus": [_event(record, event, subject) for event in events],
        "vc:hasIntegrity": {"vc:recordHash": record_hash, "vc:ledgerHead": ledger_head},
    }  # fmt: skip


def _notice(record: ConsentRecord) -> dict[str, Any]:
    shown = record.notice
    if not shown.sha256:
        return {"@type": ["dpv:ConsentNotice"], "dct:language": record.language, "dct:hasVersion": "not shown yet"}
    return {
        "@id": f"urn:sha256:{shown.sha256}",
        "@type": ["dpv:ConsentNotice"],
        "dct:language": shown.language,
        "dct:hasVersion": shown.version,
        "dct:date": _time(shown.shown_at),
    }


def _process(record: ConsentRecord, purpose: str, retention_until: str) -> dict[str, Any]:
    terms = record.terms
    recipients = [_party(record, party) for party in record.parties if party.role in _RECIPIENTS]
    return {
        "@type": ["dpv:Process"],
        "dct:title": _PURPOSES[purpose],
        "dpv:hasPurpose": [{
            "@type": ["dpv:Purpose"],
            "@id": f"vc:{purpose}",
            "skos:broader": {"@id": "dpv:ServiceProvision"},
            "dct:description": terms.description,
            "vc:uses": list(terms.uses),
            "vc:languages": list(terms.languages),
            "vc:agreed": getattr(record.purposes, purpose),
        }],
        "dpv:hasPersonalData": [
            {"@id": "vc:VoiceLatents", "@type": ["dpv:SensitivePersonalData"], "skos:broader": {"@id": "pd:Biometric"},
             "dct:title": "data of the synthetic voice"},
            {"@id": "vc:VoiceRecordings", "@type": ["dpv:PersonalData"], "skos:broader": {"@id": "pd:Identifying"},
             "dct:title": "recordings of the voice"},
        ],
        "dpv:hasLegalBasis": [{"@id": "dpv:ExplicitlyExpressedConsent"}, {"@id": "eu-gdpr:A9-2-a"}],
        "dpv:hasRecipient": recipients or [{"@type": ["dpv:Recipient"], "dpv:hasName": "none; finished works only"}],
        "dpv:hasStorageCondition": [
            {"@type": ["dpv:StorageLocation"], "dpv:hasLocation": record.data.location or "the studio's own computer"},
            {"@type": ["dpv:StorageDuration"], "dpv:hasDuration": _time(retention_until),
             "dct:description": record.data.retention},
            {"@type": ["dpv:StorageDeletion"], "dpv:hasDuration": f"P{record.data.deletion_days}D"},
        ],
    }  # fmt: skip


def _event(record: ConsentRecord, event: tuple[str, str, str, str], subject: str) -> dict[str, Any]:
    kind, state, time, role = event
    types = [STATUS[state]] + (["dpv:ExplicitlyExpressedConsent"] if STATUS[state] == "dpv:ConsentGiven" else [])
    by_subject = role == "voice-owner" or kind in _BY_SUBJECT
    return {
        "@type": types,
        "dct:title": kind,
        "dpv:isIndicatedBy": {"@id": subject if by_subject else _party_id(record, record.controller)},
        "dpv:isIndicatedAtTime": _time(time),
        "dpv:hasIndicationMethod": "spoken statement" if record.route == "spoken" else "signed papers",
        "dpv:hasDuration": f"{record.terms.first_day.isoformat()}/{record.terms.last_day.isoformat()}",
        "vc:state": state,
    }


def _party(record: ConsentRecord, party: Party) -> dict[str, Any]:
    identifier = _party_id(record, party)
    return {
        "@id": identifier,
        "@type": ["dpv:Organisation" if party.kind == "organisation" else "dpv:NaturalPerson"],
        "dpv:hasIdentifier": identifier,
        "dpv:hasName": party.name,
        "dpv:hasContact": party.contact,
        "dpv:hasAddress": party.address or "not given",
        "vc:role": party.role,
    }


def _party_id(record: ConsentRecord, party: Party) -> str:
    """Name of a party within its record: the controller is 0, the others follow as listed."""
    return f"urn:uuid:{record.id}#party-{(record.controller, *record.parties).index(party)}"


def _time(time: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": time}
