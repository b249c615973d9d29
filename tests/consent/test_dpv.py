import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pyld import jsonld

from studio.consent import dpv
from studio.consent.record import CONFORMS_TO, SCHEMA, NoticeShown, Party, Purposes
from studio.consent.states import ConsentState
from tests.consent.papers_data import ANCHOR, HOSTILE, record_of

EVENTS = (
    ("drafted", "draft", "2026-10-29T09:00:00+00:00", "producer"),
    ("requested", "requested", "2026-10-30T08:00:00+00:00", "producer"),
    ("given", "given", "2026-10-30T10:00:00+00:00", "voice-owner"),
    ("verified", "verified", "2026-11-02T09:00:00+00:00", "reviewer"),
)  # fmt: skip

DPV_TERMS = {  # of those in DPV 2.3 and its PD extension
    "dpv:ConsentExpired", "dpv:ConsentGiven", "dpv:ConsentInvalidated", "dpv:ConsentNotice", "dpv:ConsentRecord",
    "dpv:ConsentRefused", "dpv:ConsentRequested", "dpv:ConsentRevoked", "dpv:ConsentStatusInvalidForProcessing",
    "dpv:ConsentUnknown", "dpv:ConsentWithdrawn", "dpv:DataSubject", "dpv:ExplicitlyExpressedConsent",
    "dpv:NaturalPerson", "dpv:Organisation", "dpv:PersonalData", "dpv:Process", "dpv:Purpose", "dpv:Recipient",
    "dpv:SensitivePersonalData", "dpv:ServiceProvision", "dpv:StorageDeletion", "dpv:StorageDuration",
    "dpv:StorageLocation", "dpv:WithdrawConsent", "dpv:hasAddress", "dpv:hasAuthority", "dpv:hasConsentControl",
    "dpv:hasConsentStatus", "dpv:hasContact", "dpv:hasDataController", "dpv:hasDataSubject", "dpv:hasDuration",
    "dpv:hasIdentifier", "dpv:hasIndicationMethod", "dpv:hasJurisdiction", "dpv:hasLegalBasis", "dpv:hasLocation",
    "dpv:hasName", "dpv:hasNotice", "dpv:hasPersonalData", "dpv:hasProcess", "dpv:hasPurpose", "dpv:hasRecipient",
    "dpv:hasRepresentative", "dpv:hasRight", "dpv:hasStorageCondition", "dpv:isExercisedAt", "dpv:isIndicatedAtTime",
    "dpv:isIndicatedBy", "pd:Biometric", "pd:Identifying",
}  # fmt: skip


def document(record: Any = None, events: Any = EVENTS) -> dict[str, Any]:
    return dpv.consent_record(
        record or record_of(),
        subject_id="s3bj3ct",
        events=events,
        created_at="2026-10-29T09:00:00+00:00",
        retention_until="2027-11-30T00:00:00+00:00",
        record_hash="e" * 64,
        ledger_head=ANCHOR,
    )


def no_network(url: str, _options: Any) -> Any:
    pytest.fail(f"the document needs {url}")


def expanded(said: dict[str, Any]) -> dict[str, Any]:
    (node,) = jsonld.expand(json.loads(json.dumps(said)), {"documentLoader": no_network})
    return node


