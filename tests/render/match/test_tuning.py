"""The search for a match: what the judge does not like better is not kept; and once with the real engine."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import CancelledError
from studio.core.progress import Progress, ReportProgress, ignore_progress
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine, _Pack, shipped_pack
from studio.engines.kokoro_style import MatchedStyle
from studio.hearing.quality import loaded_encoder
from studio.hearing.speakers import Voiceprint, cosine
from studio.render.match.person import RATE_HZ, Person, pitch_of
from studio.render.match.tuning import REPORT_SENTENCES, Effort, bounds, tune
from studio.render.match.values import MatchReport

SPEECH = Path(__file__).parents[2] / "data" / "speech"
BLENDS_ONCE = Effort(blend_rounds=1, offset_rounds=0)
MOVES_ONCE = Effort(blend_rounds=0, offset_rounds=1)
Say = Callable[[MatchedStyle, str], Samples]


def read(name: str, begin_s: float, seconds: float) -> Samples:
    samples, rate_hz = sf.read(SPEECH / f"{name}.flac", dtype="float32")
    return resample(samples[round(begin_s * rate_hz) : round((begin_s + seconds) * rate_hz)], rate_hz, RATE_HZ)


@pytest.fixture(scope="module")
def near() -> Samples:
    return read("austenA", 0.0, 2.5)


@pytest.fixture(scope="module")
def far() -> Samples:
    return read("reader-3005", 0.0, 2.5)


def print_of(sound: Samples) -> Voiceprint:
    return loaded_encoder().voiceprint(np.concatenate([sound, sound]), RATE_HZ)


def person(searched_by: Samples, judged_by: Samples) -> Person:
    pitch = pitch_of(searched_by)
    judge = print_of(judged_by)
    return Person(print_of(searched_by), judge, judge, pitch.mean_hz, pitch.range_st)


def voices(plain: Samples, searched: Samples) -> Say:
    """Says everything as one person in the voices as they are, and as another in what a search makes of them."""
    return lambda style, _sentence: searched if style.offset or len(style.packs) > 1 else plain


def understood(_sound: Samples, _sentence: str) -> float:
    return 0.0


def search(someone: Person, say: Say, effort: Effort, report: ReportProgress = ignore_progress) -> MatchReport:
    return tune(someone, say, understood, shipped_pack, seed=0, report=report, cancelled=lambda: False, effort=effort)


@pytest.mark.parametrize(("effort", "stages"), [(BLENDS_ONCE, {"blend", "tuned"}), (MOVES_ONCE, {"tuned"})])
def test_what_both_encoders_like_better_is_kept(near: Samples, far: Samples, effort: Effort, stages: set[str]):
    made = search(person(near, near), voices(far, near), effort)
    assert made.kept in stages
    assert made.judge_likeness > made.judge_nearest + 0.2
    assert made.share > 0.5


def test_what_only_flatters_the_encoder_that_steers_is_not_kept(near: Samples, far: Samples):
    someone = person(near, far)  # the search is drawn to one voice, and the person is another
    made = search(someone, voices(far, near), BLENDS_ONCE)
    assert made.kept == "nearest"
    assert made.judge_likeness == pytest.approx(made.judge_nearest)
    assert not made.style.offset
    assert len(made.style.packs) == 1


def test_what_is_understood_less_well_is_not_kept(near: Samples, far: Samples):
    someone, say = person(near, near), voices(far, near)

    def searched_is_misheard(share: float) -> MatchReport:
        return tune(
            someone,
            say,
            lambda sound, _: share if np.array_equal(sound, near) else 0.04,
            shipped_pack,
            seed=0,
            report=ignore_progress,
            cancelled=lambda: False,
            effort=BLENDS_ONCE,
        )

    swallowing = searched_is_misheard(0.2)
    assert swallowing.kept == "nearest"
    assert (swallowing.word_error, swallowing.word_error_nearest) == pytest.approx((0.04, 0.04))
    one_word_more = searched_is_misheard(0.08)
    assert one_word_more.kept == "blend"
    assert one_word_more.word_error == pytest.approx(0.08)


def test_what_gains_nothing_is_not_kept(near: Samples):
    made = search(person(near, near), voices(near, near), BLENDS_ONCE)
    assert made.kept == "nearest"


def test_progress_is_told_and_the_search_stops_when_it_is_to(near: Samples):
    told: list[Progress] = []
    someone = person(near, near)
    search(someone, voices(near, near), Effort(0, 0), told.append)
    steps = [each.done for each in told if each.fraction < 1]
    assert steps == sorted(set(steps))
    assert 1 in [each.fraction for each in told]
    assert all(each.eta_s is None or each.eta_s >= 0 for each in told)
    with pytest.raises(CancelledError):
        tune(
            someone,
            voices(near, near),
            understood,
            shipped_pack,
            seed=0,
            report=ignore_progress,
            cancelled=lambda: True,
        )


@pytest.mark.slow
@pytest.mark.models
def test_the_report_is_what_is_measured_of_the_style_that_is_kept(kokoro_weights: Path):
    engine = KokoroEngine(kokoro_weights)
    engine._load_model()
    said: dict[tuple[MatchedStyle, str], Samples] = {}

    def say(style: MatchedStyle, sentence: str) -> Samples:
        key = style, " ".join(sentence.split()[:6])
        if key not in said:
            styles = style.styles({name: shipped_pack(name) for name, _ in style.packs})
            pack = _Pack("person", styles, style.pitch_st, style.pitch_range)
            said[key] = engine.synthesize(Line((Run(key[1]),), "en-GB"), pack).samples
        return said[key]

    parts = read("austenA", 0.0, 9.0), read("austenB", 0.0, 4.0), read("austenB", 4.0, 5.0)
    pitch = pitch_of(parts[0])
    encoder = loaded_encoder()
    someone = Person(*(encoder.voiceprint(part, RATE_HZ) for part in parts), pitch.mean_hz, pitch.range_st)
    made = tune(
        someone,
        say,
        understood,
        shipped_pack,
        seed=3,
        report=ignore_progress,
        cancelled=lambda: False,
        effort=Effort(0, 0),
    )
    assert made.style.within_bounds()
    assert MatchedStyle.from_bytes(made.style.to_bytes()).within_bounds()
    sound = np.concatenate([say(made.style, sentence) for sentence in REPORT_SENTENCES])
    print_ = encoder.voiceprint(sound, RATE_HZ)
    assert made.judge_likeness == pytest.approx(cosine(print_.campplus, someone.held_out.campplus))
    assert made.steered_likeness == pytest.approx(cosine(print_.resemblyzer, someone.enrolled.resemblyzer))
    assert (made.floor, made.ceiling) == bounds(someone, female=False)
    assert made.share == pytest.approx((made.judge_likeness - made.floor) / (made.ceiling - made.floor))
    assert abs(12 * np.log2(made.pitch_hz / made.target_hz)) < 2
    assert made.ceiling > made.judge_likeness + 0.2  # it will not be mistaken for the speaker
