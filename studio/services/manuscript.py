"""Use cases of the manuscript: its script as text, edits of lines, search and replace, undo, and what wants a look."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.errors import InputError
from studio.core.ids import new_id
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.manuscript.line_edits import cut_line, ends_sentence, join_lines, replace_words, shortened, word_pattern
from studio.manuscript.parts import Words
from studio.manuscript.segment import Pause, SegmentKind
from studio.manuscript.tags import parse_delivery, plain_text, read_tags
from studio.render.explaining import explained_line
from studio.render.runs import spoken_line
from studio.services.context import Context
from studio.services.history import History, history, place_segments, recorded, step
from studio.services.lexicon_rows import speaking_of
from studio.services.lines import check_words
from studio.services.manuscript_views import Found, Problem, ScriptLine, SpokenPreview, line_of, problems_of
from studio.services.rows import NARRATOR, book_chapters, cast_voices, chapter_index, find_project
from studio.services.segments import check_line, find_segment
from studio.spoken.form import RULE_CLASSES
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow, SuggestionRow

_MAX_ROLE_CHARS: Final = 80


class ManuscriptService:
    """The manuscript of a project. Every change of its lines can be undone."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def lines(self, reference: str, chapters: Collection[int] | None = None) -> tuple[ScriptLine, ...]:
        """All lines of a book, or of some chapters, in reading order: of skipped chapters too, without the credits.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            return tuple(line_of(row, number) for row, number in _rows(session, project, chapters))

    def set_line(
        self,
        reference: str,
        segment_id: str,
        *,
        text: str | None = None,
        role: str | None = None,
        delivery: str | None = None,
        skipped: bool | None = None,
    ) -> ScriptLine:
        """Change a line; what is not given stays. A role that is given was chosen by a person, and is so marked.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the text has no words or too many for one take, the role is none, the delivery is none.
            RefusedError: the owner of the voice that is cast excludes how it would be said; nothing is changed.
        """
        words = None if text is None else check_words(text)
        wanted = None if delivery is None else str(parse_delivery(delivery))
        speaker = None if role is None else check_role(role)
        label = "Change a line" if words is not None or wanted is not None else "Change a speaker"
        if skipped is not None:
            label = "Skip a line" if skipped else "Read a line again"
        with self._edit(reference, segment_id, label) as (session, segment):
            if words is not None:
                segment.text = words
            if wanted is not None:
                segment.delivery = wanted
            if skipped is not None:
                segment.skipped = skipped
            if speaker is not None:
                segment.role, segment.speaker = speaker, "confirmed"
                segment.speaker_confidence, segment.speaker_reason = 1.0, "chosen by a person"
            if {words, wanted, speaker} != {None}:
                self._check_deliveries(session, segment)
        return self._one(reference, segment_id)

    def split(self, reference: str, segment_id: str, at: int) -> tuple[ScriptLine, ScriptLine]:
        """Cut a line in two; both keep role and delivery.

        Args:
            reference: project by name or id.
            segment_id: which segment.
            at: characters of its tagged text that come before the cut. Inside a word or tag, it is cut before it.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: one of the two would have no word.
        """
        second = new_id()
        with self._edit(reference, segment_id, "Split a line") as (session, segment):
            first_text, second_text, begun = cut_line(segment.text, parse_delivery(segment.delivery), at)
            segment.text = first_text
            later = SegmentRow(
                id=second, kind=segment.kind, text=second_text, pause=segment.pause, role=segment.role,
                delivery=str(begun), rest_s=segment.rest_s, seed=segment.seed, skipped=segment.skipped,
                speaker=segment.speaker, speaker_confidence=segment.speaker_confidence,
                speaker_reason=segment.speaker_reason,
            )  # fmt: skip
            ends = ends_sentence(first_text)
            segment.pause, segment.rest_s = (Pause.SENTENCE if ends else Pause.PHRASE).value, None
            chapter, rows = segment.chapter, list(segment.chapter.segments)
            place = rows.index(segment) + 1
            place_segments(session, chapter, [*rows[:place], later, *rows[place:]])
        return self._one(reference, segment_id), self._one(reference, second)

    def merge(self, reference: str, segment_id: str) -> ScriptLine:
        """Join a line with the one after it, which must be of the same speaker and chapter.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: there is none after it, its speaker is another, or both are too long for one take.
            ConflictError: the second has a guide recording.
        """
        with self._edit(reference, segment_id, "Join two lines") as (session, segment):
            rows = list(segment.chapter.segments)
            place = rows.index(segment)
            if place + 1 == len(rows):
                raise InputError("there is no line after it in this chapter", where=f"'{shortened(segment.text)}'")
            later = rows[place + 1]
            if later.role != segment.role or later.kind != segment.kind:
                raise InputError(
                    f"the next line is {later.role}'s, this one {segment.role}'s"
                    if later.role != segment.role
                    else "a heading and a line of text stay apart",
                    where=f"'{shortened(segment.text)}'",
                    hint="Give both the same speaker first." if later.role != segment.role else "",
                )
            joined = join_lines(
                segment.text,
                parse_delivery(segment.delivery),
                later.text,
                parse_delivery(later.delivery),
                glued=segment.pause == Pause.NONE,
            )
            segment.text = check_words(joined)
            segment.pause, segment.rest_s = later.pause, later.rest_s
            place_segments(session, segment.chapter, [*rows[: place + 1], *rows[place + 2 :]])
        return self._one(reference, segment_id)

    def search(
        self, reference: str, words: str, *, match_case: bool = False, whole_words: bool = False
    ) -> tuple[Found, ...]:
        """Lines that hold some words, tags not counted, in reading order.

        Raises:
            NotFoundError: there is no such project.
            InputError: there is nothing to look for.
        """
        pattern = word_pattern(words, match_case=match_case, whole_words=whole_words)
        with self._context.database.read() as session:
            project = find_project(session, reference)
            counted = (
                (row, number, len(pattern.findall(plain_text(row.text)))) for row, number in _rows(session, project)
            )
            return tuple(Found(row.id, number, count) for row, number, count in counted if count)

    def replace(
        self,
        reference: str,
        words: str,
        by: str,
        *,
        match_case: bool = False,
        whole_words: bool = False,
        segment_id: str | None = None,
    ) -> tuple[Found, ...]:
        """Put other words in the place of some, in the whole book or one line, as one edit. Tags stay.

        Returns:
            the lines that were changed, and how often.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: there is nothing to look for, or a line would have no words or too many; nothing is changed.
        """
        pattern = word_pattern(words, match_case=match_case, whole_words=whole_words)
        changed: list[Found] = []
        with self._context.database.write() as session:
            project = find_project(session, reference)
            if segment_id is not None:
                find_segment(session, reference, segment_id)
            with recorded(session, project, f"Replace '{words[:30]}'"):
                for row, number in _rows(session, project):
                    if segment_id not in (None, row.id) or not pattern.search(plain_text(row.text)):
                        continue
                    text, count = replace_words(row.text, parse_delivery(row.delivery), pattern, by)
                    if count:
                        row.text = text
                        changed.append(Found(row.id, number, count))
        return tuple(changed)

    def history(self, reference: str) -> History:
        """What can be undone and done again.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            return history(session, reference)

    def undo(self, reference: str) -> tuple[int, ...]:
        """Undo the last edit.

        Returns:
            numbers of the chapters that were changed.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: there is none, or its lines were changed since.
        """
        return self._step(reference, back=True)

    def redo(self, reference: str) -> tuple[int, ...]:
        """Do the edit again that was undone last.

        Returns:
            numbers of the chapters that were changed.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: there is none, or its lines were changed since.
        """
        return self._step(reference, back=False)

    def preview(self, reference: str, segment_id: str, text: str | None = None) -> SpokenPreview:
        """How a line is said, or would be with other words, and which rules make it so.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            segment = find_segment(session, reference, segment_id)
            off, language = frozenset(project.spoken_off), project.language
            heading, start = segment.kind == SegmentKind.HEADING, parse_delivery(segment.delivery)
            words = segment.text if text is None else text
            cast = cast_voices(session, project.id)
            voice = cast.get(segment.role) or cast.get(NARRATOR)
            speaking = speaking_of(session, self._context.voice(voice), language, project.id) if voice else None
        line = spoken_line(words, language, delivery=start, heading=heading, off=off, speaking=speaking)
        rewrites = explained_line(read_tags(words, start).parts, language, heading=heading, off=off, speaking=speaking)
        spoken = " ".join(run.text for run in line.runs if run.text)
        return SpokenPreview(spoken, rewrites, tuple(sorted(off)), line.problems)

    def rules_off(self, reference: str) -> tuple[str, ...]:
        """Classes of rules of the spoken form that a book leaves out.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            return tuple(find_project(session, reference).spoken_off)

    def set_rules(self, reference: str, off: frozenset[str]) -> tuple[str, ...]:
        """Leave classes of rules of the spoken form out of a book.

        Raises:
            NotFoundError: there is no such project.
            InputError: one of them is no class.
        """
        if unknown := sorted(off - RULE_CLASSES):
            raise InputError(
                f"'{unknown[0]}' is no class of rules", hint=f"The classes are: {', '.join(sorted(RULE_CLASSES))}."
            )
        with self._context.database.write() as session:
            find_project(session, reference).spoken_off = sorted(off)
        return tuple(sorted(off))

    def problems(self, reference: str) -> tuple[Problem, ...]:
        """What wants a look, in reading order, what concerns the whole book first.

        These are tags that mean nothing, unsure speakers, suggestions, roles without a voice, and what the import left
        out.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            found = [Problem("import", message) for message in project.warnings]
            cast = cast_voices(session, project.id)
            suggested: dict[str, list[SuggestionRow]] = {}
            for suggestion in session.scalars(
                select(SuggestionRow)
                .join(SegmentRow)
                .join(ChapterRow)
                .where(ChapterRow.project_id == project.id, SuggestionRow.declined.is_(False))
            ):
                suggested.setdefault(suggestion.segment_id, []).append(suggestion)
            uncast: dict[str, Problem] = {}
            lines: list[Problem] = []
            read = {number for number, chapter in enumerate(book_chapters(project), 1) if not chapter.skipped}
            for row, number in _rows(session, project):
                if row.skipped or number not in read:
                    continue
                lines += problems_of(row, number, suggested.get(row.id, []))
                if row.role != NARRATOR and row.role not in cast and row.role not in uncast:
                    message = f"{row.role} has no voice yet and is read by the narrator."
                    uncast[row.role] = Problem("cast", message, number, row.id, shortened(row.text))
            return (*found, *uncast.values(), *lines)

    def _step(self, reference: str, *, back: bool) -> tuple[int, ...]:
        with self._context.database.write() as session:
            changed = step(session, reference, back=back)
            index = chapter_index(find_project(session, reference))
            return tuple(sorted(index[chapter] for chapter in changed))

    def _one(self, reference: str, segment_id: str) -> ScriptLine:
        with self._context.database.read() as session:
            segment = find_segment(session, reference, segment_id)
            return line_of(segment, chapter_index(find_project(session, reference))[segment.chapter_id])

    def _check_deliveries(self, session: Session, segment: SegmentRow) -> None:
        """Ask the gate whether a line may be said so. A neutral one, or one nobody is cast for, is asked for later."""
        start = parse_delivery(segment.delivery)
        said = (part.delivery for part in read_tags(segment.text, start).parts if isinstance(part, Words))
        project = segment.chapter.project
        if any(delivery.preset != NEUTRAL_NAME for delivery in said) and cast_voices(session, project.id):
            check_line(self._context, session, project, segment)

    @contextmanager
    def _edit(self, reference: str, segment_id: str, label: str) -> Iterator[tuple[Session, SegmentRow]]:
        with self._context.database.write() as session:
            segment = find_segment(session, reference, segment_id)
            with recorded(session, find_project(session, reference), label, (segment.chapter_id,)):
                yield session, segment


def check_role(role: str) -> str:
    """A role as it is stored: white space folded, the narrator in small letters.

    Raises:
        InputError: it is empty or too long.
    """
    folded = " ".join(role.split())
    if not folded or len(folded) > _MAX_ROLE_CHARS:
        raise InputError("a speaker needs a name", hint=f"Use 1 to {_MAX_ROLE_CHARS} characters.")
    return NARRATOR if folded.lower() == NARRATOR else folded


def _rows(
    session: Session, project: ProjectRow, only: Collection[int] | None = None
) -> Iterator[tuple[SegmentRow, int]]:
    """Segments of a book, or of some chapters, in reading order with the numbers of their chapters."""
    numbers = {chapter.id: number for number, chapter in enumerate(book_chapters(project), 1)}
    wanted = [identity for identity, number in numbers.items() if only is None or number in only]
    rows = session.scalars(
        select(SegmentRow)
        .join(ChapterRow)
        .where(ChapterRow.id.in_(wanted))
        .order_by(ChapterRow.position, SegmentRow.position)
    )
    return ((row, numbers[row.chapter_id]) for row in rows)
