"""Commands about consents: `studio consent …`. The groups lie in modules of their own."""

import typer

from studio.cli import consent_endings, consent_giving, consent_ledger, consent_records, consent_reviews

consent_app = typer.Typer(help="Consent to the use of a living person's voice.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for module in (consent_records, consent_giving, consent_reviews, consent_endings, consent_ledger):
        module.add_to(consent_app)
    app.add_typer(consent_app, name="consent")
