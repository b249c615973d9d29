"""Addresses that words may be sent to, and where the keys of servers are looked for."""

import json
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.engines.speech_server import make_server, read_server

_LABELS = st.text(ascii_lowercase + digits + "-", min_size=1, max_size=8).filter(
    lambda label: not label.startswith("-") and not label.endswith("-")
)
_HOSTS = (
    st.lists(_LABELS, min_size=2, max_size=4).map(".".join).filter(lambda host: not host.rpartition(".")[2].isdecimal())
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://api.example.com", "https://api.example.com/v1/audio/speech"),
        ("https://API.example.com:443/v1/", "https://api.example.com/v1/audio/speech"),
        ("https://example.com/tts/v1", "https://example.com/tts/v1/audio/speech"),
        ("https://example.com/speech/audio/speech", "https://example.com/speech/audio/speech"),
        (" http://localhost:8880 ", "http://localhost:8880/v1/audio/speech"),
        ("http://127.0.0.5:80/v1/audio/speech", "http://127.0.0.5/v1/audio/speech"),
        ("http://[::1]:8880/v1", "http://[::1]:8880/v1/audio/speech"),
    ],
)
def test_an_address_is_brought_to_one_form(written: str, meant: str):
    server = make_server(written, "kokoro", "af_sky")
    assert server.url == meant
    assert read_server(server.to_bytes()) == server
    assert make_server(server.url, "kokoro", "af_sky") == server


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com", "http://localhost.example.com", "http://192.168.1.5:8880", "http://0.0.0.0:80",
        "https://192.168.1.5", "https://8.8.8.8/", "https://134744072", "https://[2001:db8::1]/", "https://speech.8443",
        "https://0x7f.1.1.1.",
        "ftp://localhost/", "file:///etc/passwd", "localhost:8880", "//example.com", "https://", "",
        "https://user:word@example.com", "https://example.com?key=1", "https://example.com/#x", "https://@example.com",
        "https://example.com/../admin", "https://example.com//evil.example", "https://example.com/a b",
        "https://exa mple.com", "https://example.com:99999", "https://example.com:x", "https://éxample.com",
        "https://example.com\\@evil.example", "https://example.com/\r\nHost: evil", "https://" + "a" * 600 + ".com",
    ],
)  # fmt: skip
def test_an_address_that_words_may_not_go_to_is_refused(url: str):
    with pytest.raises(InputError):
        make_server(url, "kokoro", "af_sky")


@pytest.mark.parametrize(("model", "voice"), [("", "a"), ("m", " "), ("m", "a\nb"), ("m" * 600, "a")])
def test_names_are_plain_text(model: str, voice: str):
    with pytest.raises(InputError, match="is missing or not plain text"):
        make_server("http://localhost:1", model, voice)


def test_a_format_that_is_not_decoded_is_refused():
    with pytest.raises(InputError, match="'mp3' is not a sound format"):
        make_server("http://localhost:1", "m", "v", "mp3")


_GOOD = {"url": "http://localhost:8880", "model": "m", "voice": "v", "format": "wav"}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b"[" * 5000, json.dumps(_GOOD).encode() + b" " * 20_000,
        json.dumps({**_GOOD, "headers": "x"}).encode(), json.dumps({**_GOOD, "voice": 3}).encode(),
        json.dumps({key: value for key, value in _GOOD.items() if key != "format"}).encode(),
    ],
)  # fmt: skip
def test_a_file_that_describes_no_server_is_refused(data: bytes):
    with pytest.raises(InputError, match="does not describe a speech server"):
        read_server(data)


@given(st.lists(_HOSTS, min_size=2, max_size=2, unique=True))
def test_no_two_hosts_share_a_key(hosts: list[str]):
    one, other = (make_server(f"https://{host}", "m", "v").key_variable for host in hosts)
    assert len({one, other, make_server(f"https://{hosts[0]}:8443", "m", "v").key_variable}) == 3
    assert set(one) <= set(ascii_lowercase.upper() + digits + "_")


@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("https://api.example.com", "VIVAVOCE_SPEECH_KEY_API_EXAMPLE_COM"),
        ("https://my-api.example.com:8443", "VIVAVOCE_SPEECH_KEY_MY__API_EXAMPLE_COM_8443"),
        ("http://127.0.0.1:8880", "VIVAVOCE_SPEECH_KEY_LOCALHOST_8880"),
        ("http://[::1]", "VIVAVOCE_SPEECH_KEY_LOCALHOST"),
    ],
)
def test_a_key_is_named_after_its_host(url: str, variable: str):
    assert make_server(url, "m", "v").key_variable == variable


def test_whether_words_stay_here_is_known():
    assert make_server("http://localhost:8880", "m", "v").on_this_machine
    assert not make_server("https://api.example.com", "m", "v").on_this_machine
    assert make_server("https://api.example.com:8443", "m", "v").host == "api.example.com:8443"
