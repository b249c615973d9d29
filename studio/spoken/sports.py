"""Scores, where the neighbouring words show that a pair of numbers is one."""

import re

from studio.spoken.numerals import cardinal, two_digits
from studio.spoken.rule import Rule, Variety, rule

_PAIR = r"(?<![\w/.,–-])(\d{1,3})[-–](\d{1,3})(?![\w/–-]|[.,]\d)"
_BEFORE = re.compile(
    r"\b(?:won|wins?|beat|beats|beaten|defeated|lost|loses?|leads?|led|leading|scored?|scores|final|victory|defeat|drew|draw|"
    r"tied?|tie|nil|match|trailed|trailing|ahead|thrashed|finished|game|half-time|set|sets|sixth|downed|edged)\b[^.!?]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s(?:draw|win|victory|defeat|loss|lead|tie|scoreline|final|thrashing|up\b|down\b)")
_RECORD = re.compile(r"\s(?:record|season|start)\b")
_TEAM_BEFORE = re.compile(r"[A-Z][a-z]+ $")
_TEAM_AFTER = re.compile(r" [A-Z][a-z]+")
_REACH = 80


def _sets(m: re.Match[str], v: Variety) -> str:
    def one(pair: re.Match[str]) -> str:
        return " ".join("love" if side == "0" else cardinal(int(side), v) for side in pair.groups())

    return re.sub(r"(\d+)[-–](\d+)", one, m[0])


def _score(m: re.Match[str], v: Variety) -> str:
    if _RECORD.match(m.string, m.end()):
        return f"{cardinal(int(m[1]), v)} and {cardinal(int(m[2]), v)}"
    before = m.string[max(0, m.start() - _REACH) : m.start()]
    between_teams = bool(_TEAM_BEFORE.search(before) and _TEAM_AFTER.match(m.string, m.end()))
    if not (
        between_teams
        or _AFTER.match(m.string, m.end())
        or (_BEFORE.search(before) and not re.match(r" [a-z]+s\b", m.string[m.end() :]))
    ):
        return m[0]
    if v.british:
        if m[1] == m[2] != "0" and not between_teams:
            return f"{cardinal(int(m[1]), v)} all"
        return " ".join("nil" if side == "0" else cardinal(int(side), v) for side in m.groups())
    if m[1] == m[2] == "0":
        return "zero to zero"
    return " to ".join("nothing" if side == "0" else cardinal(int(side), v) for side in m.groups())


def _average(m: re.Match[str], v: Variety) -> str:
    hundreds = cardinal(int(m[2][0]), v)
    rest = int(m[2][1:])
    return f"{m[1]} {hundreds} {'hundred' if rest == 0 else two_digits(rest, v)}"


def _wickets(m: re.Match[str], v: Variety) -> str:
    near = m.string[max(0, m.start() - _REACH) : m.end() + _REACH]
    if not re.search(r"\b(?:innings|wickets?|declared|runs|overs|Test|England|Australia|India|Pakistan)\b", near):
        return m[0]
    return f"{cardinal(int(m[1]), v)} for {cardinal(int(m[2]), v)}"


RULES: tuple[Rule, ...] = (
    rule("sets", r"(?<![\w/.,–-])\d{1,2}[-–]\d{1,2}(?:(?:,| and) \d{1,2}[-–]\d{1,2})+(?![\w/–-])", _sets),
    rule("points of a game", r"(?<![\w/.,–-])(?:40[–-](?:30|15|0)|30[–-](?:15|0)|15[–-]0)(?![\w/–-]|[.,]\d)", _sets),
    rule("score", _PAIR, _score),
    rule("batting average", r"\b(hit|hits|batted|batting|hitting|average of) \.(\d{3})\b", _average),
    rule("wickets", r"(?<![\w/.,])(\d{2,3})/(10|\d)(?![\w/])", _wickets),
)
