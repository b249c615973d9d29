"""What the style sheets of a document say about its sound: text that is not spoken, words that are spelled out.

Read are `display`, `visibility`, `speak` and `speak-as`, of CSS 2, of CSS Speech and as EPUB 3 prefixes them, in rules
whose selectors are made of types, classes, ids, descendants and children. All else is skipped. Sizes, rules and
comparisons have limits, so that no sheet can take long.

Sources: CSS Speech Module Level 1, §6; CSS 2.2, §6.4; EPUB 3.3, §6.3.1.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

import tinycss2

from studio.importers.markup import Element, attribute, classes, local_name

MAX_SHEET_CHARS: Final = 256 * 1024
"""Longest style sheet that is read."""
MAX_BOOK_CHARS: Final = 512 * 1024
"""How many characters of style sheets are read for one book."""

_MAX_RULES: Final = 2_000
_MAX_COMPOUNDS: Final = 8
_MAX_STYLE_CHARS: Final = 2_000
_MAX_COMPARISONS: Final = 1_000_000
_MAX_DEPTH: Final = 8
_WORTH = re.compile(r"speak|none|hidden|collapse|@import", re.IGNORECASE)
_MEDIA: Final = frozenset({"all", "screen", "speech", "aural"})
_INLINE: Final = (1, 0, 0, 0)
_NAMES: Final = {"-epub-speak": "speak", "-epub-speak-as": "speak-as"}
_SPEAK: Final = {
    "none": "never", "never": "never", "normal": "auto", "auto": "auto", "initial": "auto", "always": "always",
    "spell-out": "auto", "digits": "auto",
}  # fmt: skip
_SPELLED: Final = ("spell-out", "digits")

Token: TypeAlias = Any
"""A node of tinycss2, which carries no type hints."""
Declarations: TypeAlias = tuple[tuple[str, str, bool], ...]
"""Property, value and importance, in order."""
_Weight: TypeAlias = tuple[bool, tuple[int, int, int, int], int]


@dataclass(frozen=True, slots=True)
class _Compound:
    """Conditions on one element; `child` says that the one before must be its parent, not any ancestor."""

    name: str = ""
    key: str = ""
    classes: frozenset[str] = frozenset()
    child: bool = False

    def fits(self, element: Element) -> bool:
        return (
            (not self.name or self.name == local_name(element))
            and (not self.key or self.key == attribute(element, "id"))
            and self.classes.issubset(classes(element))
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector, what it declares, and how much it weighs."""

    selector: tuple[_Compound, ...]
    declared: Declarations
    specificity: tuple[int, int, int, int]


@dataclass(slots=True)
class Effort:
    """What may still be done for a book: comparisons of elements with selectors, characters of `style` attributes."""

    comparisons: int = _MAX_COMPARISONS
    characters: int = MAX_BOOK_CHARS

    @property
    def spent(self) -> bool:
        """Whether something was not looked at."""
        return self.comparisons < 0 or self.characters < 0


