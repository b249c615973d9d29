import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from sqlalchemy import select, update

from studio.bootstrap import Studio
from studio.core.errors import LicenceError
from studio.core.licences import UsedLicence
from studio.core.progress import ignore_progress
from studio.render.licensing import licences_of
from studio.render.line import PlannedLine
from studio.render.plan import engine_info
from studio.services.jobs import JobRequest
from studio.services.licensing import check_licences, faults_of, may_deliver
from studio.services.purposes import PURPOSES, Purpose, change_purpose
from studio.services.script import Script, ScriptChapter, ScriptSegment
from studio.services.views import ChapterView, JobView, ProjectView
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow, TakeRow
from tests.consents import PRODUCER, make_verified

NC = UsedLicence("engine xtts", "LicenseRef-CPML-1.0", "Coqui", "https://coqui.ai/cpml.txt", False, "", True)
FREE = UsedLicence("voice amy", "CC0-1.0", "Ann", "https://example.com", True)
PLAY = "role,text\nAnna,The tide went out.\nBen,Nobody knew.\nAnna,It was late.\n"
_USED = st.sampled_from([(), (FREE,), (NC,), (FREE, NC)])


def script_of(purpose: Purpose, chapters: list[list[tuple[Any, Any]]]) -> Script:
    """A script of lines, each with the licences that its take recorded (None without a take) and those of today."""
    project = ProjectRow(id="p", name="the pier", use=purpose.use, commercial=purpose.commercial)
    takes, written = {}, []
    for number, lines in enumerate(chapters, 1):
        segments = []
        for place, (recorded, planned) in enumerate(lines, 1):
            key = f"{number}.{place}"
            if recorded is not None:
                takes[key] = TakeRow(key=key, licences=[licence.to_json() for licence in recorded])
            line = PlannedLine(key, (), "en", "amy", "xtts", "1", licences=planned)
            segments.append(ScriptSegment(key, "", "", None, 0.0, 0.0, "narrator", line, ()))  # type: ignore[arg-type]
        view = ChapterView(str(number), number, "One", "chapter", (), False, 1)
        written.append(ScriptChapter(view, None, tuple(segments)))
    return Script(project, tuple(written), takes)


@given(
    st.sampled_from(PURPOSES),
    st.lists(st.lists(st.tuples(st.none() | _USED, _USED), min_size=1, max_size=5), max_size=4),
)
def test_no_purpose_lets_a_line_through_that_its_licence_keeps_private(name: str, chapters: list[Any]):
    script = script_of(change_purpose(Purpose(), name=name), chapters)
    guilty = [
        f"chapter {number}, line {place}"
        for number, lines in enumerate(chapters, 1)
        for place, (recorded, planned) in enumerate(lines, 1)
        if NC in (recorded or planned)
    ]
    if name == "private" or not guilty:
        check_licences(script)
        assert all(may_deliver(script, chapter) for chapter in script.chapters)
        return
    with pytest.raises(LicenceError) as caught:
        check_licences(script)
    (fault,) = faults_of(script)
    assert list(fault.places) == guilty
    assert [chapter.view.index for chapter in script.chapters if not may_deliver(script, chapter)] == sorted(
        {int(place.split()[1].rstrip(",")) for place in guilty}
    )
    for words in (*guilty[:5], "Coqui Public Model License 1.0.0", NC.url, "studio purpose 'the pier' private"):
        assert words in caught.value.sentence
    assert (f"and {len(guilty) - 5} more" in caught.value.sentence) == (len(guilty) > 5)


def test_a_stored_ad_is_commercial_whatever_else_is_stored():
    script = script_of(Purpose("ad", commercial=False), [[((NC,), ())]])
    with pytest.raises(LicenceError, match="one line cannot be delivered"):
        check_licences(script)


def test_an_engine_forbids_what_its_voice_allows(studio: Studio):
    voice = replace(studio._context.voices["tone_low"], licence="CC0-1.0")
    info = replace(
        engine_info("fake"), name="xtts", licence="LicenseRef-CPML-1.0", holder="Coqui", commercial_outputs=True
    )
    engine, own = licences_of(voice, info)
    assert (engine.subject, engine.commercial, engine.url) == ("engine xtts", False, "https://coqui.ai/cpml.txt")
    assert (own.subject, own.commercial) == ("voice tone_low", True)


def run(studio: Studio, project: ProjectView, *stages: str, chapters: set[int] | None = None, **where: Any) -> JobView:
    numbers = frozenset(chapters) if chapters is not None else None
    job = studio.jobs.submit(project.id, JobRequest(stages, numbers, **where))
    return studio.dispatcher.run(job.id, ignore_progress, lambda: False)


