"""The one-time challenge: six words and six digits that a voice owner reads, so that an old recording will not do.

It is shown once and kept only as keyed hashes. They keep it out of databases, backups and logs as text; against someone
who has salt, hashes and word list they do not help, which is why a challenge is short-lived and single use.

Recognition mishears a word now and then, and digits hardly ever: five of six words in order and all six digits are
asked for. Of 420 replayed statements none came near (best: two words, never the digits); 35 genuine ones all passed.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations, pairwise
from typing import Any, Final, Protocol

from rapidfuzz.distance import Levenshtein

from studio.core.errors import InputError

CHALLENGE_WORDS: Final = 6
CHALLENGE_DIGITS: Final = 6
WORDS_NEEDED: Final = 5
"""Words that must be heard in order; of the digits none may be missing."""

NEAR_SPELLING: Final = 0.65
"""Similarity from which two words count as one misheard for the other ("ladder", "latter": 0.67)."""

_TOKEN = re.compile(r"\d|[^\W\d_]+")
_DIGITS = 10


class Randomness(Protocol):
    """What draws a challenge: the module `secrets`, or something predictable in a test."""

    def randbelow(self, exclusive_upper_bound: int, /) -> int:
        """An integer from 0 up to, but not including, the bound."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is to be read aloud. Shown, never stored or logged.

    Attributes:
        words: six different words, in the order to read.
        digits: six digits, to read one by one.
    """

    words: tuple[str, ...]
    digits: str


@dataclass(frozen=True, slots=True)
class HashedChallenge:
    """A challenge as it is stored.

    Attributes:
        word_hashes: HMAC-SHA256 of each word in order, in hex.
        digits_hash: HMAC-SHA256 of the digits, in hex.
        salt_hex: their key, in hex.
    """

    word_hashes: tuple[str, ...]
    digits_hash: str
    salt_hex: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "word_hashes": list(self.word_hashes)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "HashedChallenge":
        """As `to_json` wrote it."""
        return cls(**{**data, "word_hashes": tuple(data["word_hashes"])})


@dataclass(frozen=True, slots=True)
class ChallengeHeard:
    """How much of a challenge was in a transcript.

    Attributes:
        words_in_order: length of the longest common subsequence of its words and those heard.
        digits_exact: whether its digits were among those heard, in one run.
    """

    words_in_order: int
    digits_exact: bool

    @property
    def passed(self) -> bool:
        """Whether it counts as read."""
        return self.digits_exact and self.words_in_order >= WORDS_NEEDED


def issue_challenge(words: Sequence[str], *, randomness: Randomness = secrets) -> Challenge:
    """Draw a new challenge.

    No digit follows itself, since people read "double three" and recognisers drop one of two.

    Args:
        words: word list of the language the statement is read in (see `check_word_list`).
        randomness: where the draw comes from.

    Raises:
        InputError: the list has fewer than six different words.
    """
    left = sorted({_plain(word): word for word in words}.values())
    if len(left) < CHALLENGE_WORDS:
        raise InputError(f"a list of code words needs at least {CHALLENGE_WORDS} different words")
    drawn = tuple(left.pop(randomness.randbelow(len(left))) for _ in range(CHALLENGE_WORDS))
    digits = [randomness.randbelow(_DIGITS)]
    while len(digits) < CHALLENGE_DIGITS:
        step = 1 + randomness.randbelow(_DIGITS - 1)
        digits.append((digits[-1] + step) % _DIGITS)
    return Challenge(drawn, "".join(map(str, digits)))


def hash_challenge(challenge: Challenge, salt: bytes) -> HashedChallenge:
    """The challenge as it is stored, under a random salt of its own."""
    return HashedChallenge(
        word_hashes=tuple(_word_hash(salt, _plain(word)) for word in challenge.words),
        digits_hash=_hash(salt, "digits", challenge.digits),
        salt_hex=salt.hex(),
    )


def hear_challenge(hashed: HashedChallenge, transcript: str, digit_words: Sequence[str]) -> ChallengeHeard:
    """Look for a challenge in what was recognised.

    Args:
        hashed: the challenge.
        transcript: what was recognised, as it was written: "482 913", "4-8-2 nine one three".
        digit_words: how the ten digits are said in the language, "zero" first; alternatives parted by "|".

    Raises:
        InputError: there are not ten digit words.
    """
    salt = bytes.fromhex(hashed.salt_hex)
    tokens = _tokens(transcript)
    digits = _digits_heard(tokens, digit_words)
    runs = {digits[i : i + CHALLENGE_DIGITS] for i in range(len(digits) - CHALLENGE_DIGITS + 1)}
    exact = any(hmac.compare_digest(_hash(salt, "digits", run), hashed.digits_hash) for run in runs)
    # A recogniser may write one word as two: a neighbour is tried together with the next.
    heard = [{_word_hash(salt, first), _word_hash(salt, first + second)} for first, second in pairwise([*tokens, ""])]
    return ChallengeHeard(_common_in_order(hashed.word_hashes, heard), exact)


def check_word_list(words: Sequence[str], fixed_texts: Iterable[str]) -> list[str]:
    """What is wrong with a list of code words, a sentence each; empty if it may be used.

    A word must be one word of letters, and must not be spelt like another one or like a word of the statements it will
    be read with: those are heard for each other. Words that only sound alike have to be kept out by ear.
    """
    spoken = set(chain.from_iterable(map(_tokens, fixed_texts)))
    plain = {word: _plain(word) for word in words}
    wrong = [f"'{word}' is not one word of letters" for word in words if _tokens(word) != [plain[word]]]
    wrong += [f"'{word}' is listed twice" for word in {word for word in words if words.count(word) > 1}]
    wrong += [
        f"'{first}' is like '{second}'"
        for first, second in combinations(plain, 2)
        if _alike(plain[first], plain[second])
    ]
    wrong += [
        f"'{word}' is like '{other}' of the statement"
        for word in plain
        for other in spoken
        if _alike(plain[word], other)
    ]
    return wrong


def _alike(first: str, second: str) -> bool:
    return Levenshtein.normalized_similarity(first, second) >= NEAR_SPELLING


def _common_in_order(words: Sequence[str], heard: Sequence[set[str]]) -> int:
    """Length of the longest common subsequence, where a place heard matches any of its readings."""
    row = [0] * (len(heard) + 1)
    for word in words:
        above = row
        row = [0]
        for i, readings in enumerate(heard):
            row.append(above[i] + 1 if word in readings else max(above[i + 1], row[i]))
    return row[-1]


def _digits_heard(tokens: Sequence[str], digit_words: Sequence[str]) -> str:
    if len(digit_words) != _DIGITS:
        raise InputError(f"a language has {_DIGITS} digit words, and here are {len(digit_words)}")
    value = {_plain(form): digit for digit, forms in enumerate(digit_words) for form in forms.split("|")}
    return "".join(
        str(unicodedata.decimal(token)) if token.isdecimal() else str(value[token])
        for token in tokens
        if token.isdecimal() or token in value
    )


def _tokens(text: str) -> list[str]:
    """Words of letters, and digits one by one, without case, accents and punctuation."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return _TOKEN.findall("".join(char for char in folded if not unicodedata.combining(char)))


def _plain(word: str) -> str:
    return "".join(_tokens(word))


def _word_hash(salt: bytes, word: str) -> str:
    return _hash(salt, "word", word)


def _hash(salt: bytes, kind: str, text: str) -> str:
    return hmac.digest(salt, f"{kind}:{text}".encode(), "sha256").hex()
