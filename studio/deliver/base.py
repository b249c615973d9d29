"""What a delivery format is. A new one is one file with a class of this shape and one entry point."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from studio.audio.loudness import Figures
from studio.core.licences import UsedLicence
from studio.core.progress import ReportProgress
from studio.manuscript.model import ChapterKind, Cover
from studio.master.profile import Check, Profile

Narration = Literal["ai_voice", "authorized_voice_replica", "mixed"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a segment stands in its mastered chapter: seconds from the start of the file."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ReleaseChapter:
    """A mastered chapter that is to be delivered.

    Attributes:
        chapter_id: its row.
        number: track number, from 1, credits included.
        title: as listed.
        kind: what it is; None for opening and closing credits.
        master: the mastered sound (FLAC, 24 bit, at the profile's rate).
        marks: where each segment stands.
        licences: what its takes were made under.
    """

    chapter_id: str
    number: int
    title: str
    kind: ChapterKind | None
    master: Path
    marks: tuple[Mark, ...]
    licences: tuple[UsedLicence, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Everything a format needs to know about the book, without the database.

    Attributes:
        title: of the book.
        author: as credited; empty if unknown.
        narrator: as credited ("Emma, a digital voice").
        language: BCP 47 tag.
        year: of publication; empty if unknown.
        publisher: empty if unknown.
        disclosure: the sentence that says the book is read by a synthetic voice.
        cover: the cover picture, if there is one.
        chapters: in the order they are heard.
        track_count: tracks of the whole release, which may be more than are delivered now.
        profile: what the sound was mastered to.
        narration: "ai_voice", "authorized_voice_replica" where all voices are those of living people, or "mixed".
        consents: ids of the consents that the voices of living people are used under.
        ledger_head: newest signed head of the consent ledger, as one line; empty without such voices.
    """

    title: str
    author: str
    narrator: str
    language: str
    year: str
    publisher: str
    disclosure: str
    cover: Cover | None
    chapters: tuple[ReleaseChapter, ...]
    track_count: int
    profile: Profile
    narration: Narration = "ai_voice"
    consents: tuple[str, ...] = ()
    ledger_head: str = ""


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file that was written, opened again and checked.

    Attributes:
        path: where it lies.
        sha256: of its bytes.
        chapter_id: the chapter it holds; empty if it holds the whole book.
        figures: what was measured on its sound, decoded; None for a format without sound.
        checks: what was held against the profile, all passed.
    """

    path: Path
    sha256: str
    chapter_id: str
    figures: Figures | None
    checks: tuple[Check, ...]


class Format(Protocol):
    """A delivery format. What the licences of a chapter demand (`core.licences.demanding`) goes into its file."""

    @property
    def name(self) -> str:
        """Its name on the command line ("mp3")."""
        ...

    @property
    def description(self) -> str:
        """What it makes, in a few words for the user."""
        ...

    def plan(self, release: Release) -> tuple[str, ...]:
        """File names it will write, in order: one call of `write` makes each."""
        ...

    def write(
        self,
        release: Release,
        index: int,
        folder: Path,
        *,
        report: ReportProgress,
        cancelled: Callable[[], bool],
    ) -> DeliveredFile:
        """Write the file that `plan` names at an index into a folder, whole or not at all, and check it.

        Runs in a worker process, so a format and its arguments can be pickled.

        Raises:
            DeliveryError: the file, opened again, does not meet the profile; it is not left in the folder.
            CancelledError: `cancelled` said so; nothing is left in the folder.
        """
        ...


class FormatMaker(Protocol):
    """What a format's entry point is: a class that takes nothing."""

    def __call__(self) -> Format:
        """Make the format."""
        ...
