"""Parts of a page that are drawn in the browser from plain values.

Gradio runs an HTML component's template as code: text from a book that stood in it could act in the page. So every
template here is a constant, values travel as JSON, and the scripts in `assets/` make text nodes of them, nothing else.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import gradio as gr

from studio.core.errors import StudioError
from studio.services.views import ProjectView

_WORDS_PER_HOUR = 9_300
_SECONDS_PER_HOUR = 3_600.0


class Quiet(TypedDict):
    """How most events of the studio are wired: at once, without a veil over the page, not part of a public API."""

    queue: bool
    show_progress: str
    api_visibility: str


QUIET: Quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def island(part: str, *, events: Sequence[str] = (), elem_id: str | None = None, classes: str = "") -> gr.HTML:
    """A component that `assets/` draws: `VV.parts[part]` gets its value, which is JSON, and may send the events named.

    A handler of an event gets what was sent as attributes of `gr.EventData`: it comes from the browser, so the service
    it is handed to checks it.
    """
    # Gradio offers an event if the script names it in quotes: the last argument does.
    script = (
        f"const join = () => VV.join({json.dumps(part)}, element, props, watch, trigger, {json.dumps(list(events))});\n"
        'if (window.VV) join(); else window.addEventListener("vv-ready", join, { once: true });'
    )
    return gr.HTML(
        value=None,
        html_template='<div class="vv-part"></div>',
        js_on_load=script,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=classes,
    )


def project_id(request: gr.Request) -> str:
    """The project a page is about: its address names it, so that a reload or a bookmark finds it again."""
    return str(request.query_params.get("p", ""))


def project_value(project: ProjectView) -> dict[str, Any]:
    """A project as the scripts show it, with an estimate of the finished length at 9 300 words an hour."""
    return {**asdict(project), "finished_s": project.words / _WORDS_PER_HOUR * _SECONDS_PER_HOUR}


def notice(text: str = "", *, kind: str = "info") -> dict[str, str]:
    """A sentence for the `notice` part; without text it shows nothing."""
    return {"kind": kind, "text": text}


def complaint(error: StudioError) -> dict[str, str]:
    """An error for the `notice` part."""
    return notice(error.sentence, kind="error")
