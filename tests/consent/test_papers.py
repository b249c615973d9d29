import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html
from pypdf import PdfReader

from studio.consent import papers
from studio.consent.evidence import Outcome
from studio.consent.paper import Block, Paper, paper_html, paper_pdf
from studio.consent.states import ConsentState
from studio.consent.texts import LanguagePack, language_pack, languages
from tests.consent.papers_data import ANCHOR, HOSTILE, receipt_facts, record_of

PACKS = [language_pack(tag) for tag, _name in languages()]
PER_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.tag)
ENGLISH = language_pack("en")
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "table", "tr", "th", "td", "bdi",
    "img",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "scope", "src", "alt"}
CERTIFICATE = {
    "type": "vivavoce-destruction-certificate/1",
    "consent": "3f2b8f0e-6a0b-4d52-9d57-3f5f8b1f2f10",
    "state": "withdrawn",
    "ended_at": "2026-11-03T10:00:00+00:00",
    "started_at": "2026-11-03T10:00:01+00:00",
    "finished_at": "2026-11-03T10:00:02+00:00",
    "destroyed": [
        {"kind": "key"}, {"kind": "reference"}, {"kind": "reference"}, {"kind": "statement"}, {"kind": "voiceprint"},
    ],
    "works": [
        {"sha256": "1" * 64, "delivered_at": "2026-11-02T10:00:00+00:00", "taken_down_by": None},
        {"sha256": "2" * 64, "delivered_at": "2026-11-02T10:00:00+00:00", "taken_down_by": "2026-12-03T10:00:00+00:00"},
    ],
    "record_hash": "e" * 64,
    "ledger_seq": 7,
    "ledger_head": ANCHOR,
    "signature": {"key_id": "b" * 16, "public_key_hex": "c" * 64, "signature_hex": "d" * 128},
}  # fmt: skip


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def text_of(paper: Paper) -> str:
    return " ".join(parsed(paper_html(paper)).text_content().split())


