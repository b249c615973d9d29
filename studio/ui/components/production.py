"""How far the production of a book is: values for the `production` part and its buttons."""

from dataclasses import asdict
from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.time import clock_text
from studio.services.jobs import STAGES, JobRequest
from studio.services.views import JobView
from studio.ui.components.island import project_value

WHOLE_BOOK = JobRequest(stages=STAGES)
_START = "Produce audiobook"
_LABELS = {"failed": "Resume", "cancelled": "Resume"}


def job_value(job: JobView | None) -> dict[str, Any] | None:
    """A job as the scripts show it, without its bulky result."""
    if job is None:
        return None
    return {**asdict(job), "result": None, "active": job.active, "report": _report(job)}


def plan_value(studio: Studio, reference: str) -> dict[str, Any]:
    """What a production would make of a book.

    Raises:
        NotFoundError: there is no such project.
    """
    project = studio.projects.get(reference)
    names = {voice.id: voice.name for voice in studio.casting.voices(project.language)}
    return {
        "narrator": names.get(project.narrator, project.narrator),
        "chapters": project.spoken_chapters,
        "credits": project.credits,
        "finished_s": project_value(project)["finished_s"],
        "warnings": [warning.reason for warning in studio.licensing.warnings(project.id)],
    }


def job_mark(job: JobView | None) -> str:
    """Changes when something new can be heard or done."""
    return f"{job.id} {job.state} {job.stage}" if job else ""


def job_buttons(job: JobView | None) -> tuple[gr.Button, gr.Button, gr.Button]:
    """The buttons that go on to listening, start a job and stop it, as they fit its state."""
    active = job is not None and job.active
    done = job is not None and job.state == "done" and job.kind.endswith(STAGES[-1])
    label = "Produce again" if done else _LABELS.get(job.state, _START) if job else _START
    start = gr.Button(
        label,
        visible=not active,
        variant="secondary" if done else "primary",
    )
    return gr.Button(visible=done), start, gr.Button(visible=active)


def _report(job: JobView) -> str:
    rendered = (job.result or {}).get("render")
    if not rendered:
        return ""
    words = f"{rendered['rendered']} lines spoken, {rendered['reused']} kept from before"
    return f"{words}; {clock_text(rendered['audio_seconds'])} of new sound."
