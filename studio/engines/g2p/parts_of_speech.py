"""What an English word is in its sentence, as far as it decides how it is said: the same judgement as for readings."""

from studio.engines.g2p.readings_model import SENSES, score
from studio.engines.g2p.senses import sense_of
from studio.engines.g2p.syntax import part_of_speech
from studio.engines.g2p.text import pieces
from studio.manuscript.lexicon.entry import PartOfSpeech

_OF_TAGS = {
    "VBD": PartOfSpeech.PAST, "VBN": PartOfSpeech.PAST, "VERB": PartOfSpeech.VERB, "NOUN": PartOfSpeech.NOUN,
    "ADJ": PartOfSpeech.ADJECTIVE, "ATTRIBUTE": PartOfSpeech.ADJECTIVE, "TINY": PartOfSpeech.ADJECTIVE,
    "METAL": PartOfSpeech.NOUN, "VOICE": PartOfSpeech.NOUN,
}  # fmt: skip


def word_tag(text: str, offset: int) -> PartOfSpeech | None:
    """What the word at an offset of an English text is.

    Args:
        text: a sentence or more.
        offset: of the word's first letter.
    """
    words = [piece.text.lower() for piece in pieces(text)]
    index = len(pieces(text[:offset]))
    if index >= len(words):
        return None
    sense = sense_of(words, index)
    if sense not in _OF_TAGS and score(words, index) > 0:
        sense = SENSES.get(words[index], "VERB")
    return _OF_TAGS.get(sense) or _OF_TAGS.get(part_of_speech(words, index))
