/** After giving: what happens now, what the voice is used for, papers, and the end of it. */

import { ask, clock, el, paragraphs } from "./dom.js";
import { act, dropChallenge, file, remove, save } from "./link.js";
import { addition, deliveryName } from "./reading.js";
import { day, instant, number, t } from "./words.js";

const DESTROYED = new Set(["refused", "withdrawn", "revoked", "invalidated"]);

/** Given, and a person of the studio listens to it. */
export function waiting(view, turn) {
  return [
    el("div.standing.wait", {}, el("h2", {}, t("waiting_heading")), ...paragraphs(t("waiting_text", { studio: view.studio }))),
    ...approvals(view, turn), withdrawal(turn), papers(turn), recordings(view), timeline(view),
  ];
}

/** Reviewed and in force, or suspended. */
export function active(view, turn) {
  const held = view.state === "suspended";
  return [
    el(held ? "div.standing.wait" : "div.standing.good", {},
      el("h2", {}, t(held ? "suspended_heading" : "active_heading")),
      ...paragraphs(t(held ? "suspended_text" : "active_text", { studio: view.studio })),
      el("dl.facts", {},
        el("div", {}, el("dt", {}, t("valid")), el("dd", {}, `${day(view.first_day)} – ${day(view.last_day)}`)),
        el("div", {}, el("dt", {}, t("used")), el("dd", {}, t("used_minutes", { minutes: number(view.used_minutes) }))))),
    ...approvals(view, turn), withdrawal(turn), works(view), papers(turn), recordings(view), addition(view, turn), timeline(view),
  ];
}

/** Over: how it ended, and the certificate. */
export function ended(view, turn) {
  const destroyed = DESTROYED.has(view.state);
  const byStudio = view.events.find((event) => event.kind === "refused"); // the person's own no is "declined"
  return [
    el("div.standing", {},
      el("h2", {}, byStudio?.sentence ?? t(`ended_${view.state}`)),
      ...(view.ended_at ? [el("p", {}, t("ended_at", { time: instant(view.ended_at) }))] : []),
      ...paragraphs(t(destroyed ? "ended_destroyed" : "ended_kept"))),
    papers(turn, destroyed), ...(view.works.length ? [works(view)] : []), timeline(view),
  ];
}

/** The one button that ends it, the same at every step after the answer. */
export function withdrawal(turn) {
  const button = el("button.withdraw", { type: "button", onclick: async () => {
    const sure = await ask({ heading: t("withdraw_heading"), text: t("withdraw_text"), yes: t("withdraw"), no: t("keep_consent"), grave: true });
    if (!sure) return;
    button.disabled = true;
    dropChallenge();
    await turn(() => act("withdraw"));
    button.disabled = false;
  } }, t("withdraw"));
  return el("section.end", { "aria-labelledby": "end-heading" }, el("h2", { id: "end-heading" }, t("change_your_mind")), el("p", {}, t("withdraw_hint")), button);
}

function approvals(view, turn) {
  const open = view.approvals.filter((approval) => approval.decision === "asked" || approval.decision === "pending" || !approval.decided_at);
  const decide = (approval, approve) => turn(() => act(`approvals/${encodeURIComponent(approval.id)}`, { approve }));
  return open.map((approval) => el("section.card.asked", {},
    el("h2", {}, t(approval.kind === "final-audio" ? "approve_audio" : "approve_project", { title: approval.project_title })),
    el("p", {}, t(approval.kind === "final-audio" ? "approve_audio_text" : "approve_project_text", { studio: view.studio })),
    el("div.actions.equal", {},
      el("button.primary", { type: "button", onclick: () => decide(approval, true) }, t("approve")),
      el("button", { type: "button", onclick: () => decide(approval, false) }, t("not_approve")))));
}

function works(view) {
  return el("section.card", {}, el("h2", {}, t("works")),
    view.works.length
      ? el("ul.list", {}, ...view.works.map((work) => el("li", {}, el("strong", {}, work.title), el("span", {}, `${work.use} · ${clock(work.seconds)} · ${day(work.at)}`))))
      : el("p", {}, t("no_works")));
}

function papers(turn, destroyed = false) {
  const paper = (name, label) => el("li", {}, el("button.paper", { type: "button", onclick: () => turn(() => save(`papers/${name}`, `consent-${name}`), () => [], { stay: true }) }, label));
  return el("section.card", {}, el("h2", {}, t("papers")),
    el("ul.papers", {},
      ...(destroyed ? [paper("certificate.html", t("certificate"))] : [paper("receipt.pdf", t("receipt_pdf")), paper("receipt.html", t("receipt_html"))]),
      paper("account.html", t("account"))),
    el("p.hint", {}, el("a", { href: "/my-voice/policy", target: "_blank", rel: "noopener" }, t("policy"))));
}

/** Recordings handed in, to listen to; those that nothing was said on yet can be made again. */
export function recordings(view, turn) {
  if (!view.references.length) return null;
  const row = (clip, index) => {
    const place = el("div.sound");
    const listen = el("button", { type: "button", onclick: async () => {
      listen.disabled = true;
      const sound = await file(`recordings/${encodeURIComponent(clip.id)}`).catch(() => null);
      if (sound) {
        const player = el("audio", { controls: true, autoplay: true, src: URL.createObjectURL(sound), "aria-label": t("recording_number", { number: index + 1 }) });
        place.replaceChildren(player);
        player.focus();
      } else {
        place.replaceChildren(t("not_there"));
      }
    } }, t("listen"));
    place.append(listen);
    if (turn) place.append(el("button", { type: "button", "aria-label": `${t("record_again")}: ${t("recording_number", { number: index + 1 })}`, onclick: () => turn(() => remove(`recordings/${encodeURIComponent(clip.id)}`)) }, t("record_again")));
    return el("li", {}, el("strong", {}, t("recording_number", { number: index + 1 })), el("span", {}, `${clock(clip.duration_s)} · ${deliveryName(clip.delivery)}`), place);
  };
  return el("section.card", {}, el("h2", {}, t("your_recordings")), el("ul.list.sounds", {}, ...view.references.map(row)));
}

function timeline(view) {
  return el("section.card", {}, el("h2", {}, t("timeline")),
    el("ol.timeline", {}, ...view.events.map((event) => el("li", {}, el("time", { dateTime: event.time }, instant(event.time)), el("span", {}, event.sentence)))));
}
