"""Front and back matter: what a division of a book is, judged by its markup, its title and its text.

Vocabularies: EPUB Structural Semantics 1.1 (`epub:type`), DPUB-ARIA 1.1 (`doc-*` roles), OPF 2.0.1 §2.6 (guide types).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.manuscript.model import SPOKEN_BY_DEFAULT, Block, BlockKind, ChapterKind

K = ChapterKind

_TYPES: dict[str, ChapterKind] = {
    "abstract": K.INTRODUCTION, "acknowledgments": K.ACKNOWLEDGEMENTS, "acknowledgements": K.ACKNOWLEDGEMENTS,
    "afterword": K.AFTERWORD, "appendix": K.APPENDIX, "bibliography": K.BIBLIOGRAPHY, "biblioentry": K.BIBLIOGRAPHY,
    "chapter": K.CHAPTER, "colophon": K.COLOPHON, "conclusion": K.CHAPTER, "contributors": K.IMPRINT,
    "copyright-page": K.COPYRIGHT, "copyright": K.COPYRIGHT, "cover": K.COVER, "credits": K.IMPRINT,
    "dedication": K.DEDICATION, "endnotes": K.NOTES, "footnotes": K.NOTES, "rearnotes": K.NOTES, "notes": K.NOTES,
    "epigraph": K.EPIGRAPH, "epilogue": K.EPILOGUE, "errata": K.NOTES, "foreword": K.FOREWORD,
    "glossary": K.GLOSSARY, "halftitlepage": K.HALF_TITLE, "halftitle": K.HALF_TITLE, "imprimatur": K.IMPRINT,
    "imprint": K.IMPRINT, "index": K.INDEX, "introduction": K.INTRODUCTION, "landmarks": K.CONTENTS,
    "loa": K.ILLUSTRATIONS, "loi": K.ILLUSTRATIONS, "lot": K.ILLUSTRATIONS, "lov": K.ILLUSTRATIONS,
    "other-credits": K.IMPRINT, "part": K.PART, "preamble": K.INTRODUCTION, "preface": K.PREFACE,
    "prologue": K.PROLOGUE, "seriespage": K.ADVERTISEMENT, "title-page": K.TITLE_PAGE, "titlepage": K.TITLE_PAGE,
    "toc": K.CONTENTS, "page-list": K.CONTENTS, "volume": K.PART,
}  # fmt: skip

_GUIDE_ONLY: dict[str, ChapterKind] = {"other.copyright": K.COPYRIGHT, "other.about-the-author": K.ABOUT}

_TITLES: dict[ChapterKind, str] = {
    K.PROLOGUE: "prologue|prolog|prólogo|prologo",
    K.EPILOGUE: "epilogue|epilog|épilogue|epílogo|epilogo",
    K.INTRODUCTION: "introduction|introductory|einleitung|einführung|introducción|introduzione",
    K.PREFACE: "preface|vorwort|préface|prefacio|prefazione",
    K.FOREWORD: "foreword|geleitwort|avant-propos",
    K.AFTERWORD: "afterword|postscript|nachwort|postface",
    K.EPIGRAPH: "epigraph|épigraphe|motto",
    K.DEDICATION: "dedication|widmung|dédicace|dedicatoria|dedica",
    K.ACKNOWLEDGEMENTS: "acknowledgements|acknowledgments|acknowledgement|acknowledgment|danksagung|dank|remerciements"
    "|agradecimientos|ringraziamenti|thanks",
    K.COVER: "cover|front cover|cover page|book cover|umschlag|couverture|cubierta|copertina",
    K.TITLE_PAGE: "title page|titlepage|titelseite|page de titre|portada|frontespizio",
    K.HALF_TITLE: "half title|half-title|half title page|halftitle|halftitlepage|half titlepage|schmutztitel"
    "|faux titre",
    K.IMPRINT: "imprint|impressum|credits|production notes|production credits",
    K.COPYRIGHT: "copyright|copyright page|copyright notice|copyright information|legal notice|mentions légales"
    "|urheberrecht|derechos",
    K.LICENCE: "licence|license|uncopyright|full license|the full project gutenberg license|project gutenberg license",
    K.CONTENTS: "contents|table of contents|the contents|toc|inhalt|inhaltsverzeichnis|table des matières|sommaire"
    "|índice|contenido|indice|sommario|landmarks|list of chapters",
    K.ILLUSTRATIONS: "list of illustrations|illustrations|list of figures|list of tables|list of maps|list of plates"
    "|figures|abbildungsverzeichnis|table des illustrations",
    K.NOTES: "notes|endnotes|footnotes|end notes|notes and references|anmerkungen|fußnoten|endnoten|notas|note al testo"
    "|transcriber's note|transcriber's notes|transcribers note|transcribers notes|transcription notes",
    K.BIBLIOGRAPHY: "bibliography|works cited|references|further reading|selected bibliography|select bibliography"
    "|literatur|literaturverzeichnis|bibliographie|bibliografía|bibliografia|sources",
    K.GLOSSARY: "glossary|glossar|glossaire|glosario|glossario",
    K.INDEX: "index|index of names|general index|register|personenregister",
    K.ABOUT: "about the author|about the authors|about the publisher|about the translator|about the editor"
    "|about the illustrator|über den autor|über die autorin|à propos de l'auteur|sobre el autor|author biography",
    K.ADVERTISEMENT: "also available|other books|more books|advertisement|advertisements|praise|coming soon|newsletter"
    "|books by the same author|by the same author|from the same author|du même auteur",
    K.COLOPHON: "colophon|kolophon|colofón|about this ebook|about this edition|a note on the type",
}  # fmt: skip

_TITLE_KINDS: dict[str, ChapterKind] = {name: kind for kind, names in _TITLES.items() for name in names.split("|")}

_TITLE_STARTS: tuple[tuple[ChapterKind, re.Pattern[str]], ...] = (
    (K.PROLOGUE, re.compile(r"(prologue|prolog|prólogo)\s*[:.—–-]")),
    (K.EPILOGUE, re.compile(r"(epilogue|epilog|épilogue)\s*[:.—–-]")),
    (K.INTRODUCTION, re.compile(r"(introduction\s*[:.—–-]|introduction (to|by) |author's introduction)")),
    (K.PREFACE, re.compile(r"(preface\s*[:.—–-]|preface (to|by) |author's preface|translator's preface)")),
    (K.FOREWORD, re.compile(r"foreword\s*([:.—–-]|(to|by) )")),
    (K.AFTERWORD, re.compile(r"afterword\s*([:.—–-]|(to|by) )")),
    (K.APPENDIX, re.compile(r"(appendix|anhang|annexe|apéndice|appendice)\b")),
    (K.ABOUT, re.compile(r"about the (author|publisher|translator|editor|illustrator)s?\b")),
    (K.ADVERTISEMENT, re.compile(r"(also|other (books|works|titles)|more (books|titles)|books) (by|from) ")),
    (K.ADVERTISEMENT, re.compile(r"((advance )?praise for|an excerpt from|excerpt from) ")),
    (K.NOTES, re.compile(r"notes (to|on) (chapter|the text)|transcriber['’]?s? notes?")),
    (K.LICENCE, re.compile(r"(the )?(full )?project gutenberg.{0,12} licen[cs]e")),
)

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    "|last|final"
)
_ROMAN = r"(?=[ivxlcdm]+\b)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_ORDINAL = rf"(?:\d{{1,4}}|{_ROMAN}|(?:{_NUMBER_WORDS})(?:[\s-](?:{_NUMBER_WORDS}))?)"
_PART_TITLE = re.compile(
    rf"(?:(?:part|book|volume|vol\.?|act|teil|buch|band|partie|livre|parte|libro)\s+(?:the\s+)?{_ORDINAL}\b"
    rf"|(?:first|second|third|fourth|fifth|erster|zweiter|dritter) (?:part|book|volume|teil))"
)
_CHAPTER_TITLE = re.compile(
    rf"(?:(?:chapter|chap\.?|kapitel|chapitre|capítulo|capitolo|letter|canto|scene|stave)\s+(?:the\s+)?{_ORDINAL}\b|{_ORDINAL}\s*(?:[.:)—–-]|$))"
)
_BARE_ORDINAL = re.compile(rf"(?:\d{{1,4}}|{_ROMAN})\.?")
_NUMBERED_WORD = re.compile(
    rf"(?:(?:chapter|chap\.?|kapitel|chapitre|capítulo|capitolo|part|book|volume|vol\.?|act|teil|buch|band|partie|livre"
    rf"|parte|libro|letter|canto|scene|stave)\s+(?:the\s+)?{_ORDINAL}|{_ORDINAL})\s*[.:]?"
)
_SCENE_BREAK = re.compile(r"[\s*＊∗⁎⁂※•·∙●○◦◆◇■□#~–—_=.\-xX†‡§❦❧☙✦✧✶✻✽✾❖❀❁⸙⁕⸻]+")
_SCENE_BREAK_MARKS = re.compile(
    r"[*＊∗⁎⁂※•·∙●○◦◆◇■□#~†‡§❦❧☙✦✧✶✻✽✾❖❀❁⸙⁕]|[-–—_=]\s*[-–—_=]\s*[-–—_=]|(?:[xX.]\s+){2}[xX.]$|^⸻$"
)
_COPYRIGHT_MARKS = (
    "all rights reserved", "isbn", "copyright (c)", "©", "library of congress", "first published",
    "published by", "no part of this publication", "no part of this book", "printed in", "work of fiction",
    "cataloging-in-publication", "cataloguing in publication", "moral right", "alle rechte vorbehalten",
    "tous droits réservés",
)  # fmt: skip
_LICENCE_MARKS = ("creative commons", "cc0", "project gutenberg license", "terms of use", "gnu free documentation")
_CONTENTS_LINE = re.compile(rf"(?:(?:chapter|part|book)?\s*{_ORDINAL}\b.*|.*[\s.…]\d{{1,4}})")

_SHORT_KINDS = frozenset({
    K.COVER, K.TITLE_PAGE, K.HALF_TITLE, K.IMPRINT, K.DEDICATION, K.CONTENTS, K.EPIGRAPH, K.ILLUSTRATIONS,
})  # fmt: skip
_MAX_SHORT_WORDS = 3000  # a chapter that is merely called "Dedication" or follows a list of contents without a heading
_MAX_COPYRIGHT_WORDS = 900
_MAX_TITLE_PAGE_WORDS = 60
_MAX_PART_PAGE_WORDS = 120
_MIN_CONTENTS_LINES = 4


class Place(StrEnum):
    """Where in the book a division stands."""

    FRONT = "front"
    BODY = "body"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a division before it is judged.

    Attributes:
        title: as the table of contents or its heading has it.
        types: epub:type tokens, doc-* roles and landmark types, most telling first.
        guide: types of OPF 2 guide references to it.
        blocks: what stands in it.
        book_title: title of the whole book.
        place: before, in or after the chapters.
        encloses: other divisions stand inside it.
        listed: the table of contents names it.
    """

    title: str
    types: Sequence[str] = ()
    guide: Sequence[str] = ()
    blocks: Sequence[Block] = ()
    book_title: str = ""
    place: Place = Place.BODY
    encloses: bool = False
    listed: bool = False


