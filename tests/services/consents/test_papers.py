import io
import uuid

import pytest
from lxml import html
from pyld import jsonld
from pypdf import PdfReader

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.anchors import find_anchors
from studio.consent.texts import language_pack
from studio.core.errors import NotFoundError, RefusedError
from tests.consents import PRODUCER, REVIEWER, Walk, make_verified

WORDS = language_pack("en").paper


def text_of(page: str) -> str:
    return " ".join(html.document_fromstring(page).text_content().split())


def test_a_receipt_of_a_verified_consent(studio: Studio) -> None:
    consent_id = make_verified(studio, compensation={"basis": "flat", "amount": "800.00", "currency": "EUR"})
    said = text_of(studio.papers.receipt_html(PRODUCER, consent_id))
    for fact in ("Jane Doe", "Harbour Audio", "800.00 EUR", WORDS["state_verified"], f"urn:uuid:{consent_id}",
                 f"studio consent withdraw {consent_id}", f"{WORDS['reviewed']} {REVIEWER.name}"):  # fmt: skip
        assert fact in said, fact


def test_html_and_pdf_hold_the_newest_signed_head_of_the_ledger(studio: Studio) -> None:
    consent_id = make_verified(studio)
    with studio._context.database.read() as session:
        head = studio._context.ledger.head(session)
    assert head is not None
    assert find_anchors(studio.papers.receipt_html(PRODUCER, consent_id)) == (head.anchor(),)
    pdf = studio.papers.receipt_pdf(PRODUCER, consent_id)
    assert find_anchors(pdf) == (head.anchor(),)
    printed = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "".join(head.anchor().text().split()) in printed


def test_a_receipt_is_in_the_language_the_notice_was_shown_in(walk: Walk) -> None:
    owner = walk.asked(language="de")
    walk.answer(owner)
    page = walk.studio.papers.receipt_html(owner, owner.consent_id)
    tree = html.document_fromstring(page)
    assert tree.get("lang") == "de"
    assert tree.findtext(".//h1") == language_pack("de").paper["receipt"]


def test_every_receipt_has_a_number_of_its_own(studio: Studio) -> None:
    consent_id = make_verified(studio)
    pages = [html.document_fromstring(studio.papers.receipt_html(PRODUCER, consent_id)) for _ in range(2)]
    rows = [page.xpath(f"string(//tr[th='{WORDS['receipt_id']}']/td)").strip() for page in pages]
    assert len({uuid.UUID(row) for row in rows}) == 2


def test_the_owner_sees_no_names_of_staff_in_the_history(walk: Walk) -> None:
    owner = walk.verified()
    assert PRODUCER.name not in text_of(walk.studio.papers.receipt_html(owner, owner.consent_id))


def test_the_owner_sees_their_own_papers_only(walk: Walk) -> None:
    owner, other = walk.asked(), walk.asked("Ada Brook")
    papers = walk.studio.papers
    assert "Jane Doe" in papers.receipt_html(owner, owner.consent_id)
    for paper in (papers.receipt_html, papers.receipt_pdf, papers.record_jsonld, papers.notice_html,
                  papers.certificate_html, papers.account_html):  # fmt: skip
        with pytest.raises(RefusedError, match="another record"):
            paper(owner, other.consent_id)


def test_unknown_consents_have_no_papers(studio: Studio) -> None:
    with pytest.raises(NotFoundError):
        studio.papers.receipt_html(PRODUCER, "nobody")
    stranger = Actor("x", Role.VOICE_OWNER, "nobody")
    with pytest.raises(NotFoundError):
        studio.papers.account_html(stranger, "nobody")


def test_the_record_as_json_ld_tells_every_event(studio: Studio) -> None:
    consent_id = make_verified(studio)
    said = studio.papers.record_jsonld(PRODUCER, consent_id)
    assert uuid.UUID(consent_id).version == 4
    detail = studio.consents.get(PRODUCER, consent_id)
    assert [event["dct:title"] for event in said["dpv:hasConsentStatus"]] == [event.kind for event in detail.events]
    assert said["dpv:hasConsentStatus"][-1]["@type"][0] == "dpv:ConsentGiven"
    assert find_anchors(str(said))
    (node,) = jsonld.expand(said, {"documentLoader": lambda url, _options: pytest.fail(f"needs {url}")})
    assert node["@id"] == f"urn:uuid:{consent_id}"


def test_the_notice_is_the_one_that_was_shown(walk: Walk) -> None:
    owner = walk.asked()
    shown = walk.giving.page(owner, owner.consent_id).notice
    said = text_of(walk.studio.papers.notice_html(owner, owner.consent_id))
    assert all(heading in said and text in said for heading, text in shown)


def test_there_is_a_certificate_once_everything_is_destroyed(walk: Walk) -> None:
    owner = walk.verified()
    with pytest.raises(NotFoundError, match="nothing was destroyed"):
        walk.studio.papers.certificate_html(owner, owner.consent_id)
    walk.studio.endings.withdraw(owner, owner.consent_id)
    page = walk.studio.papers.certificate_html(owner, owner.consent_id)
    said = text_of(page)
    assert WORDS["state_withdrawn"] in said
    assert f"{WORDS['kind_reference']}3 ×" in said
    assert f"{WORDS['kind_statement']}1 ×" in said
    assert f"{WORDS['kind_key']}1 ×" in said
    assert "Jane" not in said
    (anchor,) = find_anchors(page)
    assert anchor.size > 0


def test_a_receipt_tells_of_the_withdrawal(walk: Walk) -> None:
    owner = walk.verified()
    walk.studio.endings.withdraw(owner, owner.consent_id)
    assert WORDS["state_withdrawn"] in text_of(walk.studio.papers.receipt_html(owner, owner.consent_id))
    said = walk.studio.papers.record_jsonld(PRODUCER, owner.consent_id)
    assert "dpv:ConsentWithdrawn" in said["dpv:hasConsentStatus"][-1]["@type"]


def test_a_term_that_is_over_is_told_without_anybody_writing_it_down(walk: Walk, pass_time) -> None:
    owner = walk.verified()
    pass_time(days=366)
    assert WORDS["state_expired"] in text_of(walk.studio.papers.receipt_html(PRODUCER, owner.consent_id))


@pytest.mark.parametrize(
    ("pay", "owed"),
    [
        ({"basis": "none"}, "0.00"),
        ({"basis": "flat", "amount": "1250.5", "currency": "EUR"}, "1250.50 EUR"),
        ({"basis": "per-finished-hour", "amount": "250", "currency": "GBP"}, "0.00 GBP"),
        ({"basis": "royalty", "amount": "2.5"}, WORDS["account_by_receipts"]),
    ],
)
def test_the_statement_of_account_says_what_is_owed(studio: Studio, pay: dict[str, str], owed: str) -> None:
    said = text_of(studio.papers.account_html(PRODUCER, make_verified(studio, compensation=pay)))
    assert owed in said
    assert WORDS["no_works"] in said


def test_the_policy_is_there_for_everybody(studio: Studio) -> None:
    said = text_of(studio.papers.policy_html())
    assert "three years" in said
    assert html.document_fromstring(studio.papers.policy_html("de")).get("lang") == "de"
