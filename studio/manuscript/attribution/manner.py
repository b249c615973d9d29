"""How a line is said, where the narration tells: "whispered", "said coldly", "in a low voice"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.manuscript.attribution.cues import Cue, CueKind
from studio.manuscript.delivery import NEUTRAL_NAME, Delivery
from studio.manuscript.directions import delivery_of_direction


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A delivery the narration asks for. Nothing applies it but a person who accepts it.

    Attributes:
        delivery: what is proposed.
        evidence: the word or phrase it was told from, as written.
    """

    delivery: Delivery
    evidence: str


_VERBS: Final = {
    "whispered": "whisper", "whispers": "whisper", "breathed": "whisper", "breathes": "whisper", "hissed": "whisper",
    "shouted": "shout", "shouts": "shout", "yelled": "shout", "yells": "shout", "bellowed": "shout", "roared": "shout",
    "bawled": "shout", "screamed": "shout", "thundered": "shout", "boomed": "shout", "hollered": "shout",
    "vociferated": "shout", "roars": "shout", "shrieked": "shout", "snapped": "angry", "snaps": "angry",
    "snarled": "angry", "growled": "angry", "barked": "angry", "swore": "angry", "sobbed": "sad", "sobs": "sad",
    "wailed": "sad", "moaned": "sad", "sighed": "sad", "sighs": "sad", "murmured": "tender", "murmurs": "tender",
    "crooned": "tender", "cooed": "tender", "soothed": "tender", "begged": "urgent", "pleaded": "urgent",
    "urged": "urgent",
    "implored": "urgent", "entreated": "urgent", "whimpered": "fearful", "quavered": "fearful", "stammered": "fearful",
    "sneered": "cold-anger", "gasped": "fearful", "exclaimed": "excited",
}  # fmt: skip
"""Verbs of saying that tell a delivery, beside the words of the table of deliveries."""
_HALF: Final = frozenset(
    {"sighed", "sighs", "murmured", "murmurs", "hissed", "gasped", "exclaimed", "stammered", "begged"}
)
_VOICE = re.compile(
    r"\b(?:in|with) an? (?P<how>(?:very |rather )?[a-z-]+)(?:, [a-z-]+)? (?:voice|tone|whisper|undertone|shout)\b"
    r"|\b(?P<drop>(?:dropping|lowering|sinking) (?:his|her|my|their) voice|under (?:his|her|my|their) breath)"
    r"|\b(?P<rise>(?:raising|lifting) (?:his|her|my|their) voice|at the top of (?:his|her|my|their) voice)"
)
_VOICES: Final = {
    "low": "whisper", "hushed": "whisper", "small": "fearful", "trembling": "fearful", "shaking": "fearful",
    "loud": "shout", "hoarse": "whisper", "gentle": "tender", "soft": "tender", "hollow": "sad", "flat": "sad",
    "cheerful": "happy", "hard": "cold-anger", "angry": "angry", "stern": "serious",
}  # fmt: skip
_ADVERB = re.compile(r"\b(?P<degree>(?:very|rather|quite|almost|a little|somewhat)\s)?(?P<adverb>[a-z]+ly)\b")
_TAGS = frozenset({CueKind.TAG_AFTER, CueKind.TAG_BEFORE, CueKind.LEAD_IN})
_MILD = 0.6


def suggest(cues: Sequence[Cue]) -> Suggestion | None:
    """What the tags of a line propose: a phrase about the voice, else an adverb, else the verb itself."""
    for cue in cues:
        if cue.kind not in _TAGS:
            continue
        found = _from_voice(cue.words) or _from_adverb(cue) or _from_verb(cue)
        if found is not None:
            return found
    return None


def _from_voice(words: str) -> Suggestion | None:
    match = _VOICE.search(words)
    if match is None:
        return None
    if match["drop"]:
        return Suggestion(Delivery("whisper", _MILD), match[0])
    if match["rise"]:
        return Suggestion(Delivery("shout"), match[0])
    how = match["how"].split()[-1]
    if how in _VOICES:
        return Suggestion(Delivery(_VOICES[how], _MILD if how in {"low", "small"} else 1.0), match[0])
    delivery = delivery_of_direction(match["how"])
    return Suggestion(delivery, match[0]) if delivery is not None and delivery.preset != NEUTRAL_NAME else None


def _from_adverb(cue: Cue) -> Suggestion | None:
    head = re.split(r"[,;]", cue.words)[0]
    for match in _ADVERB.finditer(head):
        delivery = delivery_of_direction(match[0])
        if delivery is not None and delivery.preset != NEUTRAL_NAME:
            return Suggestion(delivery, f"{cue.verb} {match[0]}".strip())
    return None


def _from_verb(cue: Cue) -> Suggestion | None:
    preset = _VERBS.get(cue.verb)
    if preset is None:
        return None
    return Suggestion(Delivery(preset, _MILD if cue.verb in _HALF else 1.0), cue.verb)
