"""How near a voice match comes to real people: speakers, systems, two encoders, cost.

    python benchmarks/voice_match.py [--speech FOLDER] [--cache FILE] [--rounds 4 5]

FOLDER holds one folder of recordings for each speaker; the readers in tests/data/speech are always measured. GE2E
steers the search and flatters it; CAM++ never steers. Likenesses are of held-out sentences to held-out speech. CPU
seconds include the listening. Rows are kept in the cache as they are measured, so that a run can be broken off and
taken up again; other rounds want another cache.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.consent.voices import ReferenceClip
from studio.core.files import write_atomic
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine, shipped_pack
from studio.engines.kokoro_style import MatchedStyle
from studio.hearing.quality import loaded_encoder
from studio.hearing.recogniser import Recogniser
from studio.hearing.speakers import cosine
from studio.render.match.bank import load_bank
from studio.render.match.person import RATE_HZ, Person, person_of, pitch_of
from studio.render.match.ranking import rank
from studio.render.match.tuning import REPORT_SENTENCES, Effort, Speaker, bounds, tune
from studio.render.match.values import style_of
from studio.spoken.compare import word_error_rate

HUMAN = Path(__file__).parent.parent / "tests" / "data" / "speech"
LANGUAGE = "en-GB"
Row = dict[str, Any]


def speaker(weights: Path) -> Speaker:
    """Says sentences in any style made of stock voices."""
    key = GrantKey(bytes(32))
    grant = Gate(load_stock_voices(), key, utc_now).authorize(GateRequest("bf_emma", "audition", LANGUAGE))
    engine = KokoroEngine(weights)
    stock: Any = engine.prepare(key.redeem(grant, utc_now()))

    def say(style: MatchedStyle, sentence: str) -> np.ndarray:
        styles = style.styles({name: shipped_pack(name) for name, _ in style.packs})
        voice = replace(stock, styles=styles, pitch_st=style.pitch_st, pitch_range=style.pitch_range)
        return engine.synthesize(Line((Run(sentence),), LANGUAGE), voice).samples

    return say


def people(folder: Path | None) -> dict[str, list[Path]]:
    found = {"austen": [HUMAN / "austenA.flac", HUMAN / "austenB.flac"]}
    found |= {f"reader-{number}": [HUMAN / f"reader-{number}.flac"] for number in (1998, 3005)}
    for each in sorted(folder.iterdir()) if folder else []:
        if each.is_dir():
            found[each.name] = sorted(path for path in each.iterdir() if path.suffix in {".flac", ".wav", ".mp3"})
    return found


def measured(person: Person, say: Speaker, style: MatchedStyle, recogniser: Recogniser) -> Row:
    """A style on the held-out sentences."""
    said = [say(style, sentence) for sentence in REPORT_SENTENCES]
    made, pitch = loaded_encoder().voiceprint(np.concatenate(said), RATE_HZ), pitch_of(np.concatenate(said))
    heard = [recogniser.transcribe(sound, RATE_HZ, LANGUAGE).text for sound in said]
    pairs = zip(REPORT_SENTENCES, heard, strict=True)
    return {
        "campplus": cosine(made.campplus, person.held_out.campplus),
        "ge2e": cosine(made.resemblyzer, person.held_out.resemblyzer),
        "apart_st": 12 * float(np.log2(pitch.mean_hz / person.pitch_hz)),
        "wer": float(np.mean([word_error_rate(wanted, text, LANGUAGE) for wanted, text in pairs])),
    }


def systems(
    person: Person, say: Speaker, recogniser: Recogniser, effort: Effort
) -> dict[str, Callable[[], tuple[MatchedStyle, Row]]]:
    best = rank(person)[0]

    def tuned() -> tuple[MatchedStyle, Row]:
        def listen(sound: np.ndarray, sentence: str) -> float:
            return word_error_rate(sentence, recogniser.transcribe(sound, RATE_HZ, LANGUAGE).text, LANGUAGE)

        found = tune(
            person, say, listen, shipped_pack, seed=0, report=lambda _: None, cancelled=lambda: False, effort=effort
        )
        return found.style, {"kept": found.kept, "renders": found.evaluations, "tune_cpu_s": found.cpu_s}

    return {
        "nearest": lambda: (MatchedStyle(((best.voice_id, 1.0),)), {"voice": best.voice_id}),
        "nearest, pitch set": lambda: (style_of(best), {"voice": best.voice_id}),
        "tuned": tuned,
    }


def edges(person: Person) -> Row:
    """Floor and ceiling by both encoders."""
    bank = load_bank()
    female = bool(bank.female[bank.voice_ids.index(rank(person)[0].voice_id)])
    floor, ceiling = bounds(person, female=female)
    ge2e = bank.resemblyzer[bank.female == female] @ np.array(person.held_out.resemblyzer)
    return {
        "floor": floor,
        "ceiling": ceiling,
        "ge2e_floor": float(ge2e.mean()),
        "ge2e_ceiling": cosine(person.enrolled.resemblyzer, person.held_out.resemblyzer),
        "pitch_hz": person.pitch_hz,
    }


ENCODERS = (("campplus", "floor", "ceiling"), ("ge2e", "ge2e_floor", "ge2e_ceiling"))


def share(row: Row, encoder: tuple[str, str, str]) -> float:
    """Of the way from floor to ceiling."""
    of, floor, ceiling = (row[name] for name in encoder)
    return float((of - floor) / (ceiling - floor))


def percent(value: float) -> str:
    return f"{100 * value:.0f} %".replace("-", "−")


def table(rows: dict[str, Row]) -> str:
    lines = [
        "| speaker | system | CAM++ | floor | ceiling | share | GE2E | floor | ceiling | share | pitch | WER | CPU s |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    systems_named = ("nearest", "nearest, pitch set", "tuned")
    for key in sorted(rows, key=lambda key: (key.split("|")[0], systems_named.index(key.split("|")[1]))):
        who, system = key.split("|")
        row = rows[key]
        figures = [
            f"{row[of]:.3f} | {row[floor]:.3f} | {row[ceiling]:.3f} | {percent(share(row, (of, floor, ceiling)))}"
            for of, floor, ceiling in ENCODERS
        ]
        apart = f"{row['apart_st']:+.1f} st".replace("-", "−")
        lines.append(f"| {who} | {system} | {' | '.join(figures)} | {apart} | {row['wer']:.2f} | {row['cpu_s']:.0f} |")
    for system in systems_named:
        of_system = [row for key, row in rows.items() if key.endswith(f"|{system}")]
        judged, steered = ([share(row, encoder) for row in of_system] for encoder in ENCODERS)
        means = {name: np.mean([row[name] for row in of_system]) for name in ("campplus", "ge2e", "wer", "cpu_s")}
        lines.append(
            f"| mean | {system} | {means['campplus']:.3f} | | | {percent(np.mean(judged))} | {means['ge2e']:.3f} | | |"
            f" {percent(np.mean(steered))} | | {means['wer']:.2f} | {means['cpu_s']:.0f} |"
        )
    return "\n".join(lines)


def intervals(rows: dict[str, Row]) -> str:
    """95 % of the means over speakers drawn anew, 10,000 times: of each system, and of what tuning adds."""
    by_system = {
        system: {key.split("|")[0]: share(row, ENCODERS[0]) for key, row in rows.items() if key.endswith(f"|{system}")}
        for system in ("nearest", "nearest, pitch set", "tuned")
    }
    speakers = sorted(by_system["tuned"])
    drawn = np.random.default_rng(0).integers(0, len(speakers), (10_000, len(speakers)))
    told = []
    added = {name: by_system["tuned"][name] - by_system["nearest, pitch set"][name] for name in speakers}
    for system, shares in {**by_system, "tuned less pitch set": added}.items():
        values = np.array([shares[name] for name in speakers])
        low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
        told.append(
            f"{system}: {percent(values.mean())} of the way by CAM++, 95 % between {percent(low)} and {percent(high)}"
        )
    return "\n".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, help="folder of people's recordings, one folder per speaker")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("vivavoce") / "voice-match.json")
    parser.add_argument("--weights", type=Path, default=platformdirs.user_data_path("vivavoce") / "weights")
    parser.add_argument("--rounds", type=int, nargs=2, default=(4, 5), help="of the blend, and of the moves")
    arguments = parser.parse_args()
    rows: dict[str, Row] = json.loads(arguments.cache.read_bytes()) if arguments.cache.exists() else {}
    say, recogniser = speaker(arguments.weights), Recogniser(arguments.weights)
    everybody = {
        name: person_of([ReferenceClip(path.read_bytes(), "neutral", "") for path in files])
        for name, files in people(arguments.speech).items()
    }
    for system in ("nearest", "nearest, pitch set", "tuned"):
        for name, person in everybody.items():
            if f"{name}|{system}" not in rows:
                began = time.process_time()
                style, facts = systems(person, say, recogniser, Effort(*arguments.rounds))[system]()
                row = {**edges(person), **measured(person, say, style, recogniser), **facts}
                rows[f"{name}|{system}"] = row | {"cpu_s": time.process_time() - began}
                arguments.cache.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(arguments.cache, json.dumps(rows, indent=1).encode())
                print(name, system, rows[f"{name}|{system}"], flush=True)
    print(table(rows))
    print(intervals(rows))


if __name__ == "__main__":
    main()
