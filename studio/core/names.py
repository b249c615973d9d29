"""File names made from titles: readable, sortable, and safe on every file system."""

import re
import unicodedata

_MAX_BYTES = 120
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *", re.IGNORECASE)  # Windows devices
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


def safe_file_stem(title: str, *, fallback: str = "untitled") -> str:
    """Make the stem of a file name from any title.

    The result has no separators, control, bidirectional or reserved characters, does not begin with a dot or a dash,
    does not end with a dot or a space, is at most 120 bytes of UTF-8, and is never empty.

    Args:
        title: any text.
        fallback: what to use where nothing of the title can be kept; must itself be safe.
    """
    text = unicodedata.normalize("NFC", title)
    text = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE or c.isspace())
    text = " ".join(_UNSAFE.sub(" ", text).split()).lstrip("-. ").rstrip(". ")
    if _RESERVED.fullmatch(text.split(".")[0]):
        text = f"_{text}"
    text = text[:_MAX_BYTES].rstrip(". ")
    while len(text.encode()) > _MAX_BYTES:
        text = text[:-1].rstrip(". ")
    return text or fallback
