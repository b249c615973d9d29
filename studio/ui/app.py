"""The web studio: Gradio pages mounted on the HTTP app."""

import os
import warnings

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported

import gradio as gr
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from gradio.components import Navbar

from studio.bootstrap import Studio
from studio.ui.components.head import ASSETS, ASSETS_PATH, document_head
from studio.ui.pages import book, consents, manuscript, projects, review, voices
from studio.ui.theme import make_theme

_DAY_S = 86_400
_MAX_UPLOAD = "200mb"
_HANDLERS_AT_ONCE = 20
_PAGES = (
    ("Book", "/book", book.build),
    ("Manuscript", "/manuscript", manuscript.build),
    ("Voices", "/voices", voices.build),
    ("Consents", "/consents", consents.build),
    ("Review", "/review", review.build),
)


def mount_ui(app: FastAPI, studio: Studio) -> FastAPI:
    """Mount the pages at "/", behind whatever guards the app. Uploads lie in the data home and go after a day."""
    uploads = studio.settings.temporary / "ui"
    uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)  # Gradio knows no other way to say it
    app.mount(ASSETS_PATH, StaticFiles(directory=ASSETS), name="assets")
    with warnings.catch_warnings():
        # Gradio says that it turns off what ssr_mode=False has turned off already.
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        gr.mount_gradio_app(
            app,
            build_pages(studio),
            path="/",
            theme=make_theme(),
            css_paths=[ASSETS / "studio.css", ASSETS / "lines.css", ASSETS / "manuscript.css", ASSETS / "library.css"],
            head=document_head(),
            allowed_paths=[],
            blocked_paths=[str(studio.settings.keys), str(studio.settings.blobs)],
            max_file_size=_MAX_UPLOAD,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            enable_monitoring=False,
            mcp_server=False,
            pwa=False,
        )
    return app


def build_pages(studio: Studio) -> gr.Blocks:
    """Build all pages, each a route of its own."""
    pages = gr.Blocks(title="Viva Voce", analytics_enabled=False, fill_width=True, delete_cache=(_DAY_S, _DAY_S))
    with pages:
        Navbar(visible=False)
        projects.build(pages, studio)
    for name, address, build in _PAGES:
        with pages.route(name, address, show_in_navbar=False):
            Navbar(visible=False)
            build(pages, studio)
    pages.queue(default_concurrency_limit=_HANDLERS_AT_ONCE)
    return pages
