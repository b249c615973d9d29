"""Use cases of casting: which voices there are, and which speaks what."""

from collections.abc import Iterable

from sqlalchemy import func, select

from studio.consent.gate import GateRequest
from studio.consent.licences import StockVoice
from studio.core.errors import NotFoundError
from studio.render.plan import check_language, speaks
from studio.services.context import Context
from studio.services.credits import write_credits
from studio.services.rows import NARRATOR, cast_voices, find_project
from studio.services.views import RoleView, VoiceView
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


class CastingService:
    """Voices and the cast of a project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def voices(self, language: str | None = None) -> tuple[VoiceView, ...]:
        """Voices that can be cast, all or those of a language, in the order of their ids."""
        return tuple(
            VoiceView(
                id=voice.voice_id,
                name=voice.name,
                engine=voice.engine,
                language=voice.language,
                sex=voice.sex,
                licence=voice.licence,
                licensor=voice.licensor,
                commercial=voice.commercial,
                available=speaks(voice, voice.language),
            )
            for voice in sorted(self._context.voices.values(), key=lambda voice: voice.voice_id)
            if not voice.for_tests and (language is None or _tongue(voice.language) == _tongue(language))
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
                RoleView(role=role, lines=count, voice=voices.get(role, ""), confidence=1.0)
                for role, count in sorted(lines.items(), key=lambda item: (item[0] != NARRATOR, item[0]))
            )

    def set_voice(self, reference: str, role: str, voice_id: str) -> tuple[RoleView, ...]:
        """Cast a voice for a role. A new narrator is also named in the credits.

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
            check_language(voice, project.language)
            self._context.gate.check(GateRequest(voice_id, "audiobook", project.language, project.id))
            session.merge(CastRow(project_id=project.id, role=role, voice_id=voice_id))
            if role == NARRATOR:
                write_credits(project, voice.name)
        return self.roles(reference)
