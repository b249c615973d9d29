"""Abbreviations: those that are certain anywhere, those before a number, those before a name."""

import re
from collections.abc import Callable, Iterable, Mapping

from studio.spoken.rule import Rule
from studio.spoken.tongues.tongue import Tongue, capitalised, final_stop, starts_sentence


def _pattern(written: str) -> str:
    """Pattern of an abbreviation: its spaces may be missing, one in small letters may begin with a capital."""
    first = f"[{written[0]}{written[0].upper()}]" if written.islower() else re.escape(written[0])
    return first + re.escape(written[1:]).replace(r"\ ", r"\s?")


def _any(written: Iterable[str]) -> str:
    return "|".join(_pattern(word) for word in sorted(written, key=len, reverse=True))


def _cased(m: re.Match[str], words: str, *, capital: bool) -> str:
    return capitalised(words) if capital or (m[0][0].isupper() and starts_sentence(m)) else words


def _words_of(table: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    compact = {re.sub(r"\s", "", key): words for key, words in table.items()}

    def words(m: re.Match[str]) -> str:
        key = re.sub(r"\s", "", m["abbr"])
        known = compact.get(key)
        return _cased(m, known or compact[key[0].lower() + key[1:]], capital=known is None)

    return words


def _before_name(word: str) -> Callable[[re.Match[str], Tongue], str]:
    def said(m: re.Match[str], _t: Tongue) -> str:
        return _cased(m, word, capital=False)

    return said


def _end_of_word(m: re.Match[str], t: Tongue) -> str:
    return t.word_ends[m[0]] + final_stop(m, t)


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for abbreviations; the longer of two that begin alike is tried first."""
    anywhere, numbered = _words_of(t.anywhere), _words_of(t.before_number)
    return (
        t.rule(
            "before a number",
            rf"(?<![\w.])(?P<abbr>{_any(t.before_number)})\s?(?=\d|(?:[IVXLC]{{2,}}|[IVX])(?![\w’']|\.\w))",
            lambda m, _t: f"{numbered(m)} ",
        ),
        *(t.rule("end of a word", rf"(?<=[^\W\d_]){re.escape(end)}(?!\w)", _end_of_word) for end in t.word_ends),
        t.rule(
            "abbreviation",
            rf"(?<![\w.])(?P<abbr>{_any(t.anywhere)})(?![\w])",
            lambda m, tongue: anywhere(m) + final_stop(m, tongue),
        ),
        *(
            t.rule("title", rf"(?<![\w.])(?<![A-Z]\. )(?:{abbreviation})(?={follows})", _before_name(word))
            for abbreviation, follows, word in t.before_name
        ),
    )
