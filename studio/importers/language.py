"""Language tags as files state them."""

import re

import langcodes

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{1,8})*")
_THREE_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt",
    "nld": "nl", "dut": "nl", "rus": "ru", "pol": "pl", "jpn": "ja", "zho": "zh", "chi": "zh", "swe": "sv",
    "dan": "da", "fin": "fi", "nor": "no", "hun": "hu", "ces": "cs", "cze": "cs", "tur": "tr", "ell": "el",
    "gre": "el", "lat": "la", "hin": "hi", "kor": "ko", "ara": "ar", "heb": "he", "ukr": "uk", "ron": "ro",
    "rum": "ro", "cat": "ca",
}  # fmt: skip
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl",
    "nederlands": "nl", "russian": "ru", "polish": "pl", "japanese": "ja", "chinese": "zh", "swedish": "sv",
    "danish": "da", "finnish": "fi", "norwegian": "no", "hungarian": "hu", "czech": "cs", "latin": "la",
    "greek": "el", "esperanto": "eo", "catalan": "ca", "welsh": "cy", "irish": "ga",
}  # fmt: skip


def language_tag(stated: str) -> str:
    """The BCP 47 tag meant by what a file says ("en_US", "eng", "English"), or the empty string if none is."""
    text = stated.strip().replace("_", "-")
    if text.casefold() in _NAMES:
        return _NAMES[text.casefold()]
    if not _TAG.fullmatch(text):
        return ""
    primary, *rest = text.split("-")
    if primary.casefold() == "und":
        return ""
    tags = [_THREE_LETTERS.get(primary.casefold(), primary.lower())]
    for part in rest:
        if len(part) == 2:  # noqa: PLR2004 - RFC 5646 §2.1.1: regions in upper case, scripts in title case
            tags.append(part.upper())
        else:
            tags.append(part.title() if len(part) == 4 and part.isalpha() else part.lower())  # noqa: PLR2004
    return "-".join(tags)


def primary_tag(tag: str) -> str:
    """The language of a BCP 47 tag without its region and script, in lower case."""
    return tag.partition("-")[0].lower()


def is_language(tag: str) -> bool:
    """Whether a BCP 47 tag names a language that people have, and not several or none."""
    return primary_tag(tag) not in {"mul", "zxx", "mis"} and langcodes.Language.get(primary_tag(tag)).is_valid()
