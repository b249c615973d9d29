"""Dates and sums of money in German, Spanish, French, Italian and Portuguese; the words are num2words' own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from num2words import num2words


@dataclass(frozen=True, slots=True)
class _Tongue:
    """How a language writes dates: its months and the words between day, month and year."""

    months: str
    joint: str
    day_stop: str
    first_is_ordinal: bool


_TONGUES = {
    "de": _Tongue(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        " ",
        r"\.",
        True,
    ),
    "es": _Tongue(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        " de ",
        "",
        False,
    ),
    "fr": _Tongue(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        " ",
        "(?:er)?",
        True,
    ),
    "it": _Tongue(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        " ",
        "º?",
        True,
    ),
    "pt": _Tongue(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        " de ",
        "º?",
        True,
    ),
}
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_SUM = re.compile(r"(?<![\w.,])(\d{1,3}(?:[. ]\d{3})+|\d{1,9})(?:,(\d\d))?\s?([€$£])(?!\w)")
_INFLECTED = re.compile(r"\b(?:am|vom|zum|beim|dem|den|seit|bis|ab)\s$", re.IGNORECASE)
_MAX_DAY = 31


def said_dates_and_sums(text: str, language: str) -> str:
    """Say dates with a named month and sums with a sign; other languages and doubtful places stay as written."""
    tongue = _TONGUES.get(language)
    if tongue is None:
        return text
    months = "|".join(tongue.months.split())
    pattern = re.compile(
        rf"(?<![\w.,/])(\d{{1,2}}){tongue.day_stop}{tongue.joint}({months})(?:{tongue.joint}([12]\d{{3}}))?(?![\w])"
    )
    return _SUM.sub(_sum_of(language), pattern.sub(lambda m: _date(m, language, tongue), text))


def _date(m: re.Match[str], language: str, tongue: _Tongue) -> str:
    day = int(m[1])
    if not 1 <= day <= _MAX_DAY:
        return m[0]
    if language == "de":
        said = str(num2words(day, lang="de", to="ordinal"))
        if _INFLECTED.search(m.string[max(0, m.start() - 6) : m.start()]):
            said += "n"
        elif m.string[max(0, m.start() - 4) : m.start()].lower() != "der ":
            said += "r"
    else:
        ordinal = day == 1 and tongue.first_is_ordinal
        said = str(num2words(day, lang=language, to="ordinal" if ordinal else "cardinal"))
    year = f"{tongue.joint}{num2words(int(m[3]), lang=language, to='year')}" if m[3] else ""
    return f"{said}{tongue.joint}{m[2]}{year}"


def _sum_of(language: str) -> Callable[[re.Match[str]], str]:
    def said(m: re.Match[str]) -> str:
        whole = re.sub(r"\D", "", m[1])
        try:
            words = str(
                num2words(float(f"{whole}.{m[2] or '00'}"), lang=language, to="currency", currency=_SIGNS[m[3]])
            )
        except (NotImplementedError, KeyError, ValueError):
            return m[0]
        # The library says "and no cents", which nobody does.
        return re.sub(r"(?: und| con| et| e|,)? (?:null|cero|zéro|zero) \w+$", "", words)

    return said
