"""Archives for "download all": what is inside, and that nothing half-made is left."""

import zipfile

import pytest

from studio.core.errors import CancelledError, InputError, NotFoundError, StorageError
from studio.deliver.archive import zip_files


def never():
    return False


@pytest.fixture
def tracks(tmp_path):
    folder = tmp_path / "tracks"
    folder.mkdir()
    contents = {"01 - Eröffnung.mp3": b"one" * 1000, "02 - 第一章.mp3": bytes(range(256)) * 9000, "empty.srt": b""}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {folder / name: data for name, data in contents.items()}


def test_members_are_whole_stored_and_in_order(tracks, tmp_path):
    target = tmp_path / "book.zip"
    zip_files(list(tracks), target, cancelled=never)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [path.name for path in tracks]
        for member, data in zip(archive.infolist(), tracks.values(), strict=True):
            assert archive.read(member) == data
            assert member.compress_type == zipfile.ZIP_STORED


def test_same_files_make_same_bytes_whenever_they_were_written(tracks, tmp_path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    zip_files(list(tracks), first, cancelled=never)
    for path, data in tracks.items():
        path.unlink()
        path.write_bytes(data)
        path.chmod(0o600)
    zip_files(list(tracks), second, cancelled=never)
    assert first.read_bytes() == second.read_bytes()


def test_stopping_keeps_the_older_archive(tracks, tmp_path):
    target = tmp_path / "book.zip"
    target.write_bytes(b"older")
    answers = iter([False, False, False])
    with pytest.raises(CancelledError):
        zip_files(list(tracks), target, cancelled=lambda: next(answers, True))
    assert target.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["book.zip"]


def test_names_that_would_overwrite_each_other_are_refused(tmp_path):
    one, two = tmp_path / "a" / "Track.mp3", tmp_path / "b" / "track.MP3"
    for path in (one, two):
        path.parent.mkdir()
        path.write_bytes(b"x")
    with pytest.raises(InputError, match="one name"):
        zip_files([one, two], tmp_path / "book.zip", cancelled=never)
    with pytest.raises(InputError, match="one name"):
        zip_files([one, one], tmp_path / "book.zip", cancelled=never)
    assert not (tmp_path / "book.zip").exists()


def test_missing_files_are_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"gone\.mp3"):
        zip_files([tmp_path / "gone.mp3"], tmp_path / "book.zip", cancelled=never)
    with pytest.raises(InputError, match="no files"):
        zip_files([], tmp_path / "book.zip", cancelled=never)
    assert list(tmp_path.iterdir()) == []


def test_unwritable_target_is_a_storage_error(tracks, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        zip_files(list(tracks), tmp_path / "file" / "book.zip", cancelled=never)
