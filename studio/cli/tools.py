"""Commands that look after the installation: weights, doctor."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.bootstrap import environment, read_settings
from studio.cli.shell import Home, Json, interruptible, notes, progress_shown, show, table_of
from studio.core.errors import LicenceError
from studio.core.time import utc_now
from studio.services.checkups import broken, examine
from studio.weights.adoption import AdoptableModel, load_adoptable, terms_shown
from studio.weights.registry import load_registry
from studio.weights.store import WeightsStore

weights_app = typer.Typer(help="Model files: what is here, fetch, verify.", no_args_is_help=True)
Models = Annotated[list[str] | None, typer.Argument(metavar="[MODEL]…", help="All models by default.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(weights_app, name="weights")
    app.command("doctor")(doctor)


def _store(home: Path | None) -> WeightsStore:
    return WeightsStore(read_settings(environment(), home=home).weights)


@weights_app.command("list")
def list_weights(json: Json = False, home: Home = None) -> None:
    """List the models of the registry and whether they are here."""
    store = _store(home)
    known = {name: store.model(name) for name in (*load_registry(), *load_adoptable())}
    models: list[dict[str, Any]] = [
        {
            "name": name,
            "state": store.status(name),
            "size_bytes": max(0, model.size_bytes),
            "licence": ", ".join(sorted({file.licence for file in model.files})),
            "files": [
                {"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes} for file in model.files
            ],
        }
        for name, model in known.items()
    ]
    rows = [
        [model["name"], model["state"], f"{model['size_bytes'] / 1e6:.0f} MB", model["licence"]] for model in models
    ]
    show({"models": models}, json, lambda: table_of(["Model", "State", "Size>", "Licence"], rows))


@weights_app.command("pull")
def pull_weights(
    models: Models = None,
    from_folder: Annotated[
        Path | None, typer.Option("--from", help="A folder to look in first: no network is needed if all is there.")
    ] = None,
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="You have read the terms of the model, and accept them.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who accepts them: your full name.")] = "",
    json: Json = False,
    home: Home = None,
) -> None:
    """Fetch model files and verify them. An interrupted pull goes on where it stopped.

    Models with terms of their own are taken from the folder named by --from, or from the hub, once somebody accepts
    the terms.
    """
    store = _store(home)
    served = []
    adoptable = load_adoptable()
    with progress_shown() as report, interruptible() as interrupted:
        for name in models or list(load_registry()):
            if name in adoptable:
                _check_accepted(adoptable[name], from_folder, accept_terms=accept_terms, person=by)
                source = str(from_folder or adoptable[name].hub)
                taken = store.adopt(name, from_folder, by, utc_now(), progress=report, cancelled=interrupted)
                served += [{"model": name, "file": adopted.name, "source": source} for adopted in taken.files]
                continue
            for file in store.pull(name, from_folder=from_folder, progress=report, cancelled=interrupted):
                served.append({"model": name, "file": file.file, "source": file.source or "already here"})
                for reason in file.passed_over:
                    notes.print(f"note: {reason}", markup=False, highlight=False)
    show(
        {"files": served},
        json,
        lambda: table_of(["Model", "File", "From"], [[s["model"], s["file"], s["source"]] for s in served]),
    )


def _check_accepted(model: AdoptableModel, folder: Path | None, *, accept_terms: bool, person: str) -> None:
    """Show the terms of a model, unless somebody accepts them by name.

    Raises:
        LicenceError: nobody does.
    """
    if accept_terms and person.strip():
        return
    notes.print(terms_shown(model, folder), markup=False, highlight=False)
    source = "" if model.hub else " --from FOLDER"
    place = "" if model.hub else f" Its files ({', '.join(model.files)}) are at {model.page}."
    raise LicenceError(
        f"the terms of {model.name} are not accepted",
        hint=f'If you accept them: studio weights pull {model.name}{source} --accept-terms --by "Your Name".{place}',
    )


@weights_app.command("verify")
def verify_weights(models: Models = None, json: Json = False, home: Home = None) -> None:
    """Hash every model file. Ends with status 1 if one is missing or wrong."""
    store = _store(home)
    findings = [
        {"model": name, "file": finding.file, "state": finding.state}
        for name in models or [*load_registry(), *(name for name in load_adoptable() if store.accepted(name))]
        for finding in store.verify(name)
    ]
    show(
        {"ok": not findings, "findings": findings},
        json,
        lambda: (
            table_of(["Model", "File", "State"], [[f["model"], f["file"], f["state"]] for f in findings])
            if findings
            else "All model files match their SHA-256."
        ),
    )
    if findings:
        raise typer.Exit(1)


def doctor(json: Json = False, home: Home = None) -> None:
    """Look at everything the studio needs, and say what is missing and what to do."""
    findings = examine(read_settings(environment(), home=home))
    rows: list[list[object]] = [
        ["ok" if f.ok else "MISSING" if f.needed else "missing", f.what, f.detail, f.remedy] for f in findings
    ]
    show(
        {"ok": not broken(findings), "findings": findings}, json, lambda: table_of(["", "What", "Found", "To do"], rows)
    )
    if broken(findings):
        raise typer.Exit(1)
