import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from studio.consent.challenge import CHALLENGE_DIGITS, check_word_list, hash_challenge, hear_challenge, issue_challenge
from studio.consent.names import normal_name
from studio.consent.record import Purposes
from studio.consent.states import ConsentState
from studio.consent.terms import CONTENT, USES, Compensation
from studio.consent.texts import LanguagePack, filled, language_pack, languages, notice_sha256
from studio.core.errors import InputError
from studio.manuscript.delivery import presets
from tests.consent.papers_data import HOSTILE, record_of

ASSETS = Path(__file__).parents[2] / "studio" / "api" / "portal_assets"
PACKS = [language_pack(tag) for tag, _name in languages()]
ENGLISH = language_pack("en")
PER_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.tag)


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def tables(pack: LanguagePack) -> dict[str, dict[str, str]]:
    return {
        "strings": dict(pack.strings),
        "paper": dict(pack.paper),
        "uses": dict(pack.use_names),
        "content": dict(pack.content_names),
        "fill": dict(pack._fill),
        "statement": {"statement": pack._statement, "code": pack._code},
        "notice": {str(i): text for i, (_heading, text) in enumerate(pack._notice)},
        "policy": {str(i): text for i, (_heading, text) in enumerate(pack.policy)},
    }


@PER_PACK
def test_every_language_has_the_same_texts_with_the_same_places(pack: LanguagePack) -> None:
    for name, table in tables(pack).items():
        expected = tables(ENGLISH)[name]
        assert table.keys() == expected.keys(), name
        assert {key: places(text) for key, text in table.items()} == {
            key: places(text) for key, text in expected.items()
        }, name


@PER_PACK
def test_no_text_is_empty_or_holds_markup(pack: LanguagePack) -> None:
    every = [text for table in tables(pack).values() for text in table.values()]
    every += [heading for heading, _text in (*pack._notice, *pack.policy)]
    every += [purpose[key] for purpose in pack.purposes for key in ("label", "explanation")]
    assert all(text.strip() for text in every)
    assert not [text for text in every if re.search(r"<\w|&\w+;", text)]


@PER_PACK
def test_uses_content_and_purposes_are_those_of_the_record(pack: LanguagePack) -> None:
    assert set(pack.use_names) == set(USES)
    assert set(pack.content_names) == set(CONTENT)
    assert [purpose["name"] for purpose in pack.purposes] == [field.name for field in fields(Purposes)]
    assert [purpose["name"] for purpose in pack.purposes if purpose["needed"]] == ["create_replica", "render_works"]
    assert {f"state_{state}" for state in ConsentState} <= pack.paper.keys()


@PER_PACK
def test_code_words_suit_the_statement(pack: LanguagePack) -> None:
    everything = record_of(language=pack.tag, uses=USES)
    bare = replace(
        everything,
        subject=replace(everything.subject, legal_name="X"),
        controller=replace(everything.controller, name="X"),
    )
    assert len(pack.words) >= 64
    assert check_word_list(pack.words, [pack.spoken(bare, (), "")]) == []


@PER_PACK
def test_a_statement_read_word_for_word_is_heard_as_its_challenge(pack: LanguagePack) -> None:
    challenge = issue_challenge(pack.words)
    said = pack.spoken(record_of(language=pack.tag), challenge.words, challenge.digits)
    assert hear_challenge(hash_challenge(challenge, b"salt" * 8), said, pack.digit_words).passed
    spelt = " ".join(pack.digit_words[int(digit)].split("|")[0] for digit in challenge.digits)
    said = said.replace(" ".join(challenge.digits), spelt)
    assert hear_challenge(hash_challenge(challenge, b"salt" * 8), said, pack.digit_words).digits_exact


@PER_PACK
def test_every_way_to_say_a_digit_is_that_digit_alone(pack: LanguagePack) -> None:
    assert len(pack.digit_words) == 10
    forms = [form for forms in pack.digit_words for form in forms.split("|")]
    assert len(set(forms)) == len(forms)
    assert not {form.casefold() for form in forms} & {word.casefold() for word in pack.words}


@PER_PACK
def test_prompts_take_eight_to_ten_seconds_or_so(pack: LanguagePack) -> None:
    assert len(pack.prompts) >= 4
    assert all(100 <= len(prompt) <= 200 for prompt in pack.prompts)
    letters = set("".join(pack.prompts).casefold())
    assert len(letters & set("abcdefghijklmnopqrstuvwxyz")) >= 20


