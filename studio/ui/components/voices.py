"""The voices to choose from: value for the `voices` part."""

from dataclasses import asdict
from typing import Any

from studio.bootstrap import Studio
from studio.consent.states import PURGED_ENDS
from studio.core.errors import StudioError
from studio.services.auditions import AUDITION_SENTENCES
from studio.services.views import VoiceView

_SHORTEST, _LONGEST = 40, 180


def voices_value(
    studio: Studio, *, language: str | None = None, narrator: str = "", own: str = "", project: str = ""
) -> dict[str, Any]:
    """Voices, all or those of a book.

    Args:
        studio: whose voices.
        language: of the book; without it, the voices of all.
        narrator: id of the voice that is cast.
        own: a sentence of the book to say.
        project: the book: voices whose licence forbids what it is for say so.
    """
    voices = [voice for voice in studio.casting.voices(language) if _shown(voice, language, narrator)]
    forbidden = studio.licensing.forbidden_voices(project, [voice.id for voice in voices]) if project else {}
    tags = {voice.language for voice in voices} | ({language} if language else set())
    sentences = {tag: own or AUDITION_SENTENCES.get(tag.split("-")[0], "") for tag in sorted(tags)}
    return {
        "voices": [{**asdict(voice), "private_only": forbidden.get(voice.id, "")} for voice in voices],
        "language": language,
        "narrator": narrator,
        "sentences": sentences,
    }


def _shown(voice: VoiceView, language: str | None, narrator: str) -> bool:
    """A voice whose consent ended for good vanishes; one that waits for something is told of where voices are cast."""
    if voice.origin != "person" or voice.id == narrator or not voice.reason:
        return True
    return language is not None and voice.state not in PURGED_ENDS


def sentence_of(studio: Studio, reference: str) -> str:
    """A sentence of a book that is good to judge a voice by; empty if there is none."""
    try:
        first = next((chapter for chapter in studio.projects.chapters(reference) if not chapter.skipped), None)
        segments = studio.segments.script(reference, first.index) if first else ()
    except StudioError:
        return ""
    fitting = (view.text for view in segments if _SHORTEST <= len(view.text) <= _LONGEST)
    return next(fitting, segments[-1].text if segments else "")
