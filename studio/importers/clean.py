"""Text as it comes out of files, made fit to be read aloud."""

import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_UNSPEAKABLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls; those that are white space stay
    "\u00ad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
    "\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction marks: no sound, and they can disguise text on screen
    "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"  # private use, non-characters, lone surrogates
    "\U000e0000-\U000e007f"  # tags
    "\U000f0000-\U0010ffff"  # private use too
    "]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_WINDOWS_1252 = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_SUPERSCRIPTS = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_SUBSCRIPTS = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")


def clean_text(text: str) -> str:
    """Drop what cannot be spoken and fold white space to single spaces, in Unicode form NFC.

    Control characters, ANSI escapes, soft hyphens, joiners and direction marks go; characters of the range U+0080 to
    U+009F are taken for the Windows-1252 punctuation they were meant as, as HTML does. Zero-width joiner and
    non-joiner stay: Persian and emoji need them.
    """
    text = _ANSI.sub("", text).translate(_WINDOWS_1252)
    return " ".join(unicodedata.normalize("NFC", _UNSPEAKABLE.sub("", text)).split())


def has_control_characters(text: str) -> bool:
    """Whether a text holds control characters that have no place in a book."""
    return _CONTROLS.search(text) is not None


def has_letter(text: str) -> bool:
    """Whether there is anything to say: a letter or a digit of any script."""
    return any(char.isalnum() for char in text)


def raised(text: str) -> str:
    """Digits and signs as superscripts, so that 10 to the power of 6 does not become 106."""
    return text.translate(_SUPERSCRIPTS)


def lowered(text: str) -> str:
    """Digits and signs as subscripts."""
    return text.translate(_SUBSCRIPTS)
