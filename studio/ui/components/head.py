"""What all pages share: the bar on top, and what stands in the document's head."""

import html
import json
from pathlib import Path
from typing import Any

import gradio as gr

from studio import __version__
from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.ui.components.consents import actor, waiting_value
from studio.ui.components.island import QUIET, island

ASSETS = Path(__file__).resolve().parent.parent / "assets"
ASSETS_PATH = f"/studio-assets/{__version__}"  # so that no browser mixes two versions
_PAGES = (("Projects", "/"), ("Voices", "/voices"), ("Consents", "/consents"), ("Review", "/review"))
_WHEN_NEEDED = "/review"


def document_head() -> str:
    """Script and icon, from this server alone."""
    return (
        f'<link rel="icon" type="image/svg+xml" href="{ASSETS_PATH}/icon.svg">'
        f'<script type="module" src="{ASSETS_PATH}/studio.js"></script>'
    )


def top_bar(page: gr.Blocks, studio: Studio, current: str) -> gr.HTML:
    """The bar with the name and the pages; Review is there when something waits for whoever looks.

    Args:
        page: the open Blocks context.
        studio: whose records may wait.
        current: address of this page.

    Returns:
        the part with the number that waits.
    """
    mark = f'<img src="{ASSETS_PATH}/icon.svg" alt="" width="26" height="26">'
    gr.HTML(
        html_template=f'<header class="vv-top"><a class="vv-brand" href="/">{mark}Viva Voce</a>'
        f'<nav aria-label="Pages">{"".join(_link(name, address, current) for name, address in _PAGES)}</nav></header>',
        value=None,
        js_on_load=f"document.documentElement.lang = {json.dumps('en')};",
        apply_default_css=False,
    )
    waiting = island("waiting")

    def count(request: gr.Request) -> Any:
        try:
            return waiting_value(studio, actor(request))
        except StudioError:
            return gr.skip()

    page.load(count, None, waiting, **QUIET)
    return waiting


def _link(name: str, address: str, current: str) -> str:
    here = " aria-current=page" if address == current else ""
    hidden = " hidden" if address == _WHEN_NEEDED and not here else ""
    return f'<a href="{address}"{here}{hidden}>{html.escape(name)}</a>'
