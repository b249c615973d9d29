"""What licences demand, in tags and in the text beside the files, read back by others."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3

from studio.core.errors import ConflictError, DeliveryError
from studio.core.licences import UsedLicence
from studio.core.progress import ignore_progress
from studio.deliver import mp3
from studio.deliver.mp3 import Mp3Format
from studio.deliver.notices import check_place, write_notices

CPML = UsedLicence("engine xtts", "LicenseRef-CPML-1.0", "Coqui", "https://coqui.ai/cpml.txt", False, "", True)
AMY = UsedLicence("voice amy", "CC-BY-SA-4.0", "Ann", "https://example.com/amy", True, "Amy, read by Ann Ötzi", True)
FREE = UsedLicence("voice zoe", "CC0-1.0", "Zoe", "https://example.com/zoe", True)


@pytest.fixture
def deliver(make_release, make_master, tmp_path):
    short = make_master("short", 3.2, tail_s=1.2)

    def make(*licences):
        release = make_release("One", masters=(short,), cover=None)
        chapter = replace(release.chapters[0], licences=licences)
        release = replace(release, chapters=(chapter,))
        return Mp3Format().write(release, 0, tmp_path / "out", report=ignore_progress, cancelled=lambda: False)

    return make


def test_a_file_carries_the_terms_of_everything_in_it(deliver):
    file = deliver(CPML, AMY, FREE)
    tags = ID3(file.path, translate=False)
    assert tags["TXXX:LICENSE"].text == ["https://coqui.ai/cpml.txt https://example.com/amy"]
    notice = (
        "Engine xtts, Coqui. Licence: Coqui Public Model License 1.0.0. https://coqui.ai/cpml.txt "
        "Not for commercial use. Amy, read by Ann Ötzi. Licence: Creative Commons Attribution-ShareAlike 4.0. "
        "https://example.com/amy To be passed on under the same licence only."
    )
    assert tags["TXXX:NOTICE"].text == [notice]
    assert tags["TXXX:comment"].text == [f"This audiobook is AI-narrated: Emma is a digital voice. {notice}"]
    (check,) = [check for check in file.checks if check.name == "Notices"]
    assert (check.passed, check.value) == (True, "as demanded")


def test_where_nothing_is_demanded_nothing_is_said(deliver):
    file = deliver(FREE)
    assert not [name for name in ID3(file.path) if name in {"TXXX:LICENSE", "TXXX:NOTICE"}]
    assert "Notices" not in {check.name for check in file.checks}


def test_a_file_that_lost_a_notice_is_not_kept(deliver, tmp_path, monkeypatch):
    """A writer that drops tags, as one that cannot write them would, is found out by reading the file back."""

    class Forgetful(mp3.Mp3Writer):
        def __init__(self, path, *, tags, **how):
            kept = {name: text for name, text in tags.items() if name not in {"NOTICE", "LICENSE", "comment"}}
            super().__init__(path, tags=kept, **how)

    monkeypatch.setattr(mp3, "Mp3Writer", Forgetful)
    with pytest.raises(DeliveryError, match="Notices 4 missing, must be as demanded"):
        deliver(CPML)
    assert list((tmp_path / "out").iterdir()) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), max_size=60))
@example(words="\ud800 \x00\n\n\u202e")
def test_any_words_of_a_licensor_arrive(deliver, tmp_path, words):
    licence = replace(AMY, attribution=words)
    file = deliver(licence)
    assert all(check.passed for check in file.checks)
    text = write_notices([licence, CPML], tmp_path, whole=True).path.read_text(encoding="utf-8")
    assert write_notices([CPML], tmp_path, whole=False).path.read_text(encoding="utf-8") == text


def test_the_text_beside_the_files_says_each_once(tmp_path):
    file = write_notices([CPML, FREE, AMY, CPML], tmp_path, whole=True)
    assert file.path.read_text(encoding="utf-8") == (
        "What the licences of voices and engines ask to go with these audio files.\n\n"
        "Engine xtts, Coqui.\nLicence: Coqui Public Model License 1.0.0.\nhttps://coqui.ai/cpml.txt\n"
        "Not for commercial use.\n\n"
        "Amy, read by Ann Ötzi.\nLicence: Creative Commons Attribution-ShareAlike 4.0.\nhttps://example.com/amy\n"
        "To be passed on under the same licence only.\n"
    )
    assert [check.passed for check in file.checks] == [True]


def test_a_part_keeps_the_notices_of_the_rest_and_the_whole_does_not(tmp_path):
    target = write_notices([CPML], tmp_path, whole=True).path
    write_notices([AMY], tmp_path, whole=False)
    text = target.read_text(encoding="utf-8")
    assert "cpml.txt" in text
    assert "Ann Ötzi" in text
    write_notices([AMY], tmp_path, whole=True)
    assert "cpml.txt" not in target.read_text(encoding="utf-8")


def test_without_demands_there_is_no_text(tmp_path):
    assert write_notices([FREE], tmp_path / "out", whole=True) is None
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"mine", b"\xff\xfe", b""])
def test_another_file_of_that_name_is_left_alone(tmp_path, content):
    own = tmp_path / "NOTICES.txt"
    own.write_bytes(content)
    check_place([FREE], tmp_path)
    for attempt in (lambda: check_place([CPML], tmp_path), lambda: write_notices([CPML], tmp_path, whole=True)):
        with pytest.raises(ConflictError, match="another file of that name"):
            attempt()
    assert own.read_bytes() == content
