// The form of one line of a manuscript: words, speaker, delivery, how it will be said; cut, join, skip.
import { deliveryTag } from "./delivery.js";
import { VV } from "./dom.js";

const { h } = VV;
const LOOK_AFTER_MS = 300;

/**
 * @param {object} options
 * @param {string} options.project
 * @param {object[]} options.presets
 * @param {(id: string, text: string) => Promise<object>} options.spoken how it would be said
 * @param {(id: string, body: object, next?: string) => Promise<object>} options.save
 * @param {(id: string, role: string) => Promise<void>} options.confirm says who speaks, and goes to the next that is unsure
 * @param {(id: string, at: number) => Promise<object>} options.split
 * @param {(id: string) => Promise<object>} options.merge
 * @param {(by: number) => void} options.onmove
 * @param {() => void} options.onclose
 */
export const lineForm = ({ project, presets, spoken, save, confirm, split, merge, onmove, onclose }) => {
  let line = null;
  let asked = 0;
  let waiting = 0;
  let keys = [];
  const text = h("textarea", { class: "vv-input", id: "vv-script-text", rows: 2, maxlength: 10_000, spellcheck: "true", oninput: () => soon() });
  const names = h("datalist", { id: "vv-script-roles" });
  const role = h("input", { class: "vv-input", id: "vv-script-role", list: "vv-script-roles", maxlength: 80, autocomplete: "off", oninput: () => tell() });
  const delivery = h("select", { class: "vv-input", id: "vv-script-delivery", onchange: () => tell() });
  const unsure = h("div", { class: "vv-unsure" });
  const preview = h("div", { class: "vv-said", role: "status" });
  const saveButton = h("button", { type: "button", class: "vv-button small primary", title: "Ctrl+S", onclick: () => keep() }, "Save");
  const splitButton = h("button", { type: "button", class: "vv-button small", title: "Cut the line where the cursor stands", onclick: () => cut() }, "Split at cursor");
  const mergeButton = h("button", { type: "button", class: "vv-button small", onclick: () => join() }, "Join with next");
  const skipButton = h("button", { type: "button", class: "vv-button small", onclick: () => skip() });
  const hear = h("a", { class: "vv-button small" }, "Hear and tune");
  const element = h("div", { class: "vv-script-form", role: "group", "aria-label": "Edit the line" },
    unsure,
    h("div", { class: "vv-field" },
      h("div", { class: "vv-script-form-head" }, h("label", { for: "vv-script-text" }, "Words"),
        VV.iconButton("up", "Previous line (Alt+↑)", () => onmove(-1)), VV.iconButton("down", "Next line (Alt+↓)", () => onmove(1)),
        VV.iconButton("cross", "Close (Esc)", () => onclose())),
      text),
    h("div", { class: "vv-script-fields" },
      h("div", { class: "vv-field" }, h("label", { for: "vv-script-role" }, "Speaker"), role, names),
      h("div", { class: "vv-field" }, h("label", { for: "vv-script-delivery" }, "Delivery"), delivery)),
    preview,
    h("div", { class: "vv-actions" }, saveButton, splitButton, mergeButton, skipButton, hear));

  const changes = () => {
    const found = {};
    if (text.value !== line.text) found.text = text.value;
    if (role.value.trim() !== line.role) found.role = role.value;
    if (delivery.value !== deliveryTag(line.delivery)) found.delivery = delivery.value;
    return found;
  };
  const unsaved = () => line !== null && Object.keys(changes()).length > 0;
  const tell = () => (saveButton.disabled = !unsaved());

  const look = async () => {
    const mine = ++asked;
    let said;
    try {
      said = await spoken(line.id, text.value);
    } catch (error) {
      said = { spoken: error.message, rewrites: [] };
    }
    if (mine !== asked) return;
    preview.replaceChildren(
      h("p", {}, h("span", { class: "vv-label" }, "Will be said "), said.spoken),
      said.rewrites.length && h("ul", {}, said.rewrites.map((each) =>
        h("li", {}, h("span", { class: "vv-written" }, each.written || "(nothing)"), " → ", h("span", {}, each.spoken || "(left out)"), " ", h("span", { class: "vv-badge" }, each.rule)))) || "",
    );
  };
  const soon = () => {
    tell();
    clearTimeout(waiting);
    waiting = setTimeout(look, LOOK_AFTER_MS);
  };
  const keep = (next) => {
    const body = changes();
    if (Object.keys(body).length) return save(line.id, body, next);
    return null;
  };
  const first = async () => !unsaved() || (await save(line.id, changes())) !== null;
  const cut = async () => {
    const at = text.selectionStart;
    if (await first()) split(line.id, at);
  };
  const join = async () => {
    if (await first()) merge(line.id);
  };
  const skip = async () => {
    const skipped = !line.skipped;
    if (await first()) save(line.id, { skipped });
  };

  element.addEventListener("keydown", (event) => {
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") onclose();
    else if (ctrl && event.key.toLowerCase() === "s") keep();
    else if (event.altKey && event.key === "ArrowUp") onmove(-1);
    else if (event.altKey && event.key === "ArrowDown") onmove(1);
    else if (!ctrl && !event.altKey && /^[1-9]$/.test(event.key) && keys[event.key - 1] && !event.target.closest("input, textarea, select")) confirm(line.id, keys[event.key - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const open = (given, { roles, near, last }) => {
    line = given;
    text.value = line.text;
    role.value = line.role;
    names.replaceChildren(...roles.map((each) => h("option", { value: each })));
    const own = deliveryTag(line.delivery);
    const offered = presets.map((preset) => [preset.name, preset.title]);
    if (!offered.some(([name]) => name === own)) offered.unshift([own, own]);
    delivery.replaceChildren(...offered.map(([value, label]) => h("option", { value, selected: value === own }, label)));
    delivery.value = own;
    mergeButton.disabled = last;
    skipButton.textContent = line.skipped ? "Read this line" : "Skip this line";
    hear.href = `/book?p=${encodeURIComponent(project)}&step=lines&chapter=${line.chapter}`;
    keys = line.speaker === "unsure" ? near : [];
    unsure.replaceChildren(...(keys.length ? [
      h("p", {}, h("strong", {}, "Who speaks?"), line.reason ? ` ${VV.sentence(line.reason)}.` : ""),
      h("div", { class: "vv-actions" }, keys.map((name, index) =>
        h("button", { type: "button", class: "vv-button small", "aria-keyshortcuts": String(index + 1), onclick: () => confirm(line.id, name) }, h("kbd", {}, String(index + 1)), name))),
    ] : []));
    preview.replaceChildren();
    tell();
    look();
  };

  return {
    element, open, unsaved, look,
    save: (next) => keep(next),
    focus: () => (keys.length ? unsure.querySelector("button") : text).focus({ preventScroll: true }),
  };
};
