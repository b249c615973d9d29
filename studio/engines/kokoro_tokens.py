"""Kokoro's token table, and the cutting of phoneme strings that are longer than its window.

The table is the `vocab` of the model's published `config.json` (hexgrad/Kokoro-82M, v1.0): one character, one token.
"""

import re
from dataclasses import dataclass
from typing import Final

from studio.core.errors import EngineError

MAX_TOKENS = 510
"""Longest input without the padding token at either end: the text encoder has 512 positions."""

PAD = 0

# Runs of consecutive token numbers: the first number, and the characters.
_RUNS: Final = (
    (1, ";:,.!?"), (9, '—…"()“” \u0303ʣʥʦʨᵝꭧAI'), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"), (99, "ɥ"),
    (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"), (138,
    "ʌɣɤ"), (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"), (177, "ᵻ"),
)  # fmt: skip
TOKEN_OF_PHONEME: Final = {character: first + i for first, run in _RUNS for i, character in enumerate(run)}
"""Token number of each phoneme, stress mark, punctuation mark and space."""

# A cut costs least where a reader would breathe. The mark stays with what stands before it.
_BOUNDARIES = (
    (re.compile(r'(?<=[.!?…])["”)]?\s+'), 0.35),
    (re.compile(r'(?<=[,;:—])["”)]?\s*|\s+(?=[“(])'), 0.15),
    (re.compile(r"\s+"), 0.02),
)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of phonemes that the model says in one go.

    Attributes:
        phonemes: at most `MAX_TOKENS` characters.
        pause_s: silence, in seconds, between it and the next one.
    """

    phonemes: str
    pause_s: float


def token_ids(phonemes: str) -> list[int]:
    """Token numbers of a phoneme string, without padding.

    Raises:
        EngineError: a character is not in the model's table, so it would be dropped without a sound.
    """
    strangers = sorted(set(phonemes) - TOKEN_OF_PHONEME.keys())
    if strangers:
        raise EngineError(f"Kokoro has no token for {' '.join(map(repr, strangers))}")
    return [TOKEN_OF_PHONEME[character] for character in phonemes]


def windows(phonemes: str, limit: int = MAX_TOKENS) -> list[Window]:
    """Cut a phoneme string into windows of nearly equal length, at the ends of sentences, clauses or words.

    Raises:
        EngineError: one word alone is longer than the limit.
    """
    phonemes = " ".join(phonemes.split())
    if len(phonemes) <= limit:
        return [Window(phonemes, 0.0)] if phonemes else []
    # The window just before the last would be cut far too short if each were filled to the brim.
    count = -(-len(phonemes) // limit)
    target = len(phonemes) / count
    for boundary, pause_s in _BOUNDARIES:
        cuts = [m.end() for m in boundary.finditer(phonemes) if 0 < m.end() < len(phonemes)]
        near = [cut for cut in cuts if target / 2 <= cut <= limit]
        if near:
            cut = min(near, key=lambda position: abs(position - target))
            return [Window(phonemes[:cut].rstrip(), pause_s), *windows(phonemes[cut:], limit)]
    raise EngineError("a single word is longer than Kokoro can say at once")
