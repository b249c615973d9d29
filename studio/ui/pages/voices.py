"""The page of the stock voices."""

from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, island
from studio.ui.components.voices import voices_value


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar("/voices")
    gr.HTML(
        html_template='<h1 class="vv-title">Voices</h1>'
        '<p class="vv-lead">Every voice ships with its licence. Hear any of them say a sentence of your own.</p>',
        apply_default_css=False,
    )
    voices = island("voices", elem_id="voices")

    def show() -> dict[str, Any]:
        return voices_value(studio)

    page.load(show, None, voices, **QUIET)