def test_files_carry_what_their_takes_recorded_until_they_are_made_anew(studio: Studio, tmp_path: Path):
    source = tmp_path / "pier.csv"
    source.write_text(PLAY, encoding="utf-8")
    project = studio.projects.import_file(source, name="pier", language="en-US", purpose="private")
    studio.projects.choose_chapters(project.id, credits=True)
    for role, voice in (("narrator", "tone_low"), ("Anna", "tone_high"), ("Ben", "tone_private")):
        studio.casting.set_voice(project.id, role, voice)
    done = run(studio, project, "render", "master", "deliver")
    assert done.state == "done", done.error

    # What a take recorded counts, not what is known of the licence now.
    context = studio._context
    with context.database.write() as session:
        found = session.query(TakeRow).filter(TakeRow.voice_id == "tone_private").one()
        assert [each["licence"] for each in found.licences] == ["Apache-2.0", "CC-BY-NC-4.0"]
        kept = [{**found.licences[1], "holder": "Somebody Earlier", "attribution": "Tone by Somebody Earlier"}]
        session.execute(update(TakeRow).where(TakeRow.key == found.key).values(licences=kept))
    folder = Path(done.result["deliver"]["files"][0]["path"]).parent
    delivered = run(studio, project, "deliver", chapters={1}).result["deliver"]["files"]
    assert "Tone by Somebody Earlier" in ID3(delivered[0]["path"])["TXXX:NOTICE"].text[0]
    notices = (folder / "NOTICES.txt").read_text(encoding="utf-8")
    assert "Tone by Somebody Earlier." in notices
    assert "Private tone, The Viva Voce authors" in notices  # of an earlier delivery: this one was of a part
    with zipfile.ZipFile(studio.listening.archive(project.id)) as archive:
        assert archive.read("NOTICES.txt").decode() == notices

    # Somebody's own file of that name is not touched, and nothing is written beside it.
    own = tmp_path / "own"
    own.mkdir()
    (own / "NOTICES.txt").write_text("mine", encoding="utf-8")
    assert run(studio, project, "deliver", out=own).error_code == "conflict"
    assert [(path.name, path.read_text()) for path in own.iterdir()] == [("NOTICES.txt", "mine")]

    # Who changes the purpose while files are written gets none of them.
    request = JobRequest(("deliver",), frozenset({1}), out=tmp_path / "late")
    job = studio.jobs.submit(project.id, request)
    late = studio.dispatcher.run(
        job.id, lambda _progress: studio.projects.set_purpose(project.id, purpose="audiobook"), lambda: False
    )
    assert (late.state, late.error_code) == ("failed", "licence")
    assert list((tmp_path / "late").iterdir()) == []

    # Sold, only what is innocent can be heard and delivered.
    assert {sound.chapter.index: sound.file is not None for sound in studio.listening.overview(project.id)} == {
        0: True, 1: False,
    }  # fmt: skip
    assert run(studio, project, "deliver", chapters={0}, out=tmp_path / "some").state == "done"
    refused = run(studio, project, "deliver")
    assert (refused.state, refused.error_code) == ("failed", "licence")
    assert "chapter 1, line 2" in refused.error

    # Recast, all can be delivered, and nothing is demanded any more.
    studio.casting.set_voice(project.id, "Ben", "tone_low")
    assert run(studio, project, "render", "master", "deliver").state == "done"
    assert "NOTICES.txt" not in {path.name for path in folder.iterdir()}
    assert not any("TXXX:NOTICE" in ID3(path) for path in folder.iterdir())


def test_whoever_is_to_be_named_is_named_once_and_only_while_cast(studio: Studio, tmp_path: Path):
    source = tmp_path / "pier.csv"
    source.write_text(PLAY, encoding="utf-8")
    project = studio.projects.import_file(source, name="pier", language="en-US")

    def named() -> list[str]:
        texts = [view.text for view in studio.segments.script(project.id, 0)]
        return [text for text in texts if "Private tone, The Viva Voce authors" in text]

    assert named() == []
    studio.casting.set_voice(project.id, "Ben", "tone_private")
    assert len(named()) == 1
    studio.casting.set_voice(project.id, "Anna", "tone_private")
    assert len(named()) == 1
    studio.casting.set_voice(project.id, "narrator", "tone_high")
    assert len(named()) == 1
    assert [(w.voice, w.roles) for w in studio.licensing.warnings(project.id)] == [("tone_private", ("Anna", "Ben"))]
    told = studio.licensing.forbidden_voices(project.id, ["tone_low", "tone_private", "gone"])
    assert list(told) == ["tone_private"]
    for role in ("Anna", "Ben"):
        studio.casting.set_voice(project.id, role, "tone_low")
    assert named() == []
    assert studio.licensing.warnings(project.id) == ()


@pytest.mark.models
def test_the_credits_follow_the_engine_of_a_voice(
    studio: Studio, kokoro_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    studio.settings.weights.symlink_to(kokoro_weights, target_is_directory=True)
    named_engine = replace(engine_info("kokoro"), attribution="Speech by the Kokoro authors")
    monkeypatch.setattr(
        "studio.services.licensing.engine_info", lambda name: named_engine if name == "kokoro" else engine_info(name)
    )
    make_verified(studio)
    source = tmp_path / "pier.csv"
    source.write_text(PLAY, encoding="utf-8")
    project, other = (studio.projects.import_file(source, name=name, language="en-US") for name in ("pier", "quay"))
    for role, voice in (("narrator", "tone_low"), ("Anna", "tone_high"), ("Ben", "jane-doe")):
        studio.casting.set_voice(project.id, role, voice)
        studio.casting.set_voice(other.id, role, "tone_low")

    def credits_of(book: ProjectView) -> dict[str, str]:
        with studio._context.database.read() as session:
            rows = session.scalars(
                select(SegmentRow)
                .join(ChapterRow)
                .where(ChapterRow.project_id == book.id, ChapterRow.kind.in_(("opening-credits", "closing-credits")))
            )
            return {row.id: row.text for row in rows}

    def named() -> int:
        return sum("Speech by the Kokoro authors" in text for text in credits_of(project).values())

    unchanged = credits_of(other)
    assert len(unchanged) > 1
    assert named() == 0
    for engine, times in (("kokoro", 1), ("kokoro", 1), ("fake", 0)):
        studio.matching.use_engine("jane-doe", engine, PRODUCER)
        assert named() == times
    assert credits_of(other) == unchanged
