"""Languages without tables of their own: numbers are said in the language, the rest stays as written."""

import re
from decimal import Decimal
from functools import lru_cache

from num2words import num2words

from studio.spoken.typography import cleaned

_POINT_LANGUAGES = frozenset({"ja", "zh", "ko", "th", "he"})
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?![\w]|[.,:/]\d|[.:/-]?\d)")
_MAX_DIGITS = 15


def spoken_numbers(text: str, language: str) -> str:
    """Say numbers; dates, times, codes and anything unknown stay as written.

    A full stop after a number in languages that write ordinals so ("am 3. Mai") is left alone with its number.
    """
    code = language.partition("-")[0].lower()
    return _NUMBER.sub(lambda m: _said(m[0], code, m.string[m.end() : m.end() + 2]) or m[0], cleaned(text))


@lru_cache(maxsize=1024)
def _said(written: str, code: str, after: str) -> str:
    """Words of a number, or nothing where the library does not know the language or the number is doubtful."""
    value = _value(written, decimal_point=code in _POINT_LANGUAGES)
    if value is None or (after[:1] == "." and after[1:2] == " " and code in {"da", "no", "fi", "cs", "hu", "pl"}):
        return ""
    try:
        return str(num2words(value, lang=code)) + f" {num2words(0, lang=code)}" * _trailing_zeros(value)
    except (NotImplementedError, OverflowError, KeyError, IndexError, ValueError):
        return ""


def _trailing_zeros(value: int | Decimal) -> int:
    """Zeros at the end of a decimal fraction, which the library leaves unsaid."""
    text = str(value)
    return len(text) - len(text.rstrip("0")) if "." in text and not text.endswith(".") else 0


def _value(written: str, *, decimal_point: bool) -> int | Decimal | None:
    thousands, point = (",", ".") if decimal_point else (".", ",")
    body = re.sub(r"[\s\u00a0\u202f]", "", written)
    if thousands in body and not re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{point}\d+)?", body):
        return None
    body = body.replace(thousands, "").replace(point, ".")
    if body.count(".") > 1 or len(body) > _MAX_DIGITS or (len(body) > 1 and body[0] == "0" and body[1] != "."):
        return None
    whole, _, decimals = body.partition(".")
    return Decimal(body) if decimals.strip("0") else int(whole)
