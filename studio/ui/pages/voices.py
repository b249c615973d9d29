"""The page of the voices: the studio's own replicas with how their consents stand, and the stock voices."""

from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.ui.components.consents import actor, replicas_value
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, island
from studio.ui.components.voices import voices_value


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar(page, studio, "/voices")
    gr.HTML(
        html_template='<h1 class="vv-title">Voices</h1>'
        '<p class="vv-lead">Every stock voice ships with its licence; every replica of a person stands on their '
        "consent. Hear any of them say a sentence of your own.</p>",
        apply_default_css=False,
    )
    replicas = island("replicas", elem_id="replicas")
    voices = island("voices", elem_id="voices")

    def show(request: gr.Request) -> tuple[Any, Any]:
        try:
            own = replicas_value(studio, actor(request))
        except StudioError:
            own = None
        return gr.skip() if own is None else own, voices_value(studio)

    page.load(show, None, [replicas, voices], **QUIET)
