"""Ends of consents, retention, and the papers about both."""

import json as json_format
import sys
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.acting import As, Consent, Out, Reason, ending_of, local_actor, write_private
from studio.cli.consent_shown import ending_text, preview_text
from studio.cli.shell import Home, Json, open_home, show, table_of, to_json
from studio.core.errors import CancelledError, NotFoundError
from studio.services.consents.account import StatementOfAccount
from studio.services.consents.views import EndingView

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
OutOrNone = Annotated[Path | None, typer.Option("-o", "--out", help="File to write, .html or .json.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("withdraw")(withdraw)
    app.command("revoke")(revoke)
    app.command("invalidate")(invalidate)
    app.command("erase")(erase)
    app.command("certificate")(certificate)
    app.command("retention")(retention)
    app.command("account")(account)
    app.command("receipt")(receipt)
    app.command("export")(export)
    app.command("policy")(policy)


def withdraw(
    consent: Consent,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask on a terminal.")] = False,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """End a consent on the word of the person whose voice it is. No reason is asked; the voice is destroyed at once."""
    actor = local_actor(who)
    with open_home(home) as studio:
        if dry_run:
            preview = studio.endings.preview(actor, consent)
            show(preview, json, lambda: preview_text(preview))
            return
        if sys.stdin.isatty() and not (yes or json):
            typer.echo(preview_text(studio.endings.preview(actor, consent)), err=True)
            if not typer.confirm("Withdraw this consent? It cannot be undone.", err=True):
                raise CancelledError("nothing was withdrawn")
        _show_ending(studio.endings.withdraw(actor, consent), json)


def revoke(consent: Consent, reason: Reason, who: As = None, json: Json = False, home: Home = None) -> None:
    """End a consent on the word of somebody else: the studio, an agent, the estate."""
    with open_home(home) as studio:
        _show_ending(studio.endings.revoke(local_actor(who), consent, reason), json)


def invalidate(consent: Consent, reason: Reason, who: As = None, json: Json = False, home: Home = None) -> None:
    """Declare that a consent never held: a court said so, or it was had by fraud."""
    with open_home(home) as studio:
        _show_ending(studio.endings.invalidate(local_actor(who), consent, reason), json)


def _show_ending(ending: EndingView, as_json: bool) -> None:
    show(ending, as_json, lambda: ending_text(ending))


def erase(consent: Consent, who: As = None, json: Json = False, home: Home = None) -> None:
    """Erase the personal data of a record whose voice data is destroyed. The ledger still verifies."""
    actor = local_actor(who)
    with open_home(home) as studio:
        consent_id = studio.consents.get(actor, consent).summary.id
        studio.endings.erase(actor, consent_id)
        show({"erased": consent_id}, json, lambda: f"The personal data of {consent_id} is erased.")


def certificate(consent: Consent, out: OutOrNone = None, who: As = None, json: Json = False, home: Home = None) -> None:
    """Show the signed certificate of destruction, or write it to a file."""
    actor = local_actor(who)
    ending = ending_of(out, ".html", ".json") if out else ""
    with open_home(home) as studio:
        signed = studio.endings.certificate(actor, consent)
        if signed is None:
            raise NotFoundError(
                "there is no certificate: nothing was destroyed yet, or not all of it", where=consent,
                hint="See `studio consent show`.",
            )  # fmt: skip
        text = _pretty(signed)
        if out is None:
            show(signed, json, lambda: text)
            return
        _write(out, studio.papers.certificate_html(actor, consent) if ending == ".html" else text, json)


def retention(dry_run: DryRun = False, who: As = None, json: Json = False, home: Home = None) -> None:
    """Do what time demands: note terms that are over, destroy what is past its retention, take works down."""
    with open_home(home) as studio:
        acts = studio.endings.retention(local_actor(who), dry_run=dry_run)
        show(
            {"acts": acts, "dry_run": dry_run},
            json,
            lambda: (
                table_of(["Consent", "Act", "What"], [[each.consent_id, each.act, each.sentence] for each in acts])
                if acts
                else "Nothing is due."
            ),
        )


def account(consent: Consent, out: OutOrNone = None, who: As = None, json: Json = False, home: Home = None) -> None:
    """Show what was made with the voice and what is owed for it, or write it to a file."""
    actor = local_actor(who)
    ending = ending_of(out, ".html", ".json") if out else ""
    with open_home(home) as studio:
        found = studio.endings.account(actor, consent)
        if out is None:
            show(found, json, lambda: _account_text(found))
            return
        _write(out, studio.papers.account_html(actor, consent) if ending == ".html" else _pretty(to_json(found)), json)


def _account_text(found: StatementOfAccount) -> str:
    agreed = f"{found.basis} {found.amount} {found.currency}".strip()
    if found.basis == "royalty":
        owed = "Owed: depends on the receipts, which the studio does not know"
    else:
        owed = f"Owed: {found.owed} {found.currency}".rstrip()
    return "\n".join([
        f"{found.credit}, {found.period[0]} to {found.period[1]}",
        f"Finished: {found.finished_minutes:.1f} minutes in {len(found.works)} works",
        f"Agreed: {agreed} ({found.status})",
        owed,
    ])  # fmt: skip


def receipt(consent: Consent, out: Out, who: As = None, json: Json = False, home: Home = None) -> None:
    """Write the receipt for the voice owner (.html or .pdf)."""
    actor = local_actor(who)
    ending = ending_of(out, ".html", ".pdf")
    with open_home(home) as studio:
        papers = studio.papers
        made = papers.receipt_html(actor, consent) if ending == ".html" else papers.receipt_pdf(actor, consent)
        _write(out, made, json)


def export(
    consent: Consent,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write, .jsonld.")] = None,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Write the record for machines (JSON-LD after ISO/IEC TS 27560) to a file or to standard output."""
    if out:
        ending_of(out, ".jsonld", ".json")
    with open_home(home) as studio:
        record = studio.papers.record_jsonld(local_actor(who), consent)
        if out is None:
            show(record, True, lambda: "")
            return
        _write(out, _pretty(record), json)


def policy(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write, .html.")] = None,
    language: Annotated[str, typer.Option(help="Language of it.")] = "en",
    json: Json = False,
    home: Home = None,
) -> None:
    """Write the public retention policy (HTML) to a file or to standard output."""
    if out:
        ending_of(out, ".html")
    with open_home(home) as studio:
        text = studio.papers.policy_html(language)
        if out is None:
            show({"html": text}, json, lambda: text.rstrip("\n"))
            return
        _write(out, text, json)


def _pretty(value: object) -> str:
    return json_format.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _write(out: Path, data: bytes | str, as_json: bool) -> None:
    path = write_private(out, data)
    show({"path": path}, as_json, lambda: path)
