"""The page of the consents: the list, one record (`?c=`), and the form that makes, changes or renews one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.json_form import to_json
from studio.consent.states import ConsentState
from studio.core.errors import InputError, StudioError
from studio.core.ids import new_id
from studio.services.consents.views import ConsentDetail
from studio.ui.components.consent_form import answer_value, form_value, new_record
from studio.ui.components.consents import actor, list_value, record_value, takes_recordings
from studio.ui.components.head import top_bar
from studio.ui.components.island import QUIET, complaint, island, notice

_LOOK_S = 4.0
_SHOWN = 8  # parts that show one record
_MODES = ("new", "edit", "renew")
_KEEP_TAB = """() => {
  const open = document.querySelector('#record-steps [role=tab][aria-selected=true]');
  const address = new URL(location.href);
  address.searchParams.set('tab', open.textContent.trim().toLowerCase());
  history.replaceState(history.state, '', address);
}"""
_TABS = ("terms", "evidence", "use", "history")


def build(page: gr.Blocks, studio: Studio) -> None:
    """Build the page inside the open Blocks context."""
    handlers = _Handlers(studio)
    top_bar(page, studio, "/consents")
    heading = island("heading", elem_id="consents-heading")
    record = island("consent", events=("invite", "suspend", "resume", "preview"), elem_id="consent")
    message = island("notice", elem_id="consent-message")
    link = island("consent_link", elem_id="consent-link")
    listed = island("consents", events=("filter",), elem_id="consents")
    form = island("consent_form", events=("check", "save"), elem_id="consent-form")
    seen = gr.State("")
    with gr.Tabs(elem_id="record-steps", visible=False) as tabs:
        with gr.Tab("Terms", id="terms"):
            scope = island("consent_scope", elem_id="consent-scope")
        with gr.Tab("Evidence", id="evidence"):
            evidence = island("consent_evidence", events=("remove",), elem_id="consent-evidence")
            with gr.Row(elem_classes="vv-attach"):
                paper = _file(
                    "Attach a signed paper: PDF or picture", [".pdf", ".png", ".jpg", ".jpeg"], "attach-paper"
                )
                clip = _file("Add a reference recording", ["audio"], "attach-clip")
        with gr.Tab("Use", id="use"):
            used = island("consent_use", events=("ask",), elem_id="consent-use")
        with gr.Tab("History", id="history"):
            history = island("timeline", elem_id="consent-history")
    ending = island("ending", events=("end",), elem_id="ending")
    target = island("goto")
    timer = gr.Timer(_LOOK_S)

    shown = [record, scope, evidence, used, history, paper, clip, seen]
    page.load(handlers.open, None, [tabs, heading, listed, form, timer, *shown], **QUIET)
    timer.tick(handlers.follow, seen, shown, **QUIET)
    tabs.select(None, None, None, js=_KEEP_TAB, **QUIET)
    listed.filter(handlers.filter, None, listed, **QUIET)
    form.check(handlers.check, None, form, **QUIET)
    form.save(handlers.save, None, [form, target], **QUIET)
    changed = [message, *shown]
    record.invite(handlers.invite, None, [link, *changed], **QUIET)
    record.suspend(handlers.suspend, None, changed, **QUIET)
    record.resume(handlers.resume, None, changed, **QUIET)
    record.preview(handlers.preview, None, [message, ending], **QUIET)
    ending.end(handlers.end, None, [ending, *changed], **QUIET)
    evidence.remove(handlers.remove, None, changed, **QUIET)
    used.ask(handlers.ask, None, changed, **QUIET)
    paper.upload(handlers.attach_paper, paper, changed, queue=False, api_visibility="private")
    clip.upload(handlers.attach_clip, clip, changed, queue=False, api_visibility="private")


def _file(label: str, kinds: list[str], elem_id: str) -> gr.File:
    return gr.File(label=label, file_types=kinds, height=150, elem_id=elem_id, visible=False)


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What happens on the page's events. Payloads come from the browser: the services check them, and who acts."""

    studio: Studio

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        mode = next((mode for mode in _MODES if mode in request.query_params), "")
        if mode:
            return self._open_form(mode, request)
        if "c" in request.query_params:
            return self._open_record(request)
        nothing = _same(_SHOWN)
        try:
            who = actor(request)
            value = list_value(self.studio, who)
        except StudioError as error:
            return gr.skip(), _heading(error=error.sentence), *_same(2), gr.Timer(active=False), *nothing
        heading = _heading("Consents", new=bool(value["may_prepare"] and value["total"]))
        return gr.skip(), heading, value, gr.skip(), gr.Timer(active=False), *nothing

    def follow(self, seen: str, request: gr.Request) -> tuple[Any, ...]:
        """The record anew, if something happened to it since what was seen."""
        try:
            who = actor(request)
            detail = self.studio.consents.get(who, _consent(request))
        except StudioError:
            return tuple(_same(_SHOWN))
        return tuple(_same(_SHOWN)) if _mark(detail) == seen else self._shown(who, detail)

    def filter(self, request: gr.Request, event: gr.EventData) -> Any:
        state = ConsentState(event.state) if event.state in set(ConsentState) else None
        try:
            who = actor(request)
            return list_value(self.studio, who, state=state, query=str(event.query))
        except StudioError:
            return gr.skip()

    def check(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        try:
            actor(request)
            return answer_value(event.turn, new_record(self.studio, event.data))
        except StudioError as error:
            return answer_value(event.turn, error=error.sentence)

    def save(self, request: gr.Request, event: gr.EventData) -> tuple[Any, Any]:
        """Save what the form says; what was typed stays in the browser if it cannot be."""
        try:
            detail = self._save(request, event.data)
        except StudioError as error:
            return answer_value(event.turn, error=error.sentence, saving=True), gr.skip()
        return gr.skip(), {"address": f"/consents?c={quote(detail.summary.id)}"}

    def _save(self, request: gr.Request, data: Any) -> ConsentDetail:
        who, consents = actor(request), self.studio.consents
        if not isinstance(data, dict):
            raise InputError("the form sent no record")
        if "edit" in request.query_params:
            return consents.change(who, str(request.query_params["edit"]), data)
        if "renew" in request.query_params:
            return consents.renew(who, str(request.query_params["renew"]), data)
        return consents.draft(who, data)

    def invite(self, request: gr.Request) -> tuple[Any, ...]:
        link: dict[str, str] = {}

        def make(who: Actor, consent: str) -> None:
            token = self.studio.consents.invite(who, consent)
            person = self.studio.consents.get(who, consent).summary.person
            link.update(token=token, person=person or "the voice owner")

        changed = self._change(request, make)
        return link, *changed

    def suspend(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        reason = str(event.reason)
        return self._change(request, lambda who, consent: self.studio.reviews.suspend(who, consent, reason))

    def resume(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        sent: dict[str, Any] = event._data  # noqa: SLF001 - a name is sent only where nobody signs in
        note, name = str(sent.get("note", "")), str(sent.get("name", ""))
        return self._change(
            request, lambda who, consent: self.studio.reviews.resume(who, consent, name=name or who.name, note=note)
        )

    def preview(self, request: gr.Request, event: gr.EventData) -> tuple[Any, Any]:
        try:
            found = self.studio.endings.preview(actor(request), _consent(request))
        except StudioError as error:
            return complaint(error), gr.skip()
        return notice(), {"kind": str(event.kind), "preview": to_json(found), "asked": new_id()}

    def end(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        kind, reason, endings = str(event.kind), str(event.reason), self.studio.endings

        def end(who: Actor, consent: str) -> None:
            if kind == "revoke":
                endings.revoke(who, consent, reason)
            elif kind == "invalidate":
                endings.invalidate(who, consent, reason)
            elif kind == "withdraw":
                endings.withdraw(who, consent)

        return {"kind": kind, "preview": None}, *self._change(request, end)

    def remove(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        clip = str(event.clip)
        return self._change(request, lambda who, consent: self.studio.consents.remove_reference(who, consent, clip))

    def ask(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        project, kind = str(event.project), str(event.kind)
        return self._change(
            request, lambda who, consent: self.studio.consents.ask_approval(who, consent, project, kind)
        )

    def attach_paper(self, path: str, request: gr.Request) -> tuple[Any, ...]:
        return self._take_in(path, request, self.studio.consents.attach_document)

    def attach_clip(self, path: str, request: gr.Request) -> tuple[Any, ...]:
        return self._take_in(path, request, self.studio.consents.add_reference)

    def _take_in(self, path: str, request: gr.Request, take: Callable[..., object]) -> tuple[Any, ...]:
        """Put an uploaded file into the vault; the upload itself does not stay."""
        given = Path(path)
        try:
            return self._change(request, lambda who, consent: take(who, consent, given, given.name))
        finally:
            given.unlink(missing_ok=True)

    def _open_form(self, mode: str, request: gr.Request) -> tuple[Any, ...]:
        try:
            value = form_value(self.studio, actor(request), mode, str(request.query_params[mode]))
        except StudioError as error:
            return gr.skip(), _heading(error=error.sentence), *_same(2), gr.Timer(active=False), *_same(_SHOWN)
        title = {"new": "New consent", "edit": "Change the draft", "renew": "Renew or change"}[mode]
        return gr.skip(), _heading(title), gr.skip(), value, gr.Timer(active=False), *_same(_SHOWN)

    def _open_record(self, request: gr.Request) -> tuple[Any, ...]:
        tab = str(request.query_params.get("tab", ""))
        try:
            who = actor(request)
            shown = self._shown(who, self.studio.consents.get(who, _consent(request)))
        except StudioError as error:
            return gr.skip(), _heading(error=error.sentence), *_same(2), gr.Timer(active=False), *_same(_SHOWN)
        tabs = gr.Tabs(visible=True, selected=tab if tab in _TABS else _TABS[0])
        return tabs, *_same(4), *shown

    def _change(self, request: gr.Request, action: Callable[[Actor, str], object]) -> tuple[Any, ...]:
        """Do something to the record, say what went wrong if it did, and show the record as it is."""
        said = notice()
        try:
            who, consent = actor(request), _consent(request)
            try:
                action(who, consent)
            except StudioError as error:
                said = complaint(error)
            return said, *self._shown(who, self.studio.consents.get(who, consent))
        except StudioError as error:
            return complaint(error), *_same(_SHOWN)

    def _shown(self, who: Actor, detail: ConsentDetail) -> tuple[Any, ...]:
        value = record_value(self.studio, who, detail)
        paper = gr.File(value=None, visible="attach" in value["may"])
        clip = gr.File(value=None, visible=takes_recordings(who, detail))
        return *(value,) * 5, paper, clip, _mark(detail)


def _consent(request: gr.Request) -> str:
    return str(request.query_params.get("c", ""))


def _mark(detail: ConsentDetail) -> str:
    """Changes whenever something happened to the record."""
    newest = max((event.ledger_seq for event in detail.events), default=0)
    return f"{detail.summary.id} {newest} {detail.summary.state} {detail.summary.used_minutes}"


def _heading(title: str = "", *, new: bool = False, error: str = "") -> dict[str, Any]:
    return {"title": title, "new": new, "error": error}


def _same(count: int) -> list[Any]:
    return [gr.skip()] * count
