"""The reviewer's page: records that wait, one at a time, and the word of whoever listened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.core.errors import StudioError
from studio.ui.components.consents import actor, record_value, reviewer_name, waiting_value
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, complaint, island, notice

_LOOK_S = 6.0


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    handlers = _Handlers(studio)
    waiting = top_bar(page, studio, "/review")
    gr.HTML(
        html_template='<h1 class="vv-title">Review</h1>'
        '<p class="vv-lead">A person listens before a voice may sound, and answers for it by name.</p>',
        apply_default_css=False,
    )
    message = island("notice", elem_id="review-message")
    desk = island("review", events=("approve", "refuse"), elem_id="review")
    timer = gr.Timer(_LOOK_S)
    page.load(handlers.show, None, desk, **QUIET)
    timer.tick(handlers.show, None, desk, **QUIET)
    decided = [message, desk, waiting]
    desk.approve(handlers.approve, None, decided, **QUIET)
    desk.refuse(handlers.refuse, None, decided, **QUIET)


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What happens on the page's events. Payloads come from the browser: the services check them, and who acts."""

    studio: Studio

    def show(self, request: gr.Request) -> dict[str, Any]:
        """The record that the address names, if it waits; else the first that does."""
        try:
            who = actor(request)
            queue = self.studio.reviews.queue(who)
            wanted = str(request.query_params.get("c", ""))
            chosen = next((each for each in queue if each.id == wanted), queue[0] if queue else None)
            listed = [{"id": each.id, "person": each.person, "voice_id": each.voice_id} for each in queue]
            if chosen is None:
                return {"queue": [], "summary": None}
            detail = self.studio.consents.get(who, chosen.id)
            attested = any(review.reviewer == reviewer_name(who) for review in detail.reviews)
            return {**record_value(self.studio, who, detail), "queue": listed, "attested": attested}
        except StudioError as error:
            return {"error": error.sentence}

    def approve(self, request: gr.Request, event: gr.EventData) -> tuple[Any, Any, Any]:
        consent, name, note, listened = str(event.consent), str(event.name), str(event.note), event.listened is True

        def decide(who: Actor) -> str:
            detail = self.studio.reviews.approve(
                who, consent, name=reviewer_name(who) or name, note=note, listened=listened
            )
            person = detail.summary.person
            if detail.summary.state == "verified":
                return f"The consent of {person} is reviewed and verified: the voice can be cast."
            return f"Your approval of the consent of {person} is recorded. A second reviewer is needed."

        return self._decide(request, decide)

    def refuse(self, request: gr.Request, event: gr.EventData) -> tuple[Any, Any, Any]:
        consent, name, note = str(event.consent), str(event.name), str(event.note)

        def decide(who: Actor) -> str:
            detail = self.studio.reviews.refuse(who, consent, name=reviewer_name(who) or name, note=note)
            return f"The consent of {detail.summary.person} is refused."

        return self._decide(request, decide)

    def _decide(self, request: gr.Request, action: Callable[[Actor], str]) -> tuple[Any, Any, Any]:
        try:
            who = actor(request)
            said = notice(action(who), kind="good")
        except StudioError as error:
            return complaint(error), gr.skip(), gr.skip()
        return said, self.show(request), waiting_value(self.studio, who)
