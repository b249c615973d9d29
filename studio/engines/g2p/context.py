"""Which reading of a word is meant, judged by the words around it."""

from collections.abc import Collection, Sequence


def reading_tag(words: Sequence[str], index: int, tags: Collection[str], *, final: bool) -> str:
    """Tag of the reading to take for ``words[index]`` out of the tags its readings have.

    Args:
        words: the whole line, marks included.
        index: which of them.
        tags: what the lexicon offers; "DEFAULT" is among them.
        final: a clause ends after it.
    """
    if final and "None" in tags:
        return "None"
    if len(tags) == 1:
        return "DEFAULT"
    before = words[index - 1].lower() if index else ""
    if "VERB" in tags and before in {"to", "i", "you", "we", "they", "he", "she", "will", "would", "can", "could"}:
        return "VERB"
    if "NOUN" in tags and before in {"the", "a", "an", "my", "your", "his", "her", "our", "their", "this", "of", "no"}:
        return "NOUN"
    return "DEFAULT"
