"""Which reading of a word is meant, judged by the words on either side of it.

First come a few cues that leave no doubt (`senses.py`), then the trained model (`readings_model.py`), then what the
neighbours say about nouns and adjectives (`syntax.py`).
"""

from collections.abc import Collection, Sequence

from studio.engines.g2p.readings_model import SENSES, score
from studio.engines.g2p.senses import DECIDED_BY_CUES, sense_of
from studio.engines.g2p.syntax import part_of_speech


def reading_tag(words: Sequence[str], index: int, tags: Collection[str], *, final: bool) -> str:
    """Tag of the reading to take for ``words[index]`` out of the tags its readings have.

    Args:
        words: the whole line, marks included.
        index: which of them.
        tags: what the lexicon offers; "DEFAULT" is among them.
        final: a clause ends after it.
    """
    if len(tags) == 1 or (final and "None" in tags):
        return "None" if "None" in tags else "DEFAULT"
    lower = [word.lower() for word in words]
    word = lower[index]
    if (sense := sense_of(lower, index)) in tags:
        return sense
    if word in DECIDED_BY_CUES:
        return "DEFAULT"
    preferred: tuple[str, ...]
    if score(lower, index) > 0:
        preferred = (SENSES.get(word, "VERB"),)
    elif word in SENSES:
        preferred = ()
    else:
        preferred = {"ADJ": ("ADJ",), "ATTRIBUTE": ("ADJ", "NOUN")}.get(part_of_speech(lower, index), ("NOUN", "ADJ"))
    return next((tag for tag in preferred if tag in tags), "DEFAULT")
