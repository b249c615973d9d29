"""The spoken form: the words a reader says for what is written."""

from studio.spoken import abbreviations, dates, money, numbers, phones, roman, sports, symbols, times, units, web
from studio.spoken.headings import lowered_capitals, spoken_number_of_heading
from studio.spoken.other_languages import spoken_numbers
from studio.spoken.rule import Rule, Variety, apply_rules
from studio.spoken.typography import cleaned, finished

ENGLISH_RULES: tuple[Rule, ...] = (
    *numbers.WRITTEN[:-1],
    *units.PRIMES,
    *web.RULES,
    *phones.RULES,
    numbers.WRITTEN[-1],
    *money.RULES,
    *dates.RULES,
    *times.RULES,
    *sports.RULES,
    *abbreviations.RULES,
    *roman.RULES,
    *symbols.EARLY,
    *units.RULES,
    *numbers.RULES,
    *symbols.LATE,
)
"""All rules for English in the order they apply: what knows most about its numbers comes first, bare numbers last."""


def spoken_form(text: str, language: str, *, heading: bool = False) -> str:
    """Write out text the way it is read aloud.

    Words are never lost: what no rule knows stays as written. Acronyms in capitals and initials stay too, for the
    pronunciation step to spell. Saying the spoken form again changes nothing.

    Args:
        text: written text of a segment.
        language: BCP 47 tag. English (British and American) is covered in full; in other languages numbers are said.
        heading: the text announces a chapter: "IV" is "Four", capitals are set in lower case.
    """
    if language.partition("-")[0].lower() != "en":
        return spoken_numbers(text, language)
    variety = Variety.of(language)
    text = cleaned(text)
    if heading:
        text = spoken_number_of_heading(lowered_capitals(text), variety)
    return finished(apply_rules(ENGLISH_RULES, text, variety))
