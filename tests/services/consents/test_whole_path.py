"""From the draft to a verified consent with real recordings: a stock voice is the owner, and nothing stands in.

Cases 56, 57 and 59 meet the real checks here: a replayed statement, and another voice that reads somebody's statement.
"""

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.samples import Samples
from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor
from studio.consent.challenge import issue_challenge
from studio.consent.evidence import Outcome
from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.consent.states import ConsentState
from studio.consent.texts import language_pack
from studio.core.errors import InputError
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine
from studio.services.consents import speaking
from studio.services.consents.views import ChallengeView, StatementView
from tests.consents import PRODUCER, PURPOSES, REVIEWER, record_data

pytestmark = [pytest.mark.slow, pytest.mark.models]

_RATE_HZ = 24_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_OWNER, _OTHER = "bf_emma", "am_michael"
_PASSED = [
    "decode", "duration", "speech", "clipping", "snr", "synthetic-mark", "duplicate", "challenge", "words", "speaker",
    "one-speaker",
]  # fmt: skip


@pytest.fixture(scope="module")
def says(kokoro_weights: Path) -> Callable[[str, str], Samples]:
    """Says a text in a stock voice."""
    engine, key = KokoroEngine(kokoro_weights), GrantKey(bytes(range(32)))
    gate = Gate(load_stock_voices(), key, lambda: _NOW)

    def say(voice_id: str, text: str) -> Samples:
        granted = key.redeem(gate.authorize(GateRequest(voice_id, "audition", "en-GB")), _NOW)
        return engine.synthesize(Line((Run(text),), "en-GB"), engine.prepare(granted)).samples

    return say


class _Drawn(random.Random):
    """Draws the same code words in every run: what a recogniser makes of them is then the same too."""

    def randbelow(self, exclusive_upper_bound: int, /) -> int:
        return self.randrange(exclusive_upper_bound)


@pytest.fixture
def studio(home: Path, kokoro_weights: Path, whisper_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setattr(speaking, "issue_challenge", partial(issue_challenge, randomness=_Drawn(1)))
    assert whisper_folder.parent == kokoro_weights
    settings = read_settings({"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(kokoro_weights)}, workers=1)
    opened = open_studio(settings)
    yield opened
    opened.close()


def write(path: Path, *parts: Samples) -> Path:
    pause = np.zeros(_RATE_HZ // 4, np.float32)
    sf.write(path, np.concatenate([piece for part in parts for piece in (part, pause)]), _RATE_HZ, subtype="PCM_16")
    return path


def test_a_voice_owner_goes_from_the_link_to_a_verified_consent(
    studio: Studio, says: Callable[[str, str], Samples], tmp_path: Path
):
    owner = studio.giving.open(
        studio.consents.invite(PRODUCER, studio.consents.draft(PRODUCER, record_data("Anna Reed")).summary.id)
    )
    consent = owner.consent_id
    page = studio.giving.page(owner, consent)
    studio.giving.answer(
        owner,
        consent,
        purposes=PURPOSES,
        signature_name="Anna Reed",
        language=page.language,
        notice_sha256=page.notice_sha256,
    )
    silence = write(tmp_path / "silence.wav", np.zeros(_RATE_HZ * 6, np.float32))
    with pytest.raises(InputError, match="cannot be used"):
        studio.giving.record_reference(owner, consent, silence)
    for number, prompt in enumerate(language_pack("en").prompts[:3]):
        clip = studio.giving.record_reference(
            owner, consent, write(tmp_path / f"{number}.wav", *(says(_OWNER, part) for part in sentences(prompt)))
        )
        assert {check.outcome for check in clip.checks} == {Outcome.PASS}
    assert studio.giving.page(owner, consent).step == "statement"

    challenge = studio.giving.challenge(owner, consent)
    stolen = tell(studio, owner, challenge, write(tmp_path / "other.wav", *read(says, _OTHER, challenge)))
    assert (stolen.outcome, stolen.attempts_left) == (Outcome.REFUSE, 2)
    assert [check.name for check in stolen.checks if check.outcome is Outcome.REFUSE] == ["speaker"]

    recording = write(tmp_path / "statement.wav", *read(says, _OWNER, challenge))
    fresh = studio.giving.challenge(owner, consent)
    replayed = tell(studio, owner, fresh, recording)
    assert "challenge" in [check.name for check in replayed.checks if check.outcome is Outcome.REFUSE]

    said = tell(studio, owner, fresh, write(tmp_path / "fresh.wav", *read(says, _OWNER, fresh)))
    assert [check.name for check in said.checks] == _PASSED
    assert said.outcome is not Outcome.REFUSE
    assert studio.giving.page(owner, consent).step == "waiting"

    detail = studio.reviews.approve(REVIEWER, consent, name="Rita Moss", note="", listened=True)
    if said.outcome is Outcome.REVIEW and detail.summary.state is ConsentState.GIVEN:
        detail = studio.reviews.approve(REVIEWER, consent, name="Sam Holt", note="", listened=True)
    assert detail.summary.state is ConsentState.VERIFIED
    covered = studio._context.gate.check(GateRequest(detail.summary.voice_id, "audiobook", "en-GB"))
    assert covered is not None
    assert covered.consent_id == consent
    assert not studio.ledger_book.verify(REVIEWER, full=True).problems


def sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?]+[.!?]", text)


def read(says: Callable[[str, str], Samples], voice: str, challenge: ChallengeView) -> list[Samples]:
    """The statement as it is shown, read sentence by sentence."""
    return [says(voice, part) for part in sentences(challenge.text)]


def tell(studio: Studio, owner: Actor, challenge: ChallengeView, path: Path) -> StatementView:
    return studio.giving.record_statement(owner, owner.consent_id, challenge.id, path)
