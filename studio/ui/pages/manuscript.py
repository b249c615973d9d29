"""The page of a book's manuscript: all its lines as a script that can be edited, and what in it wants a look."""

from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, island, project_id, project_value


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar(page, studio, "/manuscript")
    script = island("manuscript", elem_id="manuscript")

    def show(request: gr.Request) -> dict[str, Any]:
        try:
            return {"project": project_value(studio.projects.get(project_id(request)))}
        except StudioError as error:
            return {"project": None, "error": error.sentence}

    page.load(show, None, script, **QUIET)
