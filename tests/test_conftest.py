"""The safety net must hold: a test that reaches out fails, whatever the code under test does with errors."""

import os
import socket
from pathlib import Path

import httpx
import pytest

_OUTSIDE = "203.0.113.7"  # TEST-NET-3 of RFC 5737: nobody's


def test_a_connection_beyond_this_machine_fails_the_test():
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match=_OUTSIDE):
        sock.connect((_OUTSIDE, 80))


def test_a_datagram_beyond_this_machine_fails_the_test():
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(pytest.fail.Exception, match=_OUTSIDE):
        sock.sendto(b"", (_OUTSIDE, 53))


def test_a_look_up_of_a_name_fails_the_test():
    with pytest.raises(pytest.fail.Exception, match=r"example\.com"):
        httpx.get("https://example.com/", trust_env=False)


def test_no_handler_of_errors_can_hide_it():
    assert not issubclass(pytest.fail.Exception, Exception)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_stays_open(host: str):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection((host, server.getsockname()[1])):
        pass


def test_every_test_has_a_home_of_its_own(home: Path):
    assert os.environ["VIVAVOCE_HOME"] == str(home)
    assert list(home.iterdir()) == []
