"""What every engine must do, one function for each thing: what is measured, and the sentence that tells.

A check returns what it found, or raises `FailedCheckError` or `SkippedCheckError` with the reason.
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from langcodes import tag_is_valid

from studio.core.errors import EngineError, RefusedError, StudioError
from studio.core.licences import licences_named
from studio.engines.base import Aspect, Engine, Line, Rendered, Run
from studio.manuscript.delivery import NEUTRAL_PROSODY, Delivery, Prosody, prosody_of
from studio.manuscript.guide import said_words
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.tags import EVENTS
from studio.render.engine_bench import Bench, FailedCheckError, SkippedCheckError, require
from studio.weights.adoption import load_adoptable
from studio.weights.registry import load_registry

SHORT: Final = "The kettle sang."
LONG: Final = "The kettle sang, and outside the long cold rain went on and on over the garden."
FOREIGN: Final = "Она said “naïve” — 東京, π ≈ 3 🙂, a\u0301e\u200d…"
BLANK: Final = ("", " ", "\n\t", "\u00a0")
LONGEST: Final = " ".join([LONG] * 4)[: SegmentLimits().max_chars].rstrip()

_CHEAP_S: Final = 1.0
_FASTEST_CHARS_PER_S, _SLOWEST_CHARS_PER_S = 30.0, 4.0
_QUIETEST_DBFS: Final = -45.0
_GROWTH_BYTES: Final = 100_000_000
_ASKED: Final = {"pitch": 3.0, "rate": 1.25}
_PITCH_TOLERANCE_ST: Final = 1.0
_RATE_TOLERANCE: Final = 0.10
_LOWEST_RATE_HZ, _HIGHEST_RATE_HZ = 8_000, 192_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def _duration_s(rendered: Rendered) -> float:
    return rendered.samples.size / rendered.sample_rate_hz


def _check_sound(bench: Bench, rendered: Rendered, what: str) -> None:
    samples: Any = rendered.samples
    require(isinstance(samples, np.ndarray) and samples.dtype == np.float32, f"{what}: the samples are not float32.")
    require(samples.ndim == 1 and samples.size, f"{what}: the samples are not mono sound.")
    require(np.isfinite(samples).all(), f"{what}: there are samples that are not numbers.")
    require(np.abs(samples).max() <= 1, f"{what}: the sound exceeds full scale.")
    rate_hz = bench.info.sample_rate_hz
    require(rendered.sample_rate_hz == rate_hz, f"{what}: the rate is {rendered.sample_rate_hz}, not {rate_hz} Hz.")


def _refusal(call: Callable[[], object], kinds: tuple[type[StudioError], ...], what: str) -> StudioError:
    """The error that something must raise."""
    try:
        call()
    except kinds as error:
        return error
    except StudioError as error:
        raise FailedCheckError(f"{what} raises {type(error).__name__}, not {kinds[0].__name__}.") from error
    raise FailedCheckError(f"{what} is accepted.")


def info(bench: Bench) -> str:
    """What it says of itself is well-formed, always the same, and cheap."""
    started = time.monotonic()
    told = bench.make().info
    require(time.monotonic() - started < _CHEAP_S, "It takes more than a second to say what it is.")
    require(isinstance(bench.engine, Engine), "The class lacks one of info, missing, prepare and synthesize.")
    require(told == bench.info, "It says something else of itself the second time.")
    require(told.name == bench.name, f"Its name is '{told.name}', that of its entry point '{bench.name}'.")
    require(told.version.strip(), "It has no version.")
    rate_hz = told.sample_rate_hz
    require(_LOWEST_RATE_HZ <= rate_hz <= _HIGHEST_RATE_HZ, f"A rate of {rate_hz} Hz is out of bounds.")
    wrong = [tag for tag in told.languages if not tag_is_valid(tag)]
    require(not wrong, f"'{wrong[:1]}' is not a BCP 47 tag.")
    unknown = sorted(set(told.weights) - {*load_registry(), *load_adoptable()})
    require(not unknown, f"The weights registry does not know {', '.join(unknown)}.")
    foreign = sorted(set(told.events) - set(EVENTS))
    require(not foreign, f"There is no event {', '.join(foreign)}.")
    require(told.delivery != "none" or not told.guided, "It follows guides but takes no delivery.")
    return f"{told.title or told.name}, version {told.version}."


def licence(bench: Bench) -> str:
    """Under which licence it makes sound is known, and so is that of every voice it brings."""
    told = bench.info
    require(told.licence.strip(), "It names no licence.")
    known = licences_named(told.licence)
    require(
        known or (told.holder and told.licence_url),
        f"The studio does not know {told.licence}: then holder and licence_url are needed.",
    )
    forbidden = [each.id for each in known if not each.commercial]
    require(not (forbidden and told.commercial_outputs), f"{forbidden[:1]} does not let output be sold.")
    for voice in told.voices:
        complete = voice.licence and voice.licensor and voice.language and voice.name
        require(complete, f"The licence record of voice {voice.voice_id} is incomplete.")
        require(_SHA256.fullmatch(voice.data_sha256), f"Voice {voice.voice_id} has no SHA-256.")
        require(
            licences_named(voice.licence) or voice.licence_url,
            f"The studio does not know {voice.licence} of voice {voice.voice_id}: then licence_url is needed.",
        )
    ids = [voice.voice_id for voice in told.voices]
    require(len(ids) == len(set(ids)), "It brings two voices of one name.")
    return f"{told.licence}; {len(ids)} voices of its own." if ids else f"{told.licence}."


def missing(bench: Bench) -> str:
    """Whether it can speak here is told in one sentence, at once."""
    started = time.monotonic()
    told = bench.make().missing()
    require(time.monotonic() - started < _CHEAP_S, "It takes more than a second to say whether it is ready.")
    require(isinstance(told, str) and "\n" not in told, "What is missing is not told in one sentence.")
    return told or "It is ready."


def voice(bench: Bench) -> str:
    """It prepares each of its voices, and says whose it is."""
    tested = bench.tested()
    bench.prepared()
    for voice_id, grant in {**tested.others, tested.voice_id: tested.grant}.items():
        with bench.watching():
            prepared = bench.engine.prepare(grant())
        require(prepared.voice_id == voice_id, f"The prepared voice {voice_id} says that it is {prepared.voice_id}.")
    others = f"; {len(tested.others)} others are prepared as well" if tested.others else ""
    return f"Tested with {tested.voice_id}{others}."


def altered_data(bench: Bench) -> str:
    """Voice data other than what is licensed is refused."""
    tested = bench.tested()
    if tested.altered is None:
        raise SkippedCheckError("The recordings of a person are compared before an engine gets them.")
    altered = tested.altered
    _refusal(lambda: bench.engine.prepare(altered()), (RefusedError,), "Voice data that was altered")
    return "Voice data that was altered is refused."


def foreign_voice(bench: Bench) -> str:
    """A voice it does not have, or that another engine prepared, is refused."""
    tested = bench.tested()

    @dataclass(frozen=True)
    class Strange:
        voice_id: str

    strange = Strange(tested.voice_id)
    _refusal(lambda: bench.say(Run(SHORT), prepared=strange), (EngineError,), "Another engine's voice")
    if tested.unknown is not None:
        unknown = tested.unknown
        _refusal(lambda: bench.engine.prepare(unknown()), (EngineError, RefusedError), "A voice that it does not have")
    return "Voices that are not its own are refused."


def sound(bench: Bench) -> str:
    """A line becomes sound: finite float32 mono within full scale, at the rate it states, and not silent."""
    rendered = bench.said(SHORT)
    _check_sound(bench, rendered, "A short line")
    level_db = 10 * np.log10(np.mean(np.square(rendered.samples, dtype=np.float64)) + 1e-12)
    require(level_db > _QUIETEST_DBFS, f"The sound has a level of {level_db:.0f} dBFS: that is silence.")
    return f"{_duration_s(rendered):.1f} s at {rendered.sample_rate_hz} Hz, {level_db:.0f} dBFS."


def length(bench: Bench) -> str:
    """A line takes as long as reading it would."""
    short_s, long_s = _duration_s(bench.said(SHORT)), _duration_s(bench.said(LONG))
    for text, took_s in ((SHORT, short_s), (LONG, long_s)):
        pace = len(text) / took_s
        require(
            _SLOWEST_CHARS_PER_S < pace < _FASTEST_CHARS_PER_S,
            f"{len(text)} characters take {took_s:.1f} s: {pace:.0f} a second.",
        )
    require(2 < long_s / short_s < 8, f"A line five times as long takes {long_s / short_s:.1f} times as long.")  # noqa: PLR2004
    return f"{len(LONG) / long_s:.0f} characters a second."


def long_line(bench: Bench) -> str:
    """The longest line that the studio makes is said whole."""
    rendered = bench.said(LONGEST)
    _check_sound(bench, rendered, f"A line of {len(LONGEST)} characters")
    expected = _duration_s(bench.said(LONG)) * len(LONGEST) / len(LONG)
    took_s = _duration_s(rendered)
    require(took_s > 0.7 * expected, f"{len(LONGEST)} characters take only {took_s:.1f} s: the end is missing.")
    return f"{len(LONGEST)} characters in {took_s:.1f} s."


def repeatable(bench: Bench) -> str:
    """The same line with the same seed is the same sound, if it says so, whatever was said between."""
    first = bench.said(SHORT).samples
    with bench.watching():
        anew = bench.engine.prepare(bench.tested().grant())
    again = bench.say(Run(SHORT), prepared=anew).samples
    if not bench.info.deterministic:
        require(0.5 < first.size / again.size < 2, "The same line is twice as long the second time.")  # noqa: PLR2004
        raise SkippedCheckError("It does not say that it repeats itself.")
    require(np.array_equal(first, again), "The same line is other sound the second time.")
    return "The same line is the same samples."


def own_samples(bench: Bench) -> str:
    """What it returns is the caller's to change."""
    first = bench.say(Run(SHORT)).samples
    require(first.flags.writeable, "The samples cannot be changed.")
    first *= 0
    require(np.abs(bench.say(Run(SHORT)).samples).max() > 0, "Changing what it returned changes what it returns next.")
    return "What it returns can be changed."


