"""Every error the studio raises on purpose, by what the caller can do about it.

StudioError
├── InputError        what was handed in is wrong: mend it and try again          (exit 2)
│   ├── NotFoundError there is no such project, chapter, segment, voice or file   (exit 2)
│   └── RecordingError a recording did not pass its checks                         (exit 2)
├── RefusedError      consent or licence forbids it                               (exit 3)
│   └── LicenceError  a licence of an engine or voice forbids the project's purpose (exit 3)
├── MissingError      a model or program is not installed yet: pull or install it (exit 1)
├── ConflictError     somebody else holds it, or it changed meanwhile             (exit 1)
├── EngineError       a speech engine failed on a line                                 (exit 1)
├── DeliveryError     a produced file does not meet its profile                   (exit 1)
├── StorageError      disk or database failed                                     (exit 1)
└── CancelledError    the user stopped it; running it again resumes               (exit 130)
"""

from typing import ClassVar


class StudioError(Exception):
    """Base of all expected errors: one sentence, where it happened, and what to do.

    Attributes:
        code: stable machine name of the kind of error.
        exit_status: process exit status of the command line for this kind.
        http_status: HTTP status of the web API for this kind.
        message: what was wrong.
        where: file, chapter or line it was found in; empty if it concerns no place.
        hint: what the user can do next; empty if there is nothing to do.
    """

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.message = message
        self.where = where
        self.hint = hint
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole error in one line: place, cause and remedy, without characters that would steer a terminal."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.hint}" if self.hint else ""
        whole = " ".join(f"{place}{self.message.rstrip('.')}.{remedy}".split())
        return "".join(char if char.isprintable() else "\ufffd" for char in whole)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by fields, so that an error crosses from a worker process whole."""
        return (_rebuild, (type(self), self.message, self.where, self.hint))


def _rebuild(kind: type[StudioError], message: str, where: str, hint: str) -> StudioError:
    return kind(message, where=where, hint=hint)


class InputError(StudioError):
    """What was handed in is wrong."""

    code = "bad-input"
    exit_status = 2
    http_status = 422


class NotFoundError(InputError):
    """There is no such project, chapter, segment, voice or file."""

    code = "not-found"
    http_status = 404


class RecordingError(InputError):
    """A recording did not pass its checks.

    Attributes:
        checks: names of the checks that it failed, for whoever says it in another language.
    """

    code = "bad-recording"

    def __init__(self, message: str, *, where: str = "", hint: str = "", checks: tuple[str, ...] = ()) -> None:
        self.checks = checks
        super().__init__(message, where=where, hint=hint)


class RefusedError(StudioError):
    """Consent or licence forbids it."""

    code = "refused"
    exit_status = 3
    http_status = 403


class LicenceError(RefusedError):
    """A licence of an engine or voice does not allow what a project is for."""

    code = "licence"


class MissingError(StudioError):
    """A model file or program is not installed yet."""

    code = "missing"
    http_status = 503


class ConflictError(StudioError):
    """Somebody else holds it, or it changed meanwhile."""

    code = "conflict"
    http_status = 409


class EngineError(StudioError):
    """A speech engine failed on a line."""

    code = "engine"


class DeliveryError(StudioError):
    """A produced file does not meet its profile."""

    code = "delivery"


class StorageError(StudioError):
    """Disk or database failed."""

    code = "storage"
    http_status = 507


class CancelledError(StudioError):
    """The user stopped it; running it again resumes."""

    code = "cancelled"
    exit_status = 130
    http_status = 409