@PER_PACK
def test_quotes_are_closed(pack: LanguagePack) -> None:
    own = ("„", "“") if pack.tag == "de" else ("“", "”")
    every = [text for table in tables(pack).values() for text in table.values()]
    every += [purpose[key] for purpose in pack.purposes for key in ("label", "explanation")]
    for opening, closing in (own, ("«", "»"), ("(", ")")):
        marks = [re.sub(f"[^{re.escape(opening + closing)}]", "", text) for text in every]
        assert [each for each in marks if each != (opening + closing) * (len(each) // 2)] == []
    assert not [text for text in every if '"' in text]


@PER_PACK
def test_the_notice_begins_with_how_to_withdraw(pack: LanguagePack) -> None:
    notice = pack.notice(record_of(language=pack.tag))
    naming_the_button = [i for i, (_heading, text) in enumerate(notice) if pack.strings["withdraw"] in text]
    assert naming_the_button == [0]


@PER_PACK
def test_the_notice_says_whatever_the_terms_say(pack: LanguagePack) -> None:
    record = record_of(language=pack.tag, survival="take-down", take_down_days=17)
    said = "\n".join(text for section in pack.notice(record) for text in section)
    for fact in (
        "Harbour Audio", "studio@example.com", "Finch & Daughters", "Good Books", "2026-11-01", "2027-10-31",
        "Europe/Dublin", "600", "250.00", "EUR", "17", "The Quiet Pier", pack.content_names["political"],
        pack.use_names["audiobook"], pack.use_names["podcast"],
    ):  # fmt: skip
        assert fact in said, fact
    assert "{" not in said


@PER_PACK
@pytest.mark.parametrize("basis", ["none", "flat", "per-finished-hour", "royalty"])
def test_every_kind_of_payment_is_said(pack: LanguagePack, basis: str) -> None:
    said = pack.payment(Compensation(basis, "12.50", "EUR"))
    assert ("12.50" in said) is (basis != "none")


@PER_PACK
def test_the_notice_speaks_of_term_destruction_and_the_three_years(pack: LanguagePack) -> None:
    said = " ".join(text for _heading, text in pack.notice(record_of(language=pack.tag)))
    assert "30" in said  # days for a renewal
    assert re.search(r"\b(3|three|drei|tres|trois|tre|três)\b", said, re.IGNORECASE)
    assert "identity" not in said.lower()


@PER_PACK
def test_the_page_finds_every_word_it_asks_for(pack: LanguagePack) -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js"))
    asked = set(re.findall(r"\bt\(\"([a-z_]+)\"", scripts)) | set(re.findall(r"\? \"([a-z]+_[a-z_]+)\" : \"", scripts))
    steps = ("notice", "references", "statement", "waiting")
    asked |= {f"title_{step}" for step in (*steps, "active", "ended")} | {f"step_{step}" for step in steps}
    asked |= {f"delivery_{name.replace('-', '_')}" for name in presets()}
    assert len(asked) > 65
    assert asked - pack.strings.keys() == set()


@pytest.mark.parametrize("hostile", HOSTILE)
@PER_PACK
def test_a_name_is_only_ever_a_name(pack: LanguagePack, hostile: str) -> None:
    hostile_record, plain = record_of(hostile, language=pack.tag), record_of("QQQ", language=pack.tag)
    assert pack.statement(hostile_record) == pack.statement(plain).replace("QQQ", normal_name(hostile))
    said = [text.replace("QQQ", normal_name(hostile)) for _heading, text in pack.notice(plain)]
    assert [text for _heading, text in pack.notice(hostile_record)] == said


def test_a_name_in_braces_is_not_filled_in() -> None:
    assert filled("{a} and {b}", a="{b}", b="{a}") == "{b} and {a}"


def test_a_region_has_the_statement_of_its_language() -> None:
    assert language_pack("en-GB") is ENGLISH


@pytest.mark.parametrize("tag", ["xx", "", "../en", "en/../de", "e", "*"])
def test_no_other_language_is_made_up(tag: str) -> None:
    with pytest.raises(InputError, match="no consent statement"):
        language_pack(tag)


def test_the_hash_of_a_notice_tells_any_change() -> None:
    record = record_of()
    notice = ENGLISH.notice(record)
    later = ENGLISH.notice(record_of(last_day=date(2027, 11, 1)))
    assert notice_sha256(notice) == notice_sha256(ENGLISH.notice(record))
    assert len({notice_sha256(each) for each in (notice, later, notice[1:], notice[::-1])}) == 4


def test_digits_are_read_one_by_one() -> None:
    digits = "482913"
    assert len(digits) == CHALLENGE_DIGITS
    assert "4 8 2 9 1 3" in ENGLISH.spoken(record_of(), ("apple",), digits)
