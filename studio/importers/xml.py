"""XML of a book, parsed without entities, without a network and without trust."""

import re
from html.entities import html5

from lxml import etree

from studio.core.errors import InputError
from studio.importers.markup import Element

_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_NAMES = {b"amp", b"lt", b"gt", b"quot", b"apos"}
_ROOT = re.compile(rb"<[A-Za-z]")
_SUBSET = re.compile(rb"<!DOCTYPE[^>]{0,1000}\[", re.DOTALL)
_PROLOG_BYTES = 64 * 1024
_REPAIR = "Repair it in an e-book editor."
_HOSTILE = "Books need no entity declarations; it is refused for safety."


def parse_xml(data: bytes, where: str) -> Element:
    """Parse a document of the package strictly.

    Raises:
        InputError: it is not well-formed, or declares entities of its own.
    """
    _refuse_entities(data, where)
    try:
        return _strict(data, where)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"the XML is not well-formed ({error})", where=where, hint=_REPAIR) from error


def parse_xhtml(data: bytes, where: str) -> Element | None:
    """Parse a content document: strictly if it is well-formed, else as browsers would.

    Returns:
        Its root, or None if nothing of it can be read.

    Raises:
        InputError: it declares entities of its own.
    """
    _refuse_entities(data, where)
    try:
        return _strict(data, where)
    except (etree.XMLSyntaxError, ValueError) as error:
        if _SUBSET.search(data[:_PROLOG_BYTES].replace(b"\0", b"")):
            raise InputError("the document declares entities", where=where, hint=_HOSTILE) from error
    encoding = None if data.startswith((b"\xff\xfe", b"\xfe\xff")) else _declared_encoding(data)
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=encoding
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _strict(data: bytes, where: str) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = etree.fromstring(_NAMED.sub(_numeric, data), parser)
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and any(True for _ in subset.iterentities()):
        raise InputError("the document declares entities", where=where, hint=_HOSTILE)
    return root


def _refuse_entities(data: bytes, where: str) -> None:
    flat = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    root = _ROOT.search(flat)
    if b"<!ENTITY" in flat[: root.start() if root else len(flat)]:
        raise InputError("the document declares entities", where=where, hint=_HOSTILE)


def _numeric(match: re.Match[bytes]) -> bytes:
    name = match.group(1)
    text = None if name in _XML_NAMES else html5.get(f"{name.decode('ascii')};")
    return match.group(0) if text is None else "".join(f"&#{ord(char)};" for char in text).encode("ascii")


def _declared_encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"(?:encoding|charset)\s*=\s*[\"']?([A-Za-z0-9._-]{2,32})", data[:1024])
        name = declared.group(1).decode("ascii").lower() if declared else ""
        return name if name in {"iso-8859-1", "iso-8859-15", "windows-1251", "windows-1250"} else "windows-1252"
    return "utf-8"
