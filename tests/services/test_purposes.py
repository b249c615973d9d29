import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.terms import USES
from studio.core.errors import InputError
from studio.services.purposes import PRIVATE, PURPOSES, Purpose, change_purpose

_MAYBE_PURPOSE = st.none() | st.sampled_from(PURPOSES)
_MAYBE_USE = st.none() | st.sampled_from(USES)


@given(st.lists(st.tuples(_MAYBE_PURPOSE, _MAYBE_USE), max_size=8))
def test_no_way_of_changes_makes_an_ad_or_a_prompt_private(changes: list[tuple[str | None, str | None]]):
    purpose = Purpose()
    for name, use in changes:
        try:
            after = change_purpose(purpose, name=name, use=use)
        except InputError:
            continue
        assert after.commercial or after.use not in {"ad", "ivr"}
        assert name is None or after.name == name
        assert use is None or after.use == use
        assert name is not None or after.commercial >= purpose.commercial
        assert (after.name == PRIVATE) == (not after.commercial)
        purpose = after


def test_every_purpose_can_be_chosen_and_has_its_own_meaning():
    found = {name: change_purpose(Purpose(), name=name) for name in PURPOSES}
    assert len(set(found.values())) == len(PURPOSES) == len(USES) + 1
    assert (found["prompt"].use, found["prompt"].commercial) == ("ivr", True)
    assert [name for name, purpose in found.items() if not purpose.commercial] == [PRIVATE]


def test_private_keeps_the_use_if_that_can_be_private():
    assert change_purpose(Purpose("podcast"), name=PRIVATE) == Purpose("podcast", commercial=False)
    assert change_purpose(Purpose("ad"), name=PRIVATE) == Purpose("audiobook", commercial=False)
    assert change_purpose(Purpose("podcast", commercial=False), use="ad") == Purpose("ad")
    assert Purpose("podcast", commercial=False).words == "private podcast"


@pytest.mark.parametrize(
    ("name", "use", "why"),
    [
        ("song", None, "'song' is not a purpose"),
        (None, "song", "'song' is not a use"),
        (PRIVATE, "ad", "never private"),
        ("game", "podcast", "contradict"),
    ],
)
def test_what_means_nothing_is_refused(name: str | None, use: str | None, why: str):
    with pytest.raises(InputError, match=why):
        change_purpose(Purpose(), name=name, use=use)
