"""Words in one comparable form, so that what a recogniser heard can be measured against what was to be said.

A recogniser writes "1905", "colour" or "it's" where the spoken form has "nineteen oh five", "color" or "it is". None of
these is an error of reading, so both sides are brought to one form before words are counted.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from studio.spoken.form import spoken_form
from studio.spoken.number_words import joined_numbers
from studio.spoken.spelling import common_spelling

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_HALVES = re.compile(r"\b(\d+) and (a half|a quarter|3 quarters)\b")
_PARTS = {"a half": "5", "a quarter": "25", "3 quarters": "75"}
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_CONTRACTIONS = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "ain't": "is not",
    "let's": "let us", "gonna": "going to", "wanna": "want to", "gotta": "got to", "everyone": "every one",
    "someone": "some one", "anyone": "any one", "'tis": "it is", "'twas": "it was", "o'clock": "oclock",
    "y'all": "you all", "d'you": "do you", "ma'am": "madam", "'em": "them",
}  # fmt: skip
_SUFFIXES = {"n't": " not", "'re": " are", "'ll": " will", "'ve": " have", "'m": " am"}
_SHORTENED_IS = frozenset({
    "it", "that", "he", "she", "there", "here", "what", "who", "where", "how", "when", "everything", "nothing",
})  # fmt: skip
_SHORTENED_WOULD = frozenset({"i", "you", "he", "she", "it", "we", "they", "there", "who", "that"})
_LETTER_WORDS = frozenset({"a", "i"})


def comparable_words(text: str, language: str) -> list[str]:
    """Bring text, as spoken or as a recogniser wrote it, to lower-case words that can be compared one by one.

    Numbers in digits or words become digits ("twenty one", "21"), contractions are opened, spellings are British,
    hyphens part words, letters said one by one are one word ("B B C", "BBC").
    """
    english = language.partition("-")[0].lower() == "en"
    spoken = spoken_form(text, language).replace("’", "'").replace("‘", "'")
    spoken = _DOTTED.sub(lambda m: m[0].replace(".", "") + " ", spoken)
    words = _WORD.findall(spoken.lower().replace("-", " "))
    if not english:
        return [word.replace("'", "") for word in words]
    opened = " ".join(_opened(word) for word in words).split()
    numbered = _HALVES.sub(lambda m: f"{m[1]} point {_PARTS[m[2]]}", " ".join(joined_numbers(opened)))
    return [common_spelling(word) for word in _joined_letters(numbered.split())]


def word_error_rate(reference: str, heard: str, language: str) -> float:
    """Share of words misread: substitutions, omissions and insertions over the words of the reference.

    Words that differ only in being written apart ("for ever", "forever") are equal. 0 is perfect; more than 1 is
    possible where words were added. An empty reference gives 0 if nothing was heard, else 1.
    """
    expected, found = comparable_words(reference, language), comparable_words(heard, language)
    expected, found = _written_together(expected, found), _written_together(found, expected)
    if not expected:
        return float(bool(found))
    return Levenshtein.distance(expected, found) / len(expected)


def _opened(word: str) -> str:
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    for suffix, words in _SUFFIXES.items():
        if word.endswith(suffix):
            return word.removesuffix(suffix) + words
    stem, apostrophe, end = word.rpartition("'")
    if apostrophe and end == "s" and stem in _SHORTENED_IS:
        return f"{stem} is"
    if apostrophe and end == "d" and stem in _SHORTENED_WOULD:
        return f"{stem} would"
    return word.replace("'", "")


def _joined_letters(words: Sequence[str]) -> list[str]:
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        joined += ["".join(run)] if set(run) - _LETTER_WORDS else run
        run = []
        joined.append(word)
    return joined[:-1]


def _written_together(words: Sequence[str], other: Sequence[str]) -> list[str]:
    """Join neighbours that the other side has as one word."""
    known = set(other) - set(words)
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] + word in known and not word.isdigit():
            joined[-1] += word
        else:
            joined.append(word)
    return joined
