"""Use cases of casting: which voices there are, and which speaks what."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import func, select

from studio.consent.licences import StockVoice
from studio.consent.requests import AUDITION, GateRequest
from studio.consent.voices import REPLICA_LICENCE, ConsentedVoice, Voice
from studio.core.errors import NotFoundError, StudioError
from studio.render.plan import check_language, sounds_of, speaks, unready
from studio.services.context import Context, consented_voice
from studio.services.crediting import credit_cast
from studio.services.credits import credited
from studio.services.licensing import cast_licences, voice_licences
from studio.services.rows import NARRATOR, cast_voices, find_project, gate_request
from studio.services.views import RoleView, VoiceView
from studio.store.consent_tables import ConsentRow, VoiceRow
from studio.store.tables import CastRow, ChapterRow, SegmentRow

_FAVOURITES = ("af_heart", "bf_emma", "ef_dora", "ff_siwis", "if_sara", "pf_dora", "hf_alpha", "jf_alpha", "zf_xiaobei")


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
                select(SegmentRow.role, func.count())
                .join(ChapterRow)
                .where(ChapterRow.project_id == project.id, ChapterRow.skipped.is_(False))
                .group_by(SegmentRow.role)
            )
            lines: dict[str, int] = {row[0]: row[1] for row in counts}
            lines.setdefault(NARRATOR, 0)
            return tuple(
                RoleView(role=role, lines=count, voice=voices.get(role, voices.get(NARRATOR, "")), confidence=1.0)
                for role, count in sorted(lines.items(), key=lambda item: (item[0] != NARRATOR, item[0]))
            )

    def set_voice(self, reference: str, role: str, voice_id: str) -> tuple[RoleView, ...]:
        """Cast a voice for a role. A new narrator, and whom a licence says to name, are also named in the credits.

        A voice that may not be delivered for what the project is for can be cast: `LicensingService.warnings` tells.

        Raises:
            NotFoundError: there is no such project, role or voice.
            InputError: the voice cannot read the book's language.
            RefusedError: the gate does not let the voice sound.
        """
        voice = self._context.voice(voice_id)
        if role not in {view.role for view in self.roles(reference)}:
            raise NotFoundError(f"there is no role '{role}'", where=reference, hint="See `studio cast`.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            self._context.gate.check(gate_request(project, voice_id, "cast"))
            check_language(voice, project.language)
            before = cast_voices(session, project.id)
            cast = {**before, role: voice_id}
            session.merge(CastRow(project_id=project.id, role=role, voice_id=voice_id))
            named, named_before = (credited(cast_licences(self._context, voices)) for voices in (cast, before))
            if role == NARRATOR or named != named_before:
                credit_cast(self._context, session, project, cast)
        return self.roles(reference)
