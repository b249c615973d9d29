"""What elements of XHTML mean for the ear: the tests behind the policy in docs/import-policy.md."""

import re
from typing import Any, Final, TypeAlias

Element: TypeAlias = Any
"""An element of an lxml tree; lxml carries no type hints."""

OPS: Final = "{http://www.idpf.org/2007/ops}"
_SSML: Final = "{http://www.w3.org/2001/10/synthesis}"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

NEVER_SPOKEN: Final = frozenset({
    "head", "script", "style", "template", "noscript", "audio", "video", "iframe", "canvas", "map", "embed", "button",
    "input", "select", "textarea", "rt", "rp", "rtc", "colgroup", "link", "meta", "track", "source", "param",
})  # fmt: skip
BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "html", "legend", "li", "main", "menu", "nav", "object", "ol", "p", "pre", "search", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HEADING_TYPES = frozenset({"title", "subtitle", "ordinal", "bridgehead", "fulltitle", "halftitle", "z3998:ordinal"})
_HEADING_CLASS = re.compile(r"(?:chap(?:ter)?[-_]?(?:title|number|num|no|head|heading)|heading[-_]?[1-6]?|h[1-6])")
_BODY_LEVEL = 6
_CLASS_LEVEL = 2

_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_PAGE_CLASS = re.compile(r"(?:x-ebookmaker-)?page-?(?:num(?:ber)?|no|break)s?", re.IGNORECASE)
_NOTE_TYPES = frozenset({
    "footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "doc-footnote", "doc-endnote",
    "doc-endnotes",
})  # fmt: skip
_NOTE_CLASS = re.compile(r"(?:foot|end|rear)notes?(?:-item|-body|-text|-block|-list)?", re.IGNORECASE)
_REFERENCE_CLASS = re.compile(r"(?:foot|end)?-?note-?(?:ref|link|call|anchor)|fn-?ref|fnanchor|noteref", re.IGNORECASE)
_REFERENCE_TYPES = frozenset({"noteref", "doc-noteref", "annoref", "backlink", "doc-backlink", "referrer"})
_BACKLINK_CLASS = re.compile(r"(?:foot|end)?note-?back(?:ref|link)|reversefootnote", re.IGNORECASE)
_MAX_MARKER_CHARS = 40
_MAX_DROP_CAP_CHARS = 2
_MARKER = re.compile(r"\[?\(?(?:\d{1,4}|[*†‡§¶#]{1,4}|[ivxl]{1,6}|[a-z])\)?\]?\.?", re.IGNORECASE)
_BRACKETED = re.compile(r"\[(?:\d{1,4}|[*†‡§¶#]{1,4}|[ivxl]{1,6}|[a-z]|fn\s?\d+|note\s\d+)\]", re.IGNORECASE)
_SYMBOLS = re.compile(r"[*†‡§¶↩⏎^↑]+\ufe0e?")
_VERSE = re.compile(r"(?:z3998:)?(?:poem|verse|stanza|poetry|song|hymn|lyrics|linegroup|line-group)s?", re.IGNORECASE)
_QUOTED = re.compile(
    r"(?:z3998:)?(?:epigraph|letter|postcard|telegram|diary-entry|correspondence|inscription)s?",
    re.IGNORECASE,
)
_DIVISIONS = frozenset({"body", "html", "section", "article", "main"})
_BREAK_CLASS = re.compile(
    r"(?:scene|section|thought|text|space|context|line|blank)?[-_]?(?:break|space|separator|divider)|asterism"
    r"|ornament|fleuron|dinkus|tb|sb|blankline|transition",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(r"ornament|fleuron|asterism|divider|separator|scene-?break|dinkus|vignette", re.IGNORECASE)
_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|svg|webp|tiff?|bmp)", re.IGNORECASE)
_EMPTY_ALT = re.compile(
    r"(?:an? |the )?(?:image|img|picture|pic|photo|figure|fig|illustration|graphic|cover|cover image|cover page|logo"
    r"|(?:alternative text|description) (?:is )?not available"
    r"|decoration|ornament|drop ?cap|untitled|unknown|null|none|alt|title|icon)?[\s_.:#-]*\d*",
    re.IGNORECASE,
)


