from studio.manuscript.lexicon.risky import HETERONYMS, Passage, Risk, occurrences_of, risky_words

KNOWN = frozenset({"he", "she", "said", "read", "the", "book", "a", "close", "will", "now", "mr", "met"})


def found(*texts: str) -> list[tuple[str, str, int]]:
    passages = [Passage(1, str(number), text) for number, text in enumerate(texts)]
    words = risky_words(passages, lambda word: word.lower() in KNOWN)
    return [(each.word, each.risk, len(each.places)) for each in words]


def test_names_and_unknown_words_by_count_then_heteronyms():
    assert found("Said Garnet. Garnet's flimmer read. He read, said Garnet.", "Mr Ukridge met Garnet.") == [
        ("Garnet", "name", 4),
        ("Ukridge", "name", 1),
        ("flimmer", "unknown", 1),
        ("read", "heteronym", 2),
    ]


def test_a_word_that_also_begins_small_is_no_name():
    assert found("The Flimmer said: a flimmer.") == [("flimmer", "unknown", 2)]


def test_what_a_tag_says_is_settled_but_counted():
    (word,) = risky_words([Passage(2, "s", "He read the read book.", ((3, 7),))], lambda _: True)
    (place,) = word.places
    assert (word.risk, place.chapter, place.number, place.start) == (Risk.HETERONYM, 2, 2, 12)


def test_occurrences_are_whole_words_without_the_possessive():
    text = "Read Ann’s well-read READ, reads 'read'."
    assert [text[start:end] for start, end in occurrences_of("read", text)] == ["Read", "READ", "read"]
    assert [text[start:end] for start, end in occurrences_of("Ann's", text)] == ["Ann"]


def test_the_words_everybody_stumbles_over_are_listed():
    assert {"read", "lead", "tear", "wound", "live", "close", "record", "wind", "bow", "row", "minute"} <= HETERONYMS
