"""What a language must tell so that the shared rules can say its numbers, dates, sums, times and abbreviations."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from studio.manuscript.abbreviations import abbreviations_of
from studio.spoken.rule import Rule, rule


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: its singular and plural, its gender, and its plural in the dative where that differs."""

    one: str
    many: str
    gender: str = "m"
    dative: str = ""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and its hundredth part, if that is said."""

    unit: Noun
    part: Noun | None = None


@dataclass(frozen=True, slots=True)
class Inflected:
    """Where an ordinal stands: what is before and after it, its gender, whether a name before it ends in "s"."""

    before: str
    after: str
    gender: str = ""
    genitive: bool = False


@dataclass(frozen=True, slots=True)
class Tongue:
    """Tables of one language; every pattern is a regular expression.

    Attributes:
        code: the language of num2words.
        repairs: patterns in the library's words and what they should be.
        agreeing: per gender (and case: "m", "f", "fd"), patterns in number words and their form before such a noun.
        genders: per gender, a pattern of the nouns whose gender is certain, tried in this order.
        articles: per gender, a pattern of the words before a number that show it.
        cases: per case, a pattern of the words before a number that ask for it.
        point: the decimal sign and its word.
        thousands: characters that part thousands.
        decimals_as_number: "3,14" is "three comma fourteen", not "one four".
        minus: and the like: words of signs. `to` joins two numbers, with a word before the first one in `since`.
        ordinal: a pattern of what follows the digits of an ordinal, and what gender each mark shows.
        ordinal_words: an ordinal as it is said in its place, from the library's words.
        years: first and last number that is said as a year.
        year_since: words before and between the years of a span, where they are not those of `since` and `to`.
        no_since: a pattern of words before a span that make the first of those words needless.
        months: names; `month_short` are abbreviations without their stop.
        day: pattern of the mark after a day; `joint` stands between day, month and year.
        first_is_ordinal: the first of a month is always "the first".
        hour: singular and plural word after hours; `clock` says hours with minutes (fields h, noun, m).
        clock_whole: full hours; `time`: pattern with groups h and m of how times are written, tried in order.
        units: symbol and noun; `currencies`: sign or code; `scales`: written and noun; `cents`: before small money.
        halves: a half after a number per gender; `half_first`: it comes before what is counted ("zweieinhalb").
        half_of: "half a" per gender, before what is halved; one that ends in "-" or "'" is joined to it;
            `half_weak`: a pattern of the words before it after which it is another word.
        fractions: denominators with their names, one and many.
        reigns: names of rulers by gender; `reign_up_to`: to which number a ruler is "the second", not "two".
        reign_words: what stands after a ruler's name, where it is more than the ordinal.
        word_ends: abbreviations that end a longer word ("Hauptstr."); `joined_ends`: pattern of endings that a number
            takes on ("18-jährig", "1920er").
        elisions: patterns in the finished text and their form, such as "un' ora".
        labels: nouns before a Roman numeral by gender; `label_up_to` as for rulers.
        numbered: nouns after a Roman numeral by gender, said with an ordinal; `numbered_title`: with a capital.
        stop_ordinals: a full stop after a number, Roman or not, makes an ordinal of it ("3. Mai", "Ludwig XIV.").
        anywhere: abbreviations that are certain; `before_number`: those before one; `before_name`: pattern, pattern of
            what must follow, and the words.
        calling: pattern of words before a short telephone number; `by_pairs`: numbers are said in pairs.
        web: signs of addresses; `signs`: signs in running text with their words.
    """

    code: str
    point: tuple[str, str]
    minus: str
    to: str
    months: tuple[str, ...]
    month_short: Mapping[str, int]
    joint: str
    time: tuple[str, ...]
    clock: str
    clock_whole: str
    hour: Noun
    units: Mapping[str, Noun]
    currencies: Mapping[str, Currency]
    scales: Mapping[str, Noun]
    fractions: Mapping[int, tuple[str, str]]
    halves: Mapping[str, str]
    half_of: Mapping[str, str]
    percent: str
    degrees: Noun
    anywhere: Mapping[str, str]
    before_number: Mapping[str, str]
    before_name: tuple[tuple[str, str, str], ...]
    reigns: Mapping[str, frozenset[str]]
    labels: Mapping[str, str]
    numbered: Mapping[str, str]
    calling: str
    web: Mapping[str, str]
    signs: Mapping[str, str]
    ordinal: Mapping[str, str]
    ordinal_words: Callable[[str, Inflected], str]
    thousands: str = ".  "
    repairs: tuple[tuple[str, str], ...] = ()
    agreeing: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    genders: tuple[tuple[str, str], ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    cases: tuple[tuple[str, str], ...] = ()
    decimals_as_number: bool = True
    since: str = ""
    year_since: tuple[str, str] | None = None
    no_since: str = r"(?!)"
    years: tuple[int, int] | None = None
    day: str = ""
    first_is_ordinal: bool = True
    cents: str = " "
    half_weak: tuple[str, str] | None = None
    half_first: bool = False
    reign_up_to: int = 1
    label_up_to: int = 1
    numbered_title: bool = False
    stop_ordinals: bool = False
    reign_words: Callable[[str, Inflected], str] | None = None
    word_ends: Mapping[str, str] = field(default_factory=dict)
    joined_ends: str = ""
    elisions: tuple[tuple[str, str], ...] = ()
    by_pairs: bool = False

    def rule(self, name: str, pattern: str, say: Callable[[re.Match[str], "Tongue"], str]) -> Rule:
        """Make a rule whose words are this language's."""
        return rule(name, pattern, lambda m, _variety: say(m, self))

    @property
    def number(self) -> str:
        """Pattern of a plain written number."""
        point = re.escape(self.point[0])
        return rf"(?:\d{{1,3}}(?:[{re.escape(self.thousands)}]\d{{3}})+(?:{point}\d+)?(?!\d)|\d+(?:{point}\d+)?)"

    @property
    def month(self) -> str:
        """Pattern of a month's name or abbreviation."""
        short = "|".join(sorted(self.month_short, key=len, reverse=True))
        return rf"(?P<month>(?:{'|'.join(self.months)})(?!\w)|(?:{short})(?!\w)\.?)"

    def month_name(self, written: str) -> str:
        """Full name of a month as written."""
        short = self.month_short.get(written.rstrip("."))
        return self.months[short - 1] if short else written


