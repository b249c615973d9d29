"""What an EPUB says about itself: Dublin Core elements with the refinements of EPUB 2 and EPUB 3."""

import re

from studio.importers.blocks import inline_text, parse_fragment
from studio.importers.clean import clean_text
from studio.importers.language import language_tag
from studio.importers.markup import Element, attribute, local_name
from studio.manuscript.model import Metadata

_OPF = "{http://www.idpf.org/2007/opf}"
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_PRODUCED = re.compile(r"T(?!00:00:00)\d\d:\d\d")
_FIRST_EVENTS = ("original-publication", "creation", "publication", "issued")
_MAX_TITLE_CHARS = 500
_MAX_DESCRIPTION_CHARS = 8000


def read_metadata(package: Element, section: Element | None) -> tuple[Metadata, list[str]]:
    """Read the metadata section.

    Args:
        package: root of the package document.
        section: its metadata element; None if it has none.

    Returns:
        What it says (an empty title if it gives none), and warnings.
    """
    elements = [element for element in section.iter() if local_name(element)] if section is not None else []
    refined = _refinements(elements)
    language, warnings = _language(elements)
    metadata = Metadata(
        title=_title(elements, refined)[:_MAX_TITLE_CHARS],
        author=join_names(_authors(elements, refined)),
        language=language,
        year=_year(elements),
        publisher=" and ".join(_texts(elements, "publisher")[:1]),
        identifier=_identifier(package, elements),
        description=_plain(next(iter(_raw(elements, "description")), ""))[:_MAX_DESCRIPTION_CHARS],
    )
    return metadata, warnings


def join_names(names: list[str]) -> str:
    """Names as a sentence has them: "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _own_text(element: Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _raw(elements: list[Element], name: str) -> list[str]:
    return [text for e in elements if local_name(e) == name and (text := _own_text(e).strip())]


def _texts(elements: list[Element], name: str) -> list[str]:
    return [text for raw in _raw(elements, name) if (text := clean_text(raw))]


def _refinements(elements: list[Element]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for element in elements:
        target = attribute(element, "refines").removeprefix("#")
        if local_name(element) == "meta" and target:
            found.setdefault(target, {}).setdefault(attribute(element, "property"), clean_text(_own_text(element)))
    return found


def _title(elements: list[Element], refined: dict[str, dict[str, str]]) -> str:
    titles: dict[str, str] = {}
    plain: list[str] = []
    for element in elements:
        text = clean_text(_own_text(element))
        if local_name(element) != "title" or not text:
            continue
        plain.append(text)
        kind = refined.get(attribute(element, "id"), {}).get("title-type", "")
        titles.setdefault(kind, text)
    main = titles.get("main") or next(iter(plain), "")
    subtitle = titles.get("subtitle", "")
    if not subtitle or subtitle.casefold() in main.casefold():
        return main
    return f"{main}{' ' if main.endswith((':', '?', '!', '—')) else ': '}{subtitle}"


def _authors(elements: list[Element], refined: dict[str, dict[str, str]]) -> list[str]:
    creators: list[tuple[int, str, str]] = []
    for element in elements:
        name = clean_text(_own_text(element))
        if local_name(element) != "creator" or not name:
            continue
        refinement = refined.get(attribute(element, "id"), {})
        role = attribute(element, f"{_OPF}role") or attribute(element, "opf:role") or refinement.get("role", "")
        order = refinement.get("display-seq", "")
        creators.append((int(order) if order.isdecimal() else len(creators) + 1, name, role.casefold()))
    creators.sort(key=lambda creator: creator[0])
    authors = [name for _, name, role in creators if role in {"", "aut"}]
    return list(dict.fromkeys(authors or [name for _, name, _ in creators]))


def _language(elements: list[Element]) -> tuple[str, list[str]]:
    stated = next(iter(_texts(elements, "language")), "")
    tag = language_tag(stated)
    if tag:
        return tag, []
    said = f"is stated as '{stated[:40]}'" if stated else "is not stated"
    return "en", [f"The language of the book {said}; English is assumed."]


def _year(elements: list[Element]) -> str:
    dated: list[tuple[str, str]] = []
    for element in elements:
        name, text = local_name(element), clean_text(_own_text(element))
        if name == "date":
            dated.append((attribute(element, f"{_OPF}event") or "date", text))
        elif name == "meta" and attribute(element, "property") in {"dcterms:issued", "dcterms:created"}:
            dated.append(("original-publication", text))
    dated = [(event.casefold(), text) for event, text in dated if _YEAR.search(text)]
    for wanted in _FIRST_EVENTS:
        for event, text in dated:
            if event == wanted:
                return _first_year(text)
    # A date with a time of day is when the file was made, not when the book came out.
    return next((_first_year(text) for event, text in dated if event == "date" and not _PRODUCED.search(text)), "")


def _first_year(text: str) -> str:
    match = _YEAR.search(text)
    return match.group(1) if match else ""


def _identifier(package: Element, elements: list[Element]) -> str:
    wanted = attribute(package, "unique-identifier")
    identifiers = [
        (attribute(e, "id"), text)
        for e in elements
        if local_name(e) == "identifier" and (text := clean_text(_own_text(e)))
    ]
    return next((text for key, text in identifiers if key == wanted), identifiers[0][1] if identifiers else "")


def _plain(text: str) -> str:
    if "<" not in text:
        return clean_text(text)
    root = parse_fragment(text)
    return inline_text(root) if root is not None else ""
