"""The program `studio`: the command line, and the server that puts API and web studio together."""

import logging
import signal
import socket
import ssl
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from studio.bootstrap import Studio
from studio.cli.app import app
from studio.cli.shell import Home, notes, open_home, show_error
from studio.core.errors import InputError, StudioError

_log = logging.getLogger(__name__)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate (PEM): serve https.")] = None,
    key: Annotated[Path | None, typer.Option(help="Private key of the certificate (PEM, no passphrase).")] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the studio in the browser.")] = False,
    home: Home = None,
) -> None:
    """Run the web studio. Beyond this machine it needs an account (`studio staff add`).

    There it should have a certificate as well: browsers let a page use a microphone only over https.
    """
    _check_certificate(certificate, key)
    with open_home(home) as studio:
        if host not in _LOOPBACK and not studio.staff.any():
            raise InputError(
                f"the studio would be open to everyone who can reach {host}",
                hint="Make an account first: studio staff add NAME, or listen on 127.0.0.1.",
            )
        address = f"{'https' if certificate else 'http'}://{host}:{port}"
        with _listen(host, port) as listener:
            _serve(studio, listener, address, open_browser=open_browser, certificate=certificate, key=key)


def _serve(
    studio: Studio,
    listener: socket.socket,
    address: str,
    *,
    open_browser: bool,
    certificate: Path | None,
    key: Path | None,
) -> None:
    import uvicorn

    from studio.api.app import create_api
    from studio.ui.app import mount_ui

    server_app = mount_ui(create_api(studio), studio)
    stop = threading.Event()
    dispatcher = threading.Thread(target=studio.dispatcher.serve, args=(stop,), name="dispatcher")
    dispatcher.start()
    notes.print(f"The studio is open at {address} — press Ctrl-C to close it.", highlight=False)
    if open_browser:
        threading.Timer(1.0, webbrowser.open, args=(address,)).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _closed_already)
    try:
        config = uvicorn.Config(
            server_app,
            log_config=None,
            timeout_graceful_shutdown=3,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        stop.set()
        dispatcher.join()


def _check_certificate(certificate: Path | None, key: Path | None) -> None:
    """See that TLS can be spoken with these files before anything is opened.

    Raises:
        InputError: one is missing, unreadable, encrypted or does not fit the other.
    """
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise InputError("https needs both a certificate and its key", hint="Give --certificate FILE and --key FILE.")
    for path, what in ((certificate, "certificate"), (key, "key")):
        try:
            path.read_bytes()
        except OSError as error:
            raise InputError(f"the {what} cannot be read: {error.strerror}", where=str(path)) from error
    try:
        # An empty passphrase, so that an encrypted key is an error and not a question on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        raise InputError(
            "the certificate and the key cannot be used together",
            where=str(certificate),
            hint="Both must be PEM files, the key without a passphrase and made for this certificate.",
        ) from error


def _closed_already(_number: int, _frame: FrameType | None) -> None:
    """Uvicorn closes on the signal and then raises it again: by then there is nothing left to interrupt."""


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(
            f"the studio cannot listen on {host} port {port}: {error.strerror}",
            hint="Close what uses the port, or choose another with --port.",
        ) from error


def run() -> None:
    """Entry point: a studio error is one line on standard error and its exit status; nothing shows a traceback."""
    try:
        app()
    except StudioError as error:
        show_error(error.sentence)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        show_error("interrupted; run it again to go on")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last border: the log has the traceback, the user one line
        _log.exception("a command failed")
        show_error(
            f"something went wrong that should not ({type(error).__name__}). The log of the data home has the details."
        )
        sys.exit(1)
