"""Which voices suit a role: by what the book tells of it, the language, and who else is heard."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from studio.services.views import VoiceView

_SEX, _REGION, _AGE, _FREE, _APART = 3.0, 0.8, 1.5, 1.5, 0.8
"""What each thing counts: a voice of the other sex is never made up for, one that is taken seldom."""
_HEIGHTS: Final = {"child": 1.0, "young": 0.75, "old": 0.1}
"""Where in the range of pitches of a sex an age is at home, from lowest to highest."""
_FAR_ST: Final = 4.0  # semitones from which two voices are told apart with ease
_NEAR_ST: Final = 1.5
_WORDS: Final = {"female": "a woman's voice", "male": "a man's voice"}
_HIGH, _LOW = 0.7, 0.3


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the book tells of a role.

    Attributes:
        gender: "male", "female" or empty.
        age: "child", "young", "old" or empty.
        evidence: the words both were told from.
        narrator: tells the story in the first person.
    """

    gender: str = ""
    age: str = ""
    evidence: tuple[str, ...] = ()
    narrator: bool = False


@dataclass(frozen=True, slots=True)
class VoiceFit:
    """How well a voice suits a role.

    Attributes:
        voice: id of the voice.
        name: of the voice.
        score: from 0 to 1, to order by.
        reason: why, in words.
    """

    voice: str
    name: str
    score: float
    reason: str


def rank_voices(
    portrait: Portrait, voices: Sequence[VoiceView], language: str, heard: Mapping[str, Collection[str]]
) -> tuple[VoiceFit, ...]:
    """Voices by how well they suit a role, the best first; equal ones by id.

    Args:
        portrait: what the book tells of the role.
        voices: that can be cast.
        language: BCP 47 tag of the book.
        heard: roles that a voice speaks otherwise, by id of the voice.
    """
    pitches = {voice.id: voice.pitch_hz for voice in voices}
    others = {voice: pitches[voice] for voice in heard if pitches.get(voice)}
    fits = [_fit(portrait, voice, voices, language, heard.get(voice.id, ()), others) for voice in voices]
    return tuple(sorted(fits, key=lambda fit: (-fit.score, fit.voice)))


def _fit(
    portrait: Portrait,
    voice: VoiceView,
    voices: Sequence[VoiceView],
    language: str,
    roles: Collection[str],
    others: Mapping[str, float],
) -> VoiceFit:
    score, reason = _of_sex(portrait, voice)
    reasons = [reason] if reason else []
    height = _height(voice, voices, same_sex=portrait.age != "child")
    if portrait.age and height is not None:
        score += _AGE * (1 - abs(height - _HEIGHTS[portrait.age]))
        place = "high" if height >= _HIGH else "low" if height <= _LOW else "of middle height"
        reasons.append(f"{place}, for somebody who is {'a child' if portrait.age == 'child' else portrait.age}")
    if voice.language == language:
        score += _REGION
        reasons.append(f"reads {language} as the book is written")
    else:
        reasons.append(f"reads {voice.language}")
    if roles:
        reasons.append(f"already heard as {', '.join(sorted(roles)[:3])}")
    else:
        score += _FREE
    apart = min((abs(_semitones(voice.pitch_hz, hz)) for each, hz in others.items() if each != voice.id), default=None)
    if apart is not None and voice.pitch_hz:
        score += _APART * min(1.0, apart / _FAR_ST)
        if apart < _NEAR_ST and not roles:
            reasons.append("close in pitch to a voice that is cast")
    best = _SEX + _REGION + _AGE + _FREE + _APART
    return VoiceFit(voice.id, voice.name, round(score / best, 3), "; ".join(reasons))


def _of_sex(portrait: Portrait, voice: VoiceView) -> tuple[float, str]:
    """What it counts that a voice is a woman's or a man's, and why."""
    if not voice.sex:
        return (0.0 if portrait.gender else _SEX), ""
    words = _WORDS.get(voice.sex, "a voice")
    if not portrait.gender:
        return _SEX, f"{words}; the book does not tell which"
    told = f" ({', '.join(portrait.evidence)})" if portrait.evidence else ""
    if voice.sex == portrait.gender:
        return _SEX, f"{words}, as the book tells{told}"
    if portrait.age == "child" and voice.sex == "female":
        return _SEX, "a woman's voice for a child, as is common"
    return 0.0, f"{words}, against what the book tells{told}"


def _height(voice: VoiceView, voices: Sequence[VoiceView], *, same_sex: bool) -> float | None:
    """Where a voice's pitch stands among the others', from 0 for the lowest to 1; None if it is not known."""
    if not voice.pitch_hz:
        return None
    pitches = [each.pitch_hz for each in voices if each.pitch_hz and (not same_sex or each.sex == voice.sex)]
    low, high = min(pitches), max(pitches)
    return _semitones(voice.pitch_hz, low) / _semitones(high, low) if high > low else 0.5


def _semitones(hz: float, against_hz: float) -> float:
    return 12 * math.log2(hz / against_hz) if hz and against_hz else 0.0