def words_of(text: str) -> frozenset[str]:
    """Set of the words of a text."""
    return frozenset(text.split())


_LAST_OF_A_LIST = frozenset({"etc.", "ecc.", "usw.", "usf."})


@lru_cache(maxsize=8)
def _starters(code: str) -> frozenset[str]:
    return abbreviations_of(code.partition("_")[0]).starters


def final_stop(m: re.Match[str], tongue: Tongue) -> str:
    """The full stop of an abbreviation that also ended the sentence."""
    if not m[0].endswith("."):
        return ""
    rest = m.string[m.end() : m.end() + 40]
    if not m.string[m.end() :][:8].strip("\"'”’“»)› "):
        return "."
    following = re.match(r"[\"”’“»')]* [\"„“«‘']?(\w+)", rest)
    word = following[1] if following else ""
    ends = word.lower() in _starters(tongue.code) or m[0].lower() in _LAST_OF_A_LIST
    return "." if word[:1].isupper() and ends else ""


def name_follows(m: re.Match[str], tongue: Tongue) -> bool:
    """Whether a word with a capital follows that is not known to start sentences: "V." before it is an initial."""
    following = re.match(r"\.?\s([A-ZÀ-Þ]\w+)", m.string[m.end() : m.end() + 40])
    return following is not None and following[1].lower() not in _starters(tongue.code)


def starts_sentence(m: re.Match[str]) -> bool:
    """Whether a match is the first thing said in its sentence."""
    before = m.string[max(0, m.start() - 6) : m.start()]
    return bool(re.search(r"(?:^|[.!?…:]\s|[.!?…]\s?[”’\"»“]\s)[„“«»\"'‘¿¡(— ]*$", before)) and (
        m.start() <= len(before) or before.strip() != ""
    )


def capitalised(words: str) -> str:
    """Words with a capital at their start, the rest as it is."""
    return words[:1].upper() + words[1:]
