"""Engines that break one rule each. All others they keep: they are the template's engine but for that."""

import pickle
import socket
import sys
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

TEMPLATE = Path(__file__).resolve().parents[2] / "projects" / "engine-template"
sys.path.insert(0, str(TEMPLATE))

from buzz_engine import BuzzEngine  # noqa: E402

from studio.consent.grant import GrantedVoice  # noqa: E402
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Word  # noqa: E402


class Broken(BuzzEngine):
    """Nothing is wrong with it yet.

    Attributes:
        fails: the checks that are to fail, and no other.
        says: words of what is told.
    """

    fails: ClassVar[set[str]] = set()
    says: ClassVar[str] = ""
    changes: ClassVar[dict[str, Any]] = {}

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, **{"name": type(self).__name__.lower(), **self.changes})


class OtherName(Broken):
    fails, says, changes = {"info"}, "that of its entry point 'othername'", {"name": "strange"}


class NoVersion(Broken):
    fails, says, changes = {"info"}, "no version", {"version": " "}


class NoLanguage(Broken):
    fails, says, changes = {"info"}, "not a BCP 47 tag", {"languages": ("english please",)}


class UnknownWeights(Broken):
    fails, says, changes = {"info"}, "does not know no-such-model", {"weights": ("no-such-model",)}


class UnknownLicence(Broken):
    fails, says = {"licence"}, "then holder and licence_url are needed"
    changes: ClassVar = {"licence": "LicenseRef-Mine", "licence_url": ""}


class SoldAnyway(Broken):
    fails, says, changes = {"licence"}, "does not let output be sold", {"licence": "CC-BY-NC-4.0"}


class VoiceWithoutHash(Broken):
    fails, says = {"licence", "voice"}, "has no SHA-256"

    @property
    def info(self) -> EngineInfo:
        told = super().info
        return replace(told, voices=(told.voices[0], replace(told.voices[1], data_sha256="")))


class SlowToAnswer(Broken):
    fails, says = {"missing"}, "more than a second"

    def missing(self) -> str:
        time.sleep(1.1)
        return ""


class OtherVoice(Broken):
    fails, says = {"voice"}, "says that it is somebody"

    def prepare(self, voice: GrantedVoice) -> Prepared:
        return replace(super().prepare(voice), voice_id="somebody")


class Unchecked(Broken):
    fails, says = {"altered data"}, "Voice data that was altered is accepted"

    def prepare(self, voice: GrantedVoice) -> Prepared:
        known = next((each for each in self.info.voices if each.voice_id == voice.voice_id), None)
        return sys.modules["buzz_engine"]._VOICES[voice.voice_id] if known else super().prepare(voice)


@dataclass(frozen=True)
class Anybody:
    voice_id: str


class SpeaksForAnybody(Broken):
    fails, says = {"foreign voice"}, "Another engine's voice is accepted"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        own = sys.modules["buzz_engine"]._VOICES["buzz_low"]
        return super().synthesize(line, voice if type(voice) is type(own) else own)


class Sounding(Broken):
    """One whose sound is changed."""

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        return self.changed(super().synthesize(line, voice), line)

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        raise NotImplementedError


class WideSamples(Sounding):
    fails, says = {"sound", "long line", "foreign characters", "deliveries"}, "not float32"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, samples=rendered.samples.astype(np.float64))


class Overdriven(Sounding):
    fails, says = {"sound", "long line", "foreign characters", "deliveries"}, "exceeds full scale"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, samples=rendered.samples * np.float32(100))


class Silent(Sounding):
    fails, says = {"sound"}, "that is silence"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, samples=rendered.samples * np.float32(1e-3))


class OtherRate(Sounding):
    fails: ClassVar = {"sound", "long line", "foreign characters", "timings", "deliveries"}
    says = "the rate is 24000, not 16000 Hz"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, sample_rate_hz=24_000)


