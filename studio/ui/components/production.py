"""How far the production of a book is: values for the `production` part and its buttons."""

from dataclasses import asdict
from typing import Any

import gradio as gr

from studio.core.time import clock_text
from studio.services.jobs import STAGES, JobRequest
from studio.services.views import JobView

WHOLE_BOOK = JobRequest(stages=STAGES)
_LABELS = {None: "Produce audiobook", "done": "Produce again", "failed": "Resume", "cancelled": "Resume"}


def job_value(job: JobView | None) -> dict[str, Any] | None:
    """A job as the scripts show it, without its bulky result."""
    if job is None:
        return None
    return {**asdict(job), "result": None, "active": job.active, "report": _report(job)}


def job_mark(job: JobView | None) -> str:
    """Changes when something new can be heard or done."""
    return f"{job.id} {job.state} {job.stage}" if job else ""


def job_buttons(job: JobView | None) -> tuple[gr.Button, gr.Button]:
    """The buttons that start and stop a job, as they fit its state."""
    active = job is not None and job.active
    done = job is not None and job.state == "done"
    start = gr.Button(
        _LABELS.get(job.state if job else None, "Produce audiobook"),
        visible=not active,
        variant="secondary" if done else "primary",
    )
    return start, gr.Button(visible=active)


def _report(job: JobView) -> str:
    rendered = (job.result or {}).get("render")
    if not rendered:
        return ""
    words = f"{rendered['rendered']} lines spoken, {rendered['reused']} kept from before"
    return f"{words}; {clock_text(rendered['audio_seconds'])} of new sound."
