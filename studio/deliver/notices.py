"""The notices that licences demand with delivered files: in a text file beside them. Tags carry them as well."""

from collections.abc import Iterable
from pathlib import Path

from studio.core.errors import ConflictError, DeliveryError, StorageError
from studio.core.files import atomic_path
from studio.core.hashing import sha256_file
from studio.core.licences import UsedLicence, demanding
from studio.deliver.base import DeliveredFile
from studio.deliver.tags import tag_text
from studio.master.profile import Check

NOTICES_NAME = "NOTICES.txt"
_HEAD = "What the licences of voices and engines ask to go with these audio files."


def check_place(licences: Iterable[UsedLicence], folder: Path) -> None:
    """See that what licences demand can be written to a folder.

    Raises:
        ConflictError: another file of that name lies there.
    """
    if demanding(licences):
        _earlier(folder / NOTICES_NAME)


def write_notices(licences: Iterable[UsedLicence], folder: Path, *, whole: bool) -> DeliveredFile | None:
    """Write what licences demand beside the files that were made under them, and read it back.

    Args:
        licences: of all files that are delivered now.
        folder: they lie here.
        whole: these are all files of the book; else what an earlier delivery said of others stays as well.

    Returns:
        the file; None if nothing is demanded, and then nothing is written.

    Raises:
        ConflictError: another file of that name lies there.
        DeliveryError: it is not what was written.
        StorageError: it cannot be written.
    """
    target = folder / NOTICES_NAME
    asked = ["\n".join(map(tag_text, licence.notice)) for licence in demanding(licences)]
    if not asked:
        return None
    earlier = _earlier(target)
    paragraphs = list(dict.fromkeys(asked if whole else [*earlier, *asked]))
    try:
        with atomic_path(target) as temporary:
            temporary.write_text("\n\n".join([_HEAD, *paragraphs]) + "\n", encoding="utf-8", newline="\n")
            check = _check(temporary.read_text(encoding="utf-8"), paragraphs)
            if not check.passed:
                raise DeliveryError(check.sentence, where=target.name, hint="Deliver the book again.")
            sha256 = sha256_file(temporary)
    except OSError as error:
        raise StorageError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(target),
            hint="Free some disk space or choose another folder.",
        ) from error
    return DeliveredFile(target, sha256, "", None, (check,))


def _earlier(target: Path) -> list[str]:
    """The notices of an earlier delivery in a folder, if there was one."""
    if not target.exists():
        return []
    try:
        head, *paragraphs = target.read_text(encoding="utf-8").removesuffix("\n").split("\n\n")
    except (OSError, UnicodeDecodeError):
        head, paragraphs = "", []
    if head != _HEAD:
        raise ConflictError(
            "there is another file of that name", where=str(target), hint="Move it away, or deliver to another folder."
        )
    return paragraphs


def _check(text: str, paragraphs: list[str]) -> Check:
    missing = sum(1 for paragraph in paragraphs if paragraph not in text)
    return Check("Notices", not missing, f"{missing} missing" if missing else "as demanded", "", "as demanded")