class Endless(Sounding):
    fails, says = {"length"}, "characters take"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        if len(line.text) > 20:  # only the short line
            return rendered
        rest = np.zeros(9 * 16_000, np.float32)
        spans = (*rendered.spans[:-1], (rendered.spans[-1][0], rendered.samples.size + rest.size))
        return replace(rendered, samples=np.concatenate([rendered.samples, rest]), spans=spans)


class CutShort(Sounding):
    fails, says = {"long line"}, "the end is missing"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, samples=rendered.samples[: 9 * 16_000])


class Chancy(Sounding):
    fails, says = {"repeatable", "events"}, "other sound the second time"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        noise = np.random.default_rng().normal(0, 1e-4, rendered.samples.size)
        return replace(rendered, samples=rendered.samples + noise.astype(np.float32))


class Shared(Broken):
    fails, says = {"own samples", "events"}, "changes what it returns next"

    def __init__(self, weights_dir: Path) -> None:
        super().__init__(weights_dir)
        self._kept: OrderedDict[tuple[Line, Prepared], Rendered] = OrderedDict()

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        key = (line, voice)
        if key not in self._kept:
            self._kept[key] = super().synthesize(line, voice)
        kept = self._kept[key]
        return replace(kept, samples=kept.samples if len(line.text) < 20 else kept.samples.copy())


class SaysNothing(Broken):
    fails, says = {"nothing to say"}, "A line without words is accepted"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        if not line.text.strip():
            return Rendered(np.zeros(100, np.float32), 16_000)
        return super().synthesize(line, voice)


class AsciiOnly(Broken):
    fails, says = {"foreign characters"}, "It breaks with UnicodeEncodeError"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        line.text.encode("ascii" if "東" in line.text else "utf-8")
        return super().synthesize(line, voice)


class Backwards(Sounding):
    fails, says = {"timings"}, "do not ascend"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, words=tuple(Word(w.text, w.end_s, w.start_s) for w in rendered.words))


class LateWords(Sounding):
    fails, says = {"timings"}, "outside the sound"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, words=tuple(Word(w.text, w.start_s + 9, w.end_s + 9) for w in rendered.words))


class Gaps(Sounding):
    fails, says = {"deliveries"}, "do not cover the line"

    def changed(self, rendered: Rendered, line: Line) -> Rendered:
        return replace(rendered, spans=tuple((begin, end - 1) for begin, end in rendered.spans))


class Boasts(Broken):
    fails, says = {"shaped"}, r"\+3 semitones were asked for, [+-]0\.\d are in the sound"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        flat = tuple(replace(run, prosody=replace(run.prosody, pitch_st=0.0)) for run in line.runs)
        return super().synthesize(replace(line, runs=flat), voice)


class Rushes(Broken):
    fails, says = {"shaped"}, r"A pace of 1.25 was asked for"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        rushed = tuple(replace(run, prosody=replace(run.prosody, rate=run.prosody.rate**2)) for run in line.runs)
        return super().synthesize(replace(line, runs=rushed), voice)


class NeverLaughs(Broken):
    fails, says, changes = {"events"}, r"can make \[laugh\], but does not say", {"events": ("laugh",)}


class Hoards(Broken):
    fails, says = {"memory"}, "MB that are not given back"

    def __init__(self, weights_dir: Path) -> None:
        super().__init__(weights_dir)
        self._kept: list[Any] = []

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        if line.text.startswith("Line "):
            self._kept.append(np.ones(5_000_000))
        return super().synthesize(line, voice)


class Calls(Broken):
    fails, says = {"network"}, r"It connects to 127\.0\.0\.1, looks up localhost"

    def prepare(self, voice: GrantedVoice) -> Prepared:
        socket.getaddrinfo("localhost", 9)
        with socket.socket() as line, line.dup():
            line.connect_ex(("127.0.0.1", 9))
        return super().prepare(voice)


class Unpickles(Broken):
    fails, says = {"pickle"}, r"It unpickles collections\.OrderedDict"

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        pickle.loads(pickle.dumps(OrderedDict()))  # noqa: S301
        return super().synthesize(line, voice)


BROKEN = [kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, Broken) and kind.fails]
"""All of them."""
