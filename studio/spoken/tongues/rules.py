"""The rules of the languages with tables, by class, in the order they apply."""

from functools import lru_cache

from studio.spoken.rule import Rule, rule
from studio.spoken.tongues import abbreviations, dates, de, es, fr, it, money, numbers, pt, roman, signs, times, units
from studio.spoken.tongues.tongue import Tongue

_POINTED = "mx us gt hn ni pa sv do pr cr"
_TONGUES = {
    "de": de.TONGUE, "es": es.TONGUE, "fr": fr.TONGUE, "it": it.TONGUE, "pt": pt.TONGUE, "pt-br": pt.BRAZILIAN,
    **{f"es-{country}": es.POINTED for country in _POINTED.split()}, "es-mx": es.MEXICAN, "es-419": es.POINTED,
}  # fmt: skip


def tongue_of(language: str) -> Tongue | None:
    """Tables of a BCP 47 tag, or None for a language without any."""
    tag = language.lower().replace("_", "-")
    return _TONGUES.get(tag) or _TONGUES.get(tag.partition("-")[0])


@lru_cache(maxsize=16)
def rules_of(language: str) -> tuple[tuple[str, tuple[Rule, ...]], ...] | None:
    """Rules of a BCP 47 tag, what knows most about its numbers first; None for a language without tables."""
    t = tongue_of(language)
    if t is None:
        return None
    return (
        ("numbers", numbers.written_numbers(t)),
        ("web", signs.web(t)),
        ("phones", signs.phones(t)),
        ("dates", dates.rules(t)),
        ("times", times.rules(t)),
        ("money", money.rules(t)),
        ("scores", times.scores(t)),
        ("abbreviations", abbreviations.rules(t)),
        ("roman", roman.rules(t)),
        ("units", units.rules(t)),
        ("numbers", numbers.rules(t)),
        ("symbols", signs.symbols(t)),
        ("numbers", tuple(_elision(pattern, right) for pattern, right in t.elisions)),
    )


def _elision(pattern: str, right: str) -> Rule:
    return rule("elision", pattern, right)
