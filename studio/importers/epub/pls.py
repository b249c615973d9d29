"""Pronunciation lexicons in W3C PLS 1.0 (https://www.w3.org/TR/pronunciation-lexicon/)."""

from typing import Final

from studio.core.errors import InputError
from studio.importers.markup import Element
from studio.importers.xml import parse_xml
from studio.importers.xsampa import ipa_of_xsampa
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech
from studio.manuscript.lexicon.tables import EXACT_CASE, MAX_ENTRIES, PLS_NAMESPACE, ROLE_NAMESPACE

MAX_PLS_BYTES: Final = 16 * 1024 * 1024
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_ROLES: Final = {f"{{{ROLE_NAMESPACE}}}{part}": part for part in PartOfSpeech}
_EXACT_CASE: Final = f"{{{ROLE_NAMESPACE}}}{EXACT_CASE}"


def read_pls(data: bytes, where: str, language: str = "") -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Read a lexicon: its entries, and sentences about lexemes that were left out.

    Of several pronunciations the preferred one counts, else the first. Left out are lexemes in another alphabet than
    IPA and X-SAMPA, with roles that are not ours, without a pronunciation, or with one that is not usable.

    Args:
        data: the document.
        where: its name, for the sentences.
        language: BCP 47 tag of its words, if it does not say itself.

    Raises:
        InputError: it is no lexicon, too long, not well-formed, or has a document type declaration.
    """
    if len(data) > MAX_PLS_BYTES:
        raise InputError(f"the lexicon is larger than {MAX_PLS_BYTES // 1024**2} MB", where=where, hint="Divide it.")
    root = parse_xml(data, where)
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            "the lexicon has a document type declaration", where=where, hint="Lexicons need none: take it out."
        )
    if root.tag != f"{{{PLS_NAMESPACE}}}lexicon":
        raise InputError("the file is no pronunciation lexicon", where=where, hint="Give one in W3C PLS 1.0.")
    entries: list[Entry] = []
    left_out: list[str] = []
    for lexeme in root.iterchildren(f"{{{PLS_NAMESPACE}}}lexeme"):
        for written in _texts(lexeme, "grapheme") or [""]:
            if len(entries) == MAX_ENTRIES:
                raise InputError(f"there are more than {MAX_ENTRIES:,} entries", where=where, hint="Divide the file.")
            try:
                entries.append(_entry(lexeme, written, root.get(_LANGUAGE) or language, root.get("alphabet", "")))
            except InputError as error:
                left_out.append(f"{where}: '{written[:60]}' is left out: {error.message}.")
    return tuple(entries), tuple(left_out)


def _entry(lexeme: Element, written: str, language: str, alphabet: str) -> Entry:
    part, exact_case = _conditions(lexeme)
    said = _pronunciation(lexeme)
    if said is None:
        raise InputError("it has no pronunciation")
    text = "".join(said.itertext())
    if said.tag == f"{{{PLS_NAMESPACE}}}alias":
        return Entry(written, Notation.ALIAS, text, language, exact_case, part)
    used = said.get("alphabet", alphabet)
    if used.lower() in {"x-sampa", "xsampa"}:
        text = ipa_of_xsampa(text)
    elif used.lower() != "ipa":
        raise InputError(f"its alphabet is '{used[:60]}', neither IPA nor X-SAMPA")
    return Entry(written, Notation.IPA, text, language, exact_case, part)


def _pronunciation(lexeme: Element) -> Element | None:
    found = [child for child in lexeme if child.tag in {f"{{{PLS_NAMESPACE}}}{name}" for name in ("phoneme", "alias")}]
    return next((child for child in found if child.get("prefer") == "true"), found[0] if found else None)


def _conditions(lexeme: Element) -> tuple[PartOfSpeech | None, bool]:
    part, exact_case = None, False
    for name in lexeme.get("role", "").split():
        prefix, _, local = name.rpartition(":")
        role = f"{{{lexeme.nsmap.get(prefix or None, '')}}}{local}"
        if role == _EXACT_CASE:
            exact_case = True
        elif role in _ROLES and part is None:
            part = _ROLES[role]
        else:
            raise InputError(f"its role '{name[:60]}' is not known here")
    return part, exact_case


def _texts(lexeme: Element, name: str) -> list[str]:
    return ["".join(child.itertext()) for child in lexeme.iterchildren(f"{{{PLS_NAMESPACE}}}{name}")]
