"""What XTTS can say at once: its languages, how much of each, and texts cut to that."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from studio.manuscript.sentences import sentence_spans

MOST_CHARS: Final[Mapping[str, int]] = {
    "en": 250, "es": 239, "fr": 273, "de": 253, "it": 213, "pt": 203, "pl": 224, "tr": 226, "ru": 182,
    "nl": 251, "cs": 186, "ar": 166, "zh": 82, "hu": 224, "ko": 95, "ja": 71, "hi": 150,
}  # fmt: skip
"""Characters it says at once, by language: `char_limits` of coqui-tts's tokenizer. What is beyond may not be said."""

_LONGEST_S: Final = 42.0  # for as many characters as that; read without haste they take about 20 s
_LEAST_S: Final = 2.0
_SHORT_CHARS: Final = 20
_CLAUSE_END: Final = re.compile(r"[,;:–—…،、,;:]+[\"'”’»)\]」』]*\s*")
_SPACE: Final = re.compile(r"\s+")
_CLOSING: Final = ".。"


def split_text(text: str, language: str) -> tuple[str, ...]:
    """Cut a text at sentences, in long ones at clauses, in long ones of these between words, into pieces alike in size.

    Args:
        text: as it is spoken.
        language: BCP 47 tag, one of those in `MOST_CHARS`.

    Returns:
        Pieces that hold all of the text but white space at the cuts, none of them empty.
    """
    text = text.strip()
    most = MOST_CHARS[language.partition("-")[0].lower()]
    if len(text) <= most:
        return (text,) if text else ()
    even = len(text) / -(-len(text) // most)
    cuts = [0]
    last = 0
    for stop in _stops(text, language, most):
        if stop - cuts[-1] > most or last - cuts[-1] >= even:
            cuts.append(last)
        last = stop
    cuts.append(len(text))
    pieces = (text[begin:end].strip() for begin, end in pairwise(cuts))
    return tuple(piece for piece in pieces if piece)


def as_said(piece: str) -> str:
    """A piece as the model is given it. What is only a word or two ends without a full stop, which it might say."""
    return piece.rstrip(_CLOSING) or piece if len(piece) <= _SHORT_CHARS else piece


def longest_s(piece: str, language: str) -> float:
    """How long a reading of a piece may take before it must be babble, in seconds."""
    return _LEAST_S + _LONGEST_S * len(piece) / MOST_CHARS[language.partition("-")[0].lower()]


def _stops(text: str, language: str, most: int) -> list[int]:
    """Where a text may be cut, ascending and its end among them, no more than `most` apart."""
    stops: list[int] = []
    begin = 0
    for _, end in sentence_spans(text, language):
        stops += _inside(text, begin, end, most)
        begin = end
    return stops if begin == len(text) else [*stops, *_inside(text, begin, len(text), most)]


def _inside(
    text: str, begin: int, end: int, most: int, kinds: tuple[re.Pattern[str], ...] = (_CLAUSE_END, _SPACE)
) -> list[int]:
    if end - begin <= most:
        return [end]
    if not kinds:
        return [*range(begin + most, end, most), end]
    stops: list[int] = []
    for stop in [*(match.end() for match in kinds[0].finditer(text, begin, end)), end]:
        if stop > begin:
            stops += _inside(text, begin, stop, most, kinds[1:])
            begin = stop
    return stops
