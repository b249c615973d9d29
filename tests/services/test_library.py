"""The voice library: what may be imported, what is refused and leaves nothing, favourites."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError, StudioError
from studio.services.library import VoiceFacts
from tests.consents import LOCAL, PRODUCER

FACTS = VoiceFacts(
    "af_dawn", "Dawn", "en-us", "CC-BY-4.0", "Ann Lee", "https://example.com/licence", "nobody", sex="female"
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "dawn.npz"
    np.savez(path, voice=np.random.default_rng(3).normal(0, 0.3, (510, 1, 256)).astype(np.float32))
    return path


def files_of(home: Path) -> set[Path]:
    return {path for path in (home / "blobs").rglob("*") if path.is_file()}


def test_an_imported_voice_is_cast_with_its_licence(studio: Studio, pack: Path):
    studio.library.import_pack(pack, FACTS, LOCAL)
    (view,) = (voice for voice in studio.casting.voices() if voice.id == "af_dawn")
    assert (view.origin, view.engine, view.language, view.licence) == ("imported", "kokoro", "en-US", "CC-BY-4.0")
    assert view.commercial  # as is known of CC-BY
    assert view.licence_url == FACTS.licence_url


def test_a_record_cannot_make_a_licence_looser(studio: Studio, pack: Path):
    studio.library.import_pack(pack, replace(FACTS, licence="LicenseRef-House-Rules"), LOCAL)
    (view,) = (voice for voice in studio.casting.voices() if voice.id == "af_dawn")
    assert not view.commercial  # nothing is known of it, and nobody said so


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"voice_id": "No Such Id"}, "no id for a voice"),
        ({"voice_id": "../escape"}, "no id for a voice"),
        ({"name": " "}, "name of the voice is missing"),
        ({"licence": ""}, "licence of the voice is missing"),
        ({"licensor": ""}, "licensor of the voice is missing"),
        ({"licence_url": "ftp://example.com"}, "begins with https"),
        ({"language": "english!"}, "no language tag"),
        ({"sex": "other"}, "neither female nor male"),
        ({"declared": "Jane Doe"}, "sounds only with their consent"),
    ],
)
def test_incomplete_records_are_refused_and_leave_nothing(
    studio: Studio, home: Path, pack: Path, changes: dict[str, str], says: str
):
    before = files_of(home)
    with pytest.raises(InputError, match=says):
        studio.library.import_pack(pack, replace(FACTS, **changes), LOCAL)
    assert files_of(home) == before
    assert "af_dawn" not in {voice.id for voice in studio.casting.voices()}


def test_ids_are_taken_once(studio: Studio, pack: Path):
    with pytest.raises(ConflictError, match="already"):
        studio.library.import_pack(pack, replace(FACTS, voice_id="af_heart"), LOCAL)
    studio.library.import_pack(pack, FACTS, LOCAL)
    with pytest.raises(ConflictError, match="already"):
        studio.library.import_pack(pack, FACTS, LOCAL)


def test_who_may(studio: Studio, pack: Path):
    with pytest.raises(RefusedError):
        studio.library.import_pack(pack, FACTS, Actor("Jane", Role.VOICE_OWNER, "x"))
    with pytest.raises(RefusedError):  # where words are sent is not for everybody to say
        studio.library.add_server("https://speech.example.com", "m", "v", FACTS, PRODUCER)


def test_words_are_never_sent_in_the_clear(studio: Studio):
    with pytest.raises(InputError):
        studio.library.add_server("http://speech.example.com", "m", "v", FACTS, LOCAL)
    studio.library.add_server("http://127.0.0.1:8880", "m", "v", FACTS, LOCAL)


def test_removing(studio: Studio, home: Path, pack: Path, import_story):
    before = files_of(home)
    studio.library.import_pack(pack, FACTS, LOCAL)
    studio.library.import_pack(pack, replace(FACTS, voice_id="af_dusk"), LOCAL)  # the same file
    project = import_story()
    studio.casting.set_voice(project.id, "narrator", "af_dawn")
    with pytest.raises(ConflictError, match=project.name):
        studio.library.remove("af_dawn", LOCAL)
    studio.casting.set_voice(project.id, "narrator", "tone_low")
    studio.library.set_favourite("af_dawn", None, favourite=True)
    studio.library.remove("af_dawn", LOCAL)
    assert studio.library.favourites(None) == frozenset()
    assert len(files_of(home) - before) >= 1  # the other voice still has its file
    with pytest.raises(RefusedError, match="neither a licence record nor"):
        studio.casting._context.gate.authorize(_request("af_dawn"))
    studio.library.remove("af_dusk", LOCAL)
    assert files_of(home) - before == set()
    with pytest.raises(NotFoundError):
        studio.library.remove("af_heart", LOCAL)  # shipped voices stay


def _request(voice_id: str):
    from studio.consent.requests import AUDITION, GateRequest

    return GateRequest(voice_id, AUDITION, "en-US")


def test_an_altered_file_does_not_speak(studio: Studio, pack: Path):
    voice = studio.library.import_pack(pack, FACTS, LOCAL)
    ((_, sha256),) = voice.files
    path = studio.auditions._context.blobs.path(sha256)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))
    with pytest.raises(StudioError, match="missing or was altered"):
        studio.auditions.say("Good evening.", "af_dawn")


def test_favourites_are_everybodys_own(studio: Studio):
    studio.library.set_favourite("af_heart", PRODUCER, favourite=True)
    studio.library.set_favourite("af_heart", PRODUCER, favourite=True)
    assert studio.library.favourites(PRODUCER) == {"af_heart"}
    assert studio.library.favourites(LOCAL) == frozenset()
    studio.library.set_favourite("af_heart", PRODUCER, favourite=False)
    assert studio.library.favourites(PRODUCER) == frozenset()
    with pytest.raises(NotFoundError):
        studio.library.set_favourite("nobody_at_all", PRODUCER, favourite=True)
