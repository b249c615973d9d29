import io
import zipfile
from pathlib import Path

import av
import pytest
from fastapi.testclient import TestClient

from studio.bootstrap import Studio
from studio.core.progress import ignore_progress
from studio.services.jobs import STAGES, JobRequest


def produce(studio: Studio, project: str) -> None:
    job = studio.jobs.submit(project, JobRequest(stages=STAGES))
    done = studio.dispatcher.run(job.id, ignore_progress, lambda: False)
    assert done.state == "done", done.error


def test_finished_chapters_are_served_whole_by_ranges_and_in_one_archive(
    client: TestClient, studio: Studio, project: str
):
    produce(studio, project)
    sounds = studio.listening.overview(project)
    sound = next(sound for sound in sounds if sound.chapter.title == "Chapter Two")
    address = f"/media/{project}/chapters/{sound.chapter.id}.mp3"

    whole = client.get(address)
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/mpeg"
    assert whole.headers["content-disposition"].startswith("inline")
    assert sound.file is not None
    assert whole.content == Path(sound.file).read_bytes()
    with av.open(io.BytesIO(whole.content)) as container:
        assert container.streams.audio[0].codec_context.name.startswith("mp3")

    part = client.get(address, headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert "host" not in part.headers
    assert client.get(address, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416

    kept = client.get(address, params={"download": "1"})
    assert kept.headers["content-disposition"].startswith("attachment")
    assert Path(sound.file).name in kept.headers["content-disposition"].replace("%20", " ")

    archive = client.get(f"/media/{project}/audiobook.zip")
    assert archive.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as files:
        assert files.namelist() == [Path(each.file).name for each in sounds if each.file]
        assert files.testzip() is None


def test_a_skipped_chapter_is_not_served_any_more(client: TestClient, studio: Studio, project: str):
    produce(studio, project)
    chapter = studio.projects.chapters(project)[1]
    address = f"/media/{project}/chapters/{chapter.id}.mp3"
    assert client.get(address).status_code == 200
    studio.projects.choose_chapters(project, skip=frozenset({chapter.index}))
    assert client.get(address).status_code == 404
    credits_ = next(sound for sound in studio.listening.overview(project) if sound.chapter.kind == "credits")
    assert client.get(f"/media/{project}/chapters/{credits_.chapter.id}.mp3").status_code == 200


def test_what_is_not_there_is_a_problem_with_a_sentence(client: TestClient, project: str):
    for address in (
        f"/media/{project}/chapters/nothing.mp3",
        f"/media/{project}/audiobook.zip",
        f"/media/{project}/cover",
        "/media/nobody/chapters/x.mp3",
        "/media/nobody/cover",
    ):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:vivavoce:not-found"
        assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("name", ["..%2f..%2fstudio.db", "%2e%2e%2fkeys", "C:%5Cx"])
def test_no_path_comes_from_the_request(client: TestClient, project: str, name: str):
    assert client.get(f"/media/{project}/chapters/{name}.mp3").status_code == 404
    assert client.get(f"/media/{name}/audiobook.zip").status_code == 404


def test_an_audition_sounds_and_a_bad_one_says_why(client: TestClient):
    sound = client.post("/media/auditions", json={"text": "Good morning.", "voice": "tone_low"})
    assert sound.status_code == 200
    with av.open(io.BytesIO(sound.content)) as container:
        assert float(container.duration or 0) / av.time_base > 0.5
    unknown = client.post("/media/auditions", json={"text": "Good morning.", "voice": "nobody"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:vivavoce:not-found")
    long = client.post("/media/auditions", json={"text": "a " * 400, "voice": "tone_low"})
    assert (long.status_code, long.json()["type"]) == (422, "urn:vivavoce:bad-input")
    malformed = client.post("/media/auditions", json={"text": 5})
    assert malformed.status_code == 422
    assert malformed.headers["content-type"] == "application/problem+json"
