"""American spellings brought to British ones, for comparison only."""

import re

_WORDS = {
    "gray": "grey", "plow": "plough", "tire": "tyre", "tires": "tyres", "pajamas": "pyjamas",
    "skeptical": "sceptical", "skeptic": "sceptic", "mustache": "moustache", "jewelry": "jewellery",
    "ok": "okay", "mom": "mum", "aluminum": "aluminium", "airplane": "aeroplane", "judgment": "judgement",
    "acknowledgment": "acknowledgement", "defense": "defence", "offense": "offence", "license": "licence",
    "practise": "practice", "practised": "practiced", "program": "programme", "programs": "programmes",
    "catalog": "catalogue", "dialog": "dialogue", "curb": "kerb", "draft": "draught", "drafts": "draughts",
    "mold": "mould", "smolder": "smoulder", "molt": "moult", "fulfill": "fulfil", "skillful": "skilful",
    "willful": "wilful", "enroll": "enrol", "toward": "towards", "afterward": "afterwards",
    "backward": "backwards", "forward": "forwards", "whiskey": "whisky", "mrs": "missus", "mr": "mister",
    "cozy": "cosy", "maneuver": "manoeuvre", "center": "centre", "centers": "centres", "centered": "centred",
    "theater": "theatre", "theaters": "theatres", "meter": "metre", "meters": "metres", "liter": "litre",
    "liters": "litres", "fiber": "fibre", "somber": "sombre", "specter": "spectre", "luster": "lustre",
    "scepter": "sceptre", "caliber": "calibre", "kilometer": "kilometre", "kilometers": "kilometres",
    "traveled": "travelled", "traveling": "travelling", "traveler": "traveller", "canceled": "cancelled",
    "quarreled": "quarrelled", "marvelous": "marvellous", "woolen": "woollen", "jeweled": "jewelled",
    "leveled": "levelled", "labeled": "labelled", "counselor": "counsellor", "naught": "nought",
    "hullo": "hello", "hallo": "hello",
}  # fmt: skip
_OUR = re.compile(
    r"^((?:dis|un|mis)?(?:arm|behavi|cand|clam|col|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|"
    r"sav|savi|splend|tum|val|vap|vig|ard|dem|succ))or(s|ed|ing|able|ably|ful|less|ite|ites|hood|ly|y|er|ers)?$"
)
_ISE = re.compile(r"^(.{3,})iz(e|es|ed|ing|er|ers|ation|ations)$")
_KEEPS_Z = frozenset({"prize", "prizes", "prized", "seize", "seizes", "seized", "seizing", "capsize", "capsized"})


def common_spelling(word: str) -> str:
    """One spelling of a lower-case English word for British and American: "color" and "colour" are "colour"."""
    if word in _WORDS:
        return _WORDS[word]
    if match := _OUR.match(word):
        return f"{match[1]}our{match[2] or ''}"
    match = _ISE.match(word)
    return f"{match[1]}is{match[2]}" if match and word not in _KEEPS_Z else word
