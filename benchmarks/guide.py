"""How closely a take follows a guide recording: pitch and pauses, before it was led by the guide and after.

    python benchmarks/guide.py [--voices af_heart bm_george] [--save FOLDER]

Guides are lines of human readers (tests/data/speech) and takes of another Kokoro voice in several deliveries. The words
of each guide are found by alignment, as in the studio; takes are made by the engine the studio renders with. Guide and
take are laid over each other where the silence before the first word ends, and then compared:

- F0: Pearson's r of the pitch in semitones, over the moments voiced in both.
- gaps: r of the pauses between each word and the next, over all gaps of a line, or of all lines together where means
  are given; blank where a guide has no pause.
- speech: r of what is speech and what is silence, moment by moment, from the first word to the last.

Pauses are silences of 0.15 s or more, since shorter ones are mostly closures of p, t and k; they are judged by level,
and pitch is tracked anew, in the sound of both: nothing is taken from what the engine was told.
Word onsets of guides that are takes themselves are known exactly, so the error of their alignment is printed as well.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import platformdirs
import soundfile as sf

from studio.audio.samples import Samples
from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.engines.base import Line, Prepared, Run
from studio.engines.kokoro import KokoroEngine
from studio.hearing.alignment import align_words
from studio.hearing.alignment import pauses as silences
from studio.hearing.clip import read_clip
from studio.hearing.guide import read_guide
from studio.hearing.pitch import semitones, track_pitch
from studio.manuscript.delivery import Delivery, prosody_of
from studio.manuscript.guide import Guide
from studio.render.perform import perform
from studio.spoken.form import spoken_form

LANGUAGE = "en-US"
GUIDE_VOICE = "am_michael"
DELIVERIES = ("sad", "excited", "angry", "calm")
HUMAN = Path(__file__).parent.parent / "tests" / "data" / "speech"
LINES = (
    "What on earth are you doing here? I told you to stay at home, and you promised me that you would.",
    "My aunt read it twice, turned it over, and read the back, where there was nothing at all.",
)
STEP_S = 0.01
PAUSE_S = 0.15

Words = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Passage:
    """A line in a recording of a human reader, cut where they pause."""

    name: str
    begin_s: float
    end_s: float
    text: str


READ = (
    Passage(
        "austenA",
        0.0,
        7.1,
        "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to"
        " do for them.",
    ),
    Passage(
        "austenA",
        7.1,
        15.4,
        "He was not an ill-disposed young man, unless to be rather cold-hearted and rather selfish is to be"
        " ill-disposed.",
    ),
    Passage(
        "austenB",
        0.0,
        6.1,
        "Had he married a more amiable woman, he might have been made still more respectable than he was.",
    ),
    Passage(
        "austenB",
        6.1,
        9.4,
        "He might even have been made amiable himself.",
    ),
    Passage(
        "reader-1998",
        0.0,
        7.0,
        "If called to a case supposed or suspected to be one of poisoning, the medical man has two duties to perform.",
    ),
    Passage(
        "reader-1998",
        7.0,
        13.4,
        "To save the patient's life, and to place himself in a position to give evidence if called on to do so.",
    ),
    Passage(
        "reader-3005",
        0.0,
        11.7,
        "Sherburn run his eye slow along the crowd; and wherever it struck, the people tried a little to"
        " outgaze him, but they couldn't; they dropped their eyes and looked sneaky.",
    ),
)


@dataclass(frozen=True)
class Sound:
    """A reading with the times of its words."""

    samples: Samples
    rate_hz: int
    words: Words

    @property
    def onset_s(self) -> float:
        """Where the first word is heard."""
        return next((end for begin, end in silences(self.samples, self.rate_hz) if begin == 0), 0.0)


@dataclass(frozen=True)
class Reading:
    """A guide: `exact` are the true times of its words, where they are known."""

    name: str
    text: str
    samples: Samples
    rate_hz: int
    exact: Words = ()


@dataclass(frozen=True)
class Likeness:
    """Correlations of a take with its guide, nan where there is nothing to correlate; and the gaps of both."""

    f0: float
    gaps: float
    speech: float
    wanted: tuple[float, ...] = ()
    made: tuple[float, ...] = ()


def spoken(
    engine: KokoroEngine, voice: Prepared, text: str, delivery: str = "neutral", guide: Guide | None = None
) -> Sound:
    """A take, as a worker makes it."""
    wanted = Delivery(delivery)
    run = Run(spoken_form(text, LANGUAGE), wanted, prosody_of(wanted))
    made = perform(engine, Line((run,), LANGUAGE, guide=guide), voice)
    return Sound(made.samples, made.sample_rate_hz, tuple((word.start_s, word.end_s) for word in made.words))


def pauses(samples: Samples, rate_hz: int) -> list[tuple[float, float]]:
    return [(begin, end) for begin, end in silences(samples, rate_hz) if end - begin >= PAUSE_S or begin == 0]


def contour(sound: Sound, moments: np.ndarray) -> np.ndarray:
    """Pitch in semitones at moments counted from the onset; nan where there is none."""
    track = track_pitch(sound.samples, sound.rate_hz)
    at = np.round((moments + sound.onset_s) / track.step_s).astype(int)
    st = semitones(track.hz, against_hz=100.0)
    return np.where((at >= 0) & (at < st.size), st[np.clip(at, 0, st.size - 1)], np.nan)


def silence(sound: Sound, moments: np.ndarray) -> np.ndarray:
    """1 where a moment, counted from the onset, lies in a pause, else 0."""
    at = moments + sound.onset_s
    flags = (at < 0) | (at >= sound.samples.size / sound.rate_hz)
    for begin, end in pauses(sound.samples, sound.rate_hz):
        flags |= (at >= begin) & (at < end)
    return flags.astype(float)


def gap_lengths(sound: Sound) -> list[float]:
    """Pause between the middle of each word and the middle of the next, in seconds."""
    middles = [(begin + end) / 2 for begin, end in sound.words]
    found = pauses(sound.samples, sound.rate_hz)
    return [
        sum(max(0.0, min(end, right) - max(begin, left)) for begin, end in found) for left, right in pairwise(middles)
    ]


def correlation(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> float:
    """Pearson's r; nan if either does not vary."""
    if len(one) < 3 or np.std(one) < 1e-6 or np.std(other) < 1e-6:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])


