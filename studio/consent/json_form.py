"""Records as JSON and back, checked field by field."""

from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from studio.core.errors import InputError

_Value = TypeVar("_Value")
STRICT = ConfigDict(extra="forbid")
"""Put it on a dataclass as `__pydantic_config__`: a field nobody knows is an error, not a silent loss."""


def to_json(value: object) -> dict[str, Any]:
    """A dataclass as plain JSON values."""
    data: dict[str, Any] = TypeAdapter(type(value)).dump_python(value, mode="json")
    return data


def from_json(kind: type[_Value], data: object, *, what: str) -> _Value:
    """A dataclass from plain JSON values.

    Raises:
        InputError: a field is missing, unknown or of a wrong kind; says which.
    """
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or what
        raise InputError(f"'{place}' is not right: {first['msg'].lower()}", where=what) from error
