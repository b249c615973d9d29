"""What the editor of lines offers: value for the `lines` part. The lines themselves it asks the server for."""

from typing import Any

from studio.bootstrap import Studio
from studio.manuscript.tags import EVENTS


def lines_value(studio: Studio, reference: str) -> dict[str, Any]:
    """Chapters that are spoken, the deliveries of the table, the sounds that have a tag, and which voice makes which.

    Raises:
        NotFoundError: there is no such project.
    """
    project = studio.projects.get(reference)
    spoken = [chapter for chapter in studio.projects.chapters(reference) if not chapter.skipped]
    return {
        "project": project.id,
        "chapters": [{"number": chapter.index, "title": chapter.title} for chapter in spoken],
        "presets": [
            {"name": preset.name, "title": preset.title, "about": preset.about} for preset in studio.deliveries.table()
        ],
        "events": list(EVENTS),
        "voices": {voice.id: list(voice.events) for voice in studio.casting.voices(project.language)},
    }