def likeness(guide: Sound, take: Sound) -> Likeness:
    length_s = max(sound.words[-1][1] - sound.words[0][0] for sound in (guide, take))
    moments = np.arange(0.0, length_s, STEP_S)
    theirs, ours = contour(guide, moments), contour(take, moments)
    both = ~np.isnan(theirs) & ~np.isnan(ours)
    wanted, made = gap_lengths(guide), gap_lengths(take)
    gaps = math.nan if not any(wanted) else 0.0 if not any(made) else correlation(wanted, made)
    return Likeness(
        correlation(theirs[both], ours[both]),
        gaps,
        correlation(silence(guide, moments), silence(take, moments)),
        tuple(wanted),
        tuple(made),
    )


def readings(engine: KokoroEngine, other: Prepared) -> Iterator[Reading]:
    for passage in READ:
        clip = read_clip(HUMAN / f"{passage.name}.flac", longest_s=60)
        rate_hz = clip.sample_rate_hz
        line = clip.samples[round(passage.begin_s * rate_hz) : round(passage.end_s * rate_hz)]
        yield Reading(f"{passage.name} {passage.begin_s:g} s", passage.text, line, rate_hz)
    for delivery in DELIVERIES:
        for number, text in enumerate(LINES, 1):
            take = spoken(engine, other, text, delivery)
            yield Reading(f"{GUIDE_VOICE} {delivery} {number}", text, take.samples, take.rate_hz, take.words)


def mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def together(group: Sequence[Likeness]) -> Likeness:
    """Means over lines; the gaps of all of them are correlated together, since most lines have few."""
    wanted, made = ([gap for each in group for gap in getattr(each, side)] for side in ("wanted", "made"))
    return Likeness(mean([each.f0 for each in group]), correlation(wanted, made), mean([each.speech for each in group]))


def figure(value: float) -> str:
    return "     " if math.isnan(value) else f"{value:5.2f}"


def report(title: str, rows: Sequence[tuple[str, Likeness, Likeness]]) -> None:
    print(f"\n{title}\n\n  | guide | F0 before | after | gaps before | after | speech before | after |")
    print("  |---|---|---|---|---|---|---|")
    groups = [("people", [row for row in rows if not row[0].startswith(GUIDE_VOICE)])]
    groups += [
        (f"takes of {GUIDE_VOICE}", [row for row in rows if row[0].startswith(GUIDE_VOICE)]),
        ("all", list(rows)),
    ]
    means = [(f"mean, {name}", *(together([row[side] for row in group]) for side in (1, 2))) for name, group in groups]
    for name, before, after in [*rows, *means]:
        pairs = ((before.f0, after.f0), (before.gaps, after.gaps), (before.speech, after.speech))
        print(f"  | {name:22} | " + " | ".join(f"{figure(old)} | {figure(new)}" for old, new in pairs) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", nargs="+", default=["af_heart", "bm_george"], help="stock voices that follow")
    parser.add_argument("--save", type=Path, help="folder for guides and takes as WAV, to listen to")
    parser.add_argument("--weights", type=Path, default=platformdirs.user_data_path("vivavoce") / "weights")
    arguments = parser.parse_args()
    now, stock, key = datetime.now(UTC), load_stock_voices(), GrantKey(bytes(32))
    gate, engine = Gate(stock, key, lambda: now), KokoroEngine(arguments.weights)
    prepared = {
        voice_id: engine.prepare(key.redeem(gate.authorize(GateRequest(voice_id, "audition", LANGUAGE)), now))
        for voice_id in dict.fromkeys([GUIDE_VOICE, *arguments.voices])
    }
    errors: list[float] = []
    for voice_id in arguments.voices:
        rows = []
        for reading in readings(engine, prepared[GUIDE_VOICE]):
            neutral = spoken(engine, prepared[voice_id], reading.text)
            words = align_words(reading.samples, reading.rate_hz, neutral.samples, neutral.rate_hz, neutral.words)
            errors += [abs(found[0] - true[0]) for found, true in zip(words, reading.exact, strict=False)]
            guide = Sound(reading.samples, reading.rate_hz, words)
            led = spoken(
                engine, prepared[voice_id], reading.text, guide=read_guide(guide.samples, guide.rate_hz, words)
            )
            rows.append((reading.name, likeness(guide, neutral), likeness(guide, led)))
            if arguments.save:
                arguments.save.mkdir(parents=True, exist_ok=True)
                for kind, sound in (("guide", guide), ("before", neutral), ("after", led)):
                    name = f"{voice_id}-{reading.name}-{kind}.wav".replace(" ", "-")
                    sf.write(arguments.save / name, sound.samples, sound.rate_hz)
        report(f"{voice_id} follows {len(rows)} guides", rows)
    print(
        f"\nOnsets of {len(errors)} words in guides that are takes: error {1000 * np.median(errors):.0f} ms in the"
        f" median, {1000 * np.quantile(errors, 0.9):.0f} ms at the 90th percentile, {1000 * max(errors):.0f} ms at most"
    )


if __name__ == "__main__":
    main()
