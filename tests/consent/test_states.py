import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.actors import STUDIO_ITSELF, Act, Actor, Role
from studio.consent.states import ENDS, PURGED_ENDS, ConsentState, check_transition
from studio.core.errors import ConflictError, RefusedError


@pytest.mark.parametrize(("old", "new"), list(itertools.product(sorted(ENDS), ConsentState)))
def test_an_end_is_final(old: ConsentState, new: ConsentState):
    with pytest.raises(ConflictError, match="final"):
        check_transition(old, new)


@given(st.lists(st.sampled_from(sorted(ConsentState)), max_size=12))
def test_nothing_becomes_verified_but_what_was_given(path: list[ConsentState]):
    state, been = ConsentState.DRAFT, {ConsentState.DRAFT}
    for wanted in path:
        try:
            check_transition(state, wanted)
        except ConflictError:
            continue
        state = wanted
        been.add(state)
    if ConsentState.VERIFIED in been:
        assert ConsentState.GIVEN in been


def test_withdrawn_and_revoked_are_two_facts_and_both_destroy():
    assert {ConsentState.WITHDRAWN, ConsentState.REVOKED} <= PURGED_ENDS <= ENDS


@pytest.mark.parametrize("state", sorted(set(ConsentState) - ENDS))
def test_every_open_record_can_be_withdrawn(state: ConsentState):
    check_transition(state, ConsentState.WITHDRAWN)


MAY = {
    Role.PRODUCER: {Act.READ, Act.PREPARE, Act.SUSPEND, Act.WITHDRAW},
    Role.REVIEWER: set(Act) - {Act.GIVE},
    Role.VOICE_OWNER: {Act.GIVE, Act.WITHDRAW},
    Role.LOCAL: set(Act),
    Role.SYSTEM: {Act.SUSPEND, Act.READ, Act.ADMINISTER},
}


@pytest.mark.parametrize(("role", "act"), list(itertools.product(Role, Act)))
def test_each_role_may_do_what_is_its_own(role: Role, act: Act):
    actor = Actor("Somebody", role, consent_id="mine")
    if act in MAY[role]:
        actor.check(act, "mine")
    else:
        with pytest.raises(RefusedError):
            actor.check(act, "mine")


def test_a_voice_owner_reaches_their_own_record_only():
    owner = Actor("Jane", Role.VOICE_OWNER, consent_id="mine")
    for other in ("yours", ""):
        with pytest.raises(RefusedError, match="another record"):
            owner.check(Act.WITHDRAW, other)


def test_the_studio_itself_cannot_give_or_review():
    for act in (Act.GIVE, Act.REVIEW, Act.WITHDRAW):
        with pytest.raises(RefusedError):
            STUDIO_ITSELF.check(act, "any")