def nothing_to_say(bench: Bench) -> str:
    """A line without words is an error, not silence."""
    prepared = bench.prepared()
    for text in BLANK:
        bare = Line((Run(text),), bench.tested().language)  # without a reading, for an engine that converts
        _refusal(lambda line=bare: bench.engine.synthesize(line, prepared), (EngineError,), "A line without words")  # type: ignore[misc]
    return "A line without words is refused."


def foreign_characters(bench: Bench) -> str:
    """Characters that it cannot know are said, left out or refused; nothing breaks."""
    try:
        rendered = bench.say(Run(FOREIGN))
    except StudioError as error:
        return f"Refused: {error.sentence}"
    _check_sound(bench, rendered, "A line of foreign characters")
    return f"Said in {_duration_s(rendered):.1f} s."


def timings(bench: Bench) -> str:
    """If it tells when words are said, there is one time for each word, ascending and inside the sound."""
    rendered = bench.said(LONG)
    if bench.info.timings == "none":
        require(rendered.words == (), "It says that it knows no word times, but gives some.")
        raise SkippedCheckError("It does not tell when words are said.")
    require(
        tuple(word.text for word in rendered.words) == said_words(LONG),
        "The words with times are not those of the line.",
    )
    times = [moment for word in rendered.words for moment in (word.start_s, word.end_s)]
    require(times == sorted(times), "The times of the words do not ascend.")
    require(0 <= times[0] < times[-1] <= _duration_s(rendered), "The times of the words lie outside the sound.")
    return f"{len(rendered.words)} words have times."


