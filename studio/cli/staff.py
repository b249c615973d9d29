"""Commands about accounts: who can sign in to the web studio."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.acting import As, local_actor
from studio.cli.shell import Home, Json, open_home, show, table_of
from studio.core.errors import InputError, NotFoundError

staff_app = typer.Typer(help="Accounts of the studio's people.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="File whose first line is the password; else it is asked for, or read from stdin.")
]
_LONGEST_LINE = 10_000


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    staff_app.command("add")(add)
    staff_app.command("list")(list_staff)
    staff_app.command("password")(password)
    staff_app.command("remove")(remove)
    app.add_typer(staff_app, name="staff")


def add(
    name: Name,
    role: Annotated[str, typer.Option(help="producer or reviewer.")],
    password_file: PasswordFile = None,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add an account. The password is asked for, or is the first line of standard input or of a file."""
    secret = _read_password(password_file)
    with open_home(home) as studio:
        view = studio.staff.add(local_actor(who), name, role, secret)
        show(view, json, lambda: f"{view.name} can sign in as {view.role}.")


def list_staff(json: Json = False, home: Home = None) -> None:
    """List the accounts."""
    with open_home(home) as studio:
        found = studio.staff.all()
        show(
            {"staff": found},
            json,
            lambda: (
                table_of(["Name", "Role", "Since"], [[s.name, s.role, s.created_at[:10]] for s in found])
                if found
                else "There is no account: whoever is at this machine acts for the studio."
            ),
        )


def password(
    name: Name, password_file: PasswordFile = None, who: As = None, json: Json = False, home: Home = None
) -> None:
    """Change the password of an account."""
    secret = _read_password(password_file)
    with open_home(home) as studio:
        studio.staff.set_password(local_actor(who), name, secret)
        show({"changed": name}, json, lambda: f"The password of {name} is changed.")


def remove(name: Name, who: As = None, json: Json = False, home: Home = None) -> None:
    """Remove an account. What was attested under its name stays."""
    with open_home(home) as studio:
        studio.staff.remove(local_actor(who), name)
        show({"removed": name}, json, lambda: f"{name} cannot sign in any more.")


def _read_password(file: Path | None) -> str:
    """The password from a file, a terminal (typed twice, unseen), or standard input; never from an argument.

    Raises:
        NotFoundError: there is no such file.
        InputError: it cannot be read, or was typed differently.
    """
    if file is not None:
        return _first_line_of(file)
    if not sys.stdin.isatty():
        return _as_text(sys.stdin.buffer.readline(_LONGEST_LINE))
    first, second = (getpass.getpass(prompt, stream=sys.stderr) for prompt in ("Password: ", "Once more: "))
    if first != second:
        raise InputError("the passwords are not the same", hint="Type the same one twice.")
    return first


def _first_line_of(file: Path) -> str:
    if not file.is_file():
        raise NotFoundError("there is no such file", where=str(file))
    try:
        with file.open("rb") as stream:
            return _as_text(stream.readline(_LONGEST_LINE))
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", where=str(file)) from error


def _as_text(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError("the password is not UTF-8 text") from error
