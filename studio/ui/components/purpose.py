"""What a book is for and what it holds, and what licences of its voices say to that: value for the `purpose` part."""

from typing import Any

from studio.bootstrap import Studio
from studio.services.purposes import PRIVATE, PURPOSES, Purpose, change_purpose
from studio.services.views import ProjectView
from studio.ui.components.consent_words import CONTENT_WORDS, USE_WORDS


def purpose_value(studio: Studio, project: ProjectView) -> dict[str, Any]:
    """Purposes to choose from with the one chosen, kinds of content with those held, and warnings in sentences."""
    own = [kind for kind in project.content if kind not in CONTENT_WORDS]
    return {
        "purpose": project.purpose,
        "purposes": [[name, _label(name)] for name in PURPOSES],
        "content": [
            [kind, words, kind in project.content]
            for kind, words in (*CONTENT_WORDS.items(), *((kind, kind) for kind in own))
        ],
        "warnings": [warning.reason for warning in studio.licensing.warnings(project.id)],
    }


def _label(name: str) -> str:
    if name == PRIVATE:
        return "Private: nobody sells it, nobody is paid"
    return f"Commercial: {USE_WORDS[change_purpose(Purpose(), name=name).use].lower()}"