def deliveries(bench: Bench) -> str:
    """It tells truly where each run is and what of a delivery is in the sound."""
    if bench.info.delivery == "none":
        require(not bench.said(LONG).shaped, "It takes no delivery, but says that one is in its sound.")
        raise SkippedCheckError("It takes no delivery; the studio makes them from its sound.")
    sad, angry = Delivery("sad"), Delivery("angry")
    rendered = bench.say(
        Run(SHORT, sad, prosody_of(sad), event="cough", rest_s=0.4), Run("The rain went on.", angry, prosody_of(angry))
    )
    _check_sound(bench, rendered, "A line with deliveries")
    require(set(rendered.shaped) <= set(get_args(Aspect)), f"There is no such aspect: {sorted(rendered.shaped)}.")
    require(
        set(rendered.events) == {"cough"} & set(bench.info.events), "The events in the sound are not those it can make."
    )
    if rendered.spans:
        borders = [border for span in rendered.spans for border in span]
        require(len(rendered.spans) == 2, "There is not one span for each run.")  # noqa: PLR2004
        require(borders == sorted(borders), "The spans of the runs overlap.")
        require((borders[0], borders[-1]) == (0, rendered.samples.size), "The spans do not cover the line.")
    require(rendered.spans or not bench.info.guided, "It follows guides, but does not tell where each run is.")
    return f"In the sound already: {', '.join(sorted(rendered.shaped)) or 'nothing'}."


def shaped(bench: Bench) -> str:
    """Pitch and pace that it says are in the sound are measured there."""
    if bench.info.delivery != "prosody":
        raise SkippedCheckError("It takes no pitch or pace in figures.")
    plain, told = bench.said(LONG), []
    for aspect, prosody in (
        ("pitch", replace(NEUTRAL_PROSODY, pitch_st=_ASKED["pitch"])),
        ("rate", replace(NEUTRAL_PROSODY, rate=_ASKED["rate"])),
    ):
        rendered = _with(bench, prosody)
        if aspect not in rendered.shaped:
            continue
        if aspect == "rate":
            pace = plain.samples.size / rendered.samples.size
            wrong = abs(pace / _ASKED["rate"] - 1) > _RATE_TOLERANCE
            require(not wrong, f"A pace of {_ASKED['rate']} was asked for, {pace:.2f} is in the sound.")
            told.append(f"pace {pace:.2f}")
            continue
        moved_st = 12 * np.log2(_pitch_hz(rendered) / _pitch_hz(plain))
        wrong = abs(moved_st - _ASKED["pitch"]) > _PITCH_TOLERANCE_ST
        require(not wrong, f"{_ASKED['pitch']:+.0f} semitones were asked for, {moved_st:+.1f} are in the sound.")
        told.append(f"pitch {moved_st:+.1f} st")
    if not told:
        raise SkippedCheckError("It leaves pitch and pace to the studio.")
    return f"Measured: {', '.join(told)}."


