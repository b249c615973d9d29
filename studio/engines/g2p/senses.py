"""Words whose readings differ by what they mean, not by their part of speech: "lead" the metal, "row" the quarrel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.engines.g2p.lexicon import Readings

EXTRA_READINGS: Final[dict[str, dict[str, Readings]]] = {
    "en-GB": {
        "lead": {"METAL": "lˈɛd"},
        "live": {"DEFAULT": "lˈɪv", "ATTRIBUTE": "lˈIv"},
        "lives": {"VERB": "lˈɪvz"},
        "row": {"QUARREL": "ɹˈW"},
        "rows": {"QUARREL": "ɹˈWz"},
        "bow": {"BEND": "bˈW"},
        "bows": {"BEND": "bˈWz"},
        "bowed": {"DEFAULT": "bˈWd"},
        "bass": {"VOICE": "bˈAs"},
        "does": {"DEER": "dˈQz"},
        "minute": {"TINY": "mInjˈuːt"},
        "learned": {"ATTRIBUTE": "lˈɜːnɪd"},
        "blessed": {"ATTRIBUTE": "blˈɛsɪd"},
        "aged": {"ATTRIBUTE": "ˈAʤɪd"},
        "cursed": {"ATTRIBUTE": "kˈɜːsɪd"},
        "invalid": {"NOUN": "ˈɪnvəlɪd", "ATTRIBUTE": "ɪnvˈalɪd"},
        "sewer": {"PERSON": "sˈQə"},
    },
    "en-US": {
        "lead": {"METAL": "lˈɛd"},
        "live": {"DEFAULT": "lˈɪv", "ATTRIBUTE": "lˈIv"},
        "lives": {"VERB": "lˈɪvz"},
        "row": {"QUARREL": "ɹˈW"},
        "rows": {"QUARREL": "ɹˈWz"},
        "bow": {"BEND": "bˈW"},
        "bows": {"BEND": "bˈWz"},
        "bowed": {"DEFAULT": "bˈWd"},
        "bass": {"VOICE": "bˈAs"},
        "does": {"DEER": "dˈOz"},
        "minute": {"TINY": "mInˈut"},
        "learned": {"ATTRIBUTE": "lˈɜɹnᵻd"},
        "blessed": {"ATTRIBUTE": "blˈɛsᵻd"},
        "aged": {"ATTRIBUTE": "ˈAʤᵻd"},
        "cursed": {"ATTRIBUTE": "kˈɜɹsᵻd"},
        "invalid": {"NOUN": "ˈɪnvələd", "ATTRIBUTE": "ɪnvˈæləd"},
        "sewer": {"PERSON": "sˈOəɹ"},
    },
}
"""Readings that the lexicon lacks or has wrong for prose, by variety, word and tag."""

_ARTICLE_WORDS: Final = "the a an this that these those my your his her its our their no every some any"
_ARTICLES: Final = frozenset(_ARTICLE_WORDS.split(" "))
_NO_NOUNS: Final = (
    "of in on at by for with from into under over about after before to and or but nor as than is are was were be been "
    "am do does did has have had will would shall should can could may might must the a an this that these those it he "
    "she they we i you who which when while if not later ago here there up down out off away all so more too"
)
_NOT_NOUNS: Final = frozenset(_NO_NOUNS.split(" "))


@dataclass(frozen=True, slots=True)
class _Cue:
    """Takes a reading if every condition that is given holds.

    Attributes:
        tag: the reading.
        near: one of these stands within eight words.
        left: the word before is one of these.
        right: the word after is one of these.
        attribute: it stands between an article and what looks like a noun.
        plural: the word after looks like a plural, which no count of minutes would be followed by.
    """

    tag: str
    near: str = ""
    left: str = ""
    right: str = ""
    attribute: bool = False
    plural: bool = False


_DEEP_BOW: Final = "deep low slight stiff polite courtly little graceful stately profound formal mock solemn take took"
_CUES: Final[dict[str, tuple[_Cue, ...]]] = {
    "lead": (
        _Cue(
            "METAL", right="pipe pipes piping roof roofs roofing weight weights shot paint poisoning pencil coffin foil"
        ),
        _Cue(
            "METAL", left="of like as molten white red", near="roof sheets sheet pipe bullet bullets metal heavy zinc"
        ),
        _Cue("METAL", left="of like molten", near="lump pieces pound pounds weight sky grey gray sea limbs legs feet"),
        _Cue("METAL", near="copper zinc tin antimony solder", left="and of the or with from sometimes"),
    ),
    "read": (
        _Cue("VBD", left="have has had having he she been being was were is are i've you've we've they've who've"),
        _Cue("DEFAULT", left="to can could will would shall should may might must did didn't don't do does let's i'll"),
    ),
    "wound": (
        _Cue("VBD", left="i you he she it we they who had have has", right=f"{_ARTICLE_WORDS} up round around down"),
        _Cue("VBD", right="up round around", left="was were been be and then clock"),
    ),
    "live": (
        _Cue("DEFAULT", left="i you we they to who can could will would shall should may might must did do not people"),
        _Cue("ATTRIBUTE", attribute=True),
        _Cue("ATTRIBUTE", right="wire wires coals coal bait ammunition"),
    ),
    "lives": (
        _Cue("DEFAULT", left="my your his her our their its the of many these those two three nine few lost human"),
        _Cue("VERB", left="he she it who that one there everybody everyone nobody still now really only always never"),
        _Cue("VERB", right="in at with above near here there alone next by opposite under on beyond to abroad"),
    ),
    "row": (
        _Cue("QUARREL", right="about with going began started"),
        _Cue("QUARREL", left="awful terrible frightful blazing furious infernal dreadful beastly fearful family rare"),
        _Cue(
            "QUARREL", near="kick kicked kicking quarrel quarrelled shouting neighbours noise", left="a the this that"
        ),
        _Cue("QUARREL", near="make making made", left="a such this that"),
    ),
    "rows": (_Cue("QUARREL", right="about with"), _Cue("QUARREL", left="awful terrible family furious")),
    "bow": (
        _Cue("BEND", left=_DEEP_BOW),
        _Cue("BEND", near="curtsy bowed kissed hat politely courtesy", left="a his her the with slight"),
        _Cue("BEND", near="ship ship's vessel stern deck hull keel torpedo anchor starboard prow mast sailors oars"),
    ),
    "bows": (_Cue("BEND", near="ship boat stern deck curtsies politely low smiles"),),
    "bass": (
        _Cue("DEFAULT", near="fish fishing fished river lake caught trout perch angler shore striped"),
        _Cue("VOICE", right="voice voices drum guitar player note notes clef singer viol line part solo"),
        _Cue("VOICE", near="sang sing sings singing tenor baritone soprano choir organ guitar drums band music voice"),
    ),
    "does": (_Cue("DEER", near="stag stags deer buck bucks fawn fawns herd hind"),),
    "minute": (
        _Cue("TINY", plural=True, left="the these those some his her its of with in most by many few"),
        _Cue("TINY", left="very most so more extremely exceedingly"),
        _Cue("TINY", right="detail inspection examination description particle scale quantity scratch attention care"),
        _Cue(
            "TINY", right="piece speck observation account size proportions knowledge study scrutiny portion fragment"
        ),
    ),
    "learned": (_Cue("ATTRIBUTE", attribute=True), _Cue("ATTRIBUTE", left="very most more so")),
    "blessed": (_Cue("ATTRIBUTE", attribute=True),),
    "cursed": (_Cue("ATTRIBUTE", attribute=True),),
    "aged": (_Cue("ATTRIBUTE", attribute=True), _Cue("ATTRIBUTE", left="the", right="and man woman")),
    "invalid": (_Cue("ATTRIBUTE", left="is was are were be declared null and quite"),),
    "sewer": (_Cue("PERSON", near="needle stitch stitches embroidery seamstress thread"),),
    "close": (_Cue("DEFAULT", attribute=True), _Cue("DEFAULT", right="to by behind at up together beside upon")),
}
DECIDED_BY_CUES: Final = frozenset({"does", "row", "rows", "bow", "sewer", "used", "number", "bows"})
"""Words whose default reading stands unless a cue speaks for another."""
_REACH: Final = 8


def sense_of(words: Sequence[str], index: int) -> str:
    """Tag of the sense that the surroundings of ``words[index]`` speak for, or ""; words in lower case."""
    for cue in _CUES.get(words[index], ()):
        if _holds(cue, words, index):
            return cue.tag
    return ""


def _holds(cue: _Cue, words: Sequence[str], index: int) -> bool:
    left = words[index - 1] if index else ""
    right = words[index + 1] if index + 1 < len(words) else ""
    around = {*words[max(0, index - _REACH) : index], *words[index + 1 : index + 1 + _REACH]}
    noun_follows = right.isalpha() and right not in _NOT_NOUNS
    return (
        (not cue.near or not around.isdisjoint(cue.near.split()))
        and (not cue.left or left in cue.left.split())
        and (not cue.right or right in cue.right.split())
        and (not cue.attribute or (left in _ARTICLES and noun_follows))
        and (not cue.plural or (noun_follows and right.endswith("s") and not right.endswith("ss")))
    )
