import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.requests import GateRequest
from studio.core.errors import InputError, RefusedError
from studio.core.progress import ignore_progress
from studio.services.jobs import JobRequest
from studio.store.consent_tables import ConsentRow
from tests.consents import LOCAL, PRODUCER, REVIEWER, Walk


@dataclass
class Machine:
    """A computer with a data home and, outside of it, the anchors; the studio can be closed and opened again."""

    folder: Path
    opened: list[Studio] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def open(self) -> Studio:
        settings = read_settings({"VIVAVOCE_ANCHORS": str(self.folder / "anchors")}, home=self.home, workers=1)
        self.opened.append(open_studio(settings))
        return self.opened[-1]

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def walk(self, studio: Studio) -> Walk:
        walk = Walk(studio)
        walk.folder = self.folder
        return walk


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.close()


def asks(studio: Studio, consent_id: str) -> None:
    voice = studio.consents.get(LOCAL, consent_id).summary.voice_id
    studio._context.gate.authorize(GateRequest(voice, "audition", "en"))


def state_of(studio: Studio, consent_id: str) -> str:
    with studio._context.database.read() as session:
        return session.get_one(ConsentRow, consent_id).state


def narrate(studio: Studio, story: Path, consent_id: str) -> None:
    project = studio.projects.import_file(story, name="pier")
    studio.casting.set_voice(project.id, "narrator", studio.consents.get(LOCAL, consent_id).summary.voice_id)
    job = studio.jobs.submit("pier", JobRequest(("render", "master")))
    assert studio.dispatcher.run(job.id, ignore_progress, lambda: False).state == "done"


def test_54_an_older_database_brings_no_withdrawn_consent_back(machine: Machine):
    studio = machine.open()
    owner = machine.walk(studio).verified()
    asks(studio, owner.consent_id)
    machine.close()
    backup = shutil.copy(machine.home / "studio.db", machine.folder / "backup.db")
    studio = machine.open()
    studio.endings.withdraw(owner, owner.consent_id)
    machine.close()
    shutil.copy(backup, machine.home / "studio.db")

    studio = machine.open()
    assert state_of(studio, owner.consent_id) == "withdrawn"
    with pytest.raises(RefusedError):
        asks(studio, owner.consent_id)
    assert not studio._context.vault.has_key(owner.consent_id)


def test_54_a_whole_data_home_from_a_backup_brings_nothing_back(machine: Machine, story: Path):
    studio = machine.open()
    walk = machine.walk(studio)
    owner, other = walk.verified(), walk.verified("Ida Bell")
    narrate(studio, story, owner.consent_id)
    clip = next(machine.folder.glob("*.wav")).read_bytes()[64:128]
    machine.close()
    backup = shutil.copytree(machine.home, machine.folder / "backup")
    studio = machine.open()
    studio.endings.withdraw(owner, owner.consent_id)
    machine.close()
    shutil.rmtree(machine.home)
    shutil.copytree(backup, machine.home)

    studio = machine.open()
    assert state_of(studio, owner.consent_id) == "withdrawn"
    assert not studio._context.vault.has_key(owner.consent_id)
    assert not (machine.home / "vault" / owner.consent_id).exists()
    assert not [path for path in (machine.home / "blobs").rglob("*") if path.is_file()]
    assert not any(clip in path.read_bytes() for path in machine.home.rglob("*") if path.is_file())
    assert studio.endings.certificate(LOCAL, owner.consent_id) is None  # no signed head says so yet
    with pytest.raises(RefusedError):  # nobody's voice is used while the ledger does not fit
        asks(studio, other.consent_id)
    assert studio.ledger_book.verify(LOCAL).problems != ()

    with pytest.raises(InputError):
        studio.endings.accept_restore(LOCAL, " ")
    with pytest.raises(RefusedError):
        studio.endings.accept_restore(PRODUCER, "disk failed")
    assert studio.endings.accept_restore(REVIEWER, "the disk failed") <= 1
    assert studio.endings.resume_purges() == 1
    assert studio.endings.certificate(LOCAL, owner.consent_id) is not None
    assert studio.ledger_book.verify(LOCAL, full=True).problems == ()
    assert state_of(studio, other.consent_id) == "suspended"
    studio.reviews.resume(REVIEWER, other.consent_id, name=REVIEWER.name, note="looked at everything again")
    asks(studio, other.consent_id)
    with pytest.raises(RefusedError):
        studio.endings.accept_restore(REVIEWER, "again")


def test_a_key_that_is_copied_back_is_destroyed_again(machine: Machine):
    studio = machine.open()
    owner = machine.walk(studio).verified()
    key = studio.settings.keys / "consents" / f"{owner.consent_id}.key"
    saved = key.read_bytes()
    studio.endings.withdraw(owner, owner.consent_id)
    key.write_bytes(saved)
    machine.close()
    studio = machine.open()
    assert not key.exists()
    assert state_of(studio, owner.consent_id) == "withdrawn"


def test_a_draft_of_then_does_not_stand_again_either(machine: Machine):
    studio = machine.open()
    walk = machine.walk(studio)
    owner = walk.asked()
    machine.close()
    backup = shutil.copy(machine.home / "studio.db", machine.folder / "backup.db")
    studio = machine.open()
    walk = machine.walk(studio)
    walk.answer(owner)
    walk.clips(owner)
    walk.speak(owner)
    walk.review(owner.consent_id)
    studio.endings.revoke(LOCAL, owner.consent_id, "the agency ended the contract")
    machine.close()
    shutil.copy(backup, machine.home / "studio.db")
    assert state_of(machine.open(), owner.consent_id) == "refused"  # as near as a record that was never given can come
