"""What is read of a Word document under revision: its text as if every tracked change had been accepted."""

from typing import Final

from studio.importers.markup import Element, local_name

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES: Final = frozenset({"ins", "del", "movefrom", "moveto"})
_GONE: Final = frozenset(
    {"del", "movefrom", "commentreference", "annotationref", "instrtext", "deltext", "pict", "object"}
)
_NOTES: Final = {"footnotereference": "footnote", "endnotereference": "endnote"}


def accept_changes(document: Element) -> list[str]:
    """Make of a document what is read: changes accepted, hidden text, notes and comments gone, drop caps joined."""
    counts: dict[str, int] = {}
    changes = _drop_deleted_rows(document) + _join_paragraphs(document)
    for element in list(document.iter()):
        name = local_name(element)
        parent = element.getparent()
        if parent is None:
            continue
        if name in _CHANGES and local_name(parent) != "rpr":
            changes += 1
        if name in _GONE or (name == "r" and _is_hidden(element)):
            parent.remove(element)
        elif name in _NOTES:
            kind = _NOTES[name]
            counts[kind] = counts.get(kind, 0) + 1
            parent.remove(element)
        elif name == "moveto":
            at = parent.index(element)
            parent[at : at + 1] = list(element)
    _join_drop_caps(document)
    warnings = [f"Left out: {count} × {kind}." for kind, count in sorted(counts.items())]
    return [*warnings, *([f"{changes} tracked changes were read as accepted."] if changes else [])]


def _drop_deleted_rows(document: Element) -> int:
    """Take out table rows whose deletion was tracked; how many there were."""
    rows = [row for row in document.iter(f"{_W}tr") if row.find(f"{_W}trPr/{_W}del") is not None]
    for row in rows:
        table = row.getparent()
        table.remove(row)
        if table.find(f"{_W}tr") is None and table.getparent() is not None:
            table.getparent().remove(table)
    return len(rows)


def _join_paragraphs(document: Element) -> int:
    """Join paragraphs with the one below where the end of a paragraph was deleted or moved; how many there were."""
    count = 0
    for paragraph in list(document.iter(f"{_W}p")):
        marks = [paragraph.find(f"{_W}pPr/{_W}rPr/{_W}{change}") for change in ("del", "moveFrom")]
        if marks == [None, None]:
            continue
        count += 1
        following = paragraph.getnext()
        if following is None or local_name(following) != "p":
            for mark in marks:  # nothing to join: the paragraph ends here all the same
                if mark is not None:
                    mark.getparent().remove(mark)
            continue
        at = 1 if len(following) and local_name(following[0]) == "ppr" else 0
        following[at:at] = [child for child in paragraph if local_name(child) != "ppr"]
        paragraph.getparent().remove(paragraph)
    return count


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _join_drop_caps(document: Element) -> None:
    for frame in list(document.iter(f"{_W}framePr")):
        if frame.get(f"{_W}dropCap", "none") == "none":
            continue
        paragraph = frame.getparent().getparent()
        following = paragraph.getnext() if paragraph is not None else None
        if following is None or local_name(following) != "p":
            continue
        at = 1 if len(following) and local_name(following[0]) == "ppr" else 0
        following[at:at] = [child for child in paragraph if local_name(child) != "ppr"]
        paragraph.getparent().remove(paragraph)
