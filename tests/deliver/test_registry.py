"""Formats are found by name through their entry points."""

import pickle

import pytest

from studio.core.errors import NotFoundError
from studio.deliver.registry import format_names, make_format


def test_built_in_formats_use_the_same_door_as_others():
    assert "mp3" in format_names()


def test_every_format_says_what_it_is_and_crosses_to_a_worker():
    for name in format_names():
        made = make_format(name)
        assert made.name == name
        assert made.description
        assert pickle.loads(pickle.dumps(made)).name == name  # noqa: S301 - our own bytes, as a worker pool does it


def test_unknown_name_lists_what_there_is():
    with pytest.raises(NotFoundError, match=r"no delivery format 'mp9'.*mp3"):
        make_format("mp9")
