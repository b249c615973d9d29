"""The small words of English, and what they tell about the part of speech of their neighbours."""

from collections.abc import Sequence
from typing import Final

from studio.engines.g2p.text import MARKS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DETERMINERS: Final = _set(
    "the a an this that these those my your his her its our their some any no every each another either neither whose "
    "what which such one's thy"
)
_QUANTITIES: Final = _set(
    "two three four five six seven eight nine ten twelve twenty hundred many few several all both other only own first "
    "second last next same more less much enough old new good great long"
)
_PREPOSITIONS: Final = _set(
    "of in on at by for with from into onto upon under over about after before between through against without within "
    "during towards toward across behind beyond beneath among along around round near off out up down like per than"
)
_WAYS: Final = _set("down up round through along away off out across into between past")
_SUBJECTS: Final = _set("i you he she it we they who there i've you've we've they've thou")
_AUXILIARIES: Final = _set(
    "to will would can could shall should may might must do does did don't doesn't didn't won't wouldn't can't cannot "
    "couldn't shan't shouldn't mustn't needn't i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd "
    "they'd let's please gonna"
)
_BE: Final = _set(
    "am is are was were be been being isn't aren't wasn't weren't i'm you're he's she's it's we're they're that's"
)
_HAVE: Final = _set("have has had having haven't hasn't hadn't i've you've we've they've i'd you'd he'd she'd we'd")
_DEGREES: Final = _set("very so too quite rather more most as how less perfectly seemed seems looked looks felt")
_OBJECTS: Final = _set("me him them us it her you himself herself themselves itself yourself myself")
_ADVERBS: Final = _set("not never always often also just even still ever hardly scarcely soon then now almost already")
_CONJUNCTIONS: Final = _set("and or but nor if when while because though although as until till unless since")
_PAST: Final = _set(
    "was were had did said went came took gave saw knew thought got made found left told yesterday ago once began sat "
    "stood heard felt kept brought wrote"
)
_NOT_PAST: Final = _set("need indeed bed red shed feed seed speed hundred sacred kindred")
_CLASSES: Final = (
    ("determiner", _DETERMINERS),
    ("auxiliary", _AUXILIARIES),
    ("be", _BE),
    ("have", _HAVE),
    ("subject", _SUBJECTS),
    ("object", _OBJECTS),
    ("preposition", _PREPOSITIONS),
    ("conjunction", _CONJUNCTIONS),
    ("degree", _DEGREES),
    ("quantity", _QUANTITIES),
)


def part_of_speech(words: Sequence[str], index: int) -> str:
    """NOUN, VERB, ADJ, or ATTRIBUTE (noun or adjective before a noun); words in lower case."""
    left, right = neighbours(words, index)
    if left in _AUXILIARIES or left in _SUBJECTS:
        return "VERB"
    if left in _BE or left in _HAVE or left in _DEGREES:
        # "is separate", "so close", but "has read", "was wound up": only those words have a tag for a past tense.
        return "VERB" if left in _HAVE or (left in _BE and right in _PREPOSITIONS) else "ADJ"
    if left in _DETERMINERS or left.endswith("'s"):
        followed = right and right not in _PREPOSITIONS | _CONJUNCTIONS | _BE | _HAVE | _AUXILIARIES | _DETERMINERS
        return "ATTRIBUTE" if followed else "NOUN"
    if left in _PREPOSITIONS or left in _QUANTITIES:
        return "NOUN"
    if right in _DETERMINERS or right in _OBJECTS:
        return "VERB"
    goes = (
        words[index].endswith("s")
        and not words[index].endswith("ss")
        and left
        and not left.endswith("s")
        and right in _WAYS
    )
    return "VERB" if goes else "NOUN"


def neighbours(words: Sequence[str], index: int) -> tuple[str, str]:
    """The words before and after, adverbs passed over; empty where a clause begins or ends."""
    left = index - 1
    while left >= 0 and _is_adverb(words[left]):
        left -= 1
    right = index + 1
    before = words[left] if left >= 0 and words[left] not in MARKS else ""
    after = words[right] if right < len(words) and words[right] not in MARKS else ""
    return before, after


def _is_adverb(word: str) -> bool:
    return word in _ADVERBS or (word.endswith("ly") and word not in {"only", "family", "early", "july"})


def tells_of_the_past(words: Sequence[str], index: int) -> bool:
    """Whether another word of the line is a verb in the past tense, by the commonest of them and the ending -ed."""
    others = (word for place, word in enumerate(words) if place != index)
    return any(word in _PAST or (word.endswith("ed") and word not in _NOT_PAST) for word in others)


def word_class(word: str) -> str:
    """Class of a word in lower case: one of the closed classes, or what its ending suggests; "" for none."""
    for name, members in _CLASSES:
        if word in members:
            return name
    if not word or word in MARKS:
        return "end"
    if _is_adverb(word):
        return "adverb"
    return next((ending for ending in ("ing", "ed", "'s", "s") if word.endswith(ending)), "open")
