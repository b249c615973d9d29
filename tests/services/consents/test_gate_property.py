"""No sequence of service calls yields sound in a living voice without a verified consent that covers that instant."""

import contextlib
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor, Role
from studio.core.errors import RefusedError, StudioError
from studio.services.jobs import JobRequest
from tests.consents import make_verified
from tests.services.conftest import STORY

ME = Actor("Rita Reviewer", Role.LOCAL)


class InlinePool:
    """Does every task at once in this process: what is tested is who may ask for it, not where it is done."""

    worker_count = 1

    def submit(self, function: Callable[..., Any], *args: object, limit_s: float = 0.0) -> Future[Any]:
        del limit_s
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - a future holds whatever was raised
            future.set_exception(error)
        return future

    def close(self) -> None:
        """There is nothing to end."""


@dataclass
class Person:
    """What must hold of somebody, kept beside the studio."""

    consent_id: str
    voice_id: str
    standing: bool
    ended: bool
    use: str
    last: datetime


class VoicesOfLivingPeople(RuleBasedStateMachine):
    """Consents are given, suspended, resumed and ended in any order, the clock goes on, and sound is asked for."""

    people = Bundle("people")

    @initialize()
    def open(self) -> None:
        self._folder = contextlib.ExitStack()
        home = Path(self._folder.enter_context(tempfile.TemporaryDirectory()))
        wired = open_studio(read_settings({"VIVAVOCE_HOME": str(home / "h"), "VIVAVOCE_ANCHORS": str(home / "a")}))
        self.studio: Studio = rewired(wired)
        self.ahead = timedelta()
        clock = self.studio._context.clock
        clock._now = lambda: datetime.now(UTC) + self.ahead  # type: ignore[method-assign]
        story = home / "story.md"
        story.write_text(STORY, encoding="utf-8")
        self.project = self.studio.projects.import_file(story, name="pier")
        self.studio.casting.set_voice(self.project.id, "narrator", "tone_low")
        self.everybody: list[Person] = []

    def teardown(self) -> None:
        if hasattr(self, "studio"):
            self.studio.close()
            self._folder.close()

    @rule(target=people, use=st.sampled_from(["audiobook", "ad"]), days=st.integers(1, 40))
    def give(self, use: str, days: int) -> Person:
        today = (datetime.now(UTC) + self.ahead).date()
        consent_id = make_verified(
            self.studio, name=f"Person {len(self.everybody)}", uses=(use,), last_day=today + timedelta(days=days)
        )
        voice_id = self.studio.consents.get(ME, consent_id).summary.voice_id
        end = datetime.combine(today + timedelta(days=days + 1), datetime.min.time(), UTC)
        person = Person(consent_id, voice_id, standing=True, ended=False, use=use, last=end)
        self.everybody.append(person)
        return person

    @rule(person=people)
    def suspend(self, person: Person) -> None:
        with contextlib.suppress(StudioError):
            self.studio.reviews.suspend(ME, person.consent_id, "a dispute")
            person.standing = False

    @rule(person=people)
    def resume(self, person: Person) -> None:
        with contextlib.suppress(StudioError):
            self.studio.reviews.resume(ME, person.consent_id, name="Rita Reviewer", note="settled")
            person.standing = not person.ended

    @rule(person=people, how=st.sampled_from(["withdraw", "revoke", "invalidate"]))
    def end(self, person: Person, how: str) -> None:
        with contextlib.suppress(StudioError):
            if how == "withdraw":
                self.studio.endings.withdraw(ME, person.consent_id)
            else:
                getattr(self.studio.endings, how)(ME, person.consent_id, "a reason")
        person.standing, person.ended = False, True

    @rule(hours=st.integers(1, 24 * 20))
    def time_passes(self, hours: int) -> None:
        self.ahead += timedelta(hours=hours)
        with self.studio._context.database.write() as session:
            self.studio._context.clock.advance(session)

    @rule(hours=st.integers(1, 24 * 60))
    def the_clock_is_set_back(self, hours: int) -> None:
        """Whatever is sounded in between must be what the latest time allows; then the clock is right again."""
        right, self.ahead = self.ahead, self.ahead - timedelta(hours=hours)
        try:
            for person in self.everybody:
                assert not self._sounds(person)
        finally:
            self.ahead = right

    @rule(person=people)
    def audition(self, person: Person) -> None:
        assert self._sounds(person) == self._may(person)

    @rule(person=people)
    def cast_and_produce(self, person: Person) -> None:
        with contextlib.suppress(StudioError):
            self.studio.casting.set_voice(self.project.id, "narrator", person.voice_id)
        self._produce()

    @rule()
    def produce_what_is_cast(self) -> None:
        self._produce()

    @rule(person=people)
    def change_the_purpose(self, person: Person) -> None:
        self.studio.projects.set_purpose(self.project.id, use=person.use)

    @invariant()
    def nothing_of_an_ended_consent_is_left(self) -> None:
        for person in getattr(self, "everybody", ()):
            if person.ended:
                assert not self.studio._context.vault.has_key(person.consent_id)

    def _produce(self) -> None:
        narrator = self.studio.projects.get(self.project.id).narrator
        person = next((each for each in self.everybody if each.voice_id == narrator), None)
        use = self.studio.projects.get(self.project.id)
        allowed = person is None or (self._may(person) and person.use == self._use())
        job = self.studio.jobs.submit(use.id, JobRequest(stages=("render",), chapters=frozenset({1})))
        done = self.studio.dispatcher.run(job.id, lambda _progress: None, lambda: False)
        assert (done.state == "done") == allowed, done.error
        if not allowed:
            assert done.error_code == "refused"

    def _use(self) -> str:
        from studio.services.rows import find_project

        with self.studio._context.database.read() as session:
            return find_project(session, self.project.id).use

    def _may(self, person: Person) -> bool:
        return person.standing and datetime.now(UTC) + self.ahead < person.last

    def _sounds(self, person: Person) -> bool:
        try:
            self.studio.auditions.say("Good evening.", person.voice_id)
        except RefusedError:
            return False
        return True


def rewired(studio: Studio) -> Studio:
    """The studio with tasks done in this process."""
    studio._context.pool.close()
    for name in (
        "projects",
        "casting",
        "segments",
        "auditions",
        "jobs",
        "dispatcher",
        "consents",
        "endings",
        "reviews",
    ):
        service = getattr(studio, name)
        for attribute, value in list(vars(service).items()):
            if value is studio._context:
                setattr(service, attribute, replace(value, pool=InlinePool()))
    return studio


TestNoSoundWithoutConsent = VoicesOfLivingPeople.TestCase
TestNoSoundWithoutConsent.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