def fold_title(title: str) -> str:
    """A title for comparison: lower case, one kind of apostrophe, no outer punctuation, white space folded."""
    text = unicodedata.normalize("NFKC", title).casefold().replace("’", "'").replace("\u2011", "-")
    return " ".join(text.split()).strip(' .:;,-–—*_[]()"“”')


def bare_words(text: str) -> str:
    """Only the letters and digits of a text, in lower case: equal for two typings of the same words."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def is_book_title(text: str, book_title: str) -> bool:
    """Whether a text is the title of the book, with or without its subtitle."""
    said = bare_words(text)
    return bool(said) and said in {bare_words(book_title), bare_words(book_title.partition(":")[0])}


def kind_from_types(types: Iterable[str]) -> ChapterKind | None:
    """What the first known epub:type token or doc-* role says."""
    for token in types:
        kind = _TYPES.get(token.casefold().removeprefix("doc-"))
        if kind is not None:
            return kind
    return None


def kind_from_guide(types: Iterable[str]) -> ChapterKind | None:
    """What the first known OPF guide type says ("text" says nothing)."""
    for token in types:
        name = token.casefold()
        kind = _GUIDE_ONLY.get(name) or _TYPES.get(name.removeprefix("other."))
        if kind is not None:
            return kind
    return None


def kind_from_title(title: str) -> ChapterKind | None:
    """What a title says by itself; None for a chapter's own title."""
    folded = fold_title(title)
    kind = _TITLE_KINDS.get(folded)
    if kind is not None:
        return kind
    return next((kind for kind, start in _TITLE_STARTS if start.match(folded)), None)


