import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import errors
from studio.core.errors import StudioError


def _all_kinds(kind: type[StudioError] = StudioError) -> list[type[StudioError]]:
    return [kind, *(below for direct in kind.__subclasses__() for below in _all_kinds(direct))]


_KINDS = [kind for kind in _all_kinds() if kind.__module__ == errors.__name__]
_LINES = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(kind=st.sampled_from(_KINDS), message=_LINES, where=_LINES, hint=_LINES)
def test_every_error_comes_back_from_a_worker_as_it_was(kind: type[StudioError], message: str, where: str, hint: str):
    before = kind(message, where=where, hint=hint)
    after = pickle.loads(pickle.dumps(before))  # noqa: S301 - our own bytes
    assert type(after) is kind
    assert (after.message, after.where, after.hint, str(after)) == (message, where, hint, str(before))


@given(kind=st.sampled_from(_KINDS), message=_LINES, where=_LINES, hint=_LINES)
def test_every_error_is_said_in_one_line(kind: type[StudioError], message: str, where: str, hint: str):
    sentence = kind(message, where=where, hint=hint).sentence
    assert len(sentence.splitlines()) <= 1
    assert sentence == str(kind(message, where=where, hint=hint))


def test_the_sentence_has_place_cause_and_remedy():
    error = errors.InputError("the file is empty.", where="book.epub", hint="Choose another.")
    assert error.sentence == "book.epub: the file is empty. Choose another."
    assert errors.InputError("the file is empty").sentence == "the file is empty."


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("InputError", 2),
        ("NotFoundError", 2),
        ("RefusedError", 3),
        ("LicenceError", 3),
        ("MissingError", 1),
        ("ConflictError", 1),
        ("EngineError", 1),
        ("DeliveryError", 1),
        ("StorageError", 1),
        ("CancelledError", 130),
    ],
)
def test_exit_statuses_are_what_scripts_rely_on(name: str, status: int):
    assert getattr(errors, name).exit_status == status


def test_every_kind_has_a_code_of_its_own_and_a_valid_http_status():
    assert len(_KINDS) == 12
    assert len({kind.code for kind in _KINDS}) == len(_KINDS)
    assert all(400 <= kind.http_status < 600 for kind in _KINDS)


def test_a_missing_thing_is_bad_input_to_who_asks_for_no_more():
    with pytest.raises(errors.InputError):
        raise errors.NotFoundError("there is no project 'x'")
