"""The runs of a line as pieces of sound: said apart or cut from a whole, given pace, pitch and breath, joined again."""

import zlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.audio.pauses import quiet_edges, scale_pauses
from studio.audio.stretch import stretch
from studio.audio.whisper import whisper
from studio.engines.base import Aspect, Rendered, Run, Samples, Word

_FADE_S: Final = 0.005
_MARGIN_S: Final = 0.02  # of its own silence that a piece keeps at a seam
_SENTENCE_PAUSE_S, _CLAUSE_PAUSE_S = 0.4, 0.18
_SENTENCE_ENDS, _CLAUSE_ENDS = ".!?…。！？", ",;:—–、，；："
_AFTER_ENDS = "\"'”’»›)]"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The sound of one run.

    Attributes:
        run: what it says.
        samples: float32 mono [n]; may be empty.
        words: counted from its own beginning.
    """

    run: Run
    samples: Samples
    words: tuple[Word, ...] = ()


def cut(rendered: Rendered, runs: Sequence[Run]) -> list[Piece]:
    """One piece for each run of a line that was said whole, without its rest; words belong where their middle lies."""
    pieces = []
    for run, (begin, whole_end) in zip(runs, rendered.spans, strict=True):
        rest = round(run.rest_s * rendered.sample_rate_hz) if "pauses" in rendered.shaped else 0
        end = max(begin, whole_end - rest)
        begin_s, end_s = begin / rendered.sample_rate_hz, end / rendered.sample_rate_hz
        inside = [word for word in rendered.words if begin_s <= (word.start_s + word.end_s) / 2 < end_s]
        pieces.append(Piece(run, rendered.samples[begin:end], _moved(inside, -begin_s)))
    return pieces


def shape(piece: Piece, rate_hz: int, aspects: AbstractSet[Aspect], seed: int) -> Piece:
    """Give a piece the pace, pitch, pauses and breath of its run, as far as `aspects` names them.

    It takes `1 / rate` of its time as a whole: where its pauses grow, its words make up for it.
    """
    prosody = piece.run.prosody
    count = piece.samples.size
    if not count or not piece.run.text:
        return piece
    whispered = "whisper" in aspects and prosody.whispered
    pitch_st = prosody.pitch_st if "pitch" in aspects and not prosody.whispered else 0.0
    length = round(count / prosody.rate) if "rate" in aspects else count
    paused = scale_pauses(piece.samples, rate_hz, prosody.pause_scale if "pauses" in aspects else 1.0)
    samples = stretch(paused.samples, rate_hz, length=length, pitch_st=pitch_st)
    words = _mapped(piece.words, paused.was_at / rate_hz, paused.is_at / paused.samples.size * length / rate_hz)
    if whispered:
        samples = whisper(samples, rate_hz, seed=zlib.crc32(piece.run.text.encode()) ^ seed & 0xFFFF_FFFF)
    return replace(piece, samples=samples, words=words)


def join(pieces: Sequence[Piece], rate_hz: int, *, apart: bool) -> Rendered:
    """Put pieces one after another, with the rests between them as exact silence and 5 ms fades at the seams.

    Args:
        pieces: in order.
        rate_hz: their rate.
        apart: each was said by itself: the silence around it is that of a whole line, and gives way to the pause that
            its last mark makes.
    """
    parts: list[Samples] = []
    words: list[Word] = []
    spans: list[tuple[int, int]] = []
    position = 0
    last = max((index for index, piece in enumerate(pieces) if piece.samples.size), default=-1)
    for index, piece in enumerate(pieces):
        begin = position
        if piece.samples.size:
            after_rest = index > 0 and bool(pieces[index - 1].run.rest_s)
            body = _fitted(
                piece, rate_hz,
                head=bool(parts) and (apart or after_rest),
                tail=(apart and index < last) or bool(piece.run.rest_s),
                faded=(bool(parts), index < last),
            )  # fmt: skip
            parts.append(body.samples)
            words += _moved(body.words, position / rate_hz)
            position += body.samples.size
        silence_s = piece.run.rest_s or (_pause_s(piece.run) if apart and piece.samples.size and index < last else 0.0)
        parts.append(np.zeros(round(silence_s * rate_hz), np.float32))
        position += parts[-1].size
        spans.append((begin, position))
    sounding = [part for part in parts if part.size]
    samples = sounding[0] if len(sounding) == 1 else np.concatenate(parts)
    return Rendered(samples, rate_hz, tuple(words), tuple(spans))


def _fitted(piece: Piece, rate_hz: int, *, head: bool, tail: bool, faded: tuple[bool, bool]) -> Piece:
    """A piece without the silence at its head or tail that is to go, and faded where another follows."""
    begin, end = quiet_edges(piece.samples, rate_hz)
    margin = round(_MARGIN_S * rate_hz)
    begin = max(0, begin - margin) if head else 0
    end = min(piece.samples.size, end + margin) if tail else piece.samples.size
    if (begin, end) == (0, piece.samples.size) and not any(faded):
        return piece
    samples = piece.samples[begin:end].copy()
    fade = np.linspace(0, 1, min(round(_FADE_S * rate_hz), samples.size), dtype=np.float32)
    if faded[0]:
        samples[: fade.size] *= fade
    if faded[1]:
        samples[samples.size - fade.size :] *= fade[::-1]
    return Piece(piece.run, samples, _moved(piece.words, -begin / rate_hz))


def _pause_s(run: Run) -> float:
    mark = run.text.rstrip(_AFTER_ENDS + " ")[-1:]
    pause_s = _SENTENCE_PAUSE_S if mark in _SENTENCE_ENDS else _CLAUSE_PAUSE_S if mark in _CLAUSE_ENDS else 0.0
    return pause_s * run.prosody.pause_scale if mark else 0.0


def _moved(words: Sequence[Word], by_s: float) -> tuple[Word, ...]:
    return tuple(Word(word.text, max(0.0, word.start_s + by_s), max(0.0, word.end_s + by_s)) for word in words)


def _mapped(words: Sequence[Word], was_s: npt.NDArray[np.float64], is_s: npt.NDArray[np.float64]) -> tuple[Word, ...]:
    times = [np.interp((word.start_s, word.end_s), was_s, is_s) for word in words]
    return tuple(Word(word.text, float(begin), float(end)) for word, (begin, end) in zip(words, times, strict=True))
