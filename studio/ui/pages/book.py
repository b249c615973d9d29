"""The page of one book: chapters, narrator, production, listening. Its address says which book and which step."""

from dataclasses import asdict
from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.services.rows import NARRATOR
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, complaint, island, notice, project_id, project_value
from studio.ui.components.production import WHOLE_BOOK, job_buttons, job_mark, job_value, plan_value
from studio.ui.components.sounds import sounds_value
from studio.ui.components.voices import sentence_of, voices_value

_ACTIVE_S = 1.0
_IDLE_S = 4.0
_STEPS = ("chapters", "narrator", "produce", "listen")
_KEEP_STEP = """(...values) => {
  const open = document.querySelector('#steps [role=tab][aria-selected=true]');
  const address = new URL(location.href);
  address.searchParams.set('step', open.textContent.trim().toLowerCase());
  history.replaceState(history.state, '', address);
  return values;
}"""


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    top_bar("/book")
    book = island("book", elem_id="book")
    message = island("notice", elem_id="message")
    seen = gr.State("")
    with gr.Tabs(elem_id="steps") as steps:
        with gr.Tab("Chapters", id="chapters"):
            chapters = island("chapters", events=("choose", "rename", "move"), elem_id="chapters")
            with gr.Row(elem_classes="vv-options"):
                credits_ = gr.Checkbox(label="Opening and closing credits", elem_id="credits", container=False)
                pace = gr.Slider(
                    0.5, 2.0, step=0.05, label="Pauses", info="Below 1 is brisker, above 1 calmer.", elem_id="pace"
                )
        with gr.Tab("Narrator", id="narrator"):
            voices = island("voices", events=("cast",), elem_id="voices")
        with gr.Tab("Produce", id="produce"):
            production = island("production", elem_id="production")
            with gr.Row(elem_classes="vv-actions"):
                hear = gr.Button("Listen and download", variant="primary", scale=0, min_width=200, visible=False, elem_id="hear")
                start = gr.Button("Produce audiobook", variant="primary", scale=0, min_width=200, elem_id="start")
                cancel = gr.Button("Cancel", variant="stop", scale=0, min_width=120, visible=False, elem_id="cancel")
        with gr.Tab("Listen", id="listen"):
            sounds = island("sounds", elem_id="sounds")
    timer = gr.Timer(_IDLE_S)
    state = [production, hear, start, cancel, timer, sounds, seen]
    text = [book, chapters, credits_, pace, voices]

    def open_page(request: gr.Request) -> tuple[Any, ...]:
        step = str(request.query_params.get("step", ""))
        selected = gr.Tabs(selected=step if step in _STEPS else _STEPS[0])
        try:
            return selected, *_text(studio, project_id(request))
        except StudioError as error:
            return gr.Tabs(visible=False), {"project": None, "error": error.sentence}, *[gr.skip()] * (len(text) - 1)

    def follow(mark: str, request: gr.Request) -> tuple[Any, ...]:
        try:
            return _follow(studio, project_id(request), mark)
        except StudioError:
            return (*[gr.skip()] * 4, gr.Timer(active=False), *[gr.skip()] * 2)

    def choose(request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        data = event._data  # noqa: SLF001 - the only way to a field that may be absent
        skip, keep = (frozenset(map(int, data.get(name, ()))) for name in ("skip", "keep"))
        return _do(studio, request, lambda p: studio.projects.choose_chapters(p, skip=skip, keep=keep))

    def rename(request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        number, title = int(event.number), str(event.title)
        return _do(studio, request, lambda p: studio.projects.rename_chapter(p, number, title))

    def move(request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        number, to = int(event.number), int(event.to)
        return _do(studio, request, lambda p: studio.projects.move_chapter(p, number, to))

    def set_credits(wanted: bool, request: gr.Request) -> tuple[Any, ...]:
        return _do(studio, request, lambda p: studio.projects.choose_chapters(p, credits=wanted))

    def set_pace(wanted: float, request: gr.Request) -> tuple[Any, ...]:
        return _do(studio, request, lambda p: studio.projects.set_pace(p, wanted))

    def cast(request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        voice = str(event.voice)
        return _do(studio, request, lambda p: studio.casting.set_voice(p, NARRATOR, voice))

    def produce(mark: str, request: gr.Request) -> tuple[Any, ...]:
        said = _try(lambda: studio.jobs.submit(project_id(request), WHOLE_BOOK))
        return said, *follow(mark, request)

    def stop(mark: str, request: gr.Request) -> tuple[Any, ...]:
        said = _try(lambda: _cancel(studio, project_id(request)))
        return said, *follow(mark, request)

    page.load(open_page, None, [steps, *text], **QUIET).then(follow, seen, state, **QUIET)
    timer.tick(follow, seen, state, **QUIET)
    steps.select(None, None, None, js=_KEEP_STEP, **QUIET)
    changes = [message, *text, seen]
    chapters.choose(choose, None, changes, **QUIET)
    chapters.rename(rename, None, changes, **QUIET)
    chapters.move(move, None, changes, **QUIET)
    credits_.input(set_credits, credits_, changes, **QUIET)
    pace.release(set_pace, pace, changes, **QUIET)
    voices.cast(cast, None, changes, **QUIET)
    hear.click(None, None, None, js="() => window.VV.openStep('Listen')", **QUIET)
    start.click(produce, seen, [message, *state], **QUIET)
    cancel.click(stop, seen, [message, *state], **QUIET)


def _text(studio: Studio, reference: str) -> tuple[Any, ...]:
    project = studio.projects.get(reference)
    chapters = [asdict(chapter) for chapter in studio.projects.chapters(reference)]
    voices = voices_value(
        studio, language=project.language, narrator=project.narrator, own=sentence_of(studio, reference)
    )
    shown = {"chapters": chapters, "warnings": list(project.warnings)}
    return {"project": project_value(project)}, shown, project.credits, project.pace, voices


def _follow(studio: Studio, reference: str, mark: str) -> tuple[Any, ...]:
    job = studio.jobs.latest(reference)
    value = {"job": job_value(job), "plan": plan_value(studio, reference)}
    now = f"{reference} {job_mark(job)}"
    if now == mark:
        return (value, *[gr.skip()] * 6)
    timer = gr.Timer(_ACTIVE_S if job is not None and job.active else _IDLE_S)
    return value, *job_buttons(job), timer, sounds_value(studio, reference), now


def _cancel(studio: Studio, reference: str) -> None:
    job = studio.jobs.latest(reference)
    if job is not None and job.active:
        studio.jobs.cancel(job.id)


def _try(action: Any) -> dict[str, str]:
    try:
        action()
    except StudioError as error:
        return complaint(error)
    return notice()


def _do(studio: Studio, request: gr.Request, action: Any) -> tuple[Any, ...]:
    """Do something to the book, say what went wrong if it did, and show the book as it is now; its sound is looked up anew."""
    said = _try(lambda: action(project_id(request)))
    return said, *_text(studio, project_id(request)), ""
