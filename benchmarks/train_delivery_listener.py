"""Teach the listener of deliveries from takes whose delivery is known, and print how well it does: about 12 minutes.

    python benchmarks/train_delivery_listener.py [--takes FILE] [--write]

Six stock voices read ten sentences, each in every second delivery of the table at one of three intensities in turn,
through the engine and `studio.render.perform`; all other English voices read two of them plainly. What was measured of
each take goes to FILE, from which an interrupted run continues. All figures printed are of voices that were left out:
the listener is taught from five, its temperature set on them, and the sixth is heard. `--write` teaches from all and
writes voices/delivery-listener.json. Run it again when figures of the table of deliveries change;
a test says so.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import platformdirs
from scipy.optimize import minimize_scalar

from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.files import write_atomic
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine
from studio.hearing.delivery import DeliveryFacts, measure_delivery
from studio.hearing.resemblance import (
    ARRAYS,
    FEATURES,
    MODEL_FILE,
    Condition,
    Heard,
    Listener,
    calibrated,
    compared,
    features_of,
    hear_with,
    table_sha256,
)
from studio.manuscript.delivery import NEUTRAL, NEUTRAL_NAME, Delivery, presets, prosody_of
from studio.render.perform import perform

VOICES = ("af_heart", "af_bella", "bf_emma", "am_michael", "am_fenrir", "bm_george")
INTENSITIES = (0.6, 1.0, 1.3)
LANGUAGE = "en-US"
SENTENCES = (
    "The letter came on Tuesday, and nobody opened it.",
    "She put the lamp down, and looked at the empty chair.",
    "They had seen the ship again, far out beyond the rocks.",
    "I never told him where the money was.",
    "If it rains tomorrow, we shall have to stay another night.",
    "Somebody has been sleeping in the garden house.",
    "There was a knock, then another, and then nothing at all.",
    "You said you would be home before the others came.",
    "He counted the steps aloud, all one hundred and forty of them.",
    "My brother knows the answer, but he will not say it.",
)
PLAIN_SENTENCES = 2
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
PEOPLE_SD = (5.5, 0.35, 0.25, 5.0, 0.08, 0.06)
"""How far people and their microphones lie apart, at least, in each feature: Kokoro's voices alone are too alike. Pitch
is that of men and women together (Traunmüller & Eriksson 1995); the others are set wide."""
TEMPERATURES = (0.2, 20.0)
BINS = 10

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Take:
    """What was measured of one take, and what it is a take of."""

    voice: str
    sentence: int
    preset: str
    intensity: float
    facts: DeliveryFacts


@dataclass(frozen=True)
class Trial:
    """A take, and what it is held against."""

    take: Take
    against: DeliveryFacts | None
    condition: Condition

    @property
    def truth(self) -> int:
        """Place of its delivery in the table."""
        return list(presets()).index(self.take.preset)

    @property
    def key(self) -> tuple[str, int, str]:
        """Which take it is of."""
        return self.take.voice, self.take.sentence, self.take.preset

    def logits(self, listener: Listener) -> Array:
        """What a listener gives each delivery, float64 [presets]."""
        difference, known = compared(self.take.facts, self.against, listener)
        return listener.logits(difference, known, self.condition)


def wanted() -> Iterator[tuple[str, int, Delivery]]:
    """Each voice reads each sentence plainly and in every second delivery, the intensities in turn."""
    for s in range(len(SENTENCES)):
        for v, voice in enumerate(VOICES):
            yield voice, s, NEUTRAL
            for p, preset in enumerate(presets()):
                if preset != NEUTRAL_NAME and (v + s + p) % 2:
                    yield voice, s, Delivery(preset, INTENSITIES[(2 * v + s + p) % len(INTENSITIES)])
    others = [voice for voice in load_stock_voices() if voice[:3] in {"af_", "am_", "bf_", "bm_"}]
    for voice in sorted(set(others) - set(VOICES)):
        for s in range(PLAIN_SENTENCES):
            yield voice, s, NEUTRAL


def speaker(weights: Path) -> Callable[[str, int, Delivery], DeliveryFacts]:
    now, key, engine = datetime.now(UTC), GrantKey(bytes(32)), KokoroEngine(weights)
    gate = Gate(load_stock_voices(), key, lambda: now)

    def said(voice_id: str, sentence: int, delivery: Delivery) -> DeliveryFacts:
        voice = engine.prepare(key.redeem(gate.authorize(GateRequest(voice_id, "audition", LANGUAGE)), now))
        text = SENTENCES[sentence]
        made = perform(engine, Line((Run(text, delivery, prosody_of(delivery)),), LANGUAGE), voice)
        return measure_delivery(made.samples, made.sample_rate_hz, text=text, language=LANGUAGE)

    return said


def render(weights: Path, path: Path) -> list[Take]:
    """Every take that is wanted; those in the file are not made again."""
    known = {}
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            facts = DeliveryFacts(**{**row["facts"], "pauses": tuple(map(tuple, row["facts"]["pauses"]))})
            take = Take(row["voice"], row["sentence"], row["preset"], row["intensity"], facts)
            known[take.voice, take.sentence, take.preset, take.intensity] = take
    say, takes = speaker(weights), []
    with path.open("a", encoding="utf-8") as file:
        for voice, sentence, delivery in wanted():
            key = (voice, sentence, delivery.preset, delivery.intensity)
            if key not in known:
                known[key] = Take(*key, say(voice, sentence, delivery))
                file.write(json.dumps(asdict(known[key])) + "\n")
                file.flush()
            takes.append(known[key])
    return takes


def teach(takes: Sequence[Take]) -> Listener:
    """A listener of these takes, with all temperatures at 1."""
    names = tuple(presets())
    plain = {(take.voice, take.sentence): features_of(take.facts) for take in takes if take.preset == NEUTRAL_NAME}
    cells: dict[tuple[int, int], list[Array]] = {}
    for take in takes:
        if take.preset != NEUTRAL_NAME:
            place = (names.index(take.preset), INTENSITIES.index(take.intensity))
            cells.setdefault(place, []).append(features_of(take.facts) - plain[take.voice, take.sentence])
    means = np.zeros((len(names), len(INTENSITIES), len(FEATURES)))
    residuals = []
    for place, differences in cells.items():
        # A whisper has no pitch to differ in; its place is told by its voicing.
        means[place] = np.nan_to_num(np.mean(differences, axis=0))
        if not np.isnan(differences).any():
            residuals.append(np.array(differences) - means[place])
    of_voices = {voice: [row for (who, _), row in plain.items() if who == voice] for voice, _ in plain}
    of_sentences = {sentence: [row for (_, s), row in plain.items() if s == sentence] for _, sentence in plain}
    people = pooled(of_sentences.values())
    wider = np.maximum(0, np.square(PEOPLE_SD) - np.diag(people))
    return Listener(
        presets=names,
        means=means,
        within=pooled(residuals),
        words=pooled(of_voices.values()),
        voices=people + np.diag(wider),
        typical=np.mean([np.mean(rows, axis=0) for rows in of_voices.values()], axis=0),
        temperature=dict.fromkeys(CONDITIONS, 1.0),
    )


def pooled(groups: Iterable[Sequence[Array] | Array]) -> Array:
    """Covariance around the means of the groups."""
    away = [np.asarray(rows) - np.mean(rows, axis=0) for rows in groups if len(rows) > 1]
    joined = np.concatenate(away)
    covariance: Array = joined.T @ joined / (len(joined) - len(away))
    return covariance


def trials(takes: Sequence[Take], everything: Sequence[Take], condition: Condition) -> list[Trial]:
    """Each take with what it is held against, plain ones as often as those of any other delivery."""
    plain = {(take.voice, take.sentence): take.facts for take in everything if take.preset == NEUTRAL_NAME}
    listed = []
    for take in takes:
        if take.voice not in VOICES or (take.preset == NEUTRAL_NAME and take.sentence % 2):
            continue
        other_sentence = (take.sentence + 3) % len(SENTENCES)
        others = [voice for voice in VOICES if voice != take.voice and (voice, take.sentence) in plain]
        against = {
            "neutral take": plain[take.voice, take.sentence],
            "other words": plain[take.voice, other_sentence],
            "another voice": plain[others[take.sentence % len(others)], take.sentence],
            "typical voices": None,
        }
        listed.append(Trial(take, against[condition], condition))
    return listed


def with_temperatures(listener: Listener, fitted: Mapping[Condition, Sequence[tuple[Trial, Listener]]]) -> Listener:
    """A listener whose likeness is as often right as it says, on trials that other listeners did not learn from."""
    temperature = {}
    for condition, pairs in fitted.items():
        logits = np.array([trial.logits(other) for trial, other in pairs])
        truth = np.array([trial.truth for trial, _ in pairs])

        def loss(logarithm: float, logits: Array = logits, truth: Array = truth) -> float:
            likeness = calibrated(logits, np.exp(logarithm))
            return float(-np.log(likeness[np.arange(truth.size), truth] + 1e-12).mean())

        found = minimize_scalar(loss, bounds=np.log(TEMPERATURES), method="bounded")
        temperature[condition] = float(np.exp(found.x))
    return replace(listener, temperature=temperature)


def held_out(takes: Sequence[Take], voices: Sequence[str]) -> dict[Condition, list[tuple[Trial, Listener]]]:
    """Trials of each voice, with a listener that was not taught from it."""
    pairs: dict[Condition, list[tuple[Trial, Listener]]] = {condition: [] for condition in CONDITIONS}
    for voice in voices:
        listener = teach([take for take in takes if take.voice != voice])
        for condition in CONDITIONS:
            own = [take for take in takes if take.voice == voice]
            pairs[condition] += [(trial, listener) for trial in trials(own, takes, condition)]
    return pairs


def heard(takes: Sequence[Take]) -> dict[Condition, list[tuple[Trial, Heard]]]:
    """Every trial as heard by a listener that was neither taught from its voice nor calibrated on it."""
    found: dict[Condition, list[tuple[Trial, Heard]]] = {condition: [] for condition in CONDITIONS}
    for voice in VOICES:
        rest = [take for take in takes if take.voice != voice]
        listener = with_temperatures(teach(rest), held_out(rest, [other for other in VOICES if other != voice]))
        for condition in CONDITIONS:
            for trial in trials([take for take in takes if take.voice == voice], takes, condition):
                found[condition].append((trial, hear_with(listener, trial.take.facts, trial.against, condition)))
    return found


def calibration_error(results: Sequence[tuple[Trial, Heard]]) -> float:
    """Expected calibration error: how far confidence and share of right answers lie apart, in ten bins."""
    confidence = np.array([answer.confidence for _, answer in results])
    right = np.array([answer.preset == trial.take.preset for trial, answer in results])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def report(found: Mapping[Condition, Sequence[tuple[Trial, Heard]]]) -> dict[str, dict[str, float]]:
    """Print the figures; those of each condition are returned."""
    figures: dict[str, dict[str, float]] = {}
    print(f"{'held against':16}{'n':>5}{'right':>8}{'in 3':>8}{'confidence':>12}{'ECE':>7}{'arousal in bounds':>19}")
    for condition, results in found.items():
        right = [answer.preset == trial.take.preset for trial, answer in results]
        in_three = [trial.take.preset in dict(answer.likeness[:3]) for trial, answer in results]
        full = {trial.key: answer.arousal for trial, answer in found["neutral take"]}
        inside = [answer.arousal_low <= full[trial.key] <= answer.arousal_high for trial, answer in results]
        row = {
            "trials": len(results),
            "right": float(np.mean(right)),
            "in_three": float(np.mean(in_three)),
            "confidence": float(np.mean([answer.confidence for _, answer in results])),
            "calibration_error": calibration_error(results),
        }
        figures[condition] = {name: round(value, 3) for name, value in row.items()}
        print(
            f"{condition:16}{len(results):5}{row['right']:8.0%}{row['in_three']:8.0%}{row['confidence']:12.2f}"
            f"{row['calibration_error']:7.3f}{np.mean(inside):19.0%}"
        )
    results = found["neutral take"]
    print("\nright by intensity, against the neutral take:")
    for intensity in INTENSITIES:
        right = [
            answer.preset == trial.take.preset
            for trial, answer in results
            if trial.take.intensity == intensity and trial.take.preset != NEUTRAL_NAME
        ]
        print(f"  {intensity:g}: {np.mean(right):.0%} of {len(right)}")
    print("\nasked for (rows) and heard (columns), % of trials, against the neutral take; last: mean arousal")
    names = list(presets())
    print(" " * 12 + "".join(f"{name[:5]:>6}" for name in names) + f"{'arousal':>9}")
    for asked in names:
        answers = [answer for trial, answer in results if trial.take.preset == asked]
        shares = [np.mean([answer.preset == name for answer in answers]) for name in names]
        cells = "".join(f"{100 * share:6.0f}" if share else f"{'·':>6}" for share in shares)
        print(f"{asked:12}{cells}{np.mean([answer.arousal for answer in answers]):9.2f}")
    return figures


def write(listener: Listener, figures: Mapping[str, Mapping[str, float]]) -> None:
    data = {
        "about": "Written by benchmarks/train_delivery_listener.py from takes of stock voices; docs/listening.md.",
        "table_sha256": table_sha256(),
        "features": FEATURES,
        "presets": listener.presets,
        "intensities": INTENSITIES,
        **{name: np.round(getattr(listener, name), 5).tolist() for name in ARRAYS},
        "temperature": {condition: round(value, 4) for condition, value in listener.temperature.items()},
        "held_out": figures,
    }
    path = Path(__file__).parent.parent / "voices" / MODEL_FILE
    write_atomic(path, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())
    print(f"\nwritten: {path.name}, {path.stat().st_size} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--takes", type=Path, help="what was measured of the takes, kept from run to run")
    parser.add_argument("--write", action="store_true", help="write the listener to voices/")
    parser.add_argument("--weights", type=Path, default=platformdirs.user_data_path("vivavoce") / "weights")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        takes = render(asked.weights, asked.takes or Path(folder) / "takes.jsonl")
    figures = report(heard(takes))
    if asked.write:
        write(with_temperatures(teach(takes), held_out(takes, VOICES)), figures)


if __name__ == "__main__":
    main()