def local_name(element: Element) -> str:
    """Name of an element without its namespace, in lower case; empty for comments, instructions and entities."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def attribute(element: Element, name: str) -> str:
    """Value of an attribute, or the empty string."""
    return str(element.get(name) or "")


def semantic_types(element: Element) -> tuple[str, ...]:
    """Tokens of epub:type and role, in lower case."""
    kinds = element.get(f"{OPS}type") or element.get("epub:type") or ""
    return tuple(f"{kinds} {attribute(element, 'role')}".lower().split())


def classes(element: Element) -> tuple[str, ...]:
    """Tokens of the class attribute."""
    return tuple(attribute(element, "class").split())


def is_hidden(element: Element) -> bool:
    """Whether the markup itself hides it from readers or from assistive technology."""
    return (
        element.get("hidden") is not None
        or attribute(element, "aria-hidden").lower() == "true"
        or _HIDDEN_STYLE.search(attribute(element, "style")) is not None
    )


def language(element: Element) -> str | None:
    """The language an element says its text is in; empty for one that is not known, None where it says nothing."""
    stated = element.get(_XML_LANGUAGE)
    if stated is None:
        stated = element.get("xml:lang")  # of documents that are not well-formed
    stated = element.get("lang") if stated is None else stated
    return None if stated is None else str(stated)


def phonetics(element: Element) -> tuple[str, str]:
    """The phonetic alphabet an element names for itself and all in it, in lower case, and its own phonemes."""
    if not element.attrib:
        return "", ""
    alphabet = element.get(f"{_SSML}alphabet") or attribute(element, "ssml:alphabet")
    phonemes = element.get(f"{_SSML}ph") or attribute(element, "ssml:ph")
    return str(alphabet).strip().lower(), str(phonemes).strip()


def label_for_hidden(element: Element) -> str:
    """What an inline element is called (aria-label) all of whose text is hidden from assistive technology."""
    label = attribute(element, "aria-label").strip()
    if not label or local_name(element) in BLOCKS or not len(element) or (element.text or "").strip():
        return ""
    hidden = all(is_hidden(child) and not (child.tail or "").strip() for child in element)
    return label if hidden and "".join(map(str, element.itertext())).strip() else ""


def is_lone_drop_cap(element: Element) -> bool:
    """Whether it is a first letter hidden from assistive technology that nothing beside it says again.

    Well-made books repeat the whole word for those who listen; where they do not, the word would lose its letter.
    """
    letter, tail = _short_text(element), element.tail or ""
    if (
        attribute(element, "aria-hidden").lower() != "true"
        or element.get("hidden") is not None
        or not 0 < len(letter) <= _MAX_DROP_CAP_CHARS
        or not letter[-1:].isupper()
        or not tail[:1].isalpha()
    ):
        return False
    before = element.getprevious()
    parent = element.getparent()
    return before is None and (parent is None or not attribute(parent, "aria-label"))


def is_page_number(element: Element) -> bool:
    """Whether it marks a page of the printed edition."""
    types = semantic_types(element)
    return (
        "pagebreak" in types
        or "doc-pagebreak" in types
        or any(_PAGE_CLASS.fullmatch(name) for name in classes(element))
    )


def is_note_body(element: Element) -> bool:
    """Whether it holds the text of footnotes or endnotes."""
    if not _NOTE_TYPES.isdisjoint(semantic_types(element)):
        return True
    return local_name(element) in BLOCKS and any(_NOTE_CLASS.fullmatch(name) for name in classes(element))


def is_note_reference(element: Element) -> bool:
    """Whether it is the mark that leads to a note, or the mark that leads back from it."""
    types = semantic_types(element)
    if not _REFERENCE_TYPES.isdisjoint(types):
        return True
    name = local_name(element)
    text = _short_text(element)
    marker = _MARKER.fullmatch(text) is not None or _SYMBOLS.fullmatch(text) is not None
    if name in {"a", "sup", "span"} and any(
        _BACKLINK_CLASS.fullmatch(token) or (marker and _REFERENCE_CLASS.fullmatch(token)) for token in classes(element)
    ):
        return True
    if name == "sup":
        links = [child for child in element.iter() if local_name(child) == "a" and "#" in attribute(child, "href")]
        return marker and bool(links)
    if name != "a" or "#" not in attribute(element, "href"):
        return False
    if _BRACKETED.fullmatch(text) or _SYMBOLS.fullmatch(text):
        return True
    return marker and len(element) > 0 and all(local_name(child) == "sup" for child in element)


def _short_text(element: Element) -> str:
    """Text of an element as far as it matters for telling a note mark, which has a few characters."""
    text = ""
    for part in element.itertext():
        text += str(part)
        if len(text) > _MAX_MARKER_CHARS:
            break
    return text.strip()


def note_target(element: Element) -> str:
    """Where a note reference leads (an href), or the empty string."""
    for candidate in element.iter():
        if local_name(candidate) == "a" and "#" in attribute(candidate, "href"):
            return attribute(candidate, "href")
    return ""


def is_verse(element: Element) -> bool:
    """Whether its lines are lines of verse."""
    return any(_VERSE.fullmatch(token) for token in (*semantic_types(element), *classes(element)))


def is_quoted(element: Element) -> bool:
    """Whether it is a letter, an epigraph or the like within a chapter; one with a heading of its own is a chapter."""
    if local_name(element) in _DIVISIONS or local_name(element) not in BLOCKS:
        return False
    quoted = any(_QUOTED.fullmatch(token) for token in (*semantic_types(element), *classes(element)))
    return quoted and not any(heading_level(inner) for inner in element.iter() if local_name(inner))


def is_break(element: Element) -> bool:
    """Whether an element without text stands for a scene break."""
    return any(_BREAK_CLASS.fullmatch(name) for name in classes(element))


def heading_level(element: Element) -> int:
    """Level 1 to 6 of a heading, 0 for anything else.

    Paragraphs marked as titles (epub:type) count as the lowest level, so that they never divide a book; paragraphs of
    a class such as "chapter-title" as the second.
    """
    name = local_name(element)
    if name in _HEADINGS:
        return _HEADINGS[name]
    types = semantic_types(element)
    if "heading" in types:
        level = attribute(element, "aria-level")
        return min(int(level), _BODY_LEVEL) if level.isdecimal() and level != "0" else _CLASS_LEVEL
    if name != "p":
        return 0
    if not _HEADING_TYPES.isdisjoint(types):
        return _BODY_LEVEL
    return _CLASS_LEVEL if any(_HEADING_CLASS.fullmatch(token) for token in classes(element)) else 0


def is_ornament(image: Element) -> bool:
    """Whether a picture only decorates the gap between two scenes."""
    signs = " ".join(attribute(image, name) for name in ("class", "src", "alt"))
    parent = image.getparent()
    return _ORNAMENT.search(signs) is not None or (
        not attribute(image, "alt").strip() and parent is not None and is_break(parent)
    )


def spoken_alt(alt: str) -> str:
    """The description of a picture if it tells a listener something, else the empty string.

    File names, single generic words ("image", "logo 2") and bare numbers tell nothing.
    """
    text = " ".join(alt.split())
    if _FILE_NAME.fullmatch(text) or _EMPTY_ALT.fullmatch(text):
        return ""
    return text
