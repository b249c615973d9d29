"""The package document (OPF) of an EPUB: what files the book has, in what order they are read, and what it is called.

Sources: EPUB 3.3 §5 and §6 (package document, container), OPF 2.0.1 for EPUB 2.
"""

import posixpath
from dataclasses import dataclass, field

from studio.core.errors import InputError
from studio.importers.archive import Archive, resolve
from studio.importers.epub.metadata import read_metadata
from studio.importers.markup import Element, attribute, local_name
from studio.importers.xml import parse_xml
from studio.manuscript.model import Cover, Metadata

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_RIGHTS = ("META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl")
_FONT_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_TEXT_SUFFIXES = (".xhtml", ".html", ".htm", ".xml", ".opf", ".ncx")
_PACKAGE_TYPE = "application/oebps-package+xml"
_NCX_TYPE = "application/x-dtbncx+xml"
_DOCUMENT_TYPES = frozenset({
    "application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document", "application/xml",
})  # fmt: skip
_MAX_COVER_BYTES = 10 * 1024 * 1024
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_DAMAGED = "Repair it in an e-book editor, or get it again from the publisher."


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the manifest: its path in the container, media type, properties, and the id of its Media Overlay."""

    path: str
    media_type: str
    properties: frozenset[str]
    media_overlay: str = ""


@dataclass(slots=True)
class Package:
    """What the package document says.

    Attributes:
        folder: folder of the package document, which its hrefs start from.
        metadata: title, author and so on.
        items: the manifest by id, without items outside of the container.
        spine: paths of the content documents in reading order, each with whether it belongs to the main flow.
        navigation: path of the EPUB 3 navigation document, or empty.
        ncx: path of the EPUB 2 table of contents, or empty.
        guide: types of guide references by path and fragment.
        cover_id: id of the cover picture, or empty.
        lexicon_languages: languages that documents give the pronunciation lexicons they link, by path.
        warnings: what could not be taken as it stands.
    """

    folder: str
    metadata: Metadata
    items: dict[str, Item]
    spine: list[tuple[str, bool]] = field(default_factory=list)
    navigation: str = ""
    ncx: str = ""
    guide: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    cover_id: str = ""
    lexicon_languages: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def refuse_protected(archive: Archive, where: str) -> None:
    """Refuse a book whose text is encrypted. Obfuscated fonts are no protection of the text.

    Raises:
        InputError: it is protected by DRM.
    """
    protected = any(name in archive for name in _RIGHTS)
    if _ENCRYPTION in archive and not protected:
        try:
            root = parse_xml(archive.read(_ENCRYPTION), f"{where}, {_ENCRYPTION}")
        except InputError:
            protected = True
        else:
            methods = [e for e in root.iter() if local_name(e) == "encryptionmethod"]
            data = [e for e in root.iter() if local_name(e) == "encrypteddata"]
            targets = [attribute(e, "URI").lower() for e in root.iter() if local_name(e) == "cipherreference"]
            protected = (
                len(methods) < len(data)
                or any(attribute(method, "Algorithm") not in _FONT_OBFUSCATION for method in methods)
                or any(target.endswith(_TEXT_SUFFIXES) for target in targets)
            )
    if protected:
        raise InputError(
            "the book is protected by DRM and cannot be imported",
            where=where,
            hint="Get a copy without DRM from the author or publisher.",
        )


def read_package(archive: Archive, where: str) -> Package:
    """Read the package document.

    Raises:
        InputError: it is missing, damaged, hostile, or names no text.
    """
    opf_path = _find_package(archive, where)
    root = parse_xml(archive.read(opf_path), f"{where}, {opf_path}")
    folder = posixpath.dirname(opf_path)
    sections = {local_name(child): child for child in reversed(root)}
    metadata, languages = read_metadata(root, sections.get("metadata"))
    package = Package(folder=folder, metadata=metadata, items={}, warnings=languages)
    _read_manifest(package, sections.get("manifest"))
    _read_spine(package, sections.get("spine"))
    _read_guide(package, sections.get("guide"))
    package.cover_id = _cover_id(package, sections.get("metadata"))
    if not package.spine and any(item.media_type.startswith("image/") for item in package.items.values()):
        raise InputError("the pages of the book are pictures", where=where, hint="Run text recognition (OCR) first.")
    if not package.spine:
        raise InputError("the book names no text to read (its spine is empty)", where=where, hint=_DAMAGED)
    return package


def read_cover(archive: Archive, package: Package) -> Cover | None:
    """The cover picture, if it is a JPEG or PNG of at most 10 MB; else a warning is left in the package."""
    item = package.items.get(package.cover_id)
    if item is None:
        return None
    if item.path not in archive:
        package.warnings.append(f"The cover picture '{item.path}' is missing.")
        return None
    try:
        data = archive.read(item.path, max_bytes=_MAX_COVER_BYTES)
    except InputError as error:
        package.warnings.append(f"The cover picture was not imported: {error.message}.")
        return None
    media_type = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")
    if not media_type:
        package.warnings.append(f"The cover picture '{item.path}' was not imported: it is neither JPEG nor PNG.")
        return None
    return Cover(media_type=media_type, data=data)


def _find_package(archive: Archive, where: str) -> str:
    if _CONTAINER in archive:
        root = parse_xml(archive.read(_CONTAINER), f"{where}, {_CONTAINER}")
        for element in root.iter():
            if local_name(element) == "rootfile" and attribute(element, "media-type") in {_PACKAGE_TYPE, ""}:
                target = resolve("", attribute(element, "full-path"))
                if target is None:
                    raise InputError("the container points to a file outside of itself", where=where, hint=_DAMAGED)
                if target[0] in archive:
                    return target[0]
    packages = [name for name in archive.names if name.lower().endswith(".opf")]
    if len(packages) != 1:
        raise InputError("this zip file is no EPUB: it has no package document", where=where, hint=_DAMAGED)
    return packages[0]


def _read_manifest(package: Package, manifest: Element | None) -> None:
    for element in manifest if manifest is not None else ():
        if local_name(element) != "item":
            continue
        href, key = attribute(element, "href"), attribute(element, "id")
        target = resolve(package.folder, href)
        if target is None:
            if not href.lower().startswith(("http://", "https://")):  # remote media are allowed, and not needed
                package.warnings.append(f"The book names a file outside of itself, which was not read: '{href[:120]}'.")
            continue
        package.items[key] = Item(
            path=target[0],
            media_type=attribute(element, "media-type").lower(),
            properties=frozenset(attribute(element, "properties").split()),
            media_overlay=attribute(element, "media-overlay"),
        )
    package.navigation = next((item.path for item in package.items.values() if "nav" in item.properties), "")


def _read_spine(package: Package, spine: Element | None) -> None:
    ncx = package.items.get(attribute(spine, "toc")) if spine is not None else None
    if ncx is None or ncx.media_type in _DOCUMENT_TYPES - {"application/xml"}:
        ncx = next((item for item in package.items.values() if item.media_type == _NCX_TYPE), None)
    package.ncx = ncx.path if ncx else ""
    seen: set[str] = set()
    for element in spine if spine is not None else ():
        if local_name(element) != "itemref":
            continue
        key = attribute(element, "idref")
        item = package.items.get(key)
        if item is None:
            package.warnings.append(f"The reading order names '{key[:120]}', which the book does not have.")
        elif item.path not in seen and item.media_type in _DOCUMENT_TYPES:
            seen.add(item.path)
            package.spine.append((item.path, attribute(element, "linear").lower() != "no"))


def _read_guide(package: Package, guide: Element | None) -> None:
    for element in guide if guide is not None else ():
        target = resolve(package.folder, attribute(element, "href"))
        if target is not None and local_name(element) == "reference":
            package.guide.setdefault(target, []).append(attribute(element, "type"))


def _cover_id(package: Package, metadata: Element | None) -> str:
    for key, item in package.items.items():
        if "cover-image" in item.properties:
            return key
    for element in metadata.iter() if metadata is not None else ():
        if local_name(element) == "meta" and attribute(element, "name").lower() == "cover":
            content = attribute(element, "content")
            by_path = next((key for key, item in package.items.items() if item.path.endswith(content)), "")
            return content if content in package.items else by_path if content else ""
    return next(
        (
            key for key, item in package.items.items()
            if item.media_type.startswith("image/") and "cover" in f"{key} {posixpath.basename(item.path)}".lower()
        ),
        "",
    )  # fmt: skip
