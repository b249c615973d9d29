"""Which addresses words may be sent to, in whatever way somebody writes them."""

import pytest

from studio.core.errors import InputError
from studio.core.servers import checked_address, is_loopback


def _address(url: str) -> str:
    return checked_address(url, what="test server", path="/v1/audio/speech", hint="Like this.", key_hint="Elsewhere.")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Speech.Example.com", "https://speech.example.com/v1/audio/speech"),
        ("https://example.com:443/v1/", "https://example.com/v1/audio/speech"),
        ("http://localhost:8880/v1/audio/speech", "http://localhost:8880/v1/audio/speech"),
        ("http://[::1]:9/api", "http://[::1]:9/api/v1/audio/speech"),
    ],
)
def test_an_address_means_the_endpoint(written: str, meant: str) -> None:
    assert _address(written) == meant
    assert _address(meant) == meant


@pytest.mark.parametrize(
    ("written", "cause"),
    [
        ("http://example.com", "unencrypted"),
        ("https://user:key@example.com", "nothing but host"),
        ("https://example.com/?key=1", "nothing but host"),
        ("https://10.0.0.1", "name of a host"),
        ("https://example.com/../x", "not the address of a test server"),
        ("ftp://example.com", "not the address of a test server"),
        ("https://example.com:99999", "not the address of a test server"),
        ("https://" + "a" * 600, "not the address of a test server"),
        ("", "not the address of a test server"),
    ],
)
def test_other_addresses_are_refused_with_the_cause(written: str, cause: str) -> None:
    with pytest.raises(InputError, match=cause):
        _address(written)


def test_this_machine_is_known() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"))
    assert not any(is_loopback(host) for host in ("10.0.0.1", "localhost.example.com", "0.0.0.0", ""))  # noqa: S104 - no address of ours
