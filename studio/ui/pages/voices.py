"""The page of the voices: the studio's own replicas with how their consents stand, and the library of all voices."""

from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.ui.components.consents import actor, replicas_value
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, island
from studio.ui.components.library import library_value
from studio.ui.components.match import match_value


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar(page, studio, "/voices")
    gr.HTML(
        html_template='<h1 class="vv-title">Voices</h1>'
        '<p class="vv-lead">Every voice is here under its licence, or by the consent of the person whose voice it is. '
        'Hear any of them say a sentence of your own in the <a href="#library">library</a>.</p>',
        apply_default_css=False,
    )
    replicas = island("replicas", elem_id="replicas")
    match = island("match", elem_id="match")
    library = island("library", events=("refresh",), elem_id="library")

    def show_replicas(request: gr.Request) -> Any:
        try:
            own = replicas_value(studio, actor(request))
        except StudioError:
            own = None
        return gr.skip() if own is None else own

    def show_match(request: gr.Request) -> Any:
        try:
            return match_value(studio, actor(request))
        except StudioError:
            return gr.skip()

    def show_library(request: gr.Request) -> Any:
        try:
            return library_value(studio, actor(request))
        except StudioError:
            return gr.skip()

    page.load(show_replicas, None, replicas, **QUIET)
    page.load(show_match, None, match, **QUIET)
    page.load(show_library, None, library, **QUIET)
    library.refresh(show_library, None, library, **QUIET)
