"""Where sentences end: rules on a bounded window around each full stop, so that time grows with the text only."""

import re
from collections.abc import Iterator

from studio.manuscript.abbreviations import Abbreviations, abbreviations_of

_CLOSERS = "\"'“”‘’»«›‹)\\]}」』）】〉》"
_OPENERS = "\"'“‘„‚«»‹›(\\[{¿¡「『（【〈《—–"
_APART = "[ \u00a0\u202f\u2009\u200a][»›”’](?=\\s|$)"  # French spacing, and quotes within quotes set apart
_END = re.compile(
    rf"(?P<stop>[.!?…؟۔।॥‼⁇⁈⁉]+(?:\s\.(?=\s\.|[{_CLOSERS}\s]|$))*)(?P<close>(?:[{_CLOSERS}_*]|{_APART})*)(?=\s|$)"
    rf"|(?P<wide>[。！？｡．]+)[\"'”’»)\]」』）】〉》]*"
    rf"|(?P<dash>[—–]|--)(?P<shut>[\"”’»'](?:{_APART})*)(?=\s|$)"
)
"""A place where a sentence may end: stops (also ". . .") with closing quotes before white space, the full stops of
Chinese and Japanese, or speech broken off by a dash."""
_TOKEN_WINDOW = 40
_NEXT_WINDOW = 60
_LAST_TOKEN = re.compile(r"[^\s—–…]+$")
_NEXT = re.compile(rf"\s*(?P<open>[_*\s{_OPENERS}]*)(?P<word>[^\s,;:.!?…—”]*)(?:\s+(?P<second>[^\s,;:.!?…—]*))?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]$")
_ROMAN = re.compile(r"[ivxlc]+$", re.IGNORECASE)
_I_WORD = re.compile(r"I(?:['’]\w+)?$")
_OPENING_MARKS = frozenset("\"'“‘„‚«»‹›¿¡")
_QUOTES = frozenset("\"'“”‘’»«›‹」』")
_YEAR_DIGITS = 3
_HOUR_WORDS = frozenset({"a.m", "p.m"})
_AFTER_HOUR = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
    "april", "may", "june", "july", "august", "september", "october", "november", "december", "eastern", "pacific",
    "central", "mountain", "gmt", "bst", "est", "edt", "pst", "pdt", "cet", "utc",
})  # fmt: skip


def split_sentences(text: str, language: str) -> tuple[str, ...]:
    """Split text into sentences, each with its closing quotes and brackets.

    Args:
        text: running text of one paragraph.
        language: BCP 47 tag; decides abbreviations. English is covered best, then de, fr, es, it, pt; the full stops of
            Chinese and Japanese always end a sentence.

    Returns:
        Sentences without surrounding white space, in order; joined they are the text up to white space.
    """
    return tuple(text[start:end] for start, end in sentence_spans(text, language))


def sentence_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Give the start and end of each sentence of `split_sentences` as offsets into the text."""
    known = abbreviations_of(language)
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, start, match, known):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end


def _ends_sentence(text: str, start: int, match: re.Match[str], known: Abbreviations) -> bool:  # noqa: PLR0911
    """Decide for one candidate: the first rule that applies."""
    if match["wide"]:
        return True
    ahead = _NEXT.match(text, match.end(), min(len(text), match.end() + _NEXT_WINDOW))
    if ahead is None or not (ahead["word"] or ahead["open"].strip()):
        return True
    word, opened = ahead["word"], bool(_OPENING_MARKS & set(ahead["open"]))
    starts_lower = word[:1].islower() and not any(map(str.isupper, word))
    if match["dash"]:
        return opened or word[:1].isupper()
    stop, closers = match["stop"], match["close"] or ""
    if set(closers) & _QUOTES and _is_speech_tag(ahead, known):
        return False
    if starts_lower and not (opened and not set(closers) & set(")]}")):
        return False
    if "…" in stop or "." in stop[1:]:
        return opened or not (starts_lower or _I_WORD.match(word))
    if stop[-1] != "." or "!" in stop or "?" in stop:
        return True
    return closers != "" or _full_stop_ends(text, start, match.start(), ahead, known)


def _is_speech_tag(ahead: re.Match[str], known: Abbreviations) -> bool:
    if ahead["open"].strip() or (ahead["word"] != "I" and ahead["word"].lower() in known.starters):
        return False
    if ahead["word"].lower() in known.speech_verbs:
        return True
    return ahead["word"][:1].isupper() and (ahead["second"] or "") in known.speech_verbs


def _full_stop_ends(text: str, start: int, stop: int, ahead: re.Match[str], known: Abbreviations) -> bool:  # noqa: PLR0911
    """Decide for one full stop without closing quotes, before a capital, a digit, a quote or a letter without case."""
    found = _LAST_TOKEN.search(text, max(start, stop - _TOKEN_WINDOW), stop)
    if found is None:
        return True
    first_of_sentence = not text[start : found.start()].strip() if found.start() - start < _TOKEN_WINDOW else False
    token = found[0].lstrip("\"'“‘„«‹([{¿¡_*")
    word, opened = ahead["word"], bool(ahead["open"].strip())
    lower, following = token.lower(), word.lower()
    starter = following in known.starters or opened
    numeric = word[:1].isdigit() or bool(_ROMAN.match(word) and word != "I" and word.isupper())
    if lower in _HOUR_WORDS:
        return following not in _AFTER_HOUR and not numeric
    if lower in known.before_number and numeric:
        return False
    if lower in known.never:
        return lower in {"st", "ft", "mt"} and starter and not first_of_sentence
    if lower in known.sometimes:
        return starter
    if token.isdigit() or (_ROMAN.match(token) and token.isupper() and first_of_sentence):
        if first_of_sentence and (len(token) <= _YEAR_DIGITS or not token.isdigit()):
            return False  # the number of a list item or a heading: "1. First", "IV. The Letter"
        return not known.ordinal_dots or len(token) > _YEAR_DIGITS or starter
    if token == "I":  # noqa: S105  (the pronoun)
        return True
    if _INITIALS.match(token):
        return starter and len(token) != 1 if token[:1].islower() else starter
    return True