@dataclass(frozen=True, slots=True)
class Speech:
    """How the elements of a document are spoken, as far as its style says.

    Attributes:
        silent: elements whose own text is not spoken.
        walked: those of them with elements inside that are.
        spelled: elements that are spelled out: "spell-out", or "digits" for numerals alone.
    """

    silent: frozenset[Element] = frozenset()
    walked: frozenset[Element] = frozenset()
    spelled: dict[Element, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """Values that are inherited."""

    gone: bool = False
    hidden: bool = False
    speak: str = "auto"
    spelled: str = ""

    @property
    def is_silent(self) -> bool:
        return self.speak == "never" or (self.speak != "always" and (self.gone or self.hidden))


def read_sheet(text: str, imported: Callable[[str], str] = lambda _href: "") -> tuple[Rule, ...]:
    """Rules of a style sheet that matter to the ear; none of one that is too long.

    Args:
        text: the sheet.
        imported: gives the text of a sheet that this one imports, by its address; empty where there is none.
    """
    return tuple(_limited(_rules(text, imported)))


def read_speech(root: Element, rules: Sequence[Rule], effort: Effort) -> Speech:
    """How the elements of a document are spoken.

    Args:
        root: of its tree.
        rules: of its style sheets, in order.
        effort: what may be done for it; what is done is taken off.
    """
    values = _values(root, rules, effort)
    if not values:
        return Speech()
    states: dict[Element, _State] = {}
    silent: set[Element] = set()
    walked: set[Element] = set()
    spelled: dict[Element, str] = {}
    for element in root.iter():
        parent = element.getparent() if element is not root else None
        above = states.get(parent, _State())
        state = _inherited(above, values[element]) if element in values else above
        if above.is_silent and not state.is_silent:
            walked.update(each for each in element.iterancestors() if each in states)
        if state == _State():
            continue
        states[element] = state
        if state.is_silent:
            silent.add(element)
        if state.spelled and state.spelled != above.spelled:
            spelled[element] = state.spelled
    return Speech(frozenset(silent), frozenset(walked), spelled)


def is_heard_medium(media: str) -> bool:
    """Whether a list of media without conditions holds one that a listener has."""
    return not media.strip() or not _MEDIA.isdisjoint(name.strip().lower() for name in media.split(","))


def _limited(rules: Iterable[Rule]) -> Iterator[Rule]:
    for _, rule in zip(range(_MAX_RULES), rules, strict=False):
        yield rule


def _rules(text: str, imported: Callable[[str], str], depth: int = 0) -> Iterator[Rule]:
    if len(text) <= MAX_SHEET_CHARS and _WORTH.search(text) is not None:
        yield from _rules_of(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), imported, depth)


def _rules_of(nodes: Iterable[Token], imported: Callable[[str], str], depth: int) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            declared = _declarations(node.content)
            for selector in _selectors(node.prelude) if declared else ():
                yield Rule(selector, declared, _specificity(selector))
        elif node.type == "at-rule" and depth < _MAX_DEPTH:
            yield from _rules_at(node, imported, depth + 1)


def _rules_at(node: Token, imported: Callable[[str], str], depth: int) -> Iterator[Rule]:
    prelude = [token for token in node.prelude if token.type != "whitespace"]
    if node.lower_at_keyword == "media" and node.content is not None and _heard(prelude):
        inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        yield from _rules_of(inner, imported, depth)
    elif node.lower_at_keyword == "import" and prelude and _heard(prelude[1:]):
        yield from _rules(imported(_address(prelude[0])), imported, depth)


def _heard(prelude: Sequence[Token]) -> bool:
    if not all(token.type in {"ident", "literal"} for token in prelude):
        return False
    return is_heard_medium(" ".join(token.value for token in prelude))


def _address(token: Token) -> str:
    if token.type == "function" and token.lower_name == "url":
        token = next((inner for inner in token.arguments if inner.type == "string"), token)
    return str(token.value) if token.type in {"string", "url"} else ""


@lru_cache(maxsize=512)
def _style(text: str) -> Declarations:
    return _declarations(text)


def _declarations(content: object) -> Declarations:
    found: list[tuple[str, str, bool]] = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            continue
        name = _NAMES.get(node.lower_name, node.lower_name)
        words = [token.lower_value for token in node.value if token.type == "ident"]
        if words and name in {"display", "visibility", "speak", "speak-as"}:
            found.extend(_effects(name, words, important=node.important))
    return tuple(found)


def _effects(name: str, words: Sequence[str], *, important: bool) -> Iterator[tuple[str, str, bool]]:
    spelled = next((word for word in words if word in _SPELLED), "")
    if name == "speak":
        if words[0] in _SPEAK:
            yield "speak", _SPEAK[words[0]], important
            yield "speak-as", spelled, important
    else:
        yield name, spelled if name == "speak-as" else words[0], important


def _selectors(prelude: Sequence[Token]) -> Iterator[tuple[_Compound, ...]]:
    tokens: list[Token] = []
    for part in [*prelude, None]:
        if part is None or part == ",":
            if (selector := _selector(tokens)) is not None:
                yield selector
            tokens = []
        elif part.type != "comment":
            tokens.append(part)


