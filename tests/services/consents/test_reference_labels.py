"""How reference clips were read: said when they are handed in or later, for engines that take a clip by delivery."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.grant import redeem_for_line
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError
from studio.core.time import utc_now
from studio.services.consents.evidence import Reading
from studio.store.consent_tables import VoiceAssetRow
from tests.consents import LOCAL, PRODUCER, Walk, make_verified, write_clip

REQUEST = GateRequest("jane-doe", AUDITION, "en", line_key="line")


def clips_of(studio: Studio, consent: str) -> dict[str, tuple[str, str]]:
    detail = studio.consents.get(LOCAL, consent)
    return {clip.id: (clip.delivery, clip.transcript) for clip in detail.clips if clip.kind == "reference"}


def test_a_label_reaches_the_engine_and_makes_new_takes(studio: Studio, home: Path):
    consent = make_verified(studio)
    clip = next(iter(clips_of(studio, consent)))
    before = studio.casting._context.voice("jane-doe")
    studio.consents.label_reference(PRODUCER, consent, clip, Reading("Shouting", "  Stop,   thief! "))
    after = studio.casting._context.voice("jane-doe")
    assert clips_of(studio, consent)[clip] == ("shout", "Stop, thief!")
    assert before.shape_sha256 != after.shape_sha256
    assert before.data_sha256 == after.data_sha256  # the recordings are those that were reviewed
    gate = studio.casting._context.gate
    voice = redeem_for_line(gate.authorize(REQUEST), "line", home=home, now=utc_now())
    assert ("shout", "Stop, thief!") in {(c.delivery, c.transcript) for c in voice.reference_clips()}


def test_a_label_is_signed_into_the_grant(studio: Studio, home: Path):
    make_verified(studio)
    grant = studio.casting._context.gate.authorize(REQUEST)
    forged = replace(grant, clips=tuple(replace(clip, delivery="shout") for clip in grant.clips))
    with pytest.raises(RefusedError, match="not genuine"):
        redeem_for_line(forged, "line", home=home, now=utc_now())


@pytest.mark.parametrize(
    ("reading", "says"), [(Reading("furious-ish"), "no delivery"), (Reading("sad", "a" * 5000), "too many")]
)
def test_wrong_labels_change_nothing(studio: Studio, home: Path, reading: Reading, says: str):
    consent = make_verified(studio)
    before = clips_of(studio, consent)
    with pytest.raises(InputError, match=says):
        studio.consents.label_reference(LOCAL, consent, next(iter(before)), reading)
    assert clips_of(studio, consent) == before


def test_who_may_label(studio: Studio, home: Path):
    consent = make_verified(studio)
    clip = next(iter(clips_of(studio, consent)))
    studio.consents.label_reference(Actor("Jane", Role.VOICE_OWNER, consent), consent, clip, Reading("sad"))
    with pytest.raises(RefusedError):
        studio.consents.label_reference(Actor("Eve", Role.VOICE_OWNER, "another"), consent, clip, Reading("sad"))
    with pytest.raises(NotFoundError):
        studio.consents.label_reference(LOCAL, consent, "nothing", Reading("sad"))


def test_labels_go_with_the_voice(studio: Studio, home: Path):
    consent = make_verified(studio)
    clip = next(iter(clips_of(studio, consent)))
    studio.consents.label_reference(LOCAL, consent, clip, Reading("sad", "Once I was happy."))
    studio.endings.withdraw(LOCAL, consent)
    with studio.casting._context.database.read() as session:
        asset = session.get_one(VoiceAssetRow, clip)
        assert (asset.delivery, asset.transcript) == ("neutral", "")
    with pytest.raises(ConflictError):
        studio.consents.label_reference(LOCAL, consent, clip, Reading("sad"))


def test_a_clip_is_handed_in_with_its_reading(studio: Studio, tmp_path: Path):
    walk = Walk(studio)
    owner = walk.asked()
    walk.answer(owner)
    clip = walk.giving.record_reference(owner, owner.consent_id, write_clip(tmp_path), Reading("whisper"))
    assert clips_of(studio, owner.consent_id) == {clip.id: ("whisper", "")}
    with pytest.raises(InputError, match="no delivery"):
        walk.giving.record_reference(owner, owner.consent_id, write_clip(tmp_path), Reading("loudish"))
    assert len(clips_of(studio, owner.consent_id)) == 1