def _with(bench: Bench, prosody: Prosody) -> Rendered:
    return bench.say(Run(LONG, prosody=prosody))


def _pitch_hz(rendered: Rendered) -> float:
    from studio.hearing.pitch import track_pitch  # noqa: PLC0415 - a model, only where it is needed

    track = track_pitch(rendered.samples, rendered.sample_rate_hz)
    require(track.voiced.any(), "There is no voice in the sound.")
    return float(np.exp(np.log(track.hz[track.voiced]).mean()))


def events(bench: Bench) -> str:
    """The events that it says it can make are in the sound; others are left out and not said."""
    plain = bench.said(SHORT).samples
    for event in bench.info.events:
        made = bench.say(Run(SHORT, event=event))
        require(made.events == (event,), f"It can make [{event}], but does not say that it did.")
        require(made.samples.size > plain.size, f"[{event}] adds nothing to the sound.")
    foreign = next((event for event in EVENTS if event not in bench.info.events), None)
    if bench.info.delivery != "none" and foreign:
        left_out = bench.say(Run(SHORT, event=foreign))
        require(left_out.events == (), f"It says that it made [{foreign}], which it cannot.")
        same = np.array_equal(left_out.samples, plain) or not bench.info.deterministic
        require(same, f"[{foreign}], which it cannot make, changes the sound.")
    if not bench.info.events:
        raise SkippedCheckError("It makes no events.")
    return f"It makes {', '.join(bench.info.events)}."


def words_heard(bench: Bench) -> str:
    """What it says is understood by the recogniser. Told, but no failure: not every voice is meant to be."""
    tested = bench.tested()
    if bench.info.converts or not tested.language.startswith("en"):
        raise SkippedCheckError("Only lines said in English are listened to.")
    from studio.hearing.recogniser import Recogniser  # noqa: PLC0415 - a model, only where it is needed

    said = bench.said(LONG)
    try:
        heard = Recogniser(bench.weights).transcribe(said.samples, said.sample_rate_hz, "en").text
    except StudioError as error:
        raise SkippedCheckError(error.sentence) from error
    wanted, understood = (re.findall(r"[a-z]+", text.lower()) for text in (LONG, heard))
    if wanted != understood:
        raise SkippedCheckError(f"The recogniser hears: {heard or 'nothing'}")
    return "The recogniser hears every word."


def memory(bench: Bench) -> str:
    """Saying many lines does not make it grow."""
    bench.said(LONGEST)  # what a long line needs at once is kept
    before = _resident_bytes()
    for number in range(bench.lines):
        bench.say(Run(f"Line {number}."))
    if not before:
        raise SkippedCheckError("This system does not tell how much memory is used.")
    grown = _resident_bytes() - before
    require(grown < _GROWTH_BYTES, f"{bench.lines} lines take {grown / 1e6:.0f} MB that are not given back.")
    return f"{bench.lines} lines, {max(0, grown) / 1e6:.0f} MB more."


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def network(bench: Bench) -> str:
    """It speaks on this machine, unless it says that it sends words to a server."""
    bench.prepared()
    reached = sorted({told for told in bench.seen if not told.startswith("unpickles")})
    if bench.info.remote:
        raise SkippedCheckError("It sends words to the server that the voice names.")
    require(not reached, f"It {', '.join(reached)}.")
    return "It reaches for nothing beyond this machine."


def pickle(bench: Bench) -> str:
    """It loads nothing that can run code of its own."""
    bench.prepared()
    loaded = sorted({told for told in bench.seen if told.startswith("unpickles")})
    require(not loaded, f"It {', '.join(loaded[:3])}.")
    return "It unpickles nothing."


CHECKS: Final[Mapping[str, Callable[[Bench], str]]] = {
    check.__name__.replace("_", " "): check
    for check in (
        info, licence, missing, voice, altered_data, foreign_voice, sound, length, long_line, repeatable, own_samples,
        nothing_to_say, foreign_characters, timings, deliveries, shaped, events, words_heard, memory, network, pickle,
    )
}  # fmt: skip
"""All checks by name, in the order they are made."""
