// The lines of a chapter: what each says and how, and the editor of the one that is open.
import { chip, deliveryWords, isNeutral, pieces } from "./delivery.js";
import { VV } from "./dom.js";
import { lineEditor } from "./line-editor.js";

const { h } = VV;
const STATES = { new: "not spoken yet", rendered: "spoken", flagged: "spoken, but sounds odd" };
const PAUSE_FACT = (seconds) => `${Number(seconds.toFixed(2))} s`;

const keepChapter = (number) => {
  const address = new URL(location.href);
  address.searchParams.set("chapter", number);
  history.replaceState(history.state, "", address);
};
/** The line another page led here for: once, then the address is that of the chapter. */
const takeWanted = () => {
  const address = new URL(location.href);
  const wanted = address.searchParams.get("line");
  address.searchParams.delete("line");
  history.replaceState(history.state, "", address);
  return wanted;
};

const content = (line, number, presets) => [
  h("span", { class: "vv-number" }, String(number)),
  h("span", { class: "vv-line-words" },
    line.speaker !== "narrator" && [h("span", { class: "vv-speaker" }, line.speaker), " "],
    !isNeutral(line.delivery) && [chip("delivery", deliveryWords(line.delivery, presets), "said"), " "],
    pieces(line.pieces, presets)),
  h("span", { class: "vv-line-marks" },
    line.guide && chip("guide", "guide"),
    line.notes.length > 0 && h("span", { class: "vv-badge warn", title: line.notes.join("\n") }, VV.count(line.notes.length, "note")),
    h("span", { class: "vv-facts", title: "Pause after this line" }, h("span", { class: "vv-hidden" }, "pause after it "), PAUSE_FACT(line.pause_s)),
    h("span", { class: `vv-dot ${line.state}`, title: STATES[line.state] }, h("span", { class: "vv-hidden" }, STATES[line.state]))),
];

VV.parts.lines = (box) => {
  const wrong = h("div", { class: "vv-notice error", role: "alert", hidden: true });
  const summary = h("p", { class: "vv-facts", role: "status" });
  const chooser = h("select", { class: "vv-input", id: "vv-chapter", onchange: () => load(Number(chooser.value)) });
  const list = h("ol", { class: "vv-lines", "aria-label": "Lines" });
  const frame = h("div", { class: "vv-lines-frame" }, list);
  box.replaceChildren(
    h("div", { class: "vv-bar" }, h("label", { for: "vv-chapter", class: "vv-label" }, "Chapter"), chooser, summary, VV.nextStep("Go to production", "Produce")),
    wrong, frame,
  );
  let value = null;
  let lines = [];
  let chapter = null;
  let open = ""; // id of the line in the editor
  let editor = null;
  let loading = null;

  const complain = (words, ...more) => {
    wrong.replaceChildren(h("p", {}, words), ...more);
    wrong.hidden = !words;
  };
  const button = (id) => list.querySelector(`[data-line="${CSS.escape(id)}"]`);
  const eventsOf = (line) => value.voices[line.voice] ?? [];

  const tell = () => {
    const said = lines.filter((line) => line.state !== "new").length;
    summary.textContent = lines.length ? `${VV.count(lines.length, "line")}, ${said} spoken` : "";
  };

  const row = (line, index) =>
    h("li", {}, h("button", { type: "button", class: "vv-line", "data-line": line.id, tabindex: index ? -1 : 0, onclick: () => edit(line.id) }, content(line, index + 1, value.presets)));

  const reach = (target, { focus = true } = {}) => {
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
    if (focus) target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  };
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll(".vv-line")];
    const at = all.indexOf(event.target.closest(".vv-line"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || !all[to]) return;
    event.preventDefault();
    reach(all[to]);
  });

  const makeEditor = () => {
    editor = lineEditor({
      catalogue: value,
      onsaved: (line) => {
        const index = lines.findIndex((other) => other.id === line.id);
        if (index < 0) return;
        lines[index] = { ...line, events: eventsOf(line) };
        button(line.id)?.replaceChildren(...content(lines[index], index + 1, value.presets));
        tell();
      },
      ondraft: (id, unsaved) => button(id)?.classList.toggle("unsaved", unsaved),
      onmove: (step) => {
        const line = lines[lines.findIndex((other) => other.id === open) + step];
        if (line) edit(line.id);
      },
      onclose: () => {
        const left = button(open);
        frame.classList.remove("open");
        left?.removeAttribute("aria-current");
        open = "";
        if (left) reach(left);
      },
    });
    frame.append(editor.element);
  };

  const edit = (id) => {
    const index = lines.findIndex((line) => line.id === id);
    button(open)?.removeAttribute("aria-current");
    open = id;
    const target = button(id);
    target.setAttribute("aria-current", "true");
    reach(target, { focus: false });
    frame.classList.add("open");
    editor.open(lines[index], index + 1, { first: index === 0, last: index === lines.length - 1 });
  };

  const draw = () => {
    list.replaceChildren(...lines.map(row));
    for (const line of lines) if (editor.isUnsaved(line.id)) button(line.id).classList.add("unsaved");
    button(open)?.setAttribute("aria-current", "true");
    tell();
  };

  const load = async (number) => {
    loading?.abort();
    const mine = (loading = new AbortController());
    if (number !== chapter && open) editor.close();
    chapter = number;
    keepChapter(number);
    try {
      const found = await VV.request(`/media/${encodeURIComponent(value.project)}/segments?chapter=${number}`, { signal: mine.signal });
      lines = found.map((line) => ({ ...line, events: eventsOf(line) }));
      complain("");
      draw();
      const wanted = takeWanted();
      if (button(wanted ?? "")) edit(wanted);
    } catch (error) {
      if (mine.signal.aborted) return;
      lines = [];
      draw();
      complain(error.message, h("div", { class: "vv-actions" }, h("button", { type: "button", class: "vv-button small", onclick: () => VV.openStep("Narrator") }, "Choose a narrator")));
    }
  };

  let seen = false;
  const refresh = () => {
    if (!seen || !value) return;
    const numbers = value.chapters.map((each) => each.number);
    const wanted = Number(new URL(location.href).searchParams.get("chapter") || NaN);
    const number = [chapter, wanted].find((each) => numbers.includes(each)) ?? numbers[0];
    if (number === undefined) {
      complain("Every chapter is skipped. Choose what is spoken under Chapters.");
      return;
    }
    chooser.value = String(number);
    load(number);
  };
  // The step is looked at anew whenever it is opened: lines are spoken elsewhere too.
  new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting && !seen) {
      seen = true;
      refresh();
    } else if (!entry.isIntersecting && box.offsetParent === null) seen = false;
  }).observe(box);

  return (given) => {
    value = given;
    chooser.replaceChildren(...value.chapters.map((each) => h("option", { value: each.number }, each.title)));
    if (!editor) makeEditor();
    refresh();
  };
};
