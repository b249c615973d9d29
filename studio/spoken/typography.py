"""Typography: what only the eye needs goes, what helps the melody of a sentence is brought into one form."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060\u2066-\u2069\ufeff\ufe0e\ufe0f]")
_EMPHASIS = (
    re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])"),
    re.compile(r"(?<!\w)(_{1,2})(?=[^\W_]|[\"“‘'(])([^\n]+?)(?<=[\w.!?,;:\"”’')])\1(?!\w)"),
)
_ELLIPSIS = re.compile(r"\.{3,}|…\.*|(?:(?<=\w)\s)?\.(?:\s\.){2,}")
_DOUBLE_DASH = re.compile(r"(?<=\w)\s?-{2,3}\s?(?=\w)|-{2,3}")
_LONG_DASH = re.compile("[\u2e3a\u2e3b]+")  # the dashes of two and three ems
_SPACED_DASH = re.compile(r"(?<=\S)\s+[-–―]\s+(?=\S)")
_BROKEN_OFF = re.compile(r"(?<=\w)\s[-–](?=[”’\"']|$)")
_ELISIONS = frozenset({
    "tis", "twas", "twere", "twill", "twould", "em", "cause", "til", "till", "n", "round", "bout", "cos", "e", "im",
    "er", "ere", "ow", "ome", "ouse", "ave", "ad", "un", "fraid",
})  # fmt: skip
_CLIPPED = re.compile(r"\b(?:an|o|th|ol|wi|fo|mo|[a-z]{2,}in)$", re.IGNORECASE)
_SINGLE = re.compile(r"['‘’]")
_DOUBLE = re.compile(r"[\"“”„‟«»]")
_MARKS_AHEAD = 50
_BEFORE_OPENING = frozenset("([{—–-“\"'‘")
_AFTER_CLOSING = frozenset(".,;:!?)]}—–-…”\"'’")
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,;:!?]|\.(?!\d))")


def cleaned(text: str) -> str:
    """Compose characters, fold white space, write digits as 0 to 9, take out the invisible and marks of emphasis."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in " ".join(text.split()))
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\2", text)
    text = _ELLIPSIS.sub("…", text)
    text = _LONG_DASH.sub("—", text)
    text = _DOUBLE_DASH.sub(lambda m: " — " if m[0][0] == " " or m[0][-1] == " " else "—", text)
    return _BROKEN_OFF.sub(" —", _SPACED_DASH.sub(" — ", text))


def finished(text: str) -> str:
    """Bring quotation marks into one form (“ ” for speech, ' for apostrophes) and drop signs that have no sound."""
    return _SPACE_BEFORE_MARK.sub("", sounding(_quoted(text)))


def sounding(text: str) -> str:
    """Drop signs that have no sound and fold the white space they leave."""
    return " ".join("".join(c for c in text if not _is_silent(c)).split())


def _is_silent(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk", "Co", "Cn", "Cs"} or character in "*_|#†‡•·^~`™®<>"


def _quoted(text: str) -> str:
    text = _DOUBLE.sub(lambda m: "“" if _opens(text, m.start()) else "”", text)
    marks = [m.start() for m in _SINGLE.finditer(text)]
    out = list(text)
    open_at: int | None = None
    for place, at in enumerate(marks):
        out[at] = "'"
        if _opens_speech(text, at, marks[place + 1 : place + _MARKS_AHEAD]):
            open_at = at
            out[at] = "“" if text[at] == "‘" else "'"
        elif _closes(text, at) and (open_at is not None or _ends_speech(text, at)):
            if _CLIPPED.search(text, max(0, at - 12), at):
                continue  # a clipped word: an', ol', talkin'
            if text[at - 1].isalnum() and _surer_close_follows(text, marks[place + 1 : place + _MARKS_AHEAD]):
                continue  # a plural possessive inside the speech: 'the dogs' dinner!'
            if open_at is not None:
                out[open_at] = "“"
            out[at] = "”"
            open_at = None
    if open_at is not None and _never_closed_speech(text, open_at):
        out[open_at] = "“"
    return "".join(out)


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return (before == "" or before.isspace() or before in _BEFORE_OPENING) and after != "" and not after.isspace()


def _opens_speech(text: str, at: int, later: list[int]) -> bool:
    """Whether a single mark opens speech; one that leans right never does, a straight one in mid-phrase if closed."""
    if text[at] == "’" or not _opens(text, at) or _is_elision(text, at):
        return False
    if text[at] == "‘" or not text[max(0, at - 2) : at].rstrip()[-1:].isalnum():
        return True
    following = next((mark for mark in later if _closes(text, mark) or _opens(text, mark)), None)
    return following is not None and _closes(text, following)


def _closes(text: str, at: int) -> bool:
    after = text[at + 1 : at + 2]
    return at > 0 and not text[at - 1].isspace() and (after == "" or after.isspace() or after in _AFTER_CLOSING)


def _ends_speech(text: str, at: int) -> bool:
    return text[at - 1] in ".,!?…—"


def _is_elision(text: str, at: int) -> bool:
    word = re.match(r"\w+", text[at + 1 : at + 12])
    return word is not None and (word[0].lower() in _ELISIONS or word[0].isdigit())


def _surer_close_follows(text: str, later: list[int]) -> bool:
    """Whether the speech is closed after a punctuation mark further on, before another one opens."""
    for at in later:
        if text[at] != "’" and _opens(text, at) and not _is_elision(text, at):
            return False
        if _closes(text, at) and _ends_speech(text, at):
            return True
    return False


def _never_closed_speech(text: str, at: int) -> bool:
    """A speech that goes on in the next segment opens at the start, or after a comma or colon."""
    before = text[:at].rstrip()
    return before == "" or before[-1] in ",:;.!?—"
