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
 * @param {(id: string, body: object) => Promise<object>} options.hear has it said as it is written now
 * @param {(id: string, body: object, next?: string) => Promise<void>} options.save these four throw what went wrong
 * @param {(id: string, body: object) => Promise<void>} options.confirm says who speaks, and goes to the next that is unsure
 * @param {(id: string, at: number) => Promise<void>} options.split
 * @param {(id: string) => Promise<void>} options.merge
 * @param {(id: string) => string | undefined} options.after the line that is read after this one
 * @param {(id: string) => Promise<void>} options.show opens another line here, the words of this one saved
 * @param {(by: number) => void} options.onmove
 * @param {() => void} options.onclose
 */
export const lineForm = ({ project, presets, spoken, hear, save, confirm, split, merge, after, show, onmove, onclose }) => {
  let line = null;
  let asked = 0;
  let waiting = 0;
  let keys = [];
  let offered = [];
  let isLast = false; // of its chapter
  let leaving = false; // the second Esc leaves what is not saved
  let hearing = 0;
  let sounding = "play"; // what its button does next, or busy
  let onwards = false; // each line heard is followed by the next
  const player = new Audio();
  const wrong = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const told = h("span", { class: "vv-facts", role: "status" });
  const text = h("textarea", { class: "vv-input", id: "vv-script-text", rows: 2, maxlength: 10_000, spellcheck: "true", oninput: () => soon() });
  const names = h("datalist", { id: "vv-script-roles" });
  const role = h("input", { class: "vv-input", id: "vv-script-role", list: "vv-script-roles", maxlength: 80, autocomplete: "off", oninput: () => tell() });
  const delivery = h("select", { class: "vv-input", id: "vv-script-delivery", onchange: () => tell() });
  const unsure = h("div", { class: "vv-unsure" });
  const preview = h("div", { class: "vv-said", role: "status" });
  const saveButton = h("button", { type: "button", class: "vv-button small primary", title: "Ctrl+S", "aria-keyshortcuts": "Control+S", onclick: () => keep() }, "Save");
  const splitButton = h("button", { type: "button", class: "vv-button small", title: "Cut the line where the cursor stands (Alt+Enter)", "aria-keyshortcuts": "Alt+Enter", onclick: () => cut() }, "Split at cursor");
  const mergeButton = h("button", { type: "button", class: "vv-button small", onclick: () => join() }, "Join with next");
  const skipButton = h("button", { type: "button", class: "vv-button small", onclick: () => skip() });
  const hearButton = h("button", { type: "button", class: "vv-button small", title: "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter", onclick: () => listen() });
  const onButton = h("button", { type: "button", class: "vv-button small", title: "This line and those after it, until stopped (Ctrl+Shift+Enter)", "aria-keyshortcuts": "Control+Shift+Enter", onclick: () => listen(true) });
  const tune = h("a", { class: "vv-button small", title: "Every delivery, guide and delivery lane, in the step Lines" }, "Tune");
  const element = h("div", { class: "vv-script-form", role: "group", "aria-label": "Edit the line" },
    unsure,
    h("div", { class: "vv-field" },
      h("div", { class: "vv-script-form-head" }, h("label", { for: "vv-script-text" }, "Words"),
        VV.iconButton("up", "Previous line (Alt+↑)", () => onmove(-1)), VV.iconButton("down", "Next line (Alt+↓)", () => onmove(1)),
        VV.iconButton("cross", "Close (Esc)", () => leave())),
      text),
    h("div", { class: "vv-script-fields" },
      h("div", { class: "vv-field" }, h("label", { for: "vv-script-role" }, "Speaker"), role, names),
      h("div", { class: "vv-field" }, h("label", { for: "vv-script-delivery" }, "Delivery"), delivery)),
    preview, wrong,
    h("div", { class: "vv-actions" }, saveButton, hearButton, onButton, splitButton, mergeButton, skipButton, tune, told));

  const changes = () => {
    const found = {};
    if (text.value !== line.text) found.text = text.value;
    if (role.value.trim() !== line.role) found.role = role.value;
    if (delivery.value !== deliveryTag(line.delivery)) found.delivery = delivery.value;
    return found;
  };
  const unsaved = () => line !== null && Object.keys(changes()).length > 0;
  const complain = (words = "") => {
    wrong.textContent = words;
    wrong.hidden = !words;
    if (words) wrong.scrollIntoView({ block: "nearest" });
  };
  /** After each change by hand; who changes the line wants to stay with it. */
  const tell = () => {
    saveButton.disabled = !unsaved();
    leaving = false;
    onwards = false;
    hearState(sounding);
    const name = role.value.trim();
    told.textContent = name && !offered.includes(name) ? `“${name}” is a new speaker` : "";
  };

  /** Do something that changes the book: meanwhile nothing can be typed, and what is refused is told here and kept. */
  const work = async (label, act) => {
    if (element.getAttribute("aria-busy") === "true") return;
    const mine = line.id;
    const held = document.activeElement;
    const off = [...element.querySelectorAll("button")].filter((each) => !each.disabled);
    element.setAttribute("aria-busy", "true");
    text.readOnly = role.readOnly = true;
    for (const each of off) each.disabled = true;
    told.textContent = label;
    complain();
    try {
      await act();
      if (line.id === mine) told.textContent = "";
    } catch (error) {
      if (line.id !== mine) return;
      told.textContent = "";
      complain(error.message);
    } finally {
      element.removeAttribute("aria-busy");
      text.readOnly = role.readOnly = false;
      for (const each of off) each.disabled = false;
      saveButton.disabled = !unsaved();
      mergeButton.disabled = isLast;
      if (element.contains(held) && document.activeElement === document.body) held.focus({ preventScroll: true });
    }
  };

  const look = async () => {
    const mine = ++asked;
    let said;
    try {
      said = await spoken(line.id, text.value);
    } catch (error) {
      said = { spoken: error.message, rewrites: [] };
    }
    if (mine !== asked) return;
    preview.replaceChildren(...[
      h("p", {}, h("span", { class: "vv-label" }, "Will be said "), said.spoken),
      said.problems?.length > 0 && h("ul", { class: "vv-said-wrong" }, said.problems.map((problem) => h("li", {}, VV.icon("warn"), h("span", {}, problem)))),
      said.rewrites.length > 0 && h("ul", { class: "vv-said-why", "aria-label": "Why" }, said.rewrites.map((each) =>
        h("li", {}, h("span", { class: "vv-written" }, each.written || "(nothing)"), each.written !== each.spoken && [" → ", h("span", {}, each.spoken || "(left out)")], " ", h("span", { class: "vv-badge" }, each.rule.replace(/^in (\S+)$/, (_, tag) => `in ${VV.language(tag)}`))))),
    ].filter(Boolean));
  };
  const soon = () => {
    tell();
    clearTimeout(waiting);
    waiting = setTimeout(look, LOOK_AFTER_MS);
  };
  const keep = (next) => unsaved() && work("Saving…", () => save(line.id, changes(), next));
  const first = async () => {
    if (unsaved()) await save(line.id, changes());
  };
  const cut = () => {
    const at = text.selectionStart;
    return work("Cutting…", async () => {
      await first();
      await split(line.id, at);
    });
  };
  const join = () => work("Joining…", async () => {
    await first();
    await merge(line.id);
  });
  const skip = () => work("Saving…", () => save(line.id, { ...changes(), skipped: !line.skipped }));
  const answer = (name) => work("Saving…", () => confirm(line.id, { ...changes(), role: name }));

  const hearState = (state) => {
    sounding = state;
    const icon = () => (state === "busy" ? h("span", { class: "vv-spinner" }) : VV.icon(state));
    const shown = (button, label, active) => button.replaceChildren(active ? icon() : VV.icon("play"), active && state !== "play" ? "Stop" : label);
    shown(hearButton, "Hear", !onwards);
    shown(onButton, "Hear on", onwards);
  };
  const quiet = () => {
    hearing += 1;
    onwards = false;
    player.pause();
    hearState("play");
  };
  /** Go to the next line and have it said. It ends where there is none, it cannot be shown, or somebody works elsewhere. */
  const further = async () => {
    const next = onwards && after(line.id);
    const at = document.activeElement;
    if (!next || (at !== document.body && !element.contains(at))) return quiet();
    const mine = hearing;
    await show(next);
    if (mine === hearing) quiet();
    if (line.id !== next) return;
    onButton.focus({ preventScroll: true }); // not in the words: a phone would bring up its keys at every line
    listen(true);
  };
  player.addEventListener("ended", further);
  /** Say the line as it is written here, saved or not, in the voice of its role; or stop. */
  const listen = async (wanted = false) => {
    const stop = wanted === onwards && (!player.paused || element.querySelector(".vv-spinner"));
    quiet();
    if (stop) return;
    onwards = wanted;
    const mine = hearing;
    hearState("busy");
    told.textContent = "Speaking…";
    complain();
    const { text: words, delivery: how } = changes();
    try {
      const take = await hear(line.id, { text: words ?? null, delivery: how ?? null });
      if (mine !== hearing) return;
      told.textContent = changes().role ? `Heard as ${line.role}: save to hear another speaker.` : take.notes.join(" ");
      player.src = take.url;
      await player.play();
      hearState("pause");
      const next = onwards && after(line.id);
      if (next) hear(next, { text: null, delivery: null }).catch(() => null); // made meanwhile; what is wrong with it is told when it is its turn
    } catch (error) {
      if (mine !== hearing) return;
      quiet();
      told.textContent = "";
      complain(error.message);
    }
  };

  /** Close, but not over words that are not saved: those are left only when asked a second time. */
  const leave = () => {
    if (unsaved() && !leaving) {
      leaving = true;
      told.textContent = "Not saved. Ctrl+S saves it; Esc again leaves it as it was.";
      return;
    }
    quiet();
    onclose();
  };

  element.addEventListener("keydown", (event) => {
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") leave();
    else if (ctrl && event.key === "Enter") listen(event.shiftKey);
    else if (event.altKey && event.key === "Enter") cut();
    else if (ctrl && event.key.toLowerCase() === "s") keep();
    else if (event.altKey && event.key === "ArrowUp") onmove(-1);
    else if (event.altKey && event.key === "ArrowDown") onmove(1);
    else if (!ctrl && !event.altKey && /^[1-9]$/.test(event.key) && keys[event.key - 1] && !event.target.closest("input, textarea, select")) answer(keys[event.key - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const open = (given, { roles, near, last }) => {
    quiet();
    complain();
    told.textContent = "";
    line = given;
    offered = roles;
    isLast = last;
    text.value = line.text;
    role.value = line.role;
    names.replaceChildren(...roles.map((each) => h("option", { value: each })));
    const own = deliveryTag(line.delivery);
    const ways = presets.map((preset) => [preset.name, preset.title]);
    if (!ways.some(([name]) => name === own)) ways.unshift([own, own]);
    delivery.replaceChildren(...ways.map(([value, label]) => h("option", { value, selected: value === own }, label)));
    delivery.value = own;
    mergeButton.disabled = last;
    skipButton.textContent = line.skipped ? "Read this line" : "Skip this line";
    tune.href = `/book?p=${encodeURIComponent(project)}&step=lines&chapter=${line.chapter}&line=${encodeURIComponent(line.id)}`;
    keys = line.speaker === "unsure" ? near : [];
    unsure.replaceChildren(...(keys.length ? [
      h("p", {}, h("strong", {}, "Who speaks?"), line.reason ? ` ${VV.sentence(line.reason)}.` : ""),
      h("div", { class: "vv-actions" }, keys.map((name, index) =>
        h("button", { type: "button", class: "vv-button small", "aria-keyshortcuts": String(index + 1), onclick: () => answer(name) }, h("kbd", {}, String(index + 1)), name))),
    ] : []));
    preview.replaceChildren();
    tell();
    look();
  };

  return {
    element, open, unsaved, look, quiet,
    draft: () => ({ text: text.value, role: role.value, delivery: delivery.value }),
    restore: (draft) => {
      text.value = draft.text;
      role.value = draft.role;
      delivery.value = draft.delivery;
      soon();
    },
    save: (next) => keep(next),
    focus: () => (keys.length ? unsure.querySelector("button") : text).focus({ preventScroll: true }),
  };
};
