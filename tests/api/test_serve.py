"""`studio serve` over TLS: a real server on a certificate of its own, and files that will not do."""

import datetime as dt
import ipaddress
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

START_LIMIT_S = 90.0


def certify(folder: Path, name: str = "studio", *, passphrase: bytes = b"") -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Viva Voce test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    hidden = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(kind))
    private.write_bytes(key.private_bytes(kind, form, hidden))
    return certificate, private


def command(home: Path, *options: object) -> list[str]:
    return [sys.executable, "-m", "studio", "serve", "--home", str(home), *map(str, options)]


@pytest.mark.slow
def test_the_studio_speaks_https(home: Path, tmp_path: Path):
    certificate, key = certify(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = tmp_path / "server.log"
    with told.open("wb") as sink:
        options = ("--port", port, "--certificate", certificate, "--key", key)
        server = subprocess.Popen(command(home, *options), stdout=sink, stderr=sink)
    try:
        trusted = ssl.create_default_context(cafile=certificate)
        limit = time.monotonic() + START_LIMIT_S
        while True:
            assert server.poll() is None, told.read_text()
            assert time.monotonic() < limit
            try:
                page = httpx.get(f"https://127.0.0.1:{port}/my-voice", verify=trusted)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        assert page.status_code == 200
        assert f"https://127.0.0.1:{port}" in told.read_text()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/my-voice")
    finally:
        server.terminate()
        server.wait(30)


def test_files_that_will_not_do_are_told_in_one_line(home: Path, tmp_path: Path):
    certificate, key = certify(tmp_path)
    _other, other_key = certify(tmp_path, "other")
    _hidden, hidden_key = certify(tmp_path, "hidden", passphrase=b"secret")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    for options, says in (
        (("--certificate", certificate), "both a certificate and its key"),
        (("--key", key), "both a certificate and its key"),
        (("--certificate", tmp_path / "missing.pem", "--key", key), "the certificate cannot be read"),
        (("--certificate", certificate, "--key", tmp_path), "the key cannot be read"),
        (("--certificate", nonsense, "--key", key), "cannot be used together"),
        (("--certificate", certificate, "--key", other_key), "cannot be used together"),
        (("--certificate", _hidden, "--key", hidden_key), "cannot be used together"),
    ):
        done = subprocess.run(
            command(home, *options), capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
        message = done.stderr.decode()
        assert done.returncode == 2, message
        assert says in message
        assert len(message.strip().splitlines()) == 1, message
    assert not list(home.iterdir()), "something was opened before the files were looked at"