def pdf_text(paper: Paper) -> str:
    pages = PdfReader(io.BytesIO(paper_pdf(paper))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def receipt_paper(name: str = "Jane Doe", *, pack: LanguagePack = ENGLISH, **terms: object) -> Paper:
    record = record_of(name, language=pack.tag, description=f"{name} {'reads all of it ' * 5}", **terms)
    return papers.receipt(record, pack, receipt_facts(name))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_record_becomes_an_element_or_attribute(hostile: str) -> None:
    tree = parsed(paper_html(receipt_paper(hostile)))
    assert {element.tag for element in tree.iter()} <= TAGS
    assert {name for element in tree.iter() for name in element.attrib} <= ATTRIBUTES
    assert len(list(tree.iter("style"))) == len(list(tree.iter("img"))) == 1
    assert " ".join(hostile.split()) in " ".join(tree.text_content().split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_title_credit_or_label_becomes_an_element(hostile: str) -> None:
    account = papers.AccountFacts(
        hostile, hostile, "due", 1.0, Decimal(1), hostile, (hostile, hostile), ((hostile, hostile),)
    )
    block = Block(hostile, (hostile,), ((hostile, hostile),))
    for paper in (papers.account(account, ENGLISH), Paper("en", hostile, hostile, (block,), hostile, frame_first=True)):
        tree = parsed(paper_html(paper))
        assert {element.tag for element in tree.iter()} <= TAGS
        assert {name for element in tree.iter() for name in element.attrib} <= ATTRIBUTES


def test_a_receipt_needs_nothing_from_elsewhere() -> None:
    text = paper_html(receipt_paper())
    tree = parsed(text)
    (picture,) = tree.iter("img")
    assert picture.get("src").startswith("data:image/png;base64,")
    assert not tree.xpath("//*[@href] | //script | //link | //iframe | //object | //form")
    assert not re.search(r"@import|url\(|https?://", text)


@PER_PACK
def test_how_to_withdraw_stands_first(pack: LanguagePack) -> None:
    paper = papers.receipt(record_of(language=pack.tag), pack, receipt_facts())
    sections = parsed(paper_html(paper)).findall(".//section")
    assert sections[0].get("class") == "first"
    first = sections[0].text_content()
    assert pack.paper["withdraw"] in first
    assert pack.strings["withdraw"] in first, "the button is called by its name"
    assert "studio@example.com" in first
    assert "studio consent withdraw 3f2b8f0e-6a0b-4d52-9d57-3f5f8b1f2f10" in first


@PER_PACK
def test_how_to_withdraw_is_on_the_first_page_of_the_pdf(pack: LanguagePack) -> None:
    paper = papers.receipt(record_of(language=pack.tag), pack, receipt_facts())
    first = " ".join(PdfReader(io.BytesIO(paper_pdf(paper))).pages[0].extract_text().split())
    assert pack.paper["withdraw"] in first
    assert "studio consent withdraw" in first


@PER_PACK
def test_a_receipt_tells_what_was_agreed_checked_and_attested(pack: LanguagePack) -> None:
    said = text_of(papers.receipt(record_of(language=pack.tag), pack, receipt_facts()))
    for fact in (
        "2026-11-01", "2027-10-31", "250.00", "0.78", "6 of 6 words", "Rita Moss", "e" * 64, ANCHOR,
        pack.paper["state_verified"], pack.paper["outcome_review"], pack.paper["checked_note"],
        pack.content_names["political"],
    ):  # fmt: skip
        assert fact in said, fact
    for purpose in pack.purposes:
        assert purpose["label"] in said
    assert not re.search(r"identity (was |is )?(proven|verified)", said, re.IGNORECASE)


def test_ticks_are_told_as_they_were_made() -> None:
    rows = dict(next(b for b in receipt_paper().blocks if b.heading == ENGLISH.paper["agreed"]).rows)
    ticked = {purpose["name"]: rows[purpose["label"]] for purpose in ENGLISH.purposes}
    assert ticked == {
        "create_replica": "yes", "render_works": "yes", "voice_comparison": "yes",
        "train_models": "no", "demonstrate": "no", "share_voice": "no",
    }  # fmt: skip


@PER_PACK
@pytest.mark.parametrize("state", list(ConsentState))
def test_every_state_has_a_receipt(pack: LanguagePack, state: ConsentState) -> None:
    said = text_of(papers.receipt(record_of(language=pack.tag), pack, receipt_facts(state=state.value)))
    assert pack.paper[f"state_{state}"] in said


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize(
    "check", ["decode", "duration", "speech", "clipping", "snr", "synthetic-mark", "duplicate", "words", "challenge",
              "speaker", "one-speaker"]
)  # fmt: skip
def test_every_check_and_outcome_has_words(check: str, outcome: Outcome) -> None:
    for pack in PACKS:
        facts = receipt_facts()
        facts = replace(facts, checks=(replace(facts.checks[0], name=check, outcome=outcome, measured=""),))
        rows = dict(row for block in papers.receipt(record_of(), pack, facts).blocks for row in block.rows)
        assert rows[pack.paper[f"check_{check}"]] == pack.paper[f"outcome_{outcome}"]


@PER_PACK
def test_the_pdf_says_what_the_html_says(pack: LanguagePack) -> None:
    paper = papers.receipt(record_of(language=pack.tag), pack, receipt_facts())
    read = re.sub(r"[\s\u00ad-]", "", pdf_text(paper))
    for text in [paper.title, paper.lead, paper.anchor] + [
        text for block in paper.blocks for text in (block.heading, *block.paragraphs, *sum(block.rows, ()))
    ]:
        assert re.sub(r"[\s\u00ad-]", "", text) in read, text


@pytest.mark.parametrize("name", ["Zoë Müller-Łęcka", "Ксения Щукина", "Ελένη Παπαδοπούλου", "Nguyễn Thị Ánh"])
def test_the_pdf_holds_names_that_are_not_latin_1(name: str) -> None:
    assert name in pdf_text(receipt_paper(name))


@pytest.mark.parametrize("name", ["山田花子", "🦜", "x" * 500])
def test_a_name_that_the_font_lacks_or_that_is_long_still_gives_a_pdf(name: str) -> None:
    assert "studio consent withdraw" in pdf_text(receipt_paper(name))


def test_a_pdf_holds_no_script_or_link_and_names_its_language() -> None:
    reader = PdfReader(io.BytesIO(paper_pdf(receipt_paper(HOSTILE[0]))))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    actions = [each for each in objects if isinstance(each, dict) and {"/JS", "/URI", "/A", "/AA"} & each.keys()]
    assert actions == []


@PER_PACK
def test_a_certificate_tells_what_was_destroyed_and_what_stays(pack: LanguagePack) -> None:
    said = text_of(papers.certificate(CERTIFICATE, pack))
    for fact in (
        pack.paper["state_withdrawn"], "2026-11-03 10:00 UTC", "2 ×", "1 ×", pack.paper["kind_reference"],
        pack.paper["certificate_method"], pack.paper["certificate_kept"], "1" * 64, "2" * 64, "2026-12-03",
        "d" * 128, ANCHOR,
    ):  # fmt: skip
        assert " ".join(fact.split()) in said, fact


@PER_PACK
def test_a_statement_of_account_is_exact(pack: LanguagePack) -> None:
    facts = papers.AccountFacts(
        credit="Jane Doe", basis="250.00 EUR", status="due", minutes=12.345, owed=Decimal("1234567.89"),
        currency="EUR", period=("2026-11-01", "2027-10-31"), works=(("The Quiet Pier", "2026-11-02T10:00:00+00:00"),),
    )  # fmt: skip
    said = text_of(papers.account(facts, pack))
    assert "1234567.89 EUR" in said
    assert "The Quiet Pier" in said
    assert pack.paper["status_due"] in said
    by_receipts = text_of(papers.account(replace(facts, owed=None, works=()), pack))
    assert pack.paper["account_by_receipts"] in by_receipts
    assert pack.paper["no_works"] in by_receipts


@PER_PACK
def test_the_policy_and_the_notice_are_papers_too(pack: LanguagePack) -> None:
    policy = text_of(papers.policy(pack))
    assert all(heading in policy for heading, _text in pack.policy)
    record = record_of(language=pack.tag)
    notice = text_of(papers.notice_paper(record, pack))
    assert all(" ".join(text.split()) in notice for _heading, text in pack.notice(record))
