"""How often the comparison of voices errs, with counts, on what material there is.

    python benchmarks/speaker_match.py [--speech FOLDER] [--voices 12]

Every trial is decided by the studio's own functions. Three bodies of material, from honest to weak:

- FOLDER: recordings of people, one folder per speaker, several files each, such as a part of LibriSpeech. Each speaker
  is enrolled with the first three files; the others are joined and cut into statements.
- the one reader in tests/data/speech, cut into crops: one person, one session, so the true rate of false refusals is
  higher. Against him two other people, and stock voices.
- stock Kokoro voices among each other: they resemble one another more than people do, and vary less in themselves.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import numpy as np
import platformdirs

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.consent.evidence import Outcome
from studio.consent.gate import Gate, GateRequest
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.core.errors import InputError
from studio.engines.base import Line
from studio.engines.kokoro import SAMPLE_RATE_HZ, KokoroEngine
from studio.hearing.clip import read_clip
from studio.hearing.matching import (
    ACCEPT,
    CAMPPLUS_ACCEPT,
    CAMPPLUS_REVIEW,
    MIN_STATEMENT_SPEECH_S,
    REVIEW,
    WINDOW_ACCEPT,
    WINDOW_REFUSE,
    SpeakerMatch,
    compare_speakers,
)
from studio.hearing.speakers import SpeakerEncoder, Voiceprint

STATEMENT = (
    "I am aware that recordings of my voice will be used by Harbour Books to create and use a synthetic version of my"
    " voice for audiobooks. My code words are copper, meadow, lantern, violet. My code number is four one nine zero."
)
STORY = (
    "The letter came on a wet Tuesday, between the bread and the newspaper. My aunt read it twice, turned it over, and"
    " read the back, where there was nothing at all. Nobody in our family had ever owned a lighthouse before."
)
HUMAN = Path(__file__).parent.parent / "tests" / "data" / "speech"
RATE_HZ = 16_000
CROP_S, CROP_HOP_S = 9.0, 0.5
STATEMENT_S = 12.0
SPLICE_S = 4.0


@dataclass
class Trials:
    """Comparisons of one kind of material."""

    title: str
    genuine: list[SpeakerMatch] = field(default_factory=list)
    impostor: list[SpeakerMatch] = field(default_factory=list)


def rate(hits: int, count: int) -> str:
    return f"{hits}/{count} ({100 * hits / count:.2f} %)" if count else "no trials"


def report(trials: Trials) -> None:
    genuine, impostor = trials.genuine, trials.impostor
    print(f"\n{trials.title}\n")
    for name, group in (("same voice", genuine), ("other voice", impostor)):
        if group:
            for encoder in ("resemblyzer", "campplus"):
                scores = np.array([getattr(match, encoder) for match in group])
                print(
                    f"  {name:11} {encoder:11} n={scores.size:6}  least {scores.min():.3f}  mean {scores.mean():.3f}"
                    f"  99th percentile {np.percentile(scores, 99):.3f}  most {scores.max():.3f}"
                )
    rules: tuple[tuple[str, Callable[[SpeakerMatch], bool]], ...] = (
        (f"Resemblyzer at {REVIEW}", lambda match: match.resemblyzer >= REVIEW),
        (f"Resemblyzer at {ACCEPT}", lambda match: match.resemblyzer >= ACCEPT),
        (f"CAM++ at {CAMPPLUS_REVIEW}", lambda match: match.campplus >= CAMPPLUS_REVIEW),
        (f"CAM++ at {CAMPPLUS_ACCEPT}", lambda match: match.campplus >= CAMPPLUS_ACCEPT),
        ("both, not refused", lambda match: match.outcome is not Outcome.REFUSE),
        ("both, passed", lambda match: match.outcome is Outcome.PASS),
    )
    print("\n  | rule | other voice gets through | same voice does not |\n  |---|---|---|")
    for name, through in rules:
        false_accept = rate(sum(map(through, impostor)), len(impostor))
        false_refuse = rate(sum(not through(match) for match in genuine), len(genuine))
        print(f"  | {name} | {false_accept} | {false_refuse} |")


def joined(files: Sequence[Path]) -> Samples:
    clips = [read_clip(path, longest_s=600) for path in files]
    return np.concatenate([resample(clip.samples, clip.sample_rate_hz, RATE_HZ) for clip in clips])


def pieces(sound: Samples, length_s: float, hop_s: float) -> Iterator[Samples]:
    for start in range(0, sound.size - round(length_s * RATE_HZ) + 1, round(hop_s * RATE_HZ)):
        yield sound[start : start + round(length_s * RATE_HZ)]


def prints(encoder: SpeakerEncoder, sounds: Iterator[Samples], least_s: float) -> list[Voiceprint]:
    """Prints of those with speech enough; a statement without is asked for again, and no trial."""
    made = []
    for sound in sounds:
        try:
            made.append(encoder.voiceprint(sound, RATE_HZ))
        except InputError:
            continue
    return [one for one in made if one.speech_s >= least_s]


def people(encoder: SpeakerEncoder, folder: Path) -> tuple[Trials, dict[str, Samples]]:
    speakers = {
        path.name: sorted(file for file in path.iterdir() if file.suffix in {".flac", ".wav", ".mp3", ".ogg"})
        for path in sorted(folder.iterdir())
        if path.is_dir()
    }
    rest = {name: joined(files[3:]) for name, files in speakers.items() if len(files) > 3}
    enrolled = {name: prints(encoder, (joined([file]) for file in speakers[name][:3]), 0.0) for name in rest}
    trials = Trials(f"{len(rest)} people from {folder.name}, three files enrolled, statements of {STATEMENT_S:.0f} s")
    for name, sound in rest.items():
        for statement in prints(encoder, pieces(sound, STATEMENT_S, STATEMENT_S / 2), MIN_STATEMENT_SPEECH_S):
            for other, references in enrolled.items():
                if references:
                    match = compare_speakers(references, statement)
                    (trials.genuine if other == name else trials.impostor).append(match)
    return trials, rest


def reader(encoder: SpeakerEncoder, synthetic: dict[str, list[Voiceprint]]) -> Trials:
    trials = Trials(
        f"One reader in two recordings of one session, crops of {CROP_S:.0f} s against the other recording;"
        f" against him two people and {len(synthetic)} stock voices"
    )
    sides = [joined([HUMAN / f"austen{side}.flac"]) for side in "AB"]
    enrolled = [encoder.voiceprint(side, RATE_HZ) for side in sides]
    for mine, side in enumerate(sides):
        crops = prints(encoder, pieces(side, CROP_S, CROP_HOP_S), MIN_STATEMENT_SPEECH_S)
        trials.genuine += [compare_speakers([enrolled[1 - mine]], crop) for crop in crops]
    others = [joined([HUMAN / f"reader-{number}.flac"]) for number in (3005, 1998)]
    crops = [crop for sound in others for crop in prints(encoder, pieces(sound, CROP_S, CROP_HOP_S), 5.0)]
    said = [made for voice in synthetic.values() for made in voice]
    trials.impostor = [compare_speakers(enrolled, made) for made in [*crops, *said]]
    return trials


def stock_prints(encoder: SpeakerEncoder, weights: Path, count: int) -> dict[str, list[Voiceprint]]:
    """Prints of English stock voices, one per text."""
    now, stock, key = datetime.now(UTC), load_stock_voices(), GrantKey(bytes(32))
    gate, engine = Gate(stock, key, lambda: now), KokoroEngine(weights)
    english = sorted(v.voice_id for v in stock.values() if v.engine == "kokoro" and v.language.startswith("en"))
    made = {}
    for voice_id in english[:: max(1, len(english) // count)][:count]:
        voice = engine.prepare(key.redeem(gate.authorize(GateRequest(voice_id, "audition", "en-GB")), now))
        said = [engine.synthesize(Line(text, "en-GB"), voice).samples for text in (STATEMENT, STORY)]
        made[voice_id] = [encoder.voiceprint(sound, SAMPLE_RATE_HZ) for sound in said]
    return made


def among_stock(synthetic: dict[str, list[Voiceprint]]) -> Trials:
    trials = Trials(f"{len(synthetic)} stock voices among each other, two texts each")
    for voice, said in synthetic.items():
        trials.genuine += [compare_speakers([one], other) for one, other in permutations(said, 2)]
        for other, theirs in synthetic.items():
            if other != voice:
                trials.impostor += [compare_speakers([said[0]], made) for made in theirs]
    return trials


def splices(encoder: SpeakerEncoder, sounds: dict[str, Samples]) -> None:
    """Recordings that end in some seconds of another speaker, and such that do not."""
    alone: list[float] = []
    spliced: list[float] = []
    for name, sound in sounds.items():
        alone += [min(encoder.windows(whole, RATE_HZ)) for whole in list(pieces(sound, 17.0, 8.0))[:3]]
        start = sound[: 13 * RATE_HZ]
        for other, theirs in sounds.items():
            if other != name:
                end = theirs[2 * RATE_HZ : round((2 + SPLICE_S) * RATE_HZ)]
                both = np.concatenate([start, end * (start.std() / max(end.std(), 1e-9))])
                spliced.append(min(encoder.windows(both, RATE_HZ)))
    print(f"\nOne speaker throughout: {len(sounds)} speakers, 13 s of one and {SPLICE_S:.0f} s of another\n")
    print("  | rule | splice gets through | single speaker does not |\n  |---|---|---|")
    for bound in (WINDOW_REFUSE, WINDOW_ACCEPT):
        through, stopped = sum(low >= bound for low in spliced), sum(low < bound for low in alone)
        print(f"  | lowest window at {bound} | {rate(through, len(spliced))} | {rate(stopped, len(alone))} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, help="folder of people's recordings, one folder per speaker")
    parser.add_argument("--voices", type=int, default=12, help="stock voices to take part")
    parser.add_argument("--weights", type=Path, default=platformdirs.user_data_path("vivavoce") / "weights")
    arguments = parser.parse_args()
    encoder = SpeakerEncoder()
    if arguments.speech:
        trials, sounds = people(encoder, arguments.speech)
        report(trials)
        splices(encoder, sounds)
    else:
        print("No --speech FOLDER: what follows has one speaker's genuine trials only, and says little of people.")
    synthetic = stock_prints(encoder, arguments.weights, arguments.voices)
    report(reader(encoder, synthetic))
    report(among_stock(synthetic))


if __name__ == "__main__":
    main()
