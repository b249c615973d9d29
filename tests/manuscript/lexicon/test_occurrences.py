from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech, Scope
from studio.manuscript.lexicon.occurrences import Pronunciations


def alias(written: str, said: str, **conditions) -> Entry:
    return Entry(written, Notation.ALIAS, said, **conditions)


def untagged(_text: str, _offset: int) -> None:
    return None


def said(text: str, *entries: tuple[Scope, Entry], tag=untagged, overrides=None) -> list[tuple[str, str]]:
    found = Pronunciations(entries, "en-GB").find(text, tag, overrides)
    return [(text[each.start : each.end], each.entry.said) for each in found]


def test_voice_before_book_before_studio_whatever_the_order():
    studio, book, voice = ((scope, alias("Ng", scope.name)) for scope in Scope)
    assert said("Ng", voice, studio, book) == [("Ng", "VOICE")]
    assert said("Ng", book, studio) == [("Ng", "BOOK")]
    assert said("Ng", studio) == [("Ng", "STUDIO")]


def test_the_longer_form_decides_even_from_the_studio():
    entries = [(Scope.VOICE, alias("York", "short")), (Scope.STUDIO, alias("New York", "long"))]
    assert said("New  York, York", *entries) == [("New  York", "long"), ("York", "short")]
    entries.append((Scope.VOICE, alias("New", "new")))
    assert said("New York", *entries) == [("New York", "long")]


def test_the_more_particular_entry_decides_and_of_equal_ones_the_later():
    plain, again = (Scope.BOOK, alias("polish", "first")), (Scope.BOOK, alias("polish", "again"))
    nation = (Scope.BOOK, alias("Polish", "nation", exact_case=True))
    assert said("Polish polish", nation, plain) == [("Polish", "nation"), ("polish", "first")]
    assert said("polish", plain, again) == [("polish", "again")]


def test_whole_words_only_and_possessives():
    entry = (Scope.BOOK, alias("Ann", "x"))
    assert said("Anne Joann Ann’s Ann-Marie ANN_", entry) == [("Ann", "x"), ("Ann", "x")]


def test_either_apostrophe():
    assert said("O’Neill", (Scope.BOOK, alias("O'Neill", "x"))) == [("O’Neill", "x")]


def test_another_language_does_not_count():
    assert said("chat", (Scope.BOOK, alias("chat", "x", language="fr"))) == []


def test_part_of_speech_is_asked_only_where_it_matters():
    asked = []

    def tag(text: str, offset: int) -> PartOfSpeech:
        asked.append(offset)
        return PartOfSpeech.NOUN if text[:offset].endswith("the ") else PartOfSpeech.VERB

    entry = (Scope.BOOK, alias("record", "x", part_of_speech=PartOfSpeech.NOUN))
    assert said("record the record, play", entry, (Scope.BOOK, alias("play", "y")), tag=tag) == [
        ("record", "x"),
        ("play", "y"),
    ]
    assert asked == [0, 11]


def test_neighbours():
    entry = (Scope.BOOK, alias("bass", "fish", beside=("caught", "Sea")))
    assert said("He caught bass. Bass sea. A bass, a sea.", entry) == [("bass", "fish"), ("Bass", "fish")]


def test_an_override_is_for_one_occurrence_and_beats_the_voice():
    entry, chosen = (Scope.VOICE, alias("read", "reed")), alias("read", "red")
    assert said("read, read", entry, overrides={6: chosen}) == [("read", "reed"), ("read", "red")]
    assert said("read, read", overrides={6: chosen}) == [("read", "red")]


def test_an_override_of_words_that_are_no_longer_there_is_passed_over():
    assert said("reads on", overrides={0: alias("read", "red")}) == []


@given(st.text(alphabet="ab A'-’ .", max_size=40))
def test_occurrences_are_in_order_and_never_overlap(text: str):
    entries = [(Scope.BOOK, alias(written, "x")) for written in ("a", "b", "a b", "ab", "a'b")]
    found = Pronunciations(entries, "en").find(text, untagged)
    places = [place for each in found for place in (each.start, each.end)]
    assert places == sorted(places)
    assert all(each.start < each.end for each in found)
    alone = [word for word in text.replace(".", " ").split() if word in {"a", "b", "A"}]
    assert len(found) >= (1 if alone else 0)
