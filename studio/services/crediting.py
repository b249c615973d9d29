"""Credits follow the cast: they name the narrator, and whomever the licences of voices and engines say to name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.voices import ConsentedVoice
from studio.services.context import Context, consented_voice
from studio.services.credits import credited, write_credits
from studio.services.guides import destroy_guides
from studio.services.licensing import cast_licences
from studio.services.rows import NARRATOR, cast_voices, find_project, is_credits
from studio.store.consent_tables import VoiceRow
from studio.store.tables import CastRow, ProjectRow


def credit_cast(
    context: Context, session: Session, project: ProjectRow, cast: dict[str, str], spoken: ConsentedVoice | None = None
) -> None:
    """Write the credits of a project for its cast. Guides of their lines go: the lines are new ones.

    Args:
        context: wired parts.
        session: of a write transaction.
        project: whose credits.
        cast: voice by role.
        spoken: a voice as it is from now on, while the database says otherwise.
    """
    destroy_guides(context, session, filter(is_credits, project.chapters))
    narrator = context.voice(cast[NARRATOR]) if NARRATOR in cast else None
    write_credits(
        project,
        narrator.name if narrator else "",
        replica=isinstance(narrator, ConsentedVoice),
        licences=cast_licences(context, cast, spoken),
    )


def change_engine(context: Context, session: Session, voice: VoiceRow, engine: str) -> None:
    """Let a person's voice be spoken by another engine, and name in the credits whom the new one says to name.

    Args:
        context: wired parts.
        session: of a write transaction.
        voice: whose voice.
        engine: one that can take on a voice.
    """
    voice.engine = engine
    spoken = consented_voice(session, voice, engine)
    projects = session.scalars(select(CastRow.project_id).where(CastRow.voice_id == voice.id).distinct())
    for project_id in projects.all():
        project, cast = find_project(session, project_id), cast_voices(session, project_id)
        if credited(cast_licences(context, cast)) != credited(cast_licences(context, cast, spoken)):
            credit_cast(context, session, project, cast, spoken)
