"""What the commands about consents share: who acts, which record, what is read and written."""

import getpass
import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.shell import notes
from studio.consent.actors import Actor, Role
from studio.core.errors import InputError, NotFoundError, StorageError
from studio.core.files import write_atomic

As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who acts; your login name by default.")]
Consent = Annotated[str, typer.Argument(metavar="ID", help="Id of a consent, or of a voice for its newest one.")]
Reviewer = Annotated[str, typer.Option("--name", help="Name of the reviewer who attests.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="File to write.")]
_LARGEST_RECORD_BYTES = 1_000_000
_PRIVATE = 0o600


def local_actor(name: str | None) -> Actor:
    """Who is at the machine, by the name given or else the login name.

    Raises:
        InputError: there is no name to act by.
    """
    if name is None:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError) as error:  # whatever the platform says of a user without a name
            raise InputError("your login has no name", hint="Say who acts with --as NAME.") from error
    if not name.strip():
        raise InputError("nobody is named by --as", hint="Give a name, or leave the option out.")
    return Actor(name.strip(), Role.LOCAL)


def read_record(source: str) -> dict[str, Any]:
    """A record to draft, as JSON or TOML, from a file or from standard input ("-").

    Raises:
        NotFoundError: there is no such file.
        InputError: it is neither, or too large.
    """
    where = "standard input" if source == "-" else source
    data = _bytes_of(source)
    if len(data) > _LARGEST_RECORD_BYTES:
        raise InputError("this is too large for a consent record", where=where)
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # bad UTF-8, JSON and TOML are all ValueErrors
        raise InputError(
            "this is neither JSON nor TOML", where=where, hint="See `studio consent template` for what goes in."
        ) from error
    return dict(found)


def _bytes_of(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(_LARGEST_RECORD_BYTES + 1)
    path = Path(source)
    if not path.is_file():
        raise NotFoundError("there is no such file", where=source)
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_RECORD_BYTES + 1)
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", where=source) from error


def write_private(out: Path, data: bytes | str) -> str:
    """Write a file that only its owner may read; returns its path.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        write_atomic(out.absolute(), data.encode() if isinstance(data, str) else data, mode=_PRIVATE)
    except OSError as error:
        raise StorageError(f"the file cannot be written: {error.strerror}", where=str(out)) from error
    return str(out.absolute())


def ending_of(out: Path, *endings: str) -> str:
    """The ending of a file to write, one of those there are.

    Raises:
        InputError: it is another.
    """
    ending = out.suffix.lower()
    if ending not in endings:
        raise InputError(
            f"'{out.name}' does not end in {' or '.join(endings)}", hint="The ending says what is written."
        )
    return ending


def warn(warnings: tuple[str, ...]) -> None:
    """Warnings on standard error, a line each."""
    for warning in warnings:
        notes.print(f"note: {warning}", markup=False, highlight=False)
