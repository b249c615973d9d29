"""Voice match in a worker process: opens a person's recordings on a grant, listens, searches."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from studio.consent.grant import GrantedVoice, redeem_for_line
from studio.core.errors import MissingError
from studio.core.files import write_atomic
from studio.core.progress import Progress
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.engines.kokoro_style import MatchedStyle
from studio.render.match.ranking import RankedVoice, judged, rank
from studio.render.match.values import MatchReport, MatchTask
from studio.spoken.compare import word_error_rate

if TYPE_CHECKING:
    from studio.audio.samples import Samples
    from studio.render.match.person import Person

_LANGUAGE = "en-GB"
_TOLD_EVERY_S = 0.3
_SAID_KEPT = 200  # sentences, each of some seconds: 50 MB at the most


def rank_voice(task: MatchTask) -> tuple[RankedVoice, ...]:
    """The built-in voices nearest to a person, best first, each with what the judge says of it.

    Raises:
        RefusedError: the grant is not valid.
        InputError: there is too little speech in the recordings.
    """
    _, person = _opened(task)
    from studio.render.match.tuning import bounds  # noqa: PLC0415 - as below

    return tuple(judged(person, candidate, bounds) for candidate in rank(person))


def match_voice(task: MatchTask, *, quick: bool = False) -> MatchReport:
    """Search for a match; takes minutes, or about a quarter of one if it is quick.

    Args:
        task: whose voice.
        quick: hear the nearest voices with the person's pitch and keep the best; blend and move nothing.

    Raises:
        RefusedError: the grant is not valid, or the consent ended meanwhile.
        InputError: there is too little speech in the recordings.
        MissingError: a model is not there, the recogniser's or the engine's.
        EngineError: the engine failed.
    """
    # Encoders and engine take a second or two to import, which only workers are to pay.
    from studio.engines.kokoro import KokoroEngine, shipped_pack  # noqa: PLC0415
    from studio.hearing.recogniser import Recogniser  # noqa: PLC0415
    from studio.render.match.tuning import Effort, tune  # noqa: PLC0415

    voice, person = _opened(task)
    engine = KokoroEngine(task.weights)
    why_not = engine.missing()
    if why_not:
        raise MissingError(why_not)

    @lru_cache(maxsize=_SAID_KEPT)  # the search measures in several ways what it has rendered
    def said(style: MatchedStyle, sentence: str) -> "Samples":
        return engine.synthesize(Line((Run(sentence),), _LANGUAGE), engine.prepare_match(voice, style)).samples

    def say(style: MatchedStyle, sentence: str) -> "Samples":
        voice.check_alive()
        return said(style, sentence)

    recogniser = Recogniser(task.weights)

    def listen(sound: "Samples", sentence: str) -> float:
        heard = recogniser.transcribe(sound, engine.info.sample_rate_hz, _LANGUAGE).text
        return word_error_rate(sentence, heard, _LANGUAGE)

    effort = Effort(blend_rounds=0, offset_rounds=0) if quick else Effort()
    return tune(
        person,
        say,
        listen,
        shipped_pack,
        seed=task.seed,
        report=_telling(task.progress),
        cancelled=lambda: False,  # whoever cancels ends this process
        effort=effort,
    )


def _opened(task: MatchTask) -> tuple[GrantedVoice, "Person"]:
    from studio.render.match.person import person_of  # noqa: PLC0415

    voice = redeem_for_line(task.grant, task.grant.line_key, home=task.home, now=utc_now())
    return voice, person_of(voice.reference_clips())


def _telling(path: Path | None) -> Callable[[Progress], None]:
    told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        if path is not None and time.monotonic() - told > _TOLD_EVERY_S:
            write_atomic(path, json.dumps(asdict(progress)).encode())
            told = time.monotonic()

    return tell
