"""The spoken form: the words a reader says for what is written."""

from dataclasses import dataclass

from studio.spoken import (
    abbreviations,
    dates,
    money,
    numbers,
    phones,
    print_marks,
    roman,
    sports,
    symbols,
    times,
    units,
    web,
)
from studio.spoken.headings import lowered_capitals, spoken_number_of_heading
from studio.spoken.other_languages import spoken_numbers
from studio.spoken.rule import Rule, Variety
from studio.spoken.tongues.headings import spoken_heading
from studio.spoken.tongues.rules import rules_of, tongue_of
from studio.spoken.typography import cleaned, finished, sounding

_BEFORE_CLEANING: tuple[tuple[str, tuple[Rule, ...]], ...] = (("scene breaks", print_marks.SCENE_BREAKS),)
_IN_ORDER: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("footnotes", print_marks.FOOTNOTES),
    ("small capitals", print_marks.SMALL_CAPITALS),
    ("drop capitals", print_marks.DROP_CAPITALS),
    ("capitals", print_marks.CAPITALS),
    ("symbols", print_marks.POWERS),
    ("numbers", numbers.WRITTEN[:-1]),
    ("units", units.PRIMES),
    ("web", web.RULES),
    ("phones", phones.RULES),
    ("numbers", numbers.WRITTEN[-1:]),
    ("money", money.RULES),
    ("dates", dates.RULES),
    ("times", times.RULES),
    ("scores", sports.RULES),
    ("abbreviations", abbreviations.RULES),
    ("roman", roman.RULES),
    ("symbols", symbols.EARLY),
    ("units", units.RULES),
    ("numbers", numbers.RULES),
    ("symbols", symbols.LATE),
)
"""Rules for English by class, in the order they apply: what knows most about its numbers first, bare numbers last."""

_ANY = Variety(british=True)  # no rule of another language asks
_OF_ANY_LANGUAGE = (("footnotes", print_marks.FOOTNOTES), ("small capitals", print_marks.SMALL_CAPITALS))

RULE_CLASSES: frozenset[str] = frozenset(name for name, _ in (*_BEFORE_CLEANING, *_IN_ORDER))
"""Classes that can be switched off one by one."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One place that a rule changed.

    Attributes:
        rule: the rule's name, such as "date in numbers".
        rule_class: the class it is switched off by, such as "dates".
        written: what stood there when the rule applied.
        spoken: what it put in its place.
    """

    rule: str
    rule_class: str
    written: str
    spoken: str


def spoken_form(text: str, language: str, *, heading: bool = False, off: frozenset[str] = frozenset()) -> str:
    """Write out text the way it is read aloud.

    Words are never lost: what no rule knows stays as written. Acronyms in capitals and initials stay too, for the
    pronunciation step to spell. Saying the spoken form again changes nothing.

    Args:
        text: written text of a segment.
        language: BCP 47 tag. English (British and American) is covered in full; German, Spanish, French, Italian and
            Portuguese by rules of the same classes; in other languages numbers are said.
        heading: the text announces a chapter: "IV" is "Four", capitals are set in lower case.
        off: classes of `RULE_CLASSES` that are not applied.
    """
    return explained_form(text, language, heading=heading, off=off)[0]


def explained_form(
    text: str, language: str, *, heading: bool = False, off: frozenset[str] = frozenset()
) -> tuple[str, tuple[Rewrite, ...]]:
    """The spoken form as of `spoken_form`, and every rewrite that led to it in the order they were made."""
    found: list[Rewrite] = []
    if language.partition("-")[0].lower() != "en":
        return _in_another_language(text, language, off, heading=heading)
    variety = Variety.of(language)
    text = cleaned(_applied(_BEFORE_CLEANING, text.strip(), variety, off, found))
    if heading:
        said = spoken_number_of_heading(lowered_capitals(text), variety)
        if said != text:
            found.append(Rewrite("heading", "headings", text, said))
        text = said
    return finished(_applied(_IN_ORDER, text, variety, off, found)), tuple(found)


def _in_another_language(
    text: str, language: str, off: frozenset[str], *, heading: bool
) -> tuple[str, tuple[Rewrite, ...]]:
    rules, tongue = rules_of(language), tongue_of(language)
    if rules is None or tongue is None:
        plain = cleaned(text)
        said = plain if "numbers" in off else spoken_numbers(text, language)
        return said, (() if said == plain else (Rewrite("numbers", "numbers", plain, said),))
    found: list[Rewrite] = []
    text = cleaned(_applied(_BEFORE_CLEANING, text.strip(), _ANY, off, found))
    if heading and (said := spoken_heading(text, tongue)) != text:
        found.append(Rewrite("heading", "headings", text, said))
        text = said
    return sounding(_applied((*_OF_ANY_LANGUAGE, *rules), text, _ANY, off, found)), tuple(found)


def _applied(
    classes: tuple[tuple[str, tuple[Rule, ...]], ...],
    text: str,
    variety: Variety,
    off: frozenset[str],
    found: list[Rewrite],
) -> str:
    for rule_class, rules in classes:
        if rule_class in off:
            continue
        for rule in rules:
            parts: list[str] = []
            done = 0
            for match in rule.pattern.finditer(text):
                said = rule.say(match, variety)
                if said != match[0]:
                    found.append(Rewrite(rule.name, rule_class, match[0], said))
                parts += [text[done : match.start()], said]
                done = match.end()
            text = "".join([*parts, text[done:]]) if parts else text
    return text
