"""Proofing with a real recogniser and real speech."""

from pathlib import Path

import numpy as np
import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.requests import GateRequest
from studio.core.errors import MissingError
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.render.line import SpeakTask
from studio.render.perform import perform
from studio.render.plan import engine_voices, plain, plan_line
from studio.render.proofing import MISHEARD, perform_proofed
from studio.render.worker import inbox, speak
from tests.render.babbler import BABBLE, TEXT, WORSE, Babbler

pytestmark = pytest.mark.models
LINE = Line((Run(TEXT),), "en-GB", seed=4)


@pytest.fixture
def weights(kokoro_weights: Path, whisper_folder: Path) -> Path:
    return kokoro_weights


def test_what_is_said_right_is_said_once(weights: Path):
    engine = Babbler(weights, slips=())
    proofed = perform_proofed(engine, LINE, engine.prepare(), weights)
    assert (proofed.wrong, proofed.attempts, proofed.flags, proofed.performance.notes) == (0.0, 1, (), ())
    assert engine.seeds == [4]


def test_what_was_misspoken_is_said_again_with_other_seeds(weights: Path):
    engine = Babbler(weights, slips=(BABBLE, WORSE))
    voice = engine.prepare()
    proofed = perform_proofed(engine, LINE, voice, weights)
    assert (proofed.wrong, proofed.attempts, proofed.flags) == (0.0, 3, ())
    assert len(set(engine.seeds)) == 3
    assert engine.seeds[0] == 4
    assert 5 not in engine.seeds, "a retake by hand, which takes the next seed, has to be another one"
    right = perform(Babbler(weights, slips=()), LINE, voice).samples
    np.testing.assert_array_equal(proofed.performance.samples, right)
    assert proofed.performance.notes == ("Made 3 times: before that, words were misspoken.",)


def test_the_best_of_three_is_kept_and_flagged(weights: Path):
    engine = Babbler(weights, slips=(WORSE, BABBLE, WORSE))
    voice = engine.prepare()
    proofed = perform_proofed(engine, LINE, voice, weights)
    assert proofed.flags == (MISHEARD,)
    assert proofed.attempts == 3
    assert "not heard as written" in proofed.performance.notes[-1]
    best = perform(Babbler(weights, slips=(BABBLE,)), LINE, voice).samples
    np.testing.assert_array_equal(proofed.performance.samples, best)


def test_a_language_that_is_not_understood_is_let_through_with_a_note(weights: Path):
    engine = Babbler(weights, slips=(WORSE,))
    proofed = perform_proofed(engine, Line((Run(TEXT),), "cs"), engine.prepare(), weights)
    assert (proofed.attempts, proofed.flags) == (1, ())
    assert proofed.performance.notes == (
        "The words of this take were not checked: nothing here understands 'cs' well enough.",
    )


def test_without_the_recogniser_it_says_what_to_do(weights: Path, tmp_path: Path):
    engine = Babbler(weights)
    with pytest.raises(MissingError, match="not installed") as caught:
        perform_proofed(engine, LINE, engine.prepare(), tmp_path)
    assert "studio weights pull whisper-base" in caught.value.hint


def test_a_worker_proofs_the_takes_of_such_an_engine(
    weights: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    facts = tmp_path / "packages" / "babbler-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: babbler\nVersion: 1.0\n", "ascii")
    (facts / "entry_points.txt").write_text("[vivavoce.engines]\nbabbler = tests.render.babbler:Babbler\n", "ascii")
    monkeypatch.syspath_prepend(facts.parent)
    inbox(home).mkdir(parents=True)
    voice = engine_voices()["babbler_voice"]
    gate = Gate({voice.voice_id: voice}, GrantKey.load_or_create(home / "keys"), utc_now)
    line = plan_line(plain(TEXT), "en-GB", voice)
    grant = gate.authorize(GateRequest(voice.voice_id, "audiobook", "en-GB", "p", line_key=line.key))
    take = speak(SpeakTask(line, grant, home, weights))
    assert take.flags == ()
    assert take.notes == ("Made 2 times: before that, words were misspoken.",)
