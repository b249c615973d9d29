"""Signs that are words when read aloud."""

from studio.spoken.numerals import NUMBER
from studio.spoken.rule import Rule, rule

_DAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
EARLY: tuple[Rule, ...] = (
    rule("C++", r"\b([A-Z])\+\+(?!\w)", r"\1 plus plus"),
    rule("C#", r"\b([CF])#(?!\w)", r"\1 sharp"),
    rule("minus", rf"(?<![\w.,)\]])[-−](?={NUMBER})", "minus "),
    rule("range of days", rf"\b({_DAYS})[–-](?=(?:{_DAYS})\b)", r"\1 to "),
    rule("or more", r"(?<=\d)\+(?![\d\w])", " plus"),
    rule("range of per cent", r"(?<=\d)\s?%\s?[–-]\s?(?=\d)", "–"),
    rule("range of times", r"(?<=[ap]\.m\.)\s?[–-]\s?(?=[a-z])", " to "),
    rule("marks", r"(?<![\w.,/])(\d+\.\d)/(10|100)(?![\w/]|\.\d)", r"\1 out of \2"),
    rule("spot", r"(?<!\w):(\d\d)(?=\s(?:spot|ad|version|cut|commercial))", r"\1-second"),
    rule("times", r"(?<=\d)\s?\*\s?(?=\d)", " times "),
)
"""Signs next to letters and numbers that later rules would misread."""

LATE: tuple[Rule, ...] = (
    rule("squared", r"(?<=\w)²", " squared"),
    rule("cubed", r"(?<=\w)³", " cubed"),
    rule("and", r"\s?&\s?", " and "),
    rule("approximately", r"[~≈]\s?(?=\w)", "about "),
    rule("plus or minus", r"\s?±\s?", " plus or minus "),
    rule("plus", r"\s?\+\s?", " plus "),
    rule("equals", r"\s?=+\s?", " equals "),
    rule("not equal", r"\s?≠\s?", " is not equal to "),
    rule("at most", r"\s?≤\s?", " less than or equal to "),
    rule("at least", r"\s?≥\s?", " greater than or equal to "),
    rule("less", r"(?<=\w) ?< ?(?=\w)", " less than "),
    rule("greater", r"(?<=\w) ?> ?(?=\w)", " greater than "),
    rule("times", r"\s?×\s?", " times "),
    rule("divided", r"\s?÷\s?", " divided by "),
    rule("sections", r"§§\s?", "sections "),
    rule("section", r"§\s?", "section "),
    rule("copyright", r"©\s?", "copyright "),
    rule("per cent", r"\s?%", lambda _m, v: " per cent" if v.british else " percent"),
    rule("degrees", r"\s?°", " degrees"),
    rule("at", r"\s?@\s?", " at "),
    rule("either", r"\b([Hh]e|[Hh]is|[Hh]im|[Ss]he|[Hh]er|[Yy]es)/(he|she|her|hers|him|his|no)\b", r"\1 or \2"),
    rule("slash", r"(?<=[^\W\d])\s?/\s?(?=[^\W\d])", " "),
    rule("slash", r"\s?/\s?", " slash "),
    rule("backslash", r"\s?\\\s?", " backslash "),
)
"""Signs left over after everything else has been said."""
