"""The first page: all projects, and the field that takes a new book."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.core.resources import shipped
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, complaint, island, notice, project_value
from studio.ui.components.production import job_value

_ACTIVE_S = 2.0
_OFFER = (
    "Import a book (EPUB, Word, PDF, HTML, Markdown, text) or a script (Fountain, Final Draft, SSML, CSV, a two-column "
    "audio/video table)."
)


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar(page, studio, "/")
    gr.HTML(html_template=f'<h1 class="vv-title">Projects</h1><p class="vv-lead">{_OFFER}</p>', apply_default_css=False)
    upload = gr.File(label="Import a book or a script", show_label=False, height=148, elem_id="import")
    message = island("notice", elem_id="import-message")
    projects = island("projects", events=("remove", "sample"), elem_id="projects")
    target = island("goto")
    timer = gr.Timer(_ACTIVE_S)

    def show() -> dict[str, Any]:
        return _projects_value(studio)

    def take_in(path: str) -> tuple[Any, ...]:
        return (gr.File(value=None), *_import(studio, Path(path)))

    def sample() -> tuple[Any, ...]:
        return _import(studio, sample_story())

    def remove(event: gr.EventData) -> tuple[Any, ...]:
        try:
            studio.projects.delete(str(event.project))
        except StudioError as error:
            return show(), complaint(error)
        return show(), notice()

    page.load(show, None, projects, **QUIET)
    timer.tick(show, None, projects, **QUIET)
    upload.upload(take_in, upload, [upload, message, target], queue=False, api_visibility="private")
    projects.sample(sample, None, [message, target], **QUIET)
    projects.remove(remove, None, [projects, message], **QUIET)


def sample_story() -> Path:
    """The story that ships with the studio.

    Raises:
        FileNotFoundError: the installation is without it.
    """
    folder = shipped("projects", "sample")
    books = sorted(path for path in folder.iterdir() if path.suffix in {".epub", ".md"} and path.stem != "README")
    if not books:
        raise FileNotFoundError(f"no story in {folder}")
    return books[0]


def _has_sample() -> bool:
    try:
        return sample_story().is_file()
    except FileNotFoundError:
        return False


def _projects_value(studio: Studio) -> dict[str, Any]:
    views = [
        {**project_value(project), "job": job_value(studio.jobs.latest(project.id))}
        for project in studio.projects.all()
    ]
    return {"projects": views, "sample": _has_sample(), "suffixes": studio.projects.suffixes()}


def _import(studio: Studio, path: Path) -> tuple[Any, Any]:
    try:
        project = studio.projects.import_file(path, original_name=path.name)
    except StudioError as error:
        return complaint(error), gr.skip()
    return notice(f"Opening “{project.title}”…"), {"address": f"/book?p={quote(project.id)}"}
