"""One MP3 per chapter, tagged and gapless, opened again and checked before it gets its name."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import av

from studio.audio.flac import length, read_blocks
from studio.audio.mp3 import Mp3Writer
from studio.core.errors import CancelledError, DeliveryError, InputError, StorageError
from studio.core.files import atomic_path
from studio.core.hashing import sha256_file
from studio.core.licences import demanding
from studio.core.progress import Progress, ReportProgress
from studio.deliver.base import DeliveredFile, Release, ReleaseChapter
from studio.deliver.tags import GENRE, language_code, licence_tags, tag_text, track_file_names, track_title
from studio.deliver.verify import FileReport, check_file
from studio.master.profile import Check

_BLOCK_SAMPLES = 1 << 16
_STAGE = "Delivering"
_YEAR = re.compile(r"\d{4}")


class Mp3Format:
    """MP3 files as audiobook shops take them: constant bit rate, one per chapter, credits included."""

    name = "mp3"
    description = "one tagged MP3 per chapter, checked against the profile"

    def plan(self, release: Release) -> tuple[str, ...]:
        """File names, one per chapter: "01 - Opening Credits.mp3"."""
        return track_file_names(release, ".mp3")

    def write(
        self,
        release: Release,
        index: int,
        folder: Path,
        *,
        report: ReportProgress,
        cancelled: Callable[[], bool],
    ) -> DeliveredFile:
        """Encode a chapter's master as it is, decode the result, and name it only if it meets the profile.

        Nothing is done to the sound: mastering solved the gain on the decoded MP3. Equal input gives equal bytes.
        A file of an earlier delivery is replaced only by one that passed.

        Raises:
            DeliveryError: the file, opened again, does not meet the profile, or is not what was written.
            CancelledError: `cancelled` said so.
            StorageError: the master cannot be read, or the file not written.
        """
        chapter = release.chapters[index]
        target = folder / self.plan(release)[index]
        total, rate_hz = length(chapter.master)
        if rate_hz != release.profile.sample_rate_hz:
            raise DeliveryError(
                f"the master has {rate_hz} Hz, the profile asks for {release.profile.sample_rate_hz} Hz",
                where=target.name,
                hint="Master the chapter again.",
            )
        tags = chapter_tags(release, chapter)

        def advance(samples: float) -> None:
            report(Progress(_STAGE, samples, 2 * total, detail=chapter.title))  # written once, read once

        try:
            with atomic_path(target) as temporary:
                _encode(release, chapter, tags, temporary, advance=advance, cancelled=cancelled)
                found = _measure(release, temporary, target, total=total, advance=advance, cancelled=cancelled)
                checks = (*found.checks, *_identity_checks(release, chapter, tags, temporary, found, total))
                _refuse_failures(checks, found, target)
                sha256 = sha256_file(temporary)
        except OSError as error:
            raise StorageError(
                f"the file cannot be written: {error.strerror or error}",
                where=str(target),
                hint="Free some disk space or choose another folder.",
            ) from error
        return DeliveredFile(target, sha256, chapter.chapter_id, found.figures, checks)


def chapter_tags(release: Release, chapter: ReleaseChapter) -> dict[str, str]:
    """Tags of one track by FFmpeg's names (see `Mp3Writer`); what is unknown is left out.

    Notices that licences demand stand in a tag of their own and in the comment, which players show.
    """
    year = _YEAR.match(release.year)
    demanded = licence_tags(chapter)
    tags = {
        "title": track_title(release, chapter),
        "album": tag_text(release.title),
        "artist": tag_text(release.author),
        "album_artist": tag_text(release.author),
        "composer": tag_text(release.narrator),
        "NARRATOR": tag_text(release.narrator),
        "track": f"{chapter.number}/{release.track_count}",
        "date": year.group() if year else "",
        "genre": GENRE,
        "language": language_code(release.language),
        "publisher": tag_text(release.publisher),
        "comment": " ".join(filter(None, (tag_text(release.disclosure), demanded["NOTICE"]))),
        "NARRATION_TYPE": release.narration,
        "CONSENT": " ".join(f"urn:uuid:{consent}" for consent in release.consents),
        "LEDGER_HEAD": release.ledger_head,
        **demanded,
    }
    return {name: text for name, text in tags.items() if text}


def _encode(
    release: Release,
    chapter: ReleaseChapter,
    tags: dict[str, str],
    path: Path,
    *,
    advance: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> None:
    cover = (release.cover.data, release.cover.media_type) if release.cover else None
    profile = release.profile
    done = 0
    with Mp3Writer(
        path, tags=tags, cover=cover, rate_hz=profile.sample_rate_hz, bit_rate_bps=profile.bit_rate_bps
    ) as writer:
        for block in read_blocks(chapter.master, _BLOCK_SAMPLES):
            if cancelled():
                raise CancelledError("delivery was stopped", where=chapter.title, hint="Run it again to go on.")
            writer.write(block)
            done += len(block)
            advance(done)


def _measure(
    release: Release,
    path: Path,
    target: Path,
    *,
    total: int,
    advance: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> FileReport:
    try:
        return check_file(
            path, release.profile, report=lambda read: advance(total * (1 + read.fraction)), cancelled=cancelled
        )
    except InputError as error:
        raise DeliveryError(f"the file that was written cannot be read: {error.message}", where=target.name) from error


def _identity_checks(
    release: Release, chapter: ReleaseChapter, tags: dict[str, str], path: Path, found: FileReport, total: int
) -> Iterator[Check]:
    """Whether what was read is what was written: every sample, every tag, demanded notices, the picture."""
    decoded = round(found.figures.duration_s * found.info.sample_rate_hz)
    yield Check("Decoded length", decoded == total, str(decoded), "samples", str(total))
    read_tags, picture = _read_tags(path)
    wrong = [name for name, text in tags.items() if read_tags.get(name) != text]
    yield Check("Tags", not wrong, f"{', '.join(wrong)} differ" if wrong else "as written", "", "as written")
    asked = demanding(chapter.licences)
    if asked:
        read = " ".join(read_tags.values())
        words = [tag_text(words) for licence in asked for words in licence.notice]
        missing = sum(1 for each in words if each not in read)
        yield Check("Notices", not missing, f"{missing} missing" if missing else "as demanded", "", "as demanded")
    expected = release.cover.data if release.cover else b""
    said = {True: "as given" if expected else "none", False: "different" if picture else "none"}
    yield Check("Cover", picture == expected, said[picture == expected], "", "as given" if expected else "none")


def _read_tags(path: Path) -> tuple[dict[str, str], bytes]:
    """Tags by FFmpeg's names and the bytes of the attached picture; none of either if they cannot be read."""
    try:
        with av.open(f"file:{path}", "r", format="mp3") as file:
            picture = b""
            if file.streams.video:
                packet = next(file.demux(file.streams.video[0]), None)
                picture = bytes(packet) if packet is not None else b""
            return dict(file.metadata), picture
    except av.FFmpegError:
        return {}, b""


def _refuse_failures(checks: tuple[Check, ...], found: FileReport, target: Path) -> None:
    words = [*found.failures, *(check.sentence for check in checks[len(found.checks) :] if not check.passed)]
    if words:
        raise DeliveryError(
            f"the file does not meet the profile: {'. '.join(words)}",
            where=target.name,
            hint="Master the chapter again; the file was not kept.",
        )
