"""Use cases of casting: which voices there are, and which speaks what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from sqlalchemy import func, select

from studio.consent.licences import StockVoice
from studio.consent.requests import AUDITION, GateRequest
from studio.consent.voices import REPLICA_LICENCE, ConsentedVoice, Voice
from studio.core.errors import InputError, NotFoundError, StudioError
from studio.manuscript.attribution.names import given_gender
from studio.manuscript.attribution.people import Person
from studio.manuscript.tags import plain_text
from studio.render.plan import check_language, sounds_of, speaks, unready
from studio.services.auditions import Audition, AuditionService
from studio.services.context import Context, consented_voice
from studio.services.licensing import voice_licences
from studio.services.rows import NARRATOR, cast_voices, find_project, gate_request
from studio.services.segment_columns import read_rows
from studio.services.series import (
    SeriesView,
    check_unlocked,
    join_series,
    lock_roles,
    locked_voices,
    put_cast,
    series_of,
    unlock_role,
)
from studio.services.speakers import attributed
from studio.services.speech_cuts import UNSURE, Row
from studio.services.views import RoleView, VoiceView
from studio.services.voice_fit import Portrait, VoiceFit, rank_voices
from studio.store.consent_tables import ConsentRow, VoiceRow
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow

_FAVOURITES = ("af_heart", "bf_emma", "ef_dora", "ff_siwis", "if_sara", "pf_dora", "hf_alpha", "jf_alpha", "zf_xiaobei")

_MOST_AUDITIONS: Final = 8
_BREATH_CHARS: Final = 80


def default_voice(voices: Iterable[StockVoice], language: str) -> StockVoice | None:
    """The voice a new project of a language begins with: same region first, else same language."""
    readers = [voice for voice in voices if not voice.for_tests and _tongue(voice.language) == _tongue(language)]
    return min(
        readers,
        key=lambda voice: (voice.language != language, voice.voice_id not in _FAVOURITES, voice.voice_id),
        default=None,
    )


def _tongue(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


def _sellable(voice: Voice) -> bool:
    return all(licence.commercial for licence in voice_licences(voice))


@dataclass(frozen=True, slots=True)
class RoleSheet:
    """A role with what there is to cast it by.

    Attributes:
        role: its name.
        lines: how many segments it says.
        words: how many words.
        samples: up to three lines of it, tagged text, in reading order.
        portrait: what the book tells of it.
        voice: who speaks it; empty for nobody.
        cast: that voice was chosen for it; if not, it is the narrator's.
        locked: its series keeps the voice.
    """

    role: str
    lines: int
    words: int
    samples: tuple[str, ...]
    portrait: Portrait
    voice: str
    cast: bool
    locked: bool


class CastingService:
    """Voices and the cast of a project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def voices(self, language: str | None = None) -> tuple[VoiceView, ...]:
        """Voices to cast, all or those of a language: those of living people first, then stock voices by id."""
        reasons = cache(lambda engine: unready(engine, self._context.settings.weights))
        stock = (
            VoiceView(
                id=voice.voice_id,
                name=voice.name,
                engine=voice.engine,
                language=voice.language,
                sex=voice.sex,
                licence=voice.licence,
                licensor=voice.licensor,
                commercial=_sellable(voice),
                available=speaks(voice, voice.language) and (voice.origin == "shipped" or not reasons(voice.engine)),
                reason="" if voice.origin == "shipped" else reasons(voice.engine),
                events=sounds_of(voice),
                pitch_hz=voice.pitch_hz,
                licence_url=voice.licence_url,
                attribution=voice.attribution,
                origin=voice.origin,
            )
            for voice in sorted(self._context.voices.values(), key=lambda voice: voice.voice_id)
            if not voice.for_tests
        )
        return tuple(
            view
            for view in (*self._replicas(), *stock)
            if language is None or _tongue(view.language) == _tongue(language)
        )

    def _replicas(self) -> list[VoiceView]:
        """The voices of living people, by name, with how their consent stands."""
        with self._context.database.read() as session:
            newest = {row.voice_id: row for row in session.scalars(select(ConsentRow).order_by(ConsentRow.created_at))}
            voices = session.scalars(select(VoiceRow).order_by(VoiceRow.name, VoiceRow.id)).all()
            found = [(consented_voice(session, voice), newest[voice.id].id, newest[voice.id].state) for voice in voices]
        return [self._replica_view(*each) for each in found]

    def _replica_view(self, voice: ConsentedVoice, consent_id: str, state: str) -> VoiceView:
        reason = ""
        try:
            self._context.gate.check(GateRequest(voice.voice_id, AUDITION, voice.language, stage="cast"))
            check_language(voice, voice.language)
        except StudioError as error:
            reason = error.message
        return VoiceView(
            id=voice.voice_id,
            name=voice.name,
            engine=voice.engine,
            language=voice.language,
            sex="",
            licence=REPLICA_LICENCE,
            licensor=voice.name,
            commercial=_sellable(voice),
            available=not reason,
            consent_id=consent_id,
            state=state,
            reason=reason,
            events=sounds_of(voice),
            origin="person",
        )

    def roles(self, reference: str) -> tuple[RoleView, ...]:
        """The roles of a project with their lines and voices; the narrator first.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            voices = cast_voices(session, project.id)
            counts = session.execute(
                select(SegmentRow.role, func.count(), func.avg(SegmentRow.speaker_confidence))
                .join(ChapterRow)
                .where(ChapterRow.project_id == project.id, ChapterRow.skipped.is_(False))
                .group_by(SegmentRow.role)
            )
            lines: dict[str, tuple[int, float]] = {row[0]: (row[1], row[2]) for row in counts}
            lines.setdefault(NARRATOR, (0, 1.0))
            return tuple(
                RoleView(role, count, voices.get(role, voices.get(NARRATOR, "")), round(confidence, 3))
                for role, (count, confidence) in sorted(lines.items(), key=lambda item: (item[0] != NARRATOR, item[0]))
            )

    def set_voice(self, reference: str, role: str, voice_id: str | None) -> tuple[RoleView, ...]:
        """Cast a voice for a role; None has the narrator read it again.

        A new narrator, and whom a licence says to name, are also named in the credits.

        A voice that may not be delivered for what the project is for can be cast: `LicensingService.warnings` tells.

        Raises:
            NotFoundError: there is no such project, role or voice.
            InputError: the voice cannot read the book's language, or the narrator would have none.
            ConflictError: the series of the project keeps another voice for the role.
            RefusedError: the gate does not let the voice sound.
        """
        if voice_id is not None:
            self._context.voice(voice_id)
        elif role == NARRATOR:
            raise InputError("the narrator needs a voice", where=reference, hint="Choose one: see `studio voices`.")
        if role not in {view.role for view in self.roles(reference)}:
            raise NotFoundError(f"there is no role '{role}'", where=reference, hint="See `studio cast`.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            check_unlocked(session, project, role, voice_id)
            put_cast(self._context, session, project, {role: voice_id})
        return self.roles(reference)

    def sheet(self, reference: str) -> tuple[RoleSheet, ...]:
        """The roles of a project with what there is to cast them by; the narrator first, then those with most words.

        What the book tells of people is read from it anew, which takes about a second for a novel.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            rows = read_rows(session, project)
            cast, locked = cast_voices(session, project.id), locked_voices(session, project)
            _, _, people = attributed(project, rows)
        own: defaultdict[str, list[Row]] = defaultdict(list)
        own[NARRATOR] = []
        for row in (row for each in rows.values() for row in each if not row["skipped"]):
            own[row["role"]].append(row)
        known = _portraits(people)
        sheets = [
            RoleSheet(
                role=role,
                lines=len(lines),
                words=sum(len(plain_text(row["text"]).split()) for row in lines),
                samples=tuple(row["text"] for row in _samples(lines)),
                portrait=Portrait() if role == NARRATOR else known.get(role.lower()) or _by_name(role),
                voice=cast.get(role, cast.get(NARRATOR, "")),
                cast=role in cast,
                locked=role in locked,
            )
            for role, lines in own.items()
        ]
        return tuple(sorted(sheets, key=lambda sheet: (sheet.role != NARRATOR, -sheet.words, sheet.role)))

    def suggest(self, reference: str, *, most: int = 3) -> dict[str, tuple[VoiceFit, ...]]:
        """Voices for each role but the narrator: by what the book tells of it, language, and who else is heard.

        Two roles are not given the same first voice while there are others. Nothing is cast.

        Args:
            reference: project by name or id.
            most: how many for each role.

        Raises:
            NotFoundError: there is no such project.
        """
        sheets = self.sheet(reference)
        with self._context.database.read() as session:
            project = find_project(session, reference)
            language, commercial = project.language, project.commercial
            allowed = {voice.id: self._may_sound(project, voice.id) for voice in self._replicas() if voice.available}
        voices = [
            voice
            for voice in self.voices(language)
            if voice.available and (voice.commercial or not commercial) and allowed.get(voice.id, True)
        ]
        heard: defaultdict[str, set[str]] = defaultdict(set)
        for sheet in sheets:
            if sheet.cast:
                heard[sheet.voice].add(sheet.role)
        found: dict[str, tuple[VoiceFit, ...]] = {}
        for sheet in sheets:
            if sheet.role == NARRATOR:
                continue
            others = {voice: roles - {sheet.role} for voice, roles in heard.items() if roles - {sheet.role}}
            ranked = rank_voices(sheet.portrait, voices, language, others)
            if sheet.portrait.narrator and sheets[0].voice:
                own = next((fit for fit in ranked if fit.voice == sheets[0].voice), None)
                told = replace(own, score=1.0, reason="the narrator's own: this role tells the story") if own else None
                ranked = (*filter(None, (told,)), *(fit for fit in ranked if fit is not own))
            ranked = ranked[:most]
            found[sheet.role] = ranked
            if ranked and not sheet.cast:
                heard[ranked[0].voice].add(sheet.role)
        return found

    def audition(self, reference: str, role: str, voice_ids: Sequence[str]) -> tuple[Audition, ...]:
        """Have several voices say a real line of a role, as it is to be said.

        Raises:
            NotFoundError: no such project, role or voice; the role has no line.
            InputError: there is no voice, or more than eight; one cannot read the language.
            RefusedError: the gate does not let a voice sound.
            MissingError: a model is not there.
            EngineError: an engine failed.
        """
        if not 1 <= len(voice_ids) <= _MOST_AUDITIONS:
            raise InputError("no voice to hear, or too many", hint=f"Name 1 to {_MOST_AUDITIONS}.")
        with self._context.database.read() as session:
            project = find_project(session, reference)
            language = project.language
            lines = [row for rows in read_rows(session, project).values() for row in rows if row["role"] == role]
        best = _samples(lines, 1)
        if not best:
            raise NotFoundError(f"the role '{role}' has no line", where=reference, hint="See `studio cast`.")
        service = AuditionService(self._context)
        text, delivery = best[0]["text"], best[0]["delivery"]
        return tuple(service.say(text, voice, language=language, delivery=delivery) for voice in voice_ids)

    def series(self, reference: str) -> SeriesView:
        """The series of a project, with the voices it keeps.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            return series_of(session, find_project(session, reference))

    def set_series(self, reference: str, name: str) -> SeriesView:
        """Make a project part of a series, or of none if the name is empty; it gets the voices the series has locked.

        Raises:
            NotFoundError: there is no such project, or a locked voice is gone.
            InputError: the name is too long; a locked voice cannot read the language. Nothing is changed.
            RefusedError: the gate does not let a locked voice sound in it. Nothing is changed.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            join_series(self._context, session, project, name)
            session.flush()
            return series_of(session, project)

    def lock_cast(self, reference: str) -> SeriesView:
        """Keep the voices of a project's cast for its whole series: they can be changed in none of its books.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it is in no series.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            lock_roles(session, project)
            return series_of(session, project)

    def unlock(self, reference: str, role: str) -> SeriesView:
        """Let a role of a series have another voice in each book.

        Raises:
            NotFoundError: there is no such project, or the role is not locked.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            unlock_role(session, project, role)
            return series_of(session, project)

    def _may_sound(self, project: ProjectRow, voice_id: str) -> bool:
        try:
            self._context.gate.check(gate_request(project, voice_id, "cast"))
        except StudioError:
            return False
        return True


def _portraits(people: Iterable[Person]) -> dict[str, Portrait]:
    """What the book tells of each person, by every name in small letters."""
    return {
        alias.lower(): Portrait(person.gender, person.age, person.portrait, person.narrator)
        for person in people
        for alias in (*person.aliases, person.name)
    }


def _by_name(role: str) -> Portrait:
    """What a given name tells by itself, for roles the narration does not know, as in a script."""
    first = role.split(maxsplit=1)[0]
    gender = given_gender(first)
    return Portrait(gender, evidence=(f"the name {first}",)) if gender else Portrait()


def _samples(lines: Sequence[Row], count: int = 3) -> list[Row]:
    """Lines to hear a voice with, in reading order: those nobody doubts first, then those of about one breath."""
    best = sorted(lines, key=lambda row: (row["speaker"] == UNSURE, abs(len(row["text"]) - _BREATH_CHARS)))[:count]
    chosen = {row["id"] for row in best}
    return [row for row in lines if row["id"] in chosen]
