"""The page of one book, from chapters to listening. Its address says which book and which step."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.core.errors import StudioError
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, complaint, island, notice, project_id, project_value
from studio.ui.components.lines import lines_value
from studio.ui.components.production import WHOLE_BOOK, job_buttons, job_mark, job_value, plan_value
from studio.ui.components.purpose import purpose_value
from studio.ui.components.sounds import sounds_value
from studio.ui.components.voices import sentence_of, voices_value

_ACTIVE_S = 1.0
_IDLE_S = 4.0
_NARRATOR = "narrator"
_STEPS = ("chapters", "narrator", "lines", "produce", "listen")
_KEEP_STEP = """() => {
  const open = document.querySelector('#steps [role=tab][aria-selected=true]');
  const address = new URL(location.href);
  address.searchParams.set('step', open.textContent.trim().toLowerCase());
  history.replaceState(history.state, '', address);
}"""
_LISTEN = "() => window.VV.openStep('Listen')"


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    handlers = _Handlers(studio)
    top_bar(page, studio, "/book")
    book = island("book", elem_id="book")
    message = island("notice", elem_id="message")
    seen = gr.State("")
    with gr.Tabs(elem_id="steps") as steps:
        with gr.Tab("Chapters", id="chapters"):
            chapters = island("chapters", events=("choose", "rename", "move"), elem_id="chapters")
            with gr.Row(elem_classes="vv-options"):
                read_credits = gr.Checkbox(label="Opening and closing credits", elem_id="credits", container=False)
                info = "Length of all pauses: below 1 is brisker, above 1 calmer."
                pace = gr.Slider(0.5, 2.0, step=0.05, label="Pauses", info=info, elem_id="pace")
        with gr.Tab("Narrator", id="narrator"):
            purpose = island("purpose", events=("mark", "hold"), elem_id="purpose")
            cast = island("cast", elem_id="cast")
            voices = island("voices", events=("cast",), elem_id="voices")
        with gr.Tab("Lines", id="lines"):
            lines = island("lines", elem_id="lines")
        with gr.Tab("Produce", id="produce"):
            production = island("production", elem_id="production")
            with gr.Row(elem_classes="vv-actions"):
                hear = _button("Listen and download", "primary", "hear", visible=False)
                start = _button("Produce audiobook", "primary", "start")
                cancel = _button("Cancel", "stop", "cancel", visible=False)
        with gr.Tab("Listen", id="listen"):
            sounds = island("sounds", elem_id="sounds")
    timer = gr.Timer(_IDLE_S)

    words = [book, chapters, read_credits, pace, purpose, cast, voices, lines]
    work = [production, hear, start, cancel, timer, sounds, seen]
    page.load(handlers.open, None, [steps, *words], **QUIET).then(handlers.follow, seen, work, **QUIET)
    timer.tick(handlers.follow, seen, work, **QUIET)
    steps.select(None, None, None, js=_KEEP_STEP, **QUIET)
    changed = [message, *words, seen]
    chapters.choose(handlers.choose, None, changed, **QUIET)
    chapters.rename(handlers.rename, None, changed, **QUIET)
    chapters.move(handlers.move, None, changed, **QUIET)
    read_credits.input(handlers.read_credits, read_credits, changed, **QUIET)
    pace.release(handlers.pace, pace, changed, **QUIET)
    purpose.mark(handlers.mark, None, changed, **QUIET)
    purpose.hold(handlers.hold, None, changed, **QUIET)
    voices.cast(handlers.cast, None, changed, **QUIET)
    hear.click(None, None, None, js=_LISTEN, **QUIET)
    start.click(handlers.produce, seen, [message, *work], **QUIET)
    cancel.click(handlers.cancel, seen, [message, *work], **QUIET)


def _button(label: str, variant: Any, elem_id: str, *, visible: bool = True) -> gr.Button:
    return gr.Button(label, variant=variant, scale=0, min_width=200, visible=visible, elem_id=elem_id)


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What happens on the page's events. Payloads come from the browser: the services check them."""

    studio: Studio

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        step = str(request.query_params.get("step", ""))
        try:
            return gr.Tabs(selected=step if step in _STEPS else _STEPS[0]), *self._words(project_id(request))
        except StudioError as error:
            return gr.Tabs(visible=False), {"project": None, "error": error.sentence}, *_same(7)

    def follow(self, seen: str, request: gr.Request) -> tuple[Any, ...]:
        """What the job does; buttons and sounds only when it came to another stage since what was seen."""
        reference = project_id(request)
        try:
            job = self.studio.jobs.latest(reference)
            value = {"job": job_value(job), "plan": plan_value(self.studio, reference)}
        except StudioError:
            return *_same(4), gr.Timer(active=False), *_same(2)
        mark = f"{reference} {job_mark(job)}"
        if mark == seen:
            return value, *_same(6)
        timer = gr.Timer(_ACTIVE_S if job is not None and job.active else _IDLE_S)
        return value, *job_buttons(job), timer, sounds_value(self.studio, reference), mark

    def choose(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        sent: dict[str, Any] = event._data  # noqa: SLF001 - either list may be absent
        skip, keep = (frozenset(map(int, sent.get(name, ()))) for name in ("skip", "keep"))
        return self._change(request, lambda p: self.studio.projects.choose_chapters(p, skip=skip, keep=keep))

    def rename(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        number, title = int(event.number), str(event.title)
        return self._change(request, lambda p: self.studio.projects.rename_chapter(p, number, title))

    def move(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        number, to = int(event.number), int(event.to)
        return self._change(request, lambda p: self.studio.projects.move_chapter(p, number, to))

    def read_credits(self, wanted: bool, request: gr.Request) -> tuple[Any, ...]:
        return self._change(request, lambda p: self.studio.projects.choose_chapters(p, credits=wanted))

    def pace(self, wanted: float, request: gr.Request) -> tuple[Any, ...]:
        return self._change(request, lambda p: self.studio.projects.set_pace(p, wanted))

    def mark(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        purpose = str(event.purpose)
        return self._change(request, lambda p: self.studio.projects.set_purpose(p, purpose=purpose))

    def hold(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        kinds = [str(kind) for kind in event.content]
        return self._change(request, lambda p: self.studio.projects.set_purpose(p, content=kinds))

    def cast(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        voice = str(event.voice)
        return self._change(request, lambda p: self.studio.casting.set_voice(p, _NARRATOR, voice))

    def produce(self, seen: str, request: gr.Request) -> tuple[Any, ...]:
        said = _attempt(lambda: self.studio.jobs.submit(project_id(request), WHOLE_BOOK))
        return said, *self.follow(seen, request)

    def cancel(self, seen: str, request: gr.Request) -> tuple[Any, ...]:
        said = _attempt(lambda: self._cancel(project_id(request)))
        return said, *self.follow(seen, request)

    def _cancel(self, reference: str) -> None:
        job = self.studio.jobs.latest(reference)
        if job is not None and job.active:
            self.studio.jobs.cancel(job.id)

    def _change(self, request: gr.Request, action: Callable[[str], object]) -> tuple[Any, ...]:
        """Change the book, say what went wrong if it did, and show the book as it is; its sound is looked up anew."""
        reference = project_id(request)
        said = _attempt(lambda: action(reference))
        return said, *self._words(reference), ""

    def _words(self, reference: str) -> tuple[Any, ...]:
        project = self.studio.projects.get(reference)
        chapters = [asdict(chapter) for chapter in self.studio.projects.chapters(reference)]
        own = sentence_of(self.studio, reference)
        voices = voices_value(
            self.studio, language=project.language, narrator=project.narrator, own=own, project=reference
        )
        listed = {"chapters": chapters, "warnings": list(project.warnings)}
        lines = lines_value(self.studio, reference)
        purpose = purpose_value(self.studio, project)
        roles = len(self.studio.casting.roles(reference))
        cast = {"project": project.id, "language": project.language, "roles": roles}
        head = {"project": project_value(project)}
        return head, listed, project.credits, project.pace, purpose, cast, voices, lines


def _attempt(action: Callable[[], object]) -> dict[str, str]:
    try:
        action()
    except StudioError as error:
        return complaint(error)
    return notice()


def _same(count: int) -> list[Any]:
    return [gr.skip()] * count
