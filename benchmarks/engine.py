"""Speed and memory of the Kokoro engine, against plain kokoro-onnx on the same weights in the same run.

    python benchmarks/engine.py [--rounds 3] [--voice bf_emma]

Every side runs in a process of its own. Rounds alternate between the sides, and the ratios are medians of the rounds'
own ratios, so that what else the machine does falls on all alike. Each side is measured from text to samples and again
fed the same phonemes. The same graph in one piece, as published, shows what cutting it costs. kokoro-onnx comes with
the extra `bench` (`make bench` installs it; it brings espeak-ng, which is GPL and no part of the studio); where it is
not installed, its rows are left out.
"""

import argparse
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs

SENTENCES = (
    "The letter came on a wet Tuesday, between the bread and the newspaper.",
    "My aunt read it twice, turned it over, and read the back, where there was nothing at all.",
    "“Well,” she said at last, “that is that.”",
    "Nobody in our family had ever owned a lighthouse before.",
    "It stood, the solicitor wrote, on a rock two miles from the nearest shop, and it had been shut for eleven years.",
    "Would we be so good as to take it away?",
    "We went down to look at it in April, with sandwiches, a borrowed telescope and a great deal of rope.",
    "The boatman asked us no questions; he had the air of a man who had carried stranger people to worse places.",
    "There were one hundred and forty steps, and my aunt counted them aloud.",
    "At the top a single gull looked us over, decided against us, and left by the broken pane.",
    "From the gallery you could see the whole bay, the white houses, the church, and the rain coming.",
    "“I shall want curtains,” said my aunt.",
)
SIDES = {
    "studio": "Viva Voce",
    "stock": "the same graph uncut, one thread",
    "plain": "kokoro-onnx, as it comes",
    "single": "kokoro-onnx, one thread",
}
_MAXRSS_PER_MB = 1024**2 if sys.platform == "darwin" else 1024
FEEDS = ("text", "phonemes")

Samples = npt.NDArray[np.float32]
Say = Callable[[str, str], Samples]
"""Text and phonemes of one sentence to samples; a side uses the one it is fed."""


@dataclass(frozen=True)
class Round:
    """One pass over the text: seconds, and characters said."""

    wall_s: float
    cpu_s: float
    audio_s: float


def british_phonemes() -> list[str]:
    from studio.engines.g2p.english import english

    return [english("en-GB").phonemes(sentence) for sentence in SENTENCES]


def studio_side(weights: Path, voice_id: str, feed: str) -> tuple[Say, int]:
    from studio.consent.gate import Gate
    from studio.consent.grant import GrantKey
    from studio.consent.licences import load_stock_voices
    from studio.consent.requests import GateRequest
    from studio.engines.base import Line, Run
    from studio.engines.kokoro import SAMPLE_RATE_HZ, KokoroEngine

    now = datetime.now(UTC)
    key = GrantKey(bytes(32))
    gate = Gate(load_stock_voices(), key, lambda: now)
    grant = gate.authorize(GateRequest(voice_id, "audition", "en-GB"))
    engine = KokoroEngine(weights)
    voice = engine.prepare(key.redeem(grant, now))

    def say(text: str, phonemes: str) -> Samples:
        if feed == "phonemes":
            return engine.say_phonemes(phonemes, voice)
        return engine.synthesize(Line((Run(text),), "en-GB"), voice).samples

    return say, SAMPLE_RATE_HZ


def stock_side(weights: Path, voice_id: str) -> tuple[Say, int]:
    """The published graph in one piece: what cutting it may not make slower. It is fed phonemes only."""
    import onnxruntime

    from studio.core.resources import shipped
    from studio.engines.kokoro import MODEL_FILE, SAMPLE_RATE_HZ, VOICES_FILE, WEIGHTS
    from studio.engines.kokoro_tokens import PAD, token_ids

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(weights / WEIGHTS / MODEL_FILE), options, providers=["CPUExecutionProvider"]
    )
    with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
        pack = packs[voice_id].astype(np.float32)

    def say(_text: str, phonemes: str) -> Samples:
        tokens = token_ids(phonemes)
        shrinking = onnxruntime.RunOptions()
        shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        feed = {
            "tokens": np.array([[PAD, *tokens, PAD]], np.int64),
            "style": pack[len(tokens) - 1][None, :],
            "speed": np.ones(1, np.float32),
        }
        return np.asarray(session.run(["audio"], feed, shrinking)[0], np.float32).ravel()

    return say, SAMPLE_RATE_HZ


