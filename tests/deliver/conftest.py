"""Masters made of sound that behaves like speech, and releases around them."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.deliver.base import Release, ReleaseChapter
from studio.manuscript.model import ChapterKind, Cover
from studio.master.profile import PROFILES

RATE_HZ = 44_100


def speech_like(seconds: float, *, rms_dbfs: float = -20.8, head_s: float = 0.75, tail_s: float = 3.0, seed: int = 1):
    """Gliding harmonics in syllables and phrases between stretches of room tone: float32 mono [n] at 44.1 kHz."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    time_s = np.arange(count) / RATE_HZ
    pitch_hz = 120 + 25 * np.sin(2 * np.pi * 0.4 * time_s + seed)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    voiced = sum(np.sin(k * phase + random.uniform(0, 6.28)) / k for k in range(1, 25))
    breathy = random.standard_normal(count) * 0.15
    syllables = np.clip(np.sin(2 * np.pi * 2.2 * time_s) + 0.4, 0, None)
    phrases = (time_s % 4.0) < 3.2
    spoken = (time_s > head_s) & (time_s < seconds - tail_s)
    sound = (voiced + breathy) * syllables * phrases * spoken
    sound *= 10 ** (rms_dbfs / 20) / np.sqrt(np.mean(sound**2))
    room = random.standard_normal(count) * 10 ** (-70 / 20)
    return (sound + room).astype(np.float32)


@pytest.fixture
def make_master(tmp_path: Path) -> Callable[..., Path]:
    """Write a mastered chapter: 24-bit FLAC of `speech_like`."""

    def make(name: str = "master", seconds: float = 8.0, **how: Any) -> Path:
        folder = tmp_path / "masters"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.flac"
        soundfile.write(path, speech_like(seconds, **how), RATE_HZ, subtype="PCM_24")
        return path

    return make


def picture(kind: str, size: int = 64) -> bytes:
    """A small square picture in PNG or JPEG."""
    from PIL import Image

    stream = BytesIO()
    Image.linear_gradient("L").resize((size, size)).convert("RGB").save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def make_release(make_master: Callable[..., Path]) -> Callable[..., Release]:
    """A release of chapters with given titles, all of one master unless `masters` says otherwise."""

    def make(*titles: str, masters: tuple[Path, ...] = (), **changes: Any) -> Release:
        titles = titles or ("Opening Credits",)
        masters = masters or (make_master(),) * len(titles)
        release = Release(
            title="Love Among the Chickens",
            author="P. G. Wodehouse",
            narrator="Emma, a digital voice",
            language="en-GB",
            year="1921",
            publisher="Herbert Jenkins",
            disclosure="This audiobook is AI-narrated: Emma is a digital voice.",
            cover=Cover("image/jpeg", picture("JPEG")),
            chapters=tuple(
                ReleaseChapter(f"chapter-{number}", number, title, ChapterKind.CHAPTER, master, ())
                for number, (title, master) in enumerate(zip(titles, masters, strict=True), start=1)
            ),
            track_count=len(titles),
            profile=PROFILES["acx"],
        )
        return replace(release, **changes)

    return make