def is_part_title(title: str) -> bool:
    """Whether a title reads like that of a part: "Part One", "Book II: The Return"."""
    return _PART_TITLE.match(fold_title(title)) is not None


def is_chapter_title(title: str) -> bool:
    """Whether a title reads like that of a numbered chapter: "Chapter 3", "IV. The Arrival", "12"."""
    return _CHAPTER_TITLE.match(fold_title(title) + (":" if title.rstrip().endswith((".", ":")) else "")) is not None


def is_bare_ordinal(title: str) -> bool:
    """Whether a title is nothing but a numeral: "IV", "12."."""
    return _BARE_ORDINAL.fullmatch(title.strip().casefold()) is not None and not _is_mixed_case(title)


def is_ordinal(title: str) -> bool:
    """Whether a title only counts ("Chapter I", "Part Two", "IV.", "Three") and names nothing."""
    text = fold_title(title)
    return _NUMBERED_WORD.fullmatch(text) is not None and not (_BARE_ORDINAL.fullmatch(text) and _is_mixed_case(title))


def _is_mixed_case(title: str) -> bool:
    """Tells the word "Mix" from the numeral "MIX"."""
    return not (title.isupper() or title.islower() or not any(char.isalpha() for char in title))


def is_scene_break(text: str) -> bool:
    """Whether a line is an ornament between two scenes ("* * *", "#", "⁂", "—◆—") and not words."""
    line = text.strip()
    return len(line) <= 40 and _SCENE_BREAK.fullmatch(line) is not None and _SCENE_BREAK_MARKS.search(line) is not None  # noqa: PLR2004 - longer than any ornament