def leaves(value: Any) -> Iterator[str]:
    """Values and ids of a document, without its context."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@context":
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield str(value)


def term(text: str) -> str:
    """A prefixed name written out."""
    prefix, colon, name = text.partition(":")
    return f"{dpv.CONTEXT[prefix]}{name}" if colon and prefix in dpv.CONTEXT else text


def test_it_expands_without_network_and_without_loss() -> None:
    said = document()
    want = Counter(term(leaf) for leaf in leaves(said))
    assert Counter(leaves(expanded(said))) == want
    assert sum(want.values()) > 60


def test_it_compacts_to_itself() -> None:
    said = document()
    again = jsonld.compact(expanded(said), said["@context"], {"documentLoader": no_network})
    assert expanded(again) == expanded(said)


def test_no_name_is_left_without_a_vocabulary() -> None:
    def names(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (key for key in value if not key.startswith("@"))
            yield from (name for inner in value.values() for name in names(inner))
        elif isinstance(value, list):
            yield from (name for inner in value for name in names(inner))

    found = set(names(expanded(document())))
    assert all(name.startswith(("http", "urn:")) for name in found)


def test_every_mandatory_field_of_iso_27560_is_there() -> None:
    said = document()
    (event,) = said["dpv:hasConsentStatus"][:1]
    process = said["dpv:hasProcess"][0]
    purpose, data, basis = (process[f"dpv:has{name}"][0] for name in ("Purpose", "PersonalData", "LegalBasis"))
    location, duration, deletion = process["dpv:hasStorageCondition"]
    controller, subject, notice = said["dpv:hasDataController"], said["dpv:hasDataSubject"], said["dpv:hasNotice"][0]
    assert said["dct:conformsTo"] == [{"@id": CONFORMS_TO}]
    assert said["dct:hasVersion"] == SCHEMA
    mandatory = {
        "record id": said["dct:identifier"],
        "principal id": subject["@id"],
        "notice": notice["@id"],
        "notice language": notice["dct:language"],
        "purpose": purpose["dct:description"],
        "legal basis": basis["@id"],
        "personal data": data["@id"],
        "type of personal data": data["skos:broader"]["@id"],
        "controller": controller["dpv:hasName"],
        "controller's id": controller["dpv:hasIdentifier"],
        "recipients' ids": all(party["dpv:hasIdentifier"] for party in process["dpv:hasRecipient"]),
        "controller's address": controller["dpv:hasAddress"],
        "controller's contact": controller["dpv:hasContact"],
        "controller's type": controller["@type"],
        "storage location": location["dpv:hasLocation"],
        "retention": duration["dpv:hasDuration"],
        "deletion": deletion["dpv:hasDuration"],
        "jurisdiction": said["dpv:hasJurisdiction"],
        "recipients": process["dpv:hasRecipient"],
        "withdrawal method": said["dpv:hasConsentControl"][0]["dpv:isExercisedAt"],
        "rights": said["dpv:hasRight"],
        "event time": event["dpv:isIndicatedAtTime"],
        "validity": event["dpv:hasDuration"],
        "entity of the event": event["dpv:isIndicatedBy"],
        "event type": event["@type"],
        "event state": event["vc:state"],
    }
    assert [name for name, value in mandatory.items() if not value] == []
    assert "dpv:ConsentRecord" in said["@type"]


def test_the_voice_is_biometric_and_the_basis_is_explicit_consent() -> None:
    process = document()["dpv:hasProcess"][0]
    latents = next(data for data in process["dpv:hasPersonalData"] if data["@id"] == "vc:VoiceLatents")
    assert latents["skos:broader"] == {"@id": "pd:Biometric"}
    assert {basis["@id"] for basis in process["dpv:hasLegalBasis"]} == {
        "dpv:ExplicitlyExpressedConsent", "eu-gdpr:A9-2-a",
    }  # fmt: skip


def test_only_purposes_that_were_ticked_are_processed() -> None:
    ticked = replace(record_of(), purposes=Purposes(create_replica=True, render_works=True, demonstrate=True))
    agreed = {
        each["dpv:hasPurpose"][0]["@id"]: each["dpv:hasPurpose"][0]["vc:agreed"]
        for each in document(ticked)["dpv:hasProcess"]
    }
    assert agreed == {"vc:create_replica": True, "vc:render_works": True, "vc:demonstrate": True}


def test_every_state_is_one_of_dpv_and_ends_stay_apart() -> None:
    assert dpv.STATUS.keys() == {state.value for state in ConsentState}
    known = {
        "ConsentUnknown", "ConsentRequested", "ConsentRequestDeferred", "ConsentRefused", "ConsentGiven",
        "RenewedConsentGiven", "ConsentExpired", "ConsentInvalidated", "ConsentRevoked", "ConsentWithdrawn",
        "ConsentStatusValidForProcessing", "ConsentStatusInvalidForProcessing",
    }  # fmt: skip
    assert {name.removeprefix("dpv:") for name in dpv.STATUS.values()} <= known
    assert dpv.STATUS["withdrawn"] == "dpv:ConsentWithdrawn"
    assert dpv.STATUS["revoked"] == "dpv:ConsentRevoked"
    valid = {state for state, name in dpv.STATUS.items() if name == "dpv:ConsentGiven"}
    assert valid == {"given", "verified"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_name_adds_no_key(hostile: str) -> None:
    plain, odd = document(), document(record_of(hostile))
    assert odd["dpv:hasDataSubject"]["dpv:hasName"] == hostile
    assert expanded(odd).keys() == expanded(plain).keys()


def test_each_event_is_indicated_by_who_did_it() -> None:
    said = document(
        events=(
            *EVENTS,
            ("suspended", "suspended", "2026-11-03T09:00:00+00:00", "system"),
            ("withdrawn", "withdrawn", "2026-11-04T09:00:00+00:00", "producer"),
        )
    )
    by = {event["dct:title"]: event["dpv:isIndicatedBy"]["@id"] for event in said["dpv:hasConsentStatus"]}
    subject, studio = said["dpv:hasDataSubject"]["@id"], said["dpv:hasDataController"]["@id"]
    assert by == {
        "drafted": studio, "requested": studio, "given": subject, "verified": studio, "suspended": studio,
        "withdrawn": subject,
    }  # fmt: skip


def test_only_those_who_get_works_are_recipients() -> None:
    others = tuple(
        Party(role, f"The {role}", "mailto:x@example.com")
        for role in ("client", "processor", "recipient", "agent", "union", "counsel", "guardian", "estate", "authority")
    )
    said = document(replace(record_of(), parties=others))
    for process in said["dpv:hasProcess"]:
        assert [party["vc:role"] for party in process["dpv:hasRecipient"]] == ["client", "processor", "recipient"]
    assert [party["vc:role"] for party in said["dpv:hasAuthority"]] == ["authority"]
    assert [party["vc:role"] for party in said["dpv:hasRepresentative"]] == [
        "agent", "union", "counsel", "guardian", "estate",
    ]  # fmt: skip
    parties = [*others, record_of().controller]
    ids = {leaf for leaf in leaves(said) if "#party-" in leaf}
    assert len(ids) == len(parties)


def test_a_notice_that_was_not_shown_is_not_claimed() -> None:
    asked = replace(record_of(), notice=NoticeShown())
    (notice,) = document(asked)["dpv:hasNotice"]
    assert "@id" not in notice
    assert "dct:date" not in notice
    assert "" not in set(leaves(document(asked)))


def test_it_uses_only_terms_that_dpv_has() -> None:
    def used(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key != "@context":
                    yield from (key, *used(inner))
        elif isinstance(value, list):
            yield from (name for inner in value for name in used(inner))
        elif isinstance(value, str):
            yield value

    found = {name for name in used(document()) if name.startswith(("dpv:", "pd:"))} | set(dpv.STATUS.values())
    assert found - DPV_TERMS == set()
