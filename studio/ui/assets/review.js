// The reviewer's desk: one record at a time, its recordings side by side, and the reviewer's word.
import { VV } from "./dom.js";

const { h } = VV;

const queue = (value) =>
  h("nav", { class: "vv-queue", "aria-label": "Waiting for a review" },
    h("ul", {}, value.queue.map((each) =>
      h("li", {}, h("a", { href: `/review?c=${encodeURIComponent(each.id)}`, "aria-current": each.id === value.summary?.id ? "true" : null },
        each.person || each.voice_id)))));

const scope = (value) =>
  h(
    "details",
    { class: "vv-fold" },
    h("summary", {}, "What they consented to ", h("span", { class: "vv-facts" }, value.summary.uses.map((use) => value.uses[use] || use).join(", "), ", ", VV.term(value.summary))),
    VV.words(value.rows),
  );

const ATTEST = {
  spoken: (name) =>
    `I have listened to all of it, and the voice of the statement is that of the reference clips. ${name} speaks freely, as far as I can hear.`,
  document: (name) => `I have read the signed papers, and they are from ${name} or from who signs for them.`,
};

const decision = (value, send, heard, recordings) => {
  if (value.attested) {
    const told = h("p", { class: "vv-notice warning" }, value.second, " You approved it already: another reviewer has to look at it.");
    return { box: h("section", { class: "vv-decision" }, told), tell: () => {} };
  }
  const person = value.summary.person || "this person";
  const paper = value.record?.route === "document";
  const name = h("input", { class: "vv-input", id: "vv-reviewer", type: "text", maxlength: 200, autocomplete: "name", required: true, readonly: Boolean(value.reviewer) });
  name.value = value.reviewer || "";
  const note = h("textarea", { class: "vv-input", id: "vv-note", rows: 3, maxlength: 2000 });
  const tick = h("input", { type: "checkbox", id: "vv-attest" });
  const complaint = h("p", { class: "vv-field-error", role: "alert", hidden: true });
  const count = h("p", { class: "vv-hint", role: "status" });
  const tell = () =>
    (count.textContent = recordings ? `${heard.size} of ${VV.count(recordings, "recording")} played to the end.` : "");
  const complain = (words, at) => {
    complaint.textContent = words;
    complaint.hidden = !words;
    if (words) at.focus();
  };
  const given = () => ({ consent: value.summary.id, name: name.value.trim(), note: note.value.trim(), listened: tick.checked });
  const approve = () => {
    if (!name.value.trim()) return complain("Write your name: a named person attests.", name);
    if (!tick.checked) return complain("Tick the sentence above once it is true.", tick);
    return send("approve", given());
  };
  const refuse = () => {
    if (!name.value.trim()) return complain("Write your name: a named person decides.", name);
    if (!note.value.trim()) return complain("Say why in the note: the voice owner may ask.", note);
    return VV.confirm(`Refuse the consent of ${person}?`, "This is final: the recordings are destroyed, and a new consent would have to be asked for.", "Refuse for good", () => send("refuse", given()));
  };
  tell();
  const box = h(
    "section",
    { class: "vv-decision", "aria-labelledby": "vv-decision" },
    h("h2", { id: "vv-decision" }, "Your word"),
    value.second &&
      h("p", { class: "vv-notice warning" }, value.second),
    h("div", { class: "vv-field" }, h("label", { for: "vv-reviewer" }, value.reviewer ? "Reviewer, as signed in" : "Your name"), name),
    h("div", { class: "vv-field" }, h("label", { for: "vv-note" }, "Note", h("span", { class: "vv-optional" }, " needed to refuse")), note),
    h("label", { class: "vv-tick", for: "vv-attest" }, tick, h("span", {}, ATTEST[paper ? "document" : "spoken"](person))),
    count,
    complaint,
    h("div", { class: "vv-actions" },
      h("button", { type: "button", class: "vv-button primary", onclick: approve }, VV.icon("check"), "Approve"),
      h("button", { type: "button", class: "vv-button stop", onclick: refuse }, VV.icon("cross"), "Refuse")),
  );
  return { box, tell };
};

VV.parts.review = (box, send) => {
  let drawn = "";
  return (value) => {
    if (value.error) {
      VV.redraw(box, h("p", { class: "vv-notice error", role: "alert" }, value.error));
      return;
    }
    if (!value.summary) {
      drawn = "";
      VV.redraw(box, h("div", { class: "vv-empty" }, h("h2", {}, "Nothing waits for you"), h("p", {}, "A consent comes here when its voice owner has given it and the checks are done.")));
      return;
    }
    const mark = JSON.stringify([value.summary.id, value.statements.length, value.reviews.length, value.clips.length, value.queue.map((each) => each.id)]);
    if (mark === drawn) return; // what is typed and what is playing stays
    drawn = mark;
    const heard = new Set();
    const played = (clip) => {
      heard.add(clip);
      desk.tell();
    };
    const recordings = value.clips.filter((clip) => clip.kind === "reference" && !clip.destroyed).length
      + (value.statements[0]?.clip_id ? 1 : 0);
    const desk = decision(value, send, heard, recordings);
    VV.redraw(
      box,
      value.queue.length > 1 && queue(value),
      h("div", { class: "vv-record-head" }, h("h2", {}, value.summary.person || value.summary.voice_id),
        h("a", { href: VV.recordAddress(value.summary.id) }, "The whole record")),
      scope(value),
      h("p", { class: "vv-notice" }, VV.icon("ear"), VV.MACHINE_LIMITS),
      h("div", { class: "vv-desk" },
        VV.section("Reference clips", VV.references(value, { onplayed: played })),
        VV.section("Spoken statement", VV.statements(value, { onplayed: played, latest: true }))),
      value.clips.some((clip) => clip.kind === "document") && VV.section("Signed papers", VV.papers(value)),
      value.reviews.length > 0 && VV.section("Reviews so far", VV.reviewsDone(value)),
      desk.box,
    );
  };
};