def _selector(tokens: Sequence[Token]) -> tuple[_Compound, ...] | None:
    """Compounds from the outermost to the subject; None for a selector that is not understood."""
    compounds: list[_Compound] = []
    current: list[Token] = []
    child = False
    for part in [*tokens, None]:
        ends = part is None or part.type == "whitespace" or part == ">"
        if not ends:
            current.append(part)
            continue
        if current:
            compound = _compound(current, child=child)
            if compound is None:
                return None
            compounds.append(compound)
            current, child = [], False
        child = child or (part is not None and part == ">")
    if child or not 0 < len(compounds) <= _MAX_COMPOUNDS:
        return None
    return None if compounds[0].child else tuple(compounds)


def _compound(parts: Sequence[Token], *, child: bool) -> _Compound | None:
    names: set[str] = set()
    name = key = ""
    before: Token = None
    for part in parts:
        if before is not None and before == ".":
            if part.type != "ident":
                return None
            names.add(part.value)
        elif part.type == "ident" and before is None:
            name = part.lower_value
        elif part.type == "hash" and not key:
            key = part.value
        elif part != "." and not (part == "*" and before is None):
            return None
        before = part
    return None if before == "." else _Compound(name, key, frozenset(names), child)


def _specificity(selector: Iterable[_Compound]) -> tuple[int, int, int, int]:
    compounds = list(selector)
    return (
        0,
        sum(bool(each.key) for each in compounds),
        sum(len(each.classes) for each in compounds),
        sum(bool(each.name) for each in compounds),
    )


class _Sheet:
    """Rules by what their subject must have."""

    def __init__(self, rules: Sequence[Rule], effort: Effort) -> None:
        self._effort = effort
        self._by_key: defaultdict[str, list[tuple[int, Rule]]] = defaultdict(list)
        for order, rule in enumerate(rules):
            subject = rule.selector[-1]
            first_class = min(subject.classes, default="")
            key = f"#{subject.key}" if subject.key else f".{first_class}" if first_class else subject.name or "*"
            self._by_key[key].append((order, rule))

    def matching(self, element: Element) -> Iterator[tuple[int, Rule]]:
        if not self._by_key:
            return
        names = [f".{name}" for name in dict.fromkeys(classes(element))]
        for key in (f"#{attribute(element, 'id')}", *names, local_name(element), "*"):
            for order, rule in self._by_key.get(key, ()):
                if self._effort.comparisons < 0:
                    return
                if self._fits(rule.selector, len(rule.selector) - 1, element):
                    yield order, rule

    def _fits(self, selector: tuple[_Compound, ...], at: int, element: Element) -> bool:
        self._effort.comparisons -= 1
        if self._effort.comparisons < 0 or not selector[at].fits(element):
            return False
        if at == 0:
            return True
        parent = element.getparent()
        while parent is not None and self._effort.comparisons > 0:
            if self._fits(selector, at - 1, parent):
                return True
            parent = None if selector[at].child else parent.getparent()
        return False


def _values(root: Element, rules: Sequence[Rule], effort: Effort) -> dict[Element, dict[str, str]]:
    """Specified values by element, only of elements that have some."""
    sheet = _Sheet(rules, effort)
    found: dict[Element, dict[str, str]] = {}
    for element in root.iter():
        if not local_name(element):
            continue
        weighed = [
            ((important, rule.specificity, order), name, value)
            for order, rule in sheet.matching(element)
            for name, value, important in rule.declared
        ]
        style = attribute(element, "style")
        if style and len(style) <= _MAX_STYLE_CHARS and (weighed or _WORTH.search(style)):
            inline = _style(style) if effort.characters >= 0 else ()
            effort.characters -= len(style) if _WORTH.search(style) else 0
            weighed += [((important, _INLINE, 0), name, value) for name, value, important in inline]
        if weighed:
            weighed.sort(key=_weight)
            found[element] = {name: value for _, name, value in weighed}
    return found


def _weight(each: tuple[_Weight, str, str]) -> _Weight:
    return each[0]


def _inherited(above: _State, values: dict[str, str]) -> _State:
    visibility = values.get("visibility", "inherit")
    speak = values.get("speak", "inherit")
    return _State(
        gone=above.gone or values.get("display") == "none",
        hidden=above.hidden if visibility == "inherit" else visibility in {"hidden", "collapse"},
        speak=above.speak if speak == "inherit" else speak,
        spelled=values.get("speak-as", above.spelled),
    )
