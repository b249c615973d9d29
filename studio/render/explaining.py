"""Why a line is said as it is: every rule, tag and lexicon entry that makes it so, in the order of its words."""

import re
from collections.abc import Iterable
from typing import Final

from studio.manuscript.parts import Part, Words, stretches
from studio.render.pronouncing import Prepared, Speaking, Way, prepared
from studio.spoken.form import Rewrite, explained_form

_PRONUNCIATION: Final = "pronunciation"


def explained_line(
    parts: Iterable[Part],
    language: str,
    *,
    heading: bool = False,
    off: frozenset[str] = frozenset(),
    speaking: Speaking | None = None,
) -> tuple[Rewrite, ...]:
    """What makes a line sound otherwise than it is written; arguments as of `spoken_line`.

    Returns:
        rewrites by rules, and what tags and lexicons say of single words (of the class "pronunciation"), in the order
        in which their words stand in the line.
    """
    found: list[Rewrite] = []
    for stretch in stretches(parts):
        words = [part for part in stretch if isinstance(part, Words)]
        if words:
            ready = prepared(words, language, speaking, off=off)
            rewrites = explained_form(ready.text, language, heading=heading, off=off)[1]
            placed = [*_of_rules(ready, rewrites), *((way.start, _of_way(ready, way)) for way in ready.ways)]
            found += [rewrite for _, rewrite in sorted(placed, key=lambda each: each[0])]
    return tuple(found)


def _of_way(ready: Prepared, way: Way) -> Rewrite:
    said = f"/{way.ipa}/" if way.ipa else way.alias or way.words
    rule = f"in {way.language}" if way.language else "pronunciation"
    return Rewrite(rule, _PRONUNCIATION, ready.written[way.start : way.end], said)


def _of_rules(ready: Prepared, rewrites: Iterable[Rewrite]) -> list[tuple[int, Rewrite]]:
    """Rewrites with the offsets of their words in the written text, found by doing them again one after the other."""
    text, origins = ready.text, _origins(ready)
    names = {
        stand_in.lower(): ready.written[way.start : way.end]
        for stand_in, way in zip(ready.stand_ins, ready.ways, strict=True)
    }
    placed: list[tuple[int, Rewrite]] = []
    rule, cursor = "", 0
    for rewrite in rewrites:
        if rewrite.rule != rule:
            rule, cursor = rewrite.rule, 0
        start = _place(text, rewrite.written, cursor)
        end = start + len(rewrite.written)
        origin = origins[min(start, len(origins) - 1)]
        if text[start:end] == rewrite.written:
            text = f"{text[:start]}{rewrite.spoken}{text[end:]}"
            origins[start:end] = [origin] * len(rewrite.spoken)
            cursor = start + len(rewrite.spoken)
        shown = Rewrite(rule, rewrite.rule_class, _named(rewrite.written, names), _named(rewrite.spoken, names))
        placed.append((origin, shown))
    return placed


def _origins(ready: Prepared) -> list[int]:
    """For each character of the text the rules get, and its end, the offset in the written text it comes from."""
    origins: list[int] = []
    done = 0
    for way, stand_in in zip(ready.ways, ready.stand_ins, strict=True):
        origins += [*range(done, way.start), *[way.start] * len(way.alias or stand_in)]
        done = way.end
    return [*origins, *range(done, len(ready.written) + 1)]


def _place(text: str, words: str, cursor: int) -> int:
    """Where words stand behind a cursor as words of their own, else within others, else the cursor."""
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    match = whole.search(text, cursor) or whole.search(text)
    if match is not None:
        return match.start()
    return max(text.find(words, cursor), 0) or max(text.find(words), 0) or min(cursor, len(text))


def _named(words: str, names: dict[str, str]) -> str:
    """Words with what stood in the text in place of stand-ins."""
    if not names:
        return words
    return re.sub("|".join(names), lambda match: names[match[0].lower()], words, flags=re.IGNORECASE)