def kokoro_onnx_side(weights: Path, voice_id: str, feed: str, *, single: bool) -> tuple[Say, int]:
    import kokoro_onnx
    import onnxruntime

    from studio.core.resources import shipped
    from studio.engines.kokoro import MODEL_FILE, SAMPLE_RATE_HZ, VOICES_FILE, WEIGHTS

    model, voices = str(weights / WEIGHTS / MODEL_FILE), str(shipped("voices", VOICES_FILE))
    if single:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        kokoro = kokoro_onnx.Kokoro.from_session(session, voices)
    else:
        kokoro = kokoro_onnx.Kokoro(model, voices)
    pack = np.asarray(kokoro.get_voice_style(voice_id), dtype=np.float32)[:, None, :]  # it wants [510, 1, 256]

    def say(text: str, phonemes: str) -> Samples:
        fed = phonemes if feed == "phonemes" else text
        # Its silence trimming would shorten the audio the seconds are divided by.
        samples, _ = kokoro.create(fed, pack, lang="en-gb", is_phonemes=feed == "phonemes", trim=False)
        return samples

    return say, SAMPLE_RATE_HZ


def serve(side: str, feed: str, weights: Path, voice_id: str) -> None:
    """Child process: load, say the text once to warm up, then once more for every line on standard input."""
    if side == "studio":
        say, rate_hz = studio_side(weights, voice_id, feed)
    elif side == "stock":
        say, rate_hz = stock_side(weights, voice_id)
    else:
        say, rate_hz = kokoro_onnx_side(weights, voice_id, feed, single=side == "single")
    lines = list(zip(SENTENCES, british_phonemes(), strict=True))
    say(*lines[0])
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        audio_s = sum(say(text, phonemes).size for text, phonemes in lines) / rate_hz
        result = {
            "wall_s": time.perf_counter() - wall,
            "cpu_s": time.process_time() - cpu,
            "audio_s": audio_s,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            / (1024**2 if sys.platform == "darwin" else 1024),
        }
        print(json.dumps(result), flush=True)


class Side:
    """A side in its process."""

    def __init__(self, name: str, feed: str, arguments: argparse.Namespace) -> None:
        command = [sys.executable, __file__, "--serve", name, feed, "--voice", arguments.voice]
        command += ["--weights", str(arguments.weights)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name, self.feed = name, feed
        self.rounds: list[Round] = []
        self.peak_mb = 0.0
        if self._process.stdout is None or self._process.stdout.readline().strip() != "ready":
            raise SystemExit(f"{name} could not be loaded")

    def run(self) -> None:
        """One round."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        result = json.loads(self._process.stdout.readline())
        self.peak_mb = result.pop("peak_mb")
        self.rounds.append(Round(**result))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def row(side: Side, studio: Side) -> str:
    characters = sum(map(len, SENTENCES))

    def median(figures: Sequence[float]) -> float:
        return statistics.median(figures)

    rtf = median([r.wall_s / r.audio_s for r in side.rounds])
    cpu = median([r.cpu_s / r.audio_s for r in side.rounds])
    speed = median([characters / r.cpu_s for r in side.rounds])
    pairs = list(zip(side.rounds, studio.rounds, strict=True))
    ratio = median([(theirs.cpu_s / theirs.audio_s) / (ours.cpu_s / ours.audio_s) for theirs, ours in pairs])
    wall = median([(theirs.wall_s / theirs.audio_s) / (ours.wall_s / ours.audio_s) for theirs, ours in pairs])
    figures = f"{rtf:.3f} | {cpu:.3f} | {speed:.1f} | {side.peak_mb:.0f} | {ratio:.2f} | {wall:.2f}"
    return f"| {SIDES[side.name]} | {side.feed} | {figures} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--voice", default="bf_emma")
    parser.add_argument("--weights", type=Path, default=platformdirs.user_data_path("vivavoce") / "weights")
    parser.add_argument("--serve", nargs=2, metavar=("SIDE", "FEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve, arguments.weights, arguments.voice)
        return
    names = list(SIDES) if importlib.util.find_spec("kokoro_onnx") else ["studio", "stock"]
    if "plain" not in names:
        print("kokoro-onnx is not installed here (pip install '.[bench]'): no comparison.", file=sys.stderr)
    print(f"{len(SENTENCES)} sentences, voice {arguments.voice}, {arguments.rounds} rounds, medians.\n")
    columns = "RTF | CPU s per audio s | characters per CPU s | peak MB | CPU, times ours | wall, times ours"
    print(f"| engine | fed | {columns} |\n|{'---|' * 8}")
    for feed in FEEDS:
        sides = [Side(name, feed, arguments) for name in names if (name, feed) != ("stock", "text")]
        for _ in range(arguments.rounds):
            for side in sides:
                side.run()
        for side in sides:
            side.close()
            print(row(side, sides[0]), flush=True)


if __name__ == "__main__":
    main()
