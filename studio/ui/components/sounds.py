"""The finished chapters: value for the `sounds` part."""

from dataclasses import asdict
from typing import Any

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.services.views import ChapterSound


def sounds_value(studio: Studio, reference: str) -> dict[str, Any]:
    """What can be heard of a project; an error is part of it."""
    try:
        sounds = studio.listening.overview(reference)
    except StudioError as error:
        return {"project": reference, "sounds": [], "error": error.sentence}
    return {"project": reference, "sounds": [_sound_value(sound) for sound in sounds], "error": ""}


def _sound_value(sound: ChapterSound) -> dict[str, Any]:
    return {
        "chapter": asdict(sound.chapter),
        "segments": sound.segments,
        "rendered": sound.rendered,
        "duration_s": sound.duration_s,
        "peaks": sound.peaks,
        "ready": sound.file is not None,
        "version": (sound.sha256 or "")[:12],
        "lufs": sound.figures.get("lufs"),
        "checks": sound.checks,
    }
