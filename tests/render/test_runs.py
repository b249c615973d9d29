"""Tags and lexicon entries reach the engine, and nothing else changes."""

from dataclasses import asdict

import pytest

from studio.consent.licences import load_stock_voices
from studio.core.hashing import content_key
from studio.engines.base import Run, Sound
from studio.engines.g2p.from_ipa import sayable_symbols
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech, Scope
from studio.manuscript.lexicon.occurrences import Pronunciations
from studio.render.line import PERFORMANCE_VERSION
from studio.render.plan import engine_info, plain, plan_line
from studio.render.pronouncing import Speaking
from studio.render.runs import SpokenLine, spoken_line

ENTRIES = (
    (Scope.STUDIO, Entry("Garnet", Notation.RESPELLING, "GAR-nit")),
    (Scope.STUDIO, Entry("MSS", Notation.ALIAS, "manuscripts", exact_case=True)),
    (Scope.BOOK, Entry("lead", Notation.IPA, "lˈɛd", part_of_speech=PartOfSpeech.NOUN)),
)
LEXICON = Pronunciations(ENTRIES, "en-GB")
PHONEMES = Speaking(sayable_symbols(), ("en-GB", "fr-FR"), LEXICON)
WORDS_ONLY = Speaking(lexicon=LEXICON)


def said(text: str, speaking: Speaking | None = PHONEMES, *, heading: bool = False) -> SpokenLine:
    return spoken_line(text, "en-GB", speaking=speaking, heading=heading)


def heard(run: Run) -> list[tuple[str, str]]:
    return [(run.text[each.start : each.end], each.ipa or each.language) for each in run.sounds]


def test_an_engine_with_phonemes_is_told_them_at_their_place():
    (run,) = said(
        "Mr. Garnet’s 3 MSS: [Hermione]{ipa: hɜːˈmaɪəni}, “[bonjour]{lang: fr}” in [1984]{say: nineteen eighty-four}."
    ).runs
    assert run.text == "Mister Garnet's three manuscripts: Hermione, “bonjour” in nineteen eighty-four."
    assert heard(run) == [("Garnet", "ˈɡɑːnɪt"), ("Hermione", "hɜːˈmaɪəni"), ("bonjour", "fr-FR")]


def test_any_other_engine_is_given_words_that_read_like_them():
    line = said("Garnet's MSS: [Hermione]{ipa: hɜːˈmaɪəni}, [no]{lang: fr}.", WORDS_ONLY)
    assert [run.text for run in line.runs] == ["gar-nit's manuscripts: her-my-uh-nee, no."]
    assert line.runs[0].sounds == ()
    assert "cannot say 'fr'" in line.problems[0]


def test_what_a_tag_says_decides_before_the_lexicon():
    (run,) = said("[Garnet]{say: Jeremy} and [MSS]{ipa: ˈɛm}").runs
    assert run.text == "Jeremy and MSS"
    assert heard(run) == [("MSS", "ˈɛm")]


def test_a_part_of_speech_decides():
    assert heard(said("A roof of lead.").runs[0]) == [("lead", "lˈɛd")]
    assert heard(said("I will lead you.").runs[0]) == []


def test_capitals_and_headings_find_their_words_again():
    assert heard(said("GARNET’S RETURN", heading=True).runs[0])[0][1] == "ˈɡɑːnɪt"
    assert heard(said("He cried: GARNET!").runs[0]) == [("GARNET", "ˈɡɑːnɪt")]


def test_a_sound_that_no_voice_has_is_told_and_the_word_read_as_it_is():
    line = said("[Xhosa]{ipa: ʘˈħɔːsa} speaks")
    assert [run.text for run in line.runs] == ["Xhosa speaks"]
    assert line.runs[0].sounds == ()
    assert line.problems


@pytest.mark.parametrize(
    "text", ["Mr. Smith was here.", "[sad] It is over. [/] Or [not]{emphasis}, [pause] sir.", "CHAPTER IV"]
)
def test_a_segment_without_a_match_is_what_it_was(text: str):
    tone = load_stock_voices()["tone_low"]
    before = plan_line(spoken_line(text, "en-GB").runs, "en-GB", tone)
    assert plan_line(said(text).runs, "en-GB", tone).key == before.key
    assert plan_line(said(text, WORDS_ONLY).runs, "en-GB", tone).key == before.key


def test_takes_from_before_pronunciations_keep_their_keys():
    tone = load_stock_voices()["tone_low"]
    run = Run("Good evening.", event="laugh", rest_s=0.5)
    info = engine_info(tone.engine)
    as_it_was = content_key({
        "runs": [[run.text, str(run.delivery), asdict(run.prosody), run.event, run.rest_s]],
        "guide": None, "language": "en-GB", "seed": 0, "engine": info.name, "engine_version": info.version,
        "performance": PERFORMANCE_VERSION, "weights": (), "voice": tone.data_sha256, "shape": "", "reading": "",
    })  # fmt: skip
    assert plan_line((run,), "en-GB", tone).key == as_it_was


def test_a_pronunciation_makes_another_take():
    tone = load_stock_voices()["tone_low"]
    runs = [Run("Ann", sounds=(Sound(0, 3, ipa),)) for ipa in ("æn", "ɑn")] + [
        Run("Ann", sounds=(Sound(0, 3, "", "fr"),))
    ]
    keys = {plan_line((run,), "en-GB", tone).key for run in runs} | {plan_line(plain("Ann"), "en-GB", tone).key}
    assert len(keys) == 4
