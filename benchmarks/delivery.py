"""Whether deliveries do what their table says: measured on delivered MP3s, after everything the studio does to sound.

    python benchmarks/delivery.py [--voices af_heart am_michael bm_george] [--presets …] [--sentences 10] [--quick]
                                  [--home FOLDER]

Each voice reads each sentence in every delivery at intensity 1, as paragraphs of one chapter that is imported,
rendered, mastered and delivered by the studio. Every figure is then taken from the decoded MP3 between the marks of the
master, and held against the same sentence read plainly (level: against all plain sentences). A row is the mean over the
sentences. Takes are kept in FOLDER; without one they are made anew: about 30 minutes of sound.

    pitch     mean F0 moved, semitones, by SwiftF0; asked for: at most 0.7 away
    range     standard deviation of F0 in semitones, factor
    time      from the first to the last sound of the sentence, factor; asked for: at most 6 % away
    level     active speech level, dB; asked for: at most 1 away
    tilt      energy from 1 to 5 kHz over that below (alpha ratio), dB
    WER       of Whisper base over all sentences; at most 1 % (absolute) above plain reading
    voice     GE2E cosine with all other sentences read plainly, at least 0.80; a whisper, 0.75

A linear discriminant, taught on half of the sentences, then names the deliveries of the other half. The exit status is
1 if anything fails.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from studio.audio.decode import open_audio
from studio.audio.samples import Samples
from studio.bootstrap import Studio, environment, open_studio, read_settings
from studio.core.errors import InputError
from studio.core.hashing import content_key
from studio.core.progress import ignore_progress
from studio.hearing.delivery import DeliveryFacts, measure_delivery
from studio.hearing.recogniser import Recogniser
from studio.hearing.resemblance import features_of
from studio.hearing.speakers import SpeakerEncoder, cosine, mean_direction
from studio.manuscript.delivery import NEUTRAL_NAME, Delivery, Prosody, presets, prosody_of
from studio.services.jobs import JobRequest
from studio.services.views import SegmentView
from studio.spoken.compare import word_error_rate
from studio.store.database import Database
from studio.store.tables import MasterRow

VOICES = ("af_heart", "am_michael", "bm_george")
LANGUAGE = "en-US"
SENTENCES = (
    "She put the kettle on and opened every window in the house.",
    "If you leave now you may still catch the last boat to the island.",
    "Every Sunday my father wound the clock and told us it was slow.",
    "Three men were waiting under the bridge when the lamps went out.",
    "I have never told anybody what I found behind that door.",
    "The letter came this morning and nobody wants to open it.",
    "We walked along the harbour until the rain began again.",
    "Your brother called twice while you were out in the garden.",
    "There is only one road back and it runs along the river.",
    "They sold the farm in spring and moved into the town.",
)
QUICK_SENTENCES = 3
FRONT = f"---\ntitle: Deliveries\nauthor: The studio\nlanguage: {LANGUAGE}\n---\n"
PITCH_ST, TIME, LEVEL_DB, WER, VOICE, WHISPERED_VOICE = 0.7, 0.06, 1.0, 0.01, 0.80, 0.75
ABOVE_CHANCE = 5.0
GAP_S, LISTEN_S = 0.7, 15.0  # near the half minute it hears at a time, Whisper adds words of its own
SHRINKAGE = 0.1

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """One sentence in one delivery, as delivered."""

    sentence: int
    preset: str
    samples: Samples
    rate_hz: int
    facts: DeliveryFacts

    @property
    def time_s(self) -> float:
        """From the first to the last sound."""
        return self.facts.speech_s + sum(end - begin for begin, end in self.facts.pauses)


@dataclass(frozen=True)
class Row:
    """What one voice makes of one delivery: means over its sentences."""

    voice: str
    preset: str
    asked: Prosody
    pitch_st: float
    range: float
    time: float
    level_db: float
    tilt_db: float
    wer_rise: float
    similarity: float

    @property
    def faults(self) -> tuple[str, ...]:
        """What is out of its limits."""
        least = WHISPERED_VOICE if self.asked.whispered else VOICE
        pitch = (
            np.isnan(self.pitch_st) if self.asked.whispered else abs(self.pitch_st - self.asked.pitch_st) <= PITCH_ST
        )
        met = {
            "pitch": pitch,
            "time": abs(self.time * self.asked.rate - 1) <= TIME,
            "level": abs(self.level_db - self.asked.level_db) <= LEVEL_DB,
            "WER": self.wer_rise <= WER + 1e-9,
            "voice": self.similarity >= least,
        }
        return tuple(name for name, good in met.items() if not good)

    def __str__(self) -> str:
        asked = self.asked
        pitch = "  none   " if np.isnan(self.pitch_st) else f"{self.pitch_st:+5.2f}/{asked.pitch_st:+4.1f}"
        return (
            f"{self.voice:11} {self.preset:11} {pitch:>10}  {self.range:4.2f}/{asked.pitch_range:4.2f}"
            f"  {self.time:5.3f}/{1 / asked.rate:5.3f}  {self.level_db:+5.2f}/{asked.level_db:+4.1f}"
            f"  {self.tilt_db:+5.2f}/{asked.tilt_db:+4.1f}  {100 * self.wer_rise:+5.1f} %  {self.similarity:.3f}"
            f"  {'FAIL ' + ', '.join(self.faults) if self.faults else 'PASS'}"
        )


HEAD = (
    f"{'voice':11} {'delivery':11} {'pitch st':>10}  {'range':>9}  {'time':>11}  {'level dB':>10}  {'tilt dB':>10}"
    f"  {'WER':>7}  voice  (found/asked for)"
)


@dataclass(frozen=True, eq=False)
class Produced:
    """A chapter as delivered: its decoded MP3, its checks, and each segment with begin and end in seconds."""

    samples: Samples
    rate_hz: int
    checks: tuple[dict[str, object], ...]
    segments: tuple[tuple[SegmentView, float, float], ...]

    def cut(self) -> list[Samples]:
        """The sound of each segment."""
        return [self.samples[round(b * self.rate_hz) : round(e * self.rate_hz)] for _, b, e in self.segments]


def read_aloud(studio: Studio, voice: str, sentences: Sequence[str], names: Sequence[str]) -> list[Reading]:
    """The sentences in every delivery, from a manuscript to a delivered MP3 and cut out of it again."""
    order = [(number, name) for number in range(len(sentences)) for name in names]
    lines = "\n\n".join(f"[{name}] {sentences[number]}" for number, name in order)
    made = produce(studio, voice, f"{FRONT}\n## Sentences\n\n{lines}\n")
    return [
        Reading(
            number, name, part, made.rate_hz,
            measure_delivery(part, made.rate_hz, text=sentences[number], language=LANGUAGE),
        )
        for (number, name), part in zip(order, made.cut()[-len(order) :], strict=True)
    ]  # fmt: skip


def produce(studio: Studio, voice: str, text: str, suffix: str = ".md") -> Produced:
    """Make the longest chapter of a text, which is Markdown, or of the format that a suffix means."""
    name = f"delivery-{content_key([voice, text])[:12]}"
    if name not in {project.name for project in studio.projects.all()}:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"text{suffix}"
            path.write_text(text, "utf-8")
            studio.projects.import_file(path, name=name, language=LANGUAGE)
        studio.casting.set_voice(name, "narrator", voice)
    chapter = max(studio.projects.chapters(name), key=lambda chapter: chapter.words).index
    job = studio.jobs.submit(name, JobRequest(("render", "master", "deliver"), frozenset({chapter})))
    done = studio.dispatcher.run(job.id, ignore_progress, lambda: False)
    if done.state != "done":
        raise SystemExit(f"{voice}: {done.error}")
    file = done.result["deliver"]["files"][0]
    with open_audio(Path(file["path"])) as reader:
        sound = np.concatenate(list(reader.blocks()))[:, 0]
    marks = _marks(studio, Path(done.result["master"]["chapters"][0]["file"]).name)
    segments = studio.segments.script(name, chapter)
    placed = tuple((segment, begin, end) for segment, (begin, end) in zip(segments, marks, strict=True))
    return Produced(sound, reader.info.sample_rate_hz, tuple(file["checks"]), placed)


def _marks(studio: Studio, blob_sha256: str) -> list[tuple[float, float]]:
    database = Database(studio.settings.database_url)
    with database.read() as session:
        marks = session.scalars(select(MasterRow.marks).where(MasterRow.blob_sha256 == blob_sha256)).first()
    database.close()
    return [(begin, end) for begin, end in marks or ()]


def heard_together(parts: Sequence[Samples], rate_hz: int, recogniser: Recogniser) -> str:
    """What is heard in sounds that are joined as far as the recogniser listens at a time."""
    gap = np.zeros(round(GAP_S * rate_hz), np.float32)
    batches: list[list[Samples]] = [[]]
    for part in parts:
        if batches[-1] and sum(map(len, batches[-1])) + len(gap) + len(part) > LISTEN_S * rate_hz:
            batches.append([])
        batches[-1] += [gap, part] if batches[-1] else [part]  # in silence at the end, Whisper hears words
    return " ".join(recogniser.transcribe(np.concatenate(batch), rate_hz, LANGUAGE).text for batch in batches)


def rows(
    voice: str, readings: Sequence[Reading], sentences: Sequence[str], recogniser: Recogniser, encoder: SpeakerEncoder
) -> Iterator[Row]:
    """The rows of a voice, one for each delivery; the first is how plain sentences compare with each other."""
    by_preset: dict[str, list[Reading]] = {}
    for reading in readings:
        by_preset.setdefault(reading.preset, []).append(reading)
    plain = by_preset[NEUTRAL_NAME]
    level_dbfs = float(np.mean([reading.facts.level_dbfs for reading in plain]))
    prints = [_voiceprint(reading, encoder) for reading in plain]
    errors = 0.0
    for name, group in by_preset.items():
        heard = heard_together([reading.samples for reading in group], group[0].rate_hz, recogniser)
        wer = word_error_rate(" ".join(sentences), heard, LANGUAGE)
        errors = wer if name == NEUTRAL_NAME else errors
        facts = [(reading.facts, base.facts) for reading, base in zip(group, plain, strict=True)]
        pitch = [12 * np.log2(made.pitch_hz / base.pitch_hz) if made.pitch_hz else np.nan for made, base in facts]
        alike = [
            cosine(one, mean_direction(prints[:place] + prints[place + 1 :] or prints))
            for place, one in enumerate(_voiceprint(reading, encoder) for reading in group)
            if one
        ]
        yield Row(
            voice,
            name,
            prosody_of(Delivery(name)),
            pitch_st=float(np.mean(pitch)) if not np.isnan(pitch).all() else np.nan,
            range=float(np.mean([made.pitch_sd_st / base.pitch_sd_st for made, base in facts])),
            time=float(np.mean([made.time_s / base.time_s for made, base in zip(group, plain, strict=True)])),
            level_db=float(np.mean([made.level_dbfs for made, _ in facts])) - level_dbfs,
            tilt_db=float(np.mean([made.tilt_db - base.tilt_db for made, base in facts])),
            wer_rise=wer - errors,
            similarity=float(np.mean(alike)),
        )


def _voiceprint(reading: Reading, encoder: SpeakerEncoder) -> tuple[float, ...]:
    """Empty where the voice detector finds less than a second of speech, as in some whispers."""
    try:
        return encoder.voiceprint(reading.samples, reading.rate_hz).resemblyzer
    except InputError:
        return ()


def differences(readings: Sequence[Reading], *, same_words: bool) -> tuple[Array, npt.NDArray[np.int64], list[str]]:
    """Features against a plain reading [n, features], the sentence of each, and its delivery.

    The plain reading is of the same words, or the mean of those of all other sentences. Against the same words a plain
    reading differs by nothing at all, and is left out.
    """
    plain = {reading.sentence: _features(reading) for reading in readings if reading.preset == NEUTRAL_NAME}
    found, sentences, names = [], [], []
    for reading in readings:
        if same_words and reading.preset == NEUTRAL_NAME:
            continue
        others = [features for sentence, features in plain.items() if sentence != reading.sentence]
        base = plain[reading.sentence] if same_words else np.mean(others, axis=0)
        found.append(np.nan_to_num(_features(reading) - base))
        sentences.append(reading.sentence)
        names.append(reading.preset)
    return np.array(found), np.array(sentences), names


def _features(reading: Reading) -> Array:
    return np.append(features_of(reading.facts), reading.facts.level_dbfs)


def confusion(features: Array, sentences: npt.NDArray[np.int64], names: Sequence[str]) -> tuple[list[str], Array]:
    """Counts [asked for, named] of a linear discriminant taught on every second sentence, on the others; both ways."""
    labels = [name for name in presets() if name in names]
    truth = np.array([labels.index(name) for name in names])
    counts = np.zeros((len(labels), len(labels)))
    for half in (0, 1):
        taught = sentences % 2 == half
        means = np.array([features[taught & (truth == label)].mean(axis=0) for label in range(len(labels))])
        spread = features[taught] - means[truth[taught]]
        covariance = spread.T @ spread / len(spread)
        covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.diag(np.diag(covariance) + 1e-6)
        away = features[~taught, None, :] - means
        named = np.einsum("npf,fg,npg->np", away, np.linalg.inv(covariance), away).argmin(axis=1)
        np.add.at(counts, (truth[~taught], named), 1)
    return labels, counts


def show_confusion(readings: Sequence[Sequence[Reading]], *, same_words: bool) -> bool:
    parts = [differences(group, same_words=same_words) for group in readings]
    features = np.concatenate([part[0] for part in parts])
    sentences = np.concatenate([part[1] for part in parts])
    labels, counts = confusion(features, sentences, [name for part in parts for name in part[2]])
    accuracy, chance = np.trace(counts) / counts.sum(), 1 / len(labels)
    passed = accuracy >= min(ABOVE_CHANCE * chance, 0.9)
    held = "the same words" if same_words else "other words"
    print(f"\nNamed against a plain reading of {held}; rows were asked for, columns named")
    print(" " * 12 + " ".join(f"{label[:6]:>6}" for label in labels))
    for label, row in zip(labels, counts, strict=True):
        print(f"{label:12}" + " ".join(f"{int(count) or '.':>6}" for count in row))
    print(f"right {accuracy:.1%} of {int(counts.sum())}, by chance {chance:.1%}  {'PASS' if passed else 'FAIL'}")
    return bool(passed)


def open_home(home: Path, workers: int | None = None) -> Studio:
    """A studio in a data home of its own, with the model files that are installed."""
    known = read_settings(environment())
    variables = {"VIVAVOCE_WEIGHTS": str(known.weights), "VIVAVOCE_ANCHORS": str(home / "anchors")}
    return open_studio(read_settings(variables, home=home, workers=workers))


def measure(home: Path, voices: Sequence[str], sentences: Sequence[str], names: Sequence[str]) -> bool:
    studio = open_home(home)
    try:
        recogniser, encoder = Recogniser(studio.settings.weights), SpeakerEncoder()
        readings, passed = [], True
        print(HEAD)
        for voice in voices:
            readings.append(read_aloud(studio, voice, sentences, names))
            for row in rows(voice, readings[-1], sentences, recogniser, encoder):
                print(row, flush=True)
                passed &= not row.faults
    finally:
        studio.close()
    if len(sentences) > 1 and len(names) > 1:
        passed &= show_confusion(readings, same_words=True)
        passed &= show_confusion(readings, same_words=False)
    return passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--presets", nargs="+", default=tuple(presets()), choices=tuple(presets()), metavar="PRESET")
    parser.add_argument("--sentences", type=int, default=len(SENTENCES))
    parser.add_argument("--quick", action="store_true", help="one voice, three sentences")
    parser.add_argument("--home", type=Path, help="data home that keeps the takes")
    options = parser.parse_args()
    voices = options.voices[:1] if options.quick else options.voices
    sentences = SENTENCES[: QUICK_SENTENCES if options.quick else options.sentences]
    names = [NEUTRAL_NAME, *(name for name in options.presets if name != NEUTRAL_NAME)]
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        sys.exit(not measure(home, voices, sentences, names))


if __name__ == "__main__":
    main()
