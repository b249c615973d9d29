// Questions about a consent: a dialog with fields, and the one before it ends.
import { VV } from "./dom.js";

const { h } = VV;

/** A labelled field of a dialog. */
const labelled = ({ name, label, hint = "", rows = 0, required = false, value = "", options = null }) => {
  const id = `vv-ask-${name}`;
  const shared = { class: "vv-input", id, name, required, "aria-describedby": hint ? `${id}-hint` : null };
  const control = options
    ? h("select", shared, options.map(([key, word]) => h("option", { value: key }, word)))
    : rows
      ? h("textarea", { ...shared, rows, maxlength: 2000 })
      : h("input", { ...shared, type: "text", maxlength: 200, autocomplete: "off" });
  if (!options) control.value = value;
  return h("div", { class: "vv-field" }, h("label", { for: id }, label), control, hint && h("p", { class: "vv-hint", id: `${id}-hint` }, hint));
};

/** Ask for a few words before something is done: onyes gets the fields by name. */
VV.ask = ({ title, body = [], fields = [], label, kind = "primary", cancel = "Cancel", onyes }) => {
  const dialog = h("dialog", { class: "vv-dialog wide", "aria-labelledby": "vv-ask-title", onclose: () => dialog.remove() });
  const form = h(
    "form",
    {
      method: "dialog",
      onsubmit: (event) => {
        event.preventDefault();
        const given = Object.fromEntries(new FormData(form));
        dialog.close();
        onyes(given);
      },
    },
    h("h2", { id: "vv-ask-title" }, title),
    body,
    fields.map(labelled),
    h(
      "div",
      { class: "vv-actions" },
      h("button", { type: "button", class: "vv-button", autofocus: fields.length === 0, onclick: () => dialog.close() }, cancel),
      h("button", { type: "submit", class: `vv-button ${kind}` }, label),
    ),
  );
  dialog.append(form);
  document.querySelector(".gradio-container").append(dialog);
  dialog.showModal();
  dialog.querySelector(".vv-field .vv-input")?.focus();
};

const works = (preview) => [
  h("h3", {}, "Finished works"),
  preview.works.length
    ? h("ul", { class: "vv-plain" }, preview.works.map((work) => h("li", {}, `${work.title} (${VV.clock(work.seconds)})`)))
    : h("p", {}, "None."),
  preview.works.length > 0 && h("p", {}, preview.works_fate),
];

const preview = (value) => [
  h("h3", {}, "Destroyed at once, with the key"),
  value.destroys.length
    ? h("ul", { class: "vv-plain" }, value.destroys.map(([what, count]) => h("li", {}, `${count.toLocaleString("en")} × ${what}`)))
    : h("p", {}, "There is no voice data yet."),
  value.stops_jobs > 0 && h("p", {}, `${VV.count(value.stops_jobs, "running job")} will stop.`),
  ...works(value),
  value.keeps.length > 0 && h("h3", {}, "Kept as proof of what was agreed"),
  value.keeps.length > 0 && h("ul", { class: "vv-plain" }, value.keeps.map((what) => h("li", {}, what))),
];

const ENDS = {
  withdraw: {
    title: (name) => `Withdraw the consent of ${name}?`,
    label: "Withdraw for good",
    words: "This is the voice owner’s right at any time, and needs no reason. The voice falls silent at once and for good.",
    fields: [],
  },
  revoke: {
    title: (name) => `Revoke the consent of ${name}?`,
    label: "Revoke for good",
    words: "The studio, an agent or an estate ends it. The voice falls silent at once and for good.",
    fields: [{ name: "reason", label: "Reason", hint: "It stands in the record.", rows: 2, required: true }],
  },
  invalidate: {
    title: (name) => `Declare the consent of ${name} invalid?`,
    label: "Invalidate for good",
    words: "For a consent that never was one: fraud, a court’s decision, evidence that proved false.",
    fields: [{ name: "reason", label: "Reason", hint: "It stands in the record.", rows: 2, required: true }],
  },
};

/** Before a consent ends: what would go, then one confirmation. */
VV.parts.ending = (box, send) => (value) => {
  VV.redraw(box);
  if (!value.preview) return;
  const end = ENDS[value.kind];
  VV.ask({
    title: end.title(value.preview.person || "this person"),
    body: [h("p", {}, end.words), h("div", { class: "vv-preview", tabindex: 0, role: "region", "aria-label": "What would go, and what would stay" }, preview(value.preview))],
    fields: end.fields,
    label: end.label,
    kind: "stop",
    cancel: "Keep it",
    onyes: (given) => {
      VV.redraw(box, h("p", { class: "vv-notice", role: "status" }, "Ending it: work under way is being stopped…"));
      send("end", { kind: value.kind, reason: given.reason || "" });
    },
  });
};