def is_spoken(kind: ChapterKind) -> bool:
    """Whether a division of this kind is read unless the user says otherwise."""
    return kind in SPOKEN_BY_DEFAULT


def recognise(evidence: Evidence) -> ChapterKind:
    """Judge what a division is: markup first, then its title, then its text; a chapter if nothing speaks against it."""
    kind = kind_from_types(evidence.types) or kind_from_guide(evidence.guide)
    if kind in {None, K.CHAPTER}:
        # Converters mark front matter as chapters too; a title such as "Copyright" tells better.
        by_title = kind_from_title(evidence.title)
        if by_title not in _SHORT_KINDS or _words(evidence.blocks) <= _MAX_SHORT_WORDS:
            kind = by_title or kind
    if kind is K.PART or (kind is None and is_part_title(evidence.title)):
        return K.PART if evidence.encloses or _words(evidence.blocks) <= _MAX_PART_PAGE_WORDS else K.CHAPTER
    if kind in {None, K.CHAPTER}:
        kind = _kind_from_text(evidence) or kind
    if kind is K.COPYRIGHT and any(mark in _text(evidence.blocks) for mark in _LICENCE_MARKS) and _is_licence(evidence):
        return K.LICENCE
    return kind or K.CHAPTER


def _is_licence(evidence: Evidence) -> bool:
    return "uncopyright" in fold_title(evidence.title) or "licen" in fold_title(evidence.title)


def _kind_from_text(evidence: Evidence) -> ChapterKind | None:
    blocks = evidence.blocks
    if not any(block.text for block in blocks):
        return K.COVER if evidence.place is Place.FRONT and not evidence.title else None
    if all(block.kind in {BlockKind.IMAGE, BlockKind.SCENE_BREAK} for block in blocks) and not evidence.listed:
        return K.ILLUSTRATIONS
    if _looks_like_copyright(evidence):
        return K.COPYRIGHT
    if _looks_like_contents(blocks):
        return K.CONTENTS
    return _kind_of_title_page(evidence)


def _looks_like_copyright(evidence: Evidence) -> bool:
    if evidence.encloses or _words(evidence.blocks) > _MAX_COPYRIGHT_WORDS:
        return False
    text = _text(evidence.blocks)
    marks = sum(mark in text for mark in _COPYRIGHT_MARKS)
    return marks >= (3 if evidence.place is Place.BODY else 2)  # one may be chance


def _kind_of_title_page(evidence: Evidence) -> ChapterKind | None:
    if evidence.place is not Place.FRONT or _words(evidence.blocks) > _MAX_TITLE_PAGE_WORDS:
        return None
    text, book_title = _text(evidence.blocks), evidence.book_title
    if is_book_title(text, book_title):
        return K.HALF_TITLE
    first = next(block.text for block in evidence.blocks if block.text)
    begins = bool(book_title) and bare_words(text).startswith(bare_words(book_title))
    return K.TITLE_PAGE if begins or is_book_title(first, book_title) else None


def _looks_like_contents(blocks: Sequence[Block]) -> bool:
    lines = [b.text for b in blocks if b.kind not in {BlockKind.SCENE_BREAK, BlockKind.HEADING}]
    if len(lines) < _MIN_CONTENTS_LINES or any(len(line) > 120 for line in lines):  # noqa: PLR2004 - a paragraph
        return False
    entries = sum(_CONTENTS_LINE.fullmatch(line.casefold()) is not None for line in lines)
    return entries >= 0.8 * len(lines)


def _words(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _text(blocks: Iterable[Block]) -> str:
    return "\n".join(block.text for block in blocks).casefold()
