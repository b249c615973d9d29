"""Models whose terms somebody accepts by name: handed over as a folder, or fetched from the hub after that."""

import json
import os
import shutil
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from filelock import FileLock

from studio.core.errors import InputError, NotFoundError, StorageError
from studio.core.files import sync_folder, write_atomic
from studio.core.hashing import canonical_json, sha256_file

ACCEPTED_FILE: Final = "accepted.json"
_ADOPTABLE = Path(__file__).with_name("adoptable.toml")
_LARGEST_BYTES: Final = 20_000_000_000
_LONGEST_NAME: Final = 100
_LARGEST_LICENCE_TEXT: Final = 100_000


@dataclass(frozen=True, slots=True)
class AdoptableModel:
    """A model that is handed over as a folder.

    Attributes:
        name: on the command line, and of its folder.
        title: what it is, for people.
        licence: SPDX identifier or "LicenseRef-…".
        licence_url: where the terms stand.
        author: who made it.
        page: where its files are to be had.
        files: names of the files it needs.
        optional: names of files that may be there.
        terms: what matters of the terms, in our words.
        hub: repository on the Hugging Face hub; empty if it is not there.
        hub_folder: where in that repository the files lie.
    """

    name: str
    title: str
    licence: str
    licence_url: str
    author: str
    page: str
    files: tuple[str, ...]
    optional: tuple[str, ...]
    terms: str
    hub: str
    hub_folder: str


@dataclass(frozen=True, slots=True)
class AdoptedFile:
    """A file as it was handed over."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted the terms of a model, when, and which files that was about.

    Attributes:
        person: full name.
        at: UTC, ISO 8601.
        terms_url: where the terms stand.
        files: as they were handed over.
    """

    person: str
    at: str
    terms_url: str
    files: tuple[AdoptedFile, ...]


@lru_cache(maxsize=1)
def load_adoptable() -> Mapping[str, AdoptableModel]:
    """The models that can be handed over, by name."""
    data = tomllib.loads(_ADOPTABLE.read_text(encoding="utf-8"))
    return {
        name: AdoptableModel(
            name=name,
            **{key: entry[key] for key in ("title", "licence", "licence_url", "author", "page")},
            files=tuple(entry["files"]),
            optional=tuple(entry["optional"]),
            terms=" ".join(entry["terms"].split()),
            hub=entry.get("hub", ""),
            hub_folder=entry.get("hub_folder", ""),
        )
        for name, entry in data.items()
    }


def acceptance_of(root: Path, name: str) -> Acceptance | None:
    """Who accepted the terms of a model that lies under a folder; None if nobody has.

    Raises:
        StorageError: the note is damaged.
    """
    path = root / name / ACCEPTED_FILE
    try:
        found = json.loads(path.read_bytes())
        files = tuple(AdoptedFile(str(f["name"]), int(f["size_bytes"]), str(f["sha256"])) for f in found["files"])
        return Acceptance(str(found["person"]), str(found["at"]), str(found["terms_url"]), files)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError("the note about the accepted terms is damaged", where=str(path),
                           hint="Hand the model over again.") from error  # fmt: skip


def terms_shown(model: AdoptableModel, folder: Path | None) -> str:
    """What somebody has to read before they accept: our summary, the address, and the licence the folder has."""
    parts = [f"{model.title}, by {model.author} ({model.licence}).", model.terms, f"The terms: {model.licence_url}"]
    for name in ("LICENSE.txt", "LICENSE", "LICENSE.md"):
        path = folder / name if folder else None
        if path is not None and path.is_file() and path.stat().st_size <= _LARGEST_LICENCE_TEXT:
            parts.append(path.read_text(encoding="utf-8", errors="replace"))
            break
    return "\n\n".join(parts)


def adopt(root: Path, name: str, folder: Path, *, person: str, now: datetime) -> Acceptance:
    """Take a model over from a folder: its files are copied, and their hashes noted. Nothing in them is run or read.

    Args:
        root: folder of the model files.
        name: of the model.
        folder: where its files lie.
        person: who accepts the terms, by full name.
        now: UTC.

    Raises:
        NotFoundError: there is no such model, or a file is missing.
        InputError: nobody is named, or something in the folder is no plain file.
        StorageError: the files cannot be written.
    """
    model = load_adoptable().get(name)
    if model is None:
        raise NotFoundError(f"there is no model '{name}' to hand over", hint=f"Known: {', '.join(load_adoptable())}.")
    who = check_person(person)
    sources = [folder / file for file in model.files]
    sources += [folder / file for file in model.optional if (folder / file).exists()]
    for source in sources:
        _check_source(source, model)
    place = root / name
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / f"{name}.lock"):
            (place / ACCEPTED_FILE).unlink(missing_ok=True)  # what was accepted is about to change
            place.mkdir(exist_ok=True)
            files = tuple(_copied(source, place) for source in sources)
            accepted = Acceptance(who, now.isoformat(), model.licence_url, files)
            write_atomic(place / ACCEPTED_FILE, canonical_json(asdict(accepted)))
    except OSError as error:
        raise StorageError(f"the model cannot be kept: {error.strerror}", where=str(place)) from error
    return accepted


def check_person(person: str) -> str:
    """The name of somebody who accepts terms, tidied.

    Raises:
        InputError: nobody is named.
    """
    who = " ".join(person.split())
    if not who or len(who) > _LONGEST_NAME or not who.isprintable():
        raise InputError("nobody is named who accepts the terms", hint='Say who: --by "Your Name".')
    return who


def _check_source(source: Path, model: AdoptableModel) -> None:
    try:
        found = source.lstat()
    except OSError as error:
        raise NotFoundError(
            f"the file {source.name} of model '{model.name}' is not in this folder", where=str(source.parent),
            hint=f"It needs {', '.join(model.files)}; get them from {model.page}.",
        ) from error  # fmt: skip
    if not stat.S_ISREG(found.st_mode):
        raise InputError("this is no plain file", where=str(source), hint="Copy the file itself there.")
    if found.st_size > _LARGEST_BYTES:
        raise InputError("this file is too large for a model", where=str(source))


def _copied(source: Path, place: Path) -> AdoptedFile:
    partial = place / f".{source.name}.part"
    shutil.copyfile(source, partial, follow_symlinks=False)
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    kept = AdoptedFile(source.name, partial.stat().st_size, sha256_file(partial))
    partial.replace(place / source.name)
    sync_folder(place)
    return kept
