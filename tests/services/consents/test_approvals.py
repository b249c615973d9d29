"""The owner's yes to projects and to final audio."""

from collections.abc import Callable

import pytest

from studio.bootstrap import Studio
from studio.consent.requests import GateRequest
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError
from studio.services.jobs import JobRequest
from studio.services.views import JobView, ProjectView
from tests.consents import PRODUCER, REVIEWER, Walk


def allowed(studio: Studio, project: ProjectView) -> bool:
    try:
        studio._context.gate.check(GateRequest("jane-doe", "audiobook", "en", project.id))
    except RefusedError:
        return False
    return True


def test_a_project_is_used_after_the_owner_approved_it(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]
):
    project, other = import_story("pier"), import_story("other")
    owner = walk.verified(project_approval=True)
    asked = studio.consents.ask_approval(PRODUCER, owner.consent_id, "pier")
    assert (asked.project_title, asked.kind, asked.decision) == ("The Quiet Pier", "project", "asked")
    assert studio.consents.ask_approval(PRODUCER, owner.consent_id, "pier") == asked
    assert studio.consents.get(PRODUCER, owner.consent_id).summary.next_step == "Waiting for Jane Doe to approve"
    assert not allowed(studio, project)
    assert walk.giving.page(owner, owner.consent_id).approvals == (asked,)
    decided = walk.giving.decide(owner, owner.consent_id, asked.id, True)
    assert decided.decision == "approved"
    assert decided.decided_at
    assert allowed(studio, project)
    assert not allowed(studio, other)
    walk.giving.decide(owner, owner.consent_id, asked.id, False)
    assert not allowed(studio, project)
    events = studio.consents.get(PRODUCER, owner.consent_id).events[-3:]
    assert [(event.kind, event.by) for event in events] == [
        ("approval-asked", PRODUCER.name),
        ("approval-given", "Jane Doe"),
        ("approval-declined", "Jane Doe"),
    ]
    again = studio.consents.ask_approval(PRODUCER, owner.consent_id, "pier")
    assert again.id != asked.id


def test_final_audio_is_asked_about_once_it_is_mastered(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]
):
    project = import_story()
    owner = walk.verified(final_approval=True)
    studio.casting.set_voice(project.id, "narrator", "jane-doe")
    with pytest.raises(InputError, match="not mastered whole"):
        studio.consents.ask_approval(PRODUCER, owner.consent_id, project.id, "final-audio")


def test_what_cannot_be_asked_or_decided(studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]):
    project = import_story()
    jane, john = walk.verified("Jane Doe"), walk.verified("John Roe")
    with pytest.raises(InputError, match="not something to approve"):
        studio.consents.ask_approval(PRODUCER, jane.consent_id, project.id, "budget")
    with pytest.raises(NotFoundError):
        studio.consents.ask_approval(PRODUCER, jane.consent_id, "nothing")
    with pytest.raises(RefusedError):
        studio.consents.ask_approval(jane, jane.consent_id, project.id)
    with pytest.raises(ConflictError, match="nothing to approve"):
        studio.consents.ask_approval(PRODUCER, walk.draft("Mary Poe"), project.id)
    asked = studio.consents.ask_approval(PRODUCER, jane.consent_id, project.id)
    with pytest.raises(RefusedError):
        walk.giving.decide(REVIEWER, jane.consent_id, asked.id, True)
    with pytest.raises(NotFoundError):
        walk.giving.decide(john, john.consent_id, asked.id, True)


def test_nothing_is_approved_after_the_term(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView], pass_time
):
    project = import_story()
    owner = walk.verified()
    asked = studio.consents.ask_approval(PRODUCER, owner.consent_id, project.id)
    pass_time(days=400)
    with pytest.raises(ConflictError, match="this consent is expired"):
        walk.giving.decide(owner, owner.consent_id, asked.id, True)


def test_final_audio_is_delivered_only_after_the_owner_said_yes_to_exactly_that_audio(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]
):
    owner = walk.verified(final_approval=True)
    voice = studio.consents.get(PRODUCER, owner.consent_id).summary.voice_id
    project = import_story()
    studio.casting.set_voice(project.id, "narrator", voice)

    def run(*stages: str) -> JobView:
        job = studio.jobs.submit(project.id, JobRequest(stages=stages))
        return studio.dispatcher.run(job.id, lambda _progress: None, lambda: False)

    assert run("render", "master").state == "done"
    refused = run("deliver")
    assert refused.error_code == "refused"
    assert "final audio" in (refused.error or "")
    asked = studio.consents.ask_approval(PRODUCER, owner.consent_id, project.id, "final-audio")
    assert run("deliver").error_code == "refused"
    walk.giving.decide(owner, owner.consent_id, asked.id, True)
    assert run("deliver").state == "done"
    studio.projects.set_pace(project.id, 1.5)  # other pauses, other audio: the yes was to what was heard
    assert run("render", "master", "deliver").error_code == "refused"
