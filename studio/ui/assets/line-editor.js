// The editor of one line: its words with tags, its delivery, how it sounds, and what leads it.
import { comparison } from "./compare.js";
import { deliveryFields } from "./delivery-fields.js";
import { deliveryTag, deliveryWords, madeBy, NEUTRAL } from "./delivery.js";
import { VV } from "./dom.js";
import { guideTrack } from "./guide.js";
import { deliveryLane } from "./lane.js";

const { h } = VV;
const CHECK_AFTER_MS = 350;
const EDGE = 12; // between the editor and the edge of the window
const LEAST_HEIGHT = 360;
const NARROW = window.matchMedia("(max-width: 1000px)");
const plainWords = (pieces) => pieces.filter((piece) => piece.kind === "words").map((piece) => piece.text).join(" ");

/**
 * A dialog: beside the list where there is room, above everything where there is not.
 * @param {object} options
 * @param {object} options.catalogue project, presets, events, voices
 * @param {(line: object) => void} options.onsaved told how a line is now
 * @param {(id: string, unsaved: boolean) => void} options.ondraft told whether a line has changes that are not saved
 * @param {(step: number) => void} options.onmove asked for the next (1) or previous (-1) line
 * @param {() => void} options.onclose told when the user closes it
 */
export const lineEditor = ({ catalogue, onsaved, ondraft, onmove, onclose }) => {
  const { presets } = catalogue;
  const titleOf = (name) => presets.find((preset) => preset.name === name)?.title ?? name;
  const drafts = new Map(); // unsaved changes by line
  const audio = h("audio", { preload: "auto" });
  let line = null;
  let draft = null; // { text, delivery }
  let hearing = null; // AbortController of what is being said
  let checking = 0;
  let loaded = false; // the player holds the line as it stands in the editor

  const title = h("h2", { id: "vv-editor-title" });
  const speaker = h("span", { class: "vv-facts" });
  const text = h("textarea", { class: "vv-input", id: "vv-line-text", rows: 3, maxlength: 10_000, spellcheck: "true", "aria-describedby": "vv-line-problems" });
  const problems = h("ul", { class: "vv-problems", id: "vv-line-problems", role: "status" });
  const complaint = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const hearButton = h("button", { type: "button", class: "vv-button primary", onclick: () => hear(), title: "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter" });
  const saveButton = h("button", { type: "button", class: "vv-button", onclick: () => save(), title: "Ctrl+S", "aria-keyshortcuts": "Control+S" }, "Save");
  const resetButton = h("button", { type: "button", class: "vv-button", onclick: () => reset() }, "Reset");
  const status = h("span", { class: "vv-facts", role: "status" });
  const made = h("div", { class: "vv-made" });
  const lane = deliveryLane(audio, titleOf);
  const fields = deliveryFields({
    presets, text, events: catalogue.events, onchange: (delivery) => change({ delivery }),
  });
  const guide = guideTrack({ words: (delivery) => deliveryWords(delivery, presets), onuse: (delivery) => use(delivery), onchange: () => guided() });
  const compare = comparison({
    presets, onuse: (preset) => use({ ...NEUTRAL, preset }),
    render: async (preset, signal) => {
      const { plain } = await read(signal);
      const take = await VV.request(address("/preview"), { method: "POST", body: { text: plain, delivery: preset }, signal });
      return { ...take, url: take.equal_url };
    },
  });
  const previous = VV.iconButton("up", "Previous line (Alt+↑)", () => onmove(-1));
  const next = VV.iconButton("down", "Next line (Alt+↓)", () => onmove(1));
  const element = h(
    "dialog",
    { class: "vv-editor", id: "line-editor", "aria-labelledby": "vv-editor-title", oncancel: (event) => { event.preventDefault(); close(); } },
    h("header", { class: "vv-editor-head" }, h("div", {}, title, speaker), previous, next, VV.iconButton("cross", "Close", () => close())),
    h("div", { class: "vv-editor-body" },
      h("div", { class: "vv-field" }, h("label", { for: "vv-line-text" }, "Words"), text, problems),
      fields.element, made, lane.element, compare.element, guide.element),
    h("footer", { class: "vv-editor-foot" }, complaint, h("div", { class: "vv-actions" }, hearButton, saveButton, resetButton, status)),
    audio,
  );
  element.addEventListener("play", (event) => {
    for (const other of element.querySelectorAll("audio")) if (other !== event.target) other.pause();
  }, true);

  const address = (rest = "") => `/media/${encodeURIComponent(catalogue.project)}/segments/${encodeURIComponent(line.id)}${rest}`;
  const complain = (words = "") => {
    complaint.textContent = words;
    complaint.hidden = !words;
  };
  const changes = () => {
    const now = { text: draft.text, delivery: deliveryTag(draft.delivery) };
    return now.text === line.text && now.delivery === deliveryTag(line.delivery) ? {} : now;
  };
  const unsaved = () => Object.keys(changes()).length > 0;
  const read = (signal = null) =>
    VV.request("/media/tags", { method: "POST", body: { text: draft.text, delivery: deliveryTag(draft.delivery) }, signal });

  const button = (state) => {
    const [icon, words] = { play: ["play", "Hear it"], stop: ["pause", "Stop"], busy: [null, "Cancel"] }[state];
    hearButton.setAttribute("aria-busy", String(state === "busy"));
    hearButton.replaceChildren(icon ? VV.icon(icon) : h("span", { class: "vv-spinner" }), words);
  };
  audio.addEventListener("playing", () => button("stop"));
  audio.addEventListener("ended", () => (audio.currentTime = 0));
  for (const event of ["pause", "ended"]) audio.addEventListener(event, () => hearing ?? button("play"));

  const tell = () => {
    const dirty = unsaved();
    saveButton.disabled = resetButton.disabled = !dirty;
    if (dirty) drafts.set(line.id, { ...draft });
    else drafts.delete(line.id);
    ondraft(line.id, dirty);
  };

  const showProblems = (found) =>
    problems.replaceChildren(...found.map((problem) => h("li", {}, VV.icon("warn"), h("span", {}, VV.sentence(problem.message)))));

  const check = async () => {
    const mine = ++checking;
    try {
      const found = await read();
      if (mine === checking) showProblems(found.problems);
    } catch (error) {
      if (mine === checking) complain(error.message);
    }
  };
  let waiting = 0;
  const checkSoon = () => {
    clearTimeout(waiting);
    checking += 1;
    waiting = setTimeout(check, CHECK_AFTER_MS);
  };

  const change = (part) => {
    Object.assign(draft, part);
    hush();
    lane.age();
    complain();
    tell();
    if ("text" in part) checkSoon();
  };
  text.addEventListener("input", () => change({ text: text.value }));

  const hush = () => {
    hearing?.abort();
    hearing = null;
    loaded = false;
    audio.pause();
    button("play");
    status.textContent = "";
  };

  const showMade = (methods, notes) =>
    made.replaceChildren(
      ...(methods.length ? [h("p", { class: "vv-facts" }, "Made by: ", madeBy(methods))] : []),
      ...(notes.length ? [h("ul", { class: "vv-notes" }, notes.map((note) => h("li", {}, VV.sentence(note))))] : []),
    );

  /** Play the line as it stands in the editor; have it said before if that was not done yet. */
  const hear = async () => {
    if (hearing) return hush();
    if (loaded) return audio.paused ? audio.play() : audio.pause();
    const began = performance.now();
    const clock = setInterval(() => (status.textContent = `Speaking… ${((performance.now() - began) / 1000).toFixed(1)} s`), 100);
    button("busy");
    try {
      await load(() => audio.play().catch(() => button("play")));
    } finally {
      clearInterval(clock);
      if (!hearing) status.textContent = "";
    }
  };

  /** Have the line said as it stands, and show how; a take that exists comes at once. */
  const load = async (then) => {
    const mine = (hearing = new AbortController());
    complain();
    try {
      const take = await VV.request(address("/preview"), { method: "POST", body: changes(), signal: mine.signal });
      if (hearing !== mine) return;
      hearing = null;
      loaded = true;
      showMade(take.methods, take.notes);
      audio.src = take.url;
      lane.show({ duration_s: take.duration_s, peaks: take.peaks });
      then();
      await Promise.all([measure(take), line.state === "new" && !unsaved() ? renew() : null]);
    } catch (error) {
      if (hearing !== mine && hearing !== null) return;
      hearing = null;
      if (error.name === "AbortError") return;
      button("play");
      complain(error.message);
    }
  };

  /** The lane compares a take with the words that are saved: other words show their outline alone. */
  const measure = async (take) => {
    const [heard, saved] = [audio.src, plainWords(line.pieces)];
    const words = unsaved() ? plainWords((await read()).pieces) : saved;
    if (words !== saved) return;
    const found = await VV.request(address(`/lane?key=${encodeURIComponent(take.key)}`));
    if (loaded && audio.src === heard) lane.show({ ...found, asked: askedWords(found.asked) });
  };
  const askedWords = (asked) => asked.map((each) => (each.guide ? "your reading" : deliveryWords(each, presets))).join(", then ");

  const save = async () => {
    if (!unsaved()) return;
    complain();
    saveButton.disabled = true;
    const saved = line.id;
    try {
      const now = await VV.request(address(), { method: "PUT", body: changes() });
      drafts.delete(saved);
      onsaved(now);
      if (line?.id === saved) {
        line = { ...line, ...now };
        draft = { text: now.text, delivery: { ...now.delivery } };
        text.value = draft.text;
        fields.show(draft.delivery, line);
        tell();
        status.textContent = "Saved";
        check();
        guide.refresh();
      }
    } catch (error) {
      if (line?.id !== saved) return;
      complain(error.message);
      tell();
    }
  };

  const reset = () => {
    drafts.delete(line.id);
    fill();
    text.focus();
  };

  const use = (delivery) => {
    fields.show(delivery, line);
    change({ delivery: { ...delivery } });
    fields.element.scrollIntoView({ block: "nearest" });
    fields.focus();
  };

  /** Ask how the line stands now, and tell. */
  const renew = async () => {
    const now = await VV.request(address());
    onsaved(now);
    if (line?.id === now.id) line = { ...line, ...now };
  };

  const guided = () => {
    hush();
    renew().catch((error) => complain(error.message));
  };

  /** Show the line as it is saved, or as it was left. */
  const fill = () => {
    hush();
    complain();
    lane.clear();
    compare.clear();
    draft = drafts.get(line.id) ?? { text: line.text, delivery: { ...line.delivery } };
    draft = { text: draft.text, delivery: { ...draft.delivery } };
    text.value = draft.text;
    fields.show(draft.delivery, line);
    showMade(line.methods, line.notes);
    problems.replaceChildren();
    tell();
    check();
    if (line.state !== "new" && !unsaved()) load(() => {});
  };

  const close = () => {
    hush();
    compare.clear();
    guide.close();
    element.close();
    line = null;
    onclose();
  };

  const place = () => {
    if (!line) return;
    element.close();
    if (NARROW.matches) element.showModal();
    else element.show();
    fit();
  };
  NARROW.addEventListener("change", place);
  /** Beside the list it fills the window from where it begins. */
  const fit = () => {
    if (!element.open) return;
    const top = Math.max(EDGE, element.parentElement.getBoundingClientRect().top);
    element.style.maxHeight = NARROW.matches ? "" : `${Math.max(LEAST_HEIGHT, window.innerHeight - top - EDGE)}px`;
  };
  for (const event of ["scroll", "resize"]) window.addEventListener(event, fit, { passive: true });

  element.addEventListener("keydown", (event) => {
    const wanted = event.ctrlKey || event.metaKey ? { Enter: () => hear(), s: () => save(), S: () => save() }[event.key]
      : event.altKey ? { ArrowDown: () => onmove(1), ArrowUp: () => onmove(-1) }[event.key] : null;
    if (!wanted) return;
    event.preventDefault();
    wanted();
  });
  window.addEventListener("beforeunload", (event) => drafts.size && event.preventDefault());

  return {
    element,
    open: (value, number, { first, last }) => {
      const moved = line?.id !== value.id;
      line = value;
      title.textContent = `Line ${number}`;
      speaker.textContent = value.speaker === "narrator" ? "" : value.speaker;
      previous.disabled = first;
      next.disabled = last;
      fill();
      guide.open(address("/guide"), value.guide);
      if (!element.open) place();
      if (moved) element.querySelector(".vv-editor-body").scrollTop = 0;
      text.focus({ preventScroll: true });
    },
    close,
    isUnsaved: (id) => drafts.has(id),
  };
};
