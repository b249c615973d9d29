import sqlite3

import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError

ADMIN = Actor("Lou", Role.LOCAL)
PASSWORD = "four words are enough"


def test_accounts_sign_in_by_name_and_password(studio: Studio):
    assert not studio.staff.any()
    studio.staff.add(ADMIN, "  Rita   Moss ", "reviewer", PASSWORD)
    studio.staff.add(ADMIN, "Pat Lane", "producer", PASSWORD + "!")
    assert studio.staff.any()
    assert [(each.name, each.role) for each in studio.staff.all()] == [
        ("Pat Lane", "producer"),
        ("Rita Moss", "reviewer"),
    ]
    assert studio.staff.authenticate("Rita Moss", PASSWORD) == Actor("Rita Moss", Role.REVIEWER)
    assert studio.staff.authenticate("Rita\u200b Moss", PASSWORD) == Actor("Rita Moss", Role.REVIEWER)
    for name, password in (
        ("Rita Moss", PASSWORD + "!"),
        ("Rita Moss", ""),
        ("Pat Lane", PASSWORD),
        ("Nobody", PASSWORD),
        ("", ""),
        ("Rita Moss", "x" * 100_000),
    ):
        assert studio.staff.authenticate(name, password) is None


def test_a_password_is_the_same_however_it_is_composed(studio: Studio):
    studio.staff.add(ADMIN, "Zoë", "reviewer", "mot de passé")
    assert studio.staff.authenticate("Zoe\u0308", "mot de passe\u0301") is not None


def test_passwords_are_kept_as_salted_hashes(studio: Studio):
    studio.staff.add(ADMIN, "Rita Moss", "reviewer", PASSWORD)
    studio.staff.add(ADMIN, "Sam Holt", "reviewer", PASSWORD)
    stored = sqlite3.connect(studio.settings.home / "studio.db").execute("SELECT password_hash FROM staff").fetchall()
    assert len({row[0] for row in stored}) == 2
    assert all(row[0].startswith("scrypt:32768:8:1:") and PASSWORD not in row[0] for row in stored)


@pytest.mark.parametrize(
    ("name", "role", "password", "says"),
    [
        ("", "reviewer", PASSWORD, "needs a name"),
        ("\u200b", "reviewer", PASSWORD, "needs a name"),
        ("x" * 101, "reviewer", PASSWORD, "needs a name"),
        ("Rita", "voice-owner", PASSWORD, "not a role"),
        ("Rita", "admin", PASSWORD, "not a role"),
        ("Rita", "reviewer", "short one", "at least 10"),
        ("Rita", "reviewer", "x" * 1001, "at least 10"),
    ],
)
def test_a_bad_account_is_refused(studio: Studio, name: str, role: str, password: str, says: str):
    with pytest.raises(InputError, match=says):
        studio.staff.add(ADMIN, name, role, password)
    assert not studio.staff.any()


def test_no_account_looks_like_another(studio: Studio):
    studio.staff.add(ADMIN, "Rita Moss", "reviewer", PASSWORD)
    for alike in ("Rita Moss", "RITA MOSS", "Rit\u0430 Moss"):
        with pytest.raises(ConflictError, match="looks like that"):
            studio.staff.add(ADMIN, alike, "producer", PASSWORD)


def test_a_reviewer_remains_as_long_as_anybody_does(studio: Studio):
    for name, role in (("Rita Moss", "reviewer"), ("Sam Holt", "reviewer"), ("Pat Lane", "producer")):
        studio.staff.add(ADMIN, name, role, PASSWORD)
    studio.staff.remove(ADMIN, "Sam Holt")
    with pytest.raises(ConflictError, match="last reviewer"):
        studio.staff.remove(ADMIN, "Rita Moss")
    studio.staff.remove(ADMIN, "Pat Lane")
    studio.staff.remove(ADMIN, "Rita Moss")
    assert not studio.staff.any()
    with pytest.raises(NotFoundError):
        studio.staff.remove(ADMIN, "Rita Moss")


def test_only_reviewers_manage_accounts(studio: Studio):
    studio.staff.add(ADMIN, "Pat Lane", "producer", PASSWORD)
    for actor in (Actor("Pat Lane", Role.PRODUCER), Actor("Jane Doe", Role.VOICE_OWNER, "x")):
        for act in (
            lambda actor=actor: studio.staff.add(actor, "Eve", "reviewer", PASSWORD),
            lambda actor=actor: studio.staff.remove(actor, "Pat Lane"),
            lambda actor=actor: studio.staff.set_password(actor, "Rita Moss", PASSWORD),
        ):
            with pytest.raises(RefusedError):
                act()


def test_people_change_their_own_password(studio: Studio):
    studio.staff.add(ADMIN, "Pat Lane", "producer", PASSWORD)
    studio.staff.set_password(Actor("Pat Lane", Role.PRODUCER), "Pat Lane", "another password")
    assert studio.staff.authenticate("Pat Lane", PASSWORD) is None
    assert studio.staff.authenticate("Pat Lane", "another password") is not None
    with pytest.raises(InputError, match="at least 10"):
        studio.staff.set_password(ADMIN, "Pat Lane", "short")
    with pytest.raises(NotFoundError):
        studio.staff.set_password(ADMIN, "Nobody", PASSWORD)
