"""What every track of a release is called: its file name, and the words of its tags. Pure."""

import unicodedata

import langcodes

from studio.core.licences import demanding
from studio.core.names import safe_file_stem
from studio.deliver.base import Release, ReleaseChapter

GENRE = "Audiobook"
_UNDETERMINED = "und"
_LEAST_DIGITS = 2
# Embeddings, overrides and isolates would turn the text around them in a player's list, and a byte order mark is taken
# for one; marks that scripts need (joiners, LRM, RLM) stay.
_UNWANTED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def track_file_names(release: Release, suffix: str) -> tuple[str, ...]:
    """Names for one file per chapter: "01 - Opening Credits.mp3", sorted as heard, all different.

    Args:
        release: what is delivered; the number is as wide as its `track_count`, at least two digits.
        suffix: with its dot (".mp3").
    """
    digits = max(_LEAST_DIGITS, len(str(release.track_count)))
    names: list[str] = []
    taken: set[str] = set()
    for chapter in release.chapters:
        stem = f"{chapter.number:0{digits}d} - {safe_file_stem(chapter.title, fallback='Untitled')}"
        name, again = f"{stem}{suffix}", 1
        while name.casefold() in taken:  # only if two chapters have one number
            again += 1
            name = f"{stem} ({again}){suffix}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def tag_text(text: str) -> str:
    """Text as a tag can hold it: NFC, one line, no control characters, lone surrogates or direction overrides."""
    one_line = " ".join(text.split())
    kept = (c for c in one_line if c not in _UNWANTED and unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def language_code(tag: str) -> str:
    """ISO 639-2 code (terminological: "deu") of a BCP 47 tag, as ID3's TLAN wants it; "und" if it has none."""
    try:
        return langcodes.Language.get(tag).to_alpha3(variant="T")
    except (ValueError, LookupError):
        return _UNDETERMINED


def track_title(release: Release, chapter: ReleaseChapter) -> str:
    """The title a player shows for a track: the chapter's, or the book's with the number where it has none."""
    return tag_text(chapter.title) or f"{tag_text(release.title)} {chapter.number}".strip()


def licence_tags(chapter: ReleaseChapter) -> dict[str, str]:
    """What the licences of a track demand, by tag: their addresses, and the notices in words. Empty if they do not."""
    asked = demanding(chapter.licences)
    addresses = dict.fromkeys(licence.url for licence in asked if licence.url)
    return {
        "LICENSE": tag_text(" ".join(addresses)),
        "NOTICE": tag_text(" ".join(" ".join(licence.notice) for licence in asked)),
    }
