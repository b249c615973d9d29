"""Voices used under a licence, and the records of those that ship: what `voices/manifest.toml` says of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.core.errors import InputError, MissingError
from studio.core.hashing import content_key
from studio.core.resources import shipped


@dataclass(frozen=True, slots=True)
class StockVoice:
    """A voice of nobody living, and the licence it is used under.

    Attributes:
        voice_id: name on the command line and in the database ("bf_emma").
        name: name for people ("Emma").
        engine: name of the engine that speaks it.
        language: BCP 47 tag of the language it was made for.
        sex: "female" or "male".
        data_sha256: SHA-256 of the voice data (for Kokoro: the raw float16 bytes of the pack).
        licence: SPDX identifier.
        licensor: who grants the licence.
        licence_url: where the licence text stands.
        commercial: whether its output may be sold.
        for_tests: a test tone that no list shows.
        attribution: words the licence demands with what was made; empty if none.
        files: name and SHA-256 of each file of an imported voice, in the blob store.
        pitch_hz: mean pitch; 0 if unknown.
        origin: whether it ships with the studio, comes with an engine, or was imported.
    """

    voice_id: str
    name: str
    engine: str
    language: str
    sex: str
    data_sha256: str
    licence: str
    licensor: str
    licence_url: str
    commercial: bool
    for_tests: bool = False
    attribution: str = ""
    files: tuple[tuple[str, str], ...] = ()
    pitch_hz: float = 0.0
    origin: Literal["shipped", "engine", "imported"] = "shipped"


def files_sha256(files: Mapping[str, str]) -> str:
    """One hash for the files of an imported voice: its `data_sha256`.

    Args:
        files: SHA-256 of each by name.
    """
    return content_key({"files": dict(files)})


def load_stock_voices(manifest: Path | None = None) -> dict[str, StockVoice]:
    """Read the licence records, keyed by voice id.

    A set of voices shares one licence: the manifest has `[[set]]` tables with the common fields and in each a
    `[[set.voice]]` table per voice.

    Raises:
        MissingError: the manifest is not there.
        InputError: the manifest is not valid, or names a voice twice.
    """
    try:
        path = manifest or shipped("voices", "manifest.toml")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingError("the voice manifest is missing", hint="Reinstall the package.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the voice manifest is not valid TOML: {error}", where=str(path)) from error
    voices: dict[str, StockVoice] = {}
    for group in data.get("set", []):
        if not isinstance(group, dict):
            raise InputError("a voice record has a wrong field: 'set' is not a list of tables", where=str(path))
        common = {key: value for key, value in group.items() if key != "voice"}
        for entry in group.get("voice", []):
            try:
                voice = StockVoice(**common, **entry)
            except TypeError as error:
                raise InputError(f"a voice record has a wrong field: {error}", where=str(path)) from error
            if voice.voice_id in voices:
                raise InputError(f"voice '{voice.voice_id}' is recorded twice", where=str(path))
            voices[voice.voice_id] = voice
    return voices
