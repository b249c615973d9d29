"""Credits: what is said in each language, and titles and names that fight with the punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.deliver.credits import (
    CREDIT_LANGUAGES,
    closing_credits,
    disclosure,
    narrator_credit,
    opening_credits,
)


def test_opening_names_title_author_and_digital_narrator():
    assert opening_credits("en-GB", title="Love Among the Chickens", author="P. G. Wodehouse", narrator="Emma") == (
        "Love Among the Chickens.",
        "Written by P. G. Wodehouse.",
        "Narrated by Emma, a digital voice.",
    )


def test_closing_names_them_again_and_ends():
    assert closing_credits("en", title="Emma", author="Jane Austen", narrator="George") == (
        "This has been Emma.",
        "Written by Jane Austen.",
        "Narrated by George, a digital voice.",
        "The end.",
    )


@pytest.mark.parametrize("language", CREDIT_LANGUAGES)
def test_every_language_names_all_three_and_has_words_of_its_own(language):
    names = {"title": "Titulus", "author": "Auctor", "narrator": "Vox"}
    for said in (opening_credits(language, **names), closing_credits(language, **names)):
        text = " ".join(said)
        assert all(name in text for name in names.values())
        assert "{" not in text
        assert all(sentence.endswith(".") for sentence in said)
    assert "Vox" in disclosure(language, "Vox")
    assert narrator_credit(language, "Vox").startswith("Vox, ")
    if language != "en":
        assert set(closing_credits(language, **names)).isdisjoint(closing_credits("en", **names))
        assert disclosure(language, "Vox") != disclosure("en", "Vox")


@pytest.mark.parametrize("language", CREDIT_LANGUAGES)
def test_the_voice_of_a_living_person_is_called_an_authorized_replica(language):
    names = {"title": "Titulus", "author": "Auctor", "narrator": "Vox", "replica": True}
    spoken = " ".join((*opening_credits(language, **names), *closing_credits(language, **names)))
    assert spoken.count("Vox") == 2
    assert "{" not in spoken
    assert "Authorized Voice Replica" in narrator_credit(language, "Vox", replica=True)
    assert disclosure(language, "Vox", replica=True) != disclosure(language, "Vox")
    assert disclosure(language, "Vox", replica=True).count("Vox") == 2


def test_german_declines_what_is_spoken_but_not_what_is_tagged():
    assert opening_credits("de-AT", title="Die Verwandlung", author="Franz Kafka", narrator="Anna")[2] == (
        "Gelesen von Anna, einer digitalen Stimme."
    )
    assert narrator_credit("de-AT", "Anna") == "Anna, eine digitale Stimme"


@pytest.mark.parametrize("language", ["ja", "sw-KE", "zz", "", "not a tag!", "english"])
def test_other_languages_fall_back_to_english(language):
    assert opening_credits(language, title="T", author="A", narrator="N") == opening_credits(
        "en", title="T", author="A", narrator="N"
    )
    assert "AI-narrated" in disclosure(language, "N")


def test_missing_author_is_left_out():
    assert opening_credits("en", title="Beowulf", author="  ", narrator="Emma") == (
        "Beowulf.",
        "Narrated by Emma, a digital voice.",
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Who Goes There?", "Who Goes There?"),
        ("Oliver!", "Oliver!"),
        ("Waiting…", "Waiting…"),
        ("“Repent, Harlequin!”", "“Repent, Harlequin!”"),
        ("吾輩は猫である。", "吾輩は猫である。"),
        ("A Tale:", "A Tale."),
        ("To be continued —", "To be continued."),
        ("  Two\n Lines ", "Two Lines."),
        ("The Story of {author}", "The Story of {author}."),
        ("", None),
        ("—", None),
        (".", None),
    ],
)
def test_title_ends_once(title, said):
    opening = opening_credits("en", title=title, author="A", narrator="N")
    closing = closing_credits("en", title=title, author="A", narrator="N")
    if said is None:
        assert opening[0] == closing[0] == "Written by A."
    else:
        assert opening[0] == said
        assert closing[0] == f"This has been {said}"


def test_author_with_a_full_stop_ends_once():
    assert opening_credits("en", title="Yes I Can", author="Sammy Davis Jr.", narrator="N")[1] == (
        "Written by Sammy Davis Jr."
    )


@given(st.text(), st.text(), st.sampled_from([*CREDIT_LANGUAGES, "ru", ""]))
def test_no_sentence_is_empty_or_broken_over_lines(title, author, language):
    for said in (
        opening_credits(language, title=title, author=author, narrator="Emma"),
        closing_credits(language, title=title, author=author, narrator="Emma"),
    ):
        assert all(sentence == " ".join(sentence.split()) and len(sentence) > 1 for sentence in said)
        assert "Emma" in " ".join(said)


@pytest.mark.parametrize("language", CREDIT_LANGUAGES)
def test_whom_a_licence_names_is_named_after_the_book_in_its_language(language):
    names = {"title": "Titulus", "author": "Auctor", "narrator": "Vox"}
    plain = closing_credits(language, **names)
    said = closing_credits(language, **names, attributions=("Amy, Ann Other, CC BY 4.0", "Bo by Bob."))
    (added,) = set(said) - set(plain)
    assert said == (*plain[:-1], added, plain[-1])
    assert added.endswith("Amy, Ann Other, CC BY 4.0; Bo by Bob.")
    if language != "en":
        english = closing_credits("en", **names, attributions=("Amy, Ann Other, CC BY 4.0", "Bo by Bob."))
        assert added not in english


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Amy by Ann (https://example.com/a?b=c), CC BY 4.0", "Amy by Ann, CC BY 4.0."),
        ("Amy by Ann, https://example.com", "Amy by Ann."),
        ("<www.example.com> Amy", "Amy."),
        ("Amy {narrator} 100%", "Amy {narrator} 100%."),
    ],
)
def test_addresses_are_not_said_aloud(written, said):
    credits_ = closing_credits("en", title="T", author="", narrator="N", attributions=(written,))
    assert credits_[-2] == f"Voices and technology: {said}"


def test_an_attribution_that_is_an_address_alone_is_left_to_the_tags():
    names = {"title": "T", "author": "", "narrator": "N"}
    assert closing_credits("en", **names, attributions=("https://example.com",)) == closing_credits("en", **names)
