"""Why a line is said as it is: in the order of its words, whatever made it so."""

from studio.manuscript.lexicon.entry import Entry, Notation, Scope
from studio.manuscript.lexicon.occurrences import Pronunciations
from studio.manuscript.tags import read_tags
from studio.render.explaining import explained_line
from studio.render.pronouncing import Speaking

_PHONEMES = frozenset("hɜːˈmaɪəniɹɛd")


def _why(text: str, speaking: Speaking | None = None, **options: bool) -> list[tuple[str, str]]:
    found = explained_line(read_tags(text).parts, "en-GB", speaking=speaking, **options)
    return [(each.written, each.spoken) for each in found]


def test_rewrites_stand_in_the_order_of_the_words_not_of_the_rules():
    assert [written for written, _ in _why("By 1984 she owed £5, 3 kg of tea and, at 10:30, £5 more.")] == [
        "By 1984", "£5", "3 kg", "10:30", "£5",
    ]  # fmt: skip


def test_the_whole_line_is_explained_over_deliveries_and_pauses():
    assert _why("It was £5. [whisper] It was £6. [pause 1s] It was £7.") == [
        ("£5", "five pounds"), ("£6", "six pounds"), ("£7", "seven pounds"),
    ]  # fmt: skip


def test_tags_and_lexicon_are_told_among_the_rules():
    entry = Entry("Hythe", Notation.ALIAS, "Hive")
    speaking = Speaking(_PHONEMES, ("fr-FR",), Pronunciations(((Scope.BOOK, entry),), "en-GB"))

    found = _why(
        "£5 for [Hermione]{ipa: hɜːˈmaɪəni}'s [1984]{say: last year} in Hythe, [cinq]{lang: fr}, on 3 May.", speaking
    )

    assert found == [
        ("£5", "five pounds"), ("Hermione", "/hɜːˈmaɪəni/"), ("1984", "last year"), ("Hythe", "Hive"),
        ("cinq", "cinq"), ("3 May", "the third of May"),
    ]  # fmt: skip


def test_words_that_stand_for_a_pronunciation_are_never_shown():
    speaking = Speaking(_PHONEMES)
    found = _why("She [read]{ipa: ɹɛd} 5 [read]{ipa: ɹɛd}/day.", speaking)
    assert ("read", "/ɹɛd/") in found
    assert not any("zq" in f"{written}{spoken}".lower() for written, spoken in found)


def test_a_heading_is_explained_as_one():
    assert _why("IV", heading=True) == [("IV", "Four")]
    assert _why("Nothing is said otherwise here.") == []
