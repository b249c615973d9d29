"""Which model files there are: their hashes, sizes, licences and sources, as `registry.toml` says."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.errors import InputError

_REGISTRY = Path(__file__).with_name("registry.toml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # a path component and a pip argument that can be nothing else
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AddressSource:
    """A file at a web address.

    Attributes:
        address: HTTPS address of exactly this file at a pinned revision.
    """

    address: str


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A member of a wheel that is a stretch of a model file.

    Attributes:
        package: name of the Python package.
        version: its exact version.
        member: path of the member inside the wheel.
        size_bytes: size of the member.
        sha256: hash of the member.
    """

    package: str
    version: str
    member: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A file that Python packages carry, in one or more parts.

    Attributes:
        parts: joined in this order they make the file.
    """

    parts: tuple[PackagePart, ...]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model.

    Attributes:
        name: its file name.
        size_bytes: its size.
        sha256: what it must hash to.
        licence: SPDX expression.
        licence_url: where the licence text stands.
        author: who made it.
        sources: where it can be had, in the order to try.
    """

    name: str
    size_bytes: int
    sha256: str
    licence: str
    licence_url: str
    author: str
    sources: tuple[AddressSource | PackageSource, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as the studio knows it.

    Attributes:
        name: its name on the command line, and of its folder.
        title: what it is, for people.
        files: all its files.
    """

    name: str
    title: str
    files: tuple[WeightFile, ...]

    @property
    def size_bytes(self) -> int:
        """Size of all files together."""
        return sum(file.size_bytes for file in self.files)


def load_registry(path: Path = _REGISTRY) -> dict[str, Model]:
    """Read the registry of models, keyed by name.

    Raises:
        InputError: it is not valid TOML, a field is missing, unknown or ill-formed, or a name stands twice.
        OSError: it cannot be read.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        models = [_model(entry) for entry in data["model"]]
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the registry of models is not valid TOML: {error}", where=str(path)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"the registry of models has a missing or wrong field: {error}", where=str(path)) from error
    return _unique(models, str(path))


def _unique(models: list[Model], where: str) -> dict[str, Model]:
    by_name = {model.name: model for model in models}
    if len(by_name) != len(models):
        raise InputError("the registry of models names a model twice", where=where)
    for model in models:
        if len({file.name for file in model.files}) != len(model.files):
            raise InputError(f"model '{model.name}' names a file twice", where=where)
    return by_name


def _model(entry: Mapping[str, Any]) -> Model:
    licence = {key: _text(entry[key]) for key in ("licence", "licence_url", "author")}
    files = tuple(_file({**licence, **file}) for file in entry["file"])
    return Model(_name(entry["name"]), _text(entry["title"]), files)


def _file(entry: Mapping[str, Any]) -> WeightFile:
    sources = tuple(_source(source) for source in entry["source"])
    rest = {key: value for key, value in entry.items() if key != "source"}
    file = WeightFile(**rest, sources=sources)
    _name(file.name)
    _digest(file.sha256)
    for source in sources:
        if isinstance(source, PackageSource) and sum(p.size_bytes for p in source.parts) != file.size_bytes:
            raise ValueError(f"the parts of '{file.name}' do not add up to its size")
    return file


def _source(entry: Mapping[str, Any]) -> AddressSource | PackageSource:
    if "parts" in entry:
        return PackageSource(tuple(_part(part) for part in entry["parts"]))
    address = _text(entry["address"])
    if not address.startswith("https://"):
        raise ValueError(f"'{address}' is not an HTTPS address")
    return AddressSource(address)


def _part(entry: Mapping[str, Any]) -> PackagePart:
    part = PackagePart(**entry)
    _name(part.package)
    _name(part.version)
    _digest(part.sha256)
    return part


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is not a plain name")
    return value


def _digest(value: Any) -> None:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError(f"{value!r} is not a SHA-256")
