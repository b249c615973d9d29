"""What all pages share: the bar on top, and what stands in the document's head."""

import html
import json
from pathlib import Path

import gradio as gr

from studio import __version__

ASSETS = Path(__file__).resolve().parent.parent / "assets"
ASSETS_PATH = f"/studio-assets/{__version__}"  # so that no browser mixes two versions
_PAGES = (("Projects", "/"), ("Voices", "/voices"))


def document_head() -> str:
    """Script and icon, from this server alone."""
    return (
        f'<link rel="icon" type="image/svg+xml" href="{ASSETS_PATH}/icon.svg">'
        f'<script type="module" src="{ASSETS_PATH}/studio.js"></script>'
    )


def top_bar(current: str) -> None:
    """The bar with the name and the pages. `current` is the address of this page."""
    links = "".join(
        f'<a href="{address}"{" aria-current=page" if address == current else ""}>{html.escape(name)}</a>'
        for name, address in _PAGES
    )
    mark = f'<img src="{ASSETS_PATH}/icon.svg" alt="" width="26" height="26">'
    gr.HTML(
        html_template=f'<header class="vv-top"><a class="vv-brand" href="/">{mark}Viva Voce</a>'
        f'<nav aria-label="Pages">{links}</nav></header>',
        value=None,
        js_on_load=f"document.documentElement.lang = {json.dumps('en')};",
        apply_default_css=False,
    )
