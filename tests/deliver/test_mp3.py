"""The delivered MP3, read back with tools that had no part in making it."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3, Encoding
from mutagen.mp3 import MP3, BitrateMode

from studio.core.errors import CancelledError, DeliveryError, StorageError
from studio.core.progress import ignore_progress
from studio.deliver.mp3 import Mp3Format
from studio.deliver.registry import make_format
from studio.deliver.tags import tag_text, track_title
from studio.manuscript.model import Cover

from .conftest import RATE_HZ, picture

KILLED = """
import sys
from pathlib import Path
from studio.deliver.base import Release, ReleaseChapter
from studio.deliver.mp3 import Mp3Format
from studio.master.profile import PROFILES
chapter = ReleaseChapter("c", 1, "One", None, Path(sys.argv[1]), ())
release = Release("B", "A", "N", "en", "", "", "AI-narrated.", None, (chapter,), 1, PROFILES["acx"])
say = lambda progress: print(progress.fraction, flush=True)
Mp3Format().write(release, 0, Path(sys.argv[2]), report=say, cancelled=lambda: False)
"""


def never():
    return False


def deliver(release, folder, index=0):
    return Mp3Format().write(release, index, folder, report=ignore_progress, cancelled=never)


def test_it_is_the_format_that_mp3_names():
    assert isinstance(make_format("mp3"), Mp3Format)


def test_every_tag_is_there_for_another_reader(make_release, tmp_path):
    release = make_release("Opening Credits", "Chapter 1: A Letter", track_count=12)
    file = deliver(release, tmp_path / "out", 1)
    assert file.path.name == "02 - Chapter 1 A Letter.mp3"
    tags = ID3(file.path, translate=False)
    assert tags.version == (2, 3, 0)
    found = {name: str(frame) for name, frame in tags.items() if not name.startswith("APIC")}
    found.pop("TSSE")
    assert found == {
        "TIT2": "Chapter 1: A Letter",
        "TALB": "Love Among the Chickens",
        "TPE1": "P. G. Wodehouse",
        "TPE2": "P. G. Wodehouse",
        "TCOM": "Emma, a digital voice",
        "TXXX:NARRATOR": "Emma, a digital voice",
        "TRCK": "2/12",
        "TYER": "1921",
        "TCON": "Audiobook",
        "TLAN": "eng",
        "TPUB": "Herbert Jenkins",
        "TXXX:comment": "This audiobook is AI-narrated: Emma is a digital voice.",
        "TXXX:NARRATION_TYPE": "ai_voice",
    }


def test_container_is_mono_constant_192_kbps(make_release, tmp_path):
    info = MP3(deliver(make_release(), tmp_path).path).info
    assert (info.bitrate, info.bitrate_mode, info.sample_rate, info.channels) == (192_000, BitrateMode.CBR, 44_100, 1)


# A frame has 1152 samples; with 1 to 46 samples over, the last frame is nothing but padding.
@pytest.mark.parametrize(
    "seconds", [8.0, 300 * 1152 / RATE_HZ, (300 * 1152 + 1) / RATE_HZ, (300 * 1152 + 46) / RATE_HZ]
)
def test_another_decoder_returns_the_master_sample_by_sample(make_release, make_master, tmp_path, seconds):
    master = make_master(seconds=seconds)
    file = deliver(make_release("One", masters=(master,)), tmp_path)
    sent, _ = soundfile.read(master, dtype="float32")
    heard, rate_hz = soundfile.read(file.path, dtype="float32")
    assert rate_hz == RATE_HZ
    assert len(heard) == len(sent)
    part = slice(2 * RATE_HZ, 3 * RATE_HZ)
    lags = range(-1200, 1201, 1)
    likeness = [float(np.dot(np.roll(heard, lag)[part], sent[part])) for lag in lags]
    assert lags[int(np.argmax(likeness))] == 0
    assert np.sqrt(np.mean((heard / 0.97 - sent)[part] ** 2)) < 0.1 * np.sqrt(np.mean(sent[part] ** 2))


def test_what_is_reported_is_what_lies_there(make_release, tmp_path):
    file = deliver(make_release(), tmp_path / "out")
    assert file.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert file.chapter_id == "chapter-1"
    assert all(check.passed for check in file.checks)
    assert {
        "RMS level",
        "Peak",
        "True peak",
        "Noise floor",
        "Head",
        "Tail",
        "Length",
        "Bit rate",
        "Decoded length",
    } <= {check.name for check in file.checks}
    heard, _ = soundfile.read(file.path, dtype="float64")
    assert file.figures.rms_dbfs == pytest.approx(10 * np.log10(np.mean(heard**2)), abs=0.01)
    assert file.figures.peak_dbfs == pytest.approx(20 * np.log10(np.abs(heard).max()), abs=0.01)
    assert file.figures.duration_s == len(heard) / RATE_HZ
    assert [path.name for path in (tmp_path / "out").iterdir()] == [file.path.name]


def test_same_input_makes_same_bytes(make_release, tmp_path):
    release = make_release()
    first, second = deliver(release, tmp_path / "a"), deliver(release, tmp_path / "b")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_cover_is_the_very_picture(make_release, tmp_path, kind):
    data = picture(kind, 300)
    file = deliver(make_release(cover=Cover(f"image/{kind.lower()}", data)), tmp_path)
    (cover,) = ID3(file.path).getall("APIC")
    assert cover.data == data
    assert cover.mime == f"image/{kind.lower()}"
    assert int(cover.type) == 3  # front cover


def test_no_cover_is_no_failure(make_release, tmp_path):
    file = deliver(make_release(cover=None), tmp_path)
    assert not ID3(file.path).getall("APIC")


def test_what_is_unknown_is_left_out(make_release, tmp_path):
    file = deliver(make_release(author="", year="unknown", publisher=""), tmp_path)
    assert {"TPE1", "TPE2", "TYER", "TPUB"}.isdisjoint(ID3(file.path, translate=False))


def test_japanese_is_utf16_in_version_2_3(make_release, tmp_path):
    release = make_release("第一章　吾輩は猫である", title="吾輩は猫である", author="夏目 漱石", language="ja")
    tags = ID3(deliver(release, tmp_path).path, translate=False)
    assert tags.version == (2, 3, 0)
    assert (tags["TIT2"].text, tags["TIT2"].encoding) == (["第一章 吾輩は猫である"], Encoding.UTF16)
    assert tags["TALB"].text == ["吾輩は猫である"]
    assert tags["TPE1"].text == ["夏目 漱石"]
    assert tags["TLAN"].text == ["jpn"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(), max_size=40))
@example(title="\ufeff\ufffe\ud800 / \x00 \u202e")
@example(title="x" * 3000)
def test_any_title_survives(make_release, make_master, tmp_path, title):
    release = make_release(title, title=title, masters=(make_master("short", 3.2, tail_s=1.2),), cover=None)
    tags = ID3(deliver(release, tmp_path).path, translate=False)
    assert tags["TIT2"].text == [track_title(release, release.chapters[0])]
    assert ("TALB" in tags) == bool(tag_text(title))


@pytest.mark.parametrize(
    "title", ["[Click](javascript:alert(1))", "<script>alert(1)</script>", "<img src=x onerror=x>"]
)
def test_titles_of_markup_are_their_own_letters(make_release, tmp_path, title):
    tags = ID3(deliver(make_release(title, title=title, cover=None), tmp_path).path, translate=False)
    assert tags["TALB"].text == [title]
    assert title in tags["TIT2"].text[0]


def test_duplicate_titles_make_files_of_their_own(make_release, tmp_path):
    release = make_release("One", "One")
    assert deliver(release, tmp_path, 0).path != deliver(release, tmp_path, 1).path


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"rms_dbfs": -14.0}, r"RMS -1[34]\.\d\d dBFS is louder than -18; lower it by [34]\.\d dB"),
        ({"rms_dbfs": -27.0}, r"is quieter than -23; raise it by 4\.\d dB"),
        ({"head_s": 0.1}, r"before the first word is less than 0\.5"),
        ({"seconds": 7.2, "tail_s": 0.1}, r"after the last word is less than 1; add 0\.[89] s"),
    ],
)
def test_a_master_that_misses_the_profile_leaves_no_file(make_release, make_master, tmp_path, how, words):
    out = tmp_path / "out"
    with pytest.raises(DeliveryError, match=words) as caught:
        deliver(make_release("One", masters=(make_master(**how),)), out)
    assert caught.value.where == "01 - One.mp3"
    assert list(out.iterdir()) == []


def test_a_failed_delivery_keeps_the_older_file(make_release, make_master, tmp_path):
    good = deliver(make_release("One"), tmp_path / "out")
    before = good.path.read_bytes()
    with pytest.raises(DeliveryError):
        deliver(make_release("One", masters=(make_master("loud", rms_dbfs=-12),)), tmp_path / "out")
    assert good.path.read_bytes() == before


def test_a_master_of_another_rate_is_refused(make_release, tmp_path):
    master = tmp_path / "low.flac"
    soundfile.write(master, np.zeros(24_000, np.float32), 24_000, subtype="PCM_24")
    with pytest.raises(DeliveryError, match="24000 Hz"):
        deliver(make_release("One", masters=(master,)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_damaged_master_leaves_nothing(make_release, make_master, tmp_path):
    master = make_master()
    data = bytearray(master.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = bytes(4000)
    master.write_bytes(data)
    with pytest.raises((StorageError, DeliveryError)):
        deliver(make_release("One", masters=(master,)), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_unwritable_folder_is_a_storage_error(make_release, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        deliver(make_release(), tmp_path / "file" / "out")


@pytest.mark.parametrize("after", [0, 3, 6])
def test_stopping_leaves_nothing(make_release, make_master, tmp_path, after):
    release = make_release("One", masters=(make_master(seconds=12.0),))  # nine blocks
    answers = iter([False] * after)
    with pytest.raises(CancelledError):
        Mp3Format().write(release, 0, tmp_path / "out", report=ignore_progress, cancelled=lambda: next(answers, True))
    assert list((tmp_path / "out").iterdir()) == []


def test_progress_rises_to_the_end(make_release, make_master, tmp_path):
    seen = []
    Mp3Format().write(
        make_release("One", masters=(make_master(seconds=25.0),)), 0, tmp_path, report=seen.append, cancelled=never
    )
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.5 < fractions[-1] <= 1


def test_killed_in_the_middle_leaves_no_file_of_that_name(make_master, tmp_path):
    out = tmp_path / "out"
    master = make_master(seconds=120.0)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(master), str(out)], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if float(line) > 0.2:
                break
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert [path.name for path in out.iterdir() if not path.name.startswith(".part-")] == []


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not on this machine")
def test_ffprobe_agrees(make_release, tmp_path):
    file = deliver(make_release(), tmp_path)
    said = json.loads(
        subprocess.run(
            ["ffprobe", "-v", "error", "-print_format", "json", "-show_streams", "-show_format", str(file.path)],
            check=True,
            capture_output=True,
        ).stdout
    )
    sound = said["streams"][0]
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("mp3", "44100", 1)
    assert sound["bit_rate"] == "192000"
    assert said["streams"][1]["disposition"]["attached_pic"] == 1
    assert said["format"]["tags"]["comment"].startswith("This audiobook is AI-narrated")
