// The manuscript: chapters, every line as a script to edit, search and replace, undo, and what wants a look.
import { chip, deliveryWords, isNeutral, pieces } from "./delivery.js";
import { VV } from "./dom.js";
import { chapterTree } from "./manuscript-chapters.js";
import { findBar } from "./manuscript-find.js";
import { helpers } from "./manuscript-help.js";
import { lineForm } from "./manuscript-line.js";
import { problemList } from "./manuscript-problems.js";
import { rulesFold } from "./manuscript-rules.js";
import { hues, rolesNear, rolesOf, speakerList } from "./manuscript-speakers.js";
import { wordList } from "./manuscript-words.js";

const { h } = VV;
const NARRATOR = "narrator";
const STATES = { sure: "found in the text", unsure: "not sure: please look", confirmed: "chosen by a person" };

const CALM_FRAMES = 6;
const MOST_FRAMES = 60;
let scrolling = 0; // the newest

/** Lines out of sight have guessed heights: a place is kept in view until those near it are laid out. */
const scrollTo = (target, block) => {
  const mine = ++scrolling;
  let [frames, calm, before] = [0, 0, Infinity];
  const look = () => {
    if (mine !== scrolling) return;
    const moved = Math.abs(target.getBoundingClientRect().top - before) >= 1;
    calm = moved ? 0 : calm + 1;
    if (moved) target.scrollIntoView({ block });
    before = target.getBoundingClientRect().top;
    if (calm < CALM_FRAMES && ++frames < MOST_FRAMES) requestAnimationFrame(look);
  };
  look();
};
for (const event of ["wheel", "touchstart"]) addEventListener(event, () => (scrolling += 1), { passive: true });

/** Lines by the number of their chapter. */
const grouped = (lines) => {
  const chapters = new Map();
  for (const line of lines) chapters.get(line.chapter)?.push(line) ?? chapters.set(line.chapter, [line]);
  return chapters;
};

/** What a line shows: who speaks where that changes, how, and the words. */
const content = (line, before, presets) => {
  const spoken = line.role !== NARRATOR && (line.role !== before?.role || before.ends_paragraph);
  return [
    h("span", { class: "vv-line-words" },
      line.speaker === "unsure" && [h("span", { class: "vv-badge warn", title: line.reason }, `${Math.round(100 * line.confidence)} % sure`), " "],
      (spoken || line.speaker === "unsure") && [h("span", { class: "vv-speaker", title: STATES[line.speaker] ?? null }, line.role), " "],
      !isNeutral(line.delivery) && [chip("delivery", deliveryWords(line.delivery, presets), "said"), " "],
      pieces(line.pieces, presets)),
    line.skipped && h("span", { class: "vv-badge" }, "skipped"),
  ];
};

VV.parts.manuscript = (box) => {
  let project = null;
  let whole = null; // chapters, presets, rules, history
  let lines = [];
  let open = ""; // id of the line in the form
  let form = null;
  const sections = new Map(); // by chapter: its section and list
  const hue = hues();

  const address = (rest = "") => `/media/${encodeURIComponent(project.id)}/manuscript${rest}`;
  const words = h("span", {});
  const wrong = h("div", { class: "vv-notice error vv-script-wrong", role: "alert", hidden: true }, words, VV.iconButton("cross", "Put this message away", () => complain()));
  const said = h("p", { class: "vv-hidden", role: "status" });
  const complain = (text = "") => {
    words.textContent = text;
    wrong.hidden = !text;
  };
  const tell = (words) => (said.textContent = words);
  const drawn = new Map(); // rows by the id of their line
  const row = (id) => drawn.get(id);
  const find = (id) => lines.find((line) => line.id === id);
  /** Lines that are read: those of skipped chapters and skipped lines wait for nobody. */
  const read = () => {
    const skipped = new Set(whole.chapters.filter((chapter) => chapter.skipped).map((chapter) => chapter.index));
    return lines.filter((line) => !line.skipped && !skipped.has(line.chapter));
  };

  const undo = h("button", { type: "button", class: "vv-button small", onclick: () => change("POST", "/undo") }, "Undo");
  const redo = h("button", { type: "button", class: "vv-button small", onclick: () => change("POST", "/redo") }, "Redo");
  const bar = findBar({
    ask: (query) => VV.request(address(`/search?${new URLSearchParams(query)}`)),
    replace: async (body) => (await change("POST", "/replace", body))?.replaced ?? null,
    show: (id) => reach(id, { focus: false }),
    leave: (id) => reach(id),
    mark: (found) => {
      for (const marked of script.querySelectorAll(".found")) marked.classList.remove("found");
      for (const each of found) row(each.segment)?.classList.add("found");
    },
  });
  const problems = problemList({
    show: (id) => edit(id),
    voices: () => `/book?p=${encodeURIComponent(project.id)}&step=narrator`,
    answer: (ids, accepted) => change("POST", `/suggestions/${accepted ? "accepted" : "declined"}`, { ids }),
  });
  const help = helpers({ change: (method, rest) => change(method, rest), look: () => lookAtProblems() });
  const rules = rulesFold({
    save: async (off) => {
      try {
        whole.rules.off = await VV.request(address("/rules"), { method: "PUT", body: { off } });
        form?.look();
      } catch (error) {
        complain(error.message);
      }
    },
  });
  const risky = wordList({
    ask: () => VV.request(address("/words")),
    say: (body) => change("POST", "/words", body),
    show: (id) => edit(id),
    voice: () => ({ id: project.narrator, language: project.language }),
  });
  const chapters = chapterTree({ go: (number) => go(number) });
  const speakers = speakerList({
    hue,
    next: (wanted) => nextLine(wanted),
    confirm: (body) => change("POST", "/speakers/confirmed", body),
  });
  const summary = h("p", { class: "vv-facts", role: "status" });
  const script = h("div", { class: "vv-script" });
  const side = h("aside", { class: "vv-script-side", "aria-label": "What wants a look" }, help.element, speakers.element, problems.element, risky.element, rules.element);

  /** Roles with the most lines choose their hues first, so that these differ most. */
  const colour = () => rolesOf(lines).forEach((role) => hue(role.name));

  const setHistory = (history) => {
    for (const [button, label, name] of [[undo, history.undo, "Undo"], [redo, history.redo, "Redo"]]) {
      button.disabled = !label;
      button.title = label ? `${name}: ${label.charAt(0).toLowerCase()}${label.slice(1)}` : "";
    }
  };

  const rowOf = (line, before) => {
    const own = h("button", { type: "button", class: `vv-script-line${line.skipped ? " skipped" : ""}${line.role === NARRATOR ? "" : " said"}`, "data-line": line.id, tabindex: -1, onclick: () => edit(line.id) },
      content(line, before, whole.presets));
    if (line.role !== NARRATOR) own.style.setProperty("--vv-hue", hue(line.role));
    drawn.set(line.id, own);
    return h("li", { class: `${line.ends_paragraph ? "ends" : ""} ${line.kind}` }, own);
  };

  const drawChapter = (number) => {
    const list = sections.get(number)?.list;
    if (!list) return;
    const own = lines.filter((line) => line.chapter === number);
    list.replaceChildren(...own.map((line, index) => rowOf(line, own[index - 1])));
  };

  const drawAll = () => {
    sections.clear();
    drawn.clear();
    const byChapter = grouped(lines);
    script.replaceChildren(
      ...whole.chapters.map((chapter) => {
        const own = byChapter.get(chapter.index) ?? [];
        const list = h("ol", { class: "vv-script-lines", hidden: chapter.skipped }, own.map((line, index) => rowOf(line, own[index - 1])));
        const section = h("section", { id: `chapter-${chapter.index}`, class: chapter.skipped ? "skipped" : "", "aria-label": chapter.title },
          h("header", { class: "vv-script-head" },
            h("h2", {}, chapter.title), chapter.skipped && h("span", { class: "vv-badge" }, "skipped"), chapter.skipped && foldButton(chapter, list, own.length),
            h("span", { class: "vv-facts" }, VV.count(chapter.words, "word"))),
          list);
        sections.set(chapter.index, { section, list });
        return section;
      }),
    );
    const first = rows()[0] ?? script.querySelector(".vv-script-line");
    if (first) first.tabIndex = 0;
    chapters.show(whole.chapters);
  };
  /** A chapter that is not read takes no room until somebody looks into it, or is led to a line of it. */
  const foldButton = (chapter, list, count) => {
    const label = () => (own.textContent = list.hidden ? `Show ${VV.count(count, "line")}` : "Hide");
    const own = h("button", { type: "button", class: "vv-button small", "aria-expanded": "false", onclick: () => unfold(list.hidden) });
    const unfold = (shown) => {
      list.hidden = !shown;
      own.setAttribute("aria-expanded", String(shown));
      label();
    };
    list.addEventListener("vv-unfold", () => unfold(true));
    label();
    return own;
  };
  const unfold = (target) => {
    const list = target.closest(".vv-script-lines");
    if (list.hidden) list.dispatchEvent(new Event("vv-unfold"));
  };
  const rows = () => [...script.querySelectorAll(".vv-script-lines:not([hidden]) .vv-script-line")];

  const count = () => {
    const now = read();
    const unsure = now.filter((line) => line.speaker === "unsure").length;
    summary.textContent = [VV.count(lines.length, "line"), unsure && `${VV.count(unsure, "speaker")} to confirm`].filter(Boolean).join(" · ");
    chapters.count(now);
    speakers.show(now);
  };

  const go = (number) => {
    const section = sections.get(number)?.section;
    if (!section) return;
    section.querySelector(".vv-script-line")?.focus({ preventScroll: true });
    scrollTo(section, "start");
  };

  const reach = (id, { focus = true } = {}) => {
    const target = row(id);
    if (!target) return;
    unfold(target);
    for (const other of script.querySelectorAll('.vv-script-line[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
    if (focus) target.focus({ preventScroll: true });
    for (const other of script.querySelectorAll(".here")) other.classList.remove("here");
    target.classList.toggle("here", !focus);
    scrollTo(form?.element.isConnected && open === id ? form.element.parentElement : target, "center");
  };

  /** Send an edit, and show the lines it is answered with; what went wrong is thrown. */
  const send = async (method, rest, body = null, keep = "") => {
    complain();
    const answer = await VV.request(address(rest), { method, body });
    if (!answer.history) return answer;
    setHistory(answer.history);
    const changed = new Set(answer.changed);
    const byChapter = grouped(lines);
    for (const [chapter, own] of grouped(answer.lines)) byChapter.set(chapter, own);
    lines = whole.chapters.flatMap((chapter) => byChapter.get(chapter.index) ?? []);
    colour();
    const draft = !keep && open && form.unsaved() ? { id: open, ...form.draft() } : null;
    shut();
    for (const number of changed) drawChapter(number);
    count();
    const next = answer.made ?? (keep || draft?.id);
    if (next && find(next)) edit(next);
    if (draft && open === draft.id) form.restore(draft);
    bar.again();
    lookAtProblems();
    return answer;
  };
  /** The same from outside of the form: what went wrong is told in the bar, where it is in view. */
  const change = async (...edit) => {
    try {
      return await send(...edit);
    } catch (error) {
      complain(error.message);
      return null;
    }
  };

  const shut = () => {
    if (!open) return;
    form.quiet();
    row(open)?.parentElement.classList.remove("open");
    form.element.remove();
    open = "";
  };

  /** Open a line; a promise that it is, where the words of another are saved first. */
  const edit = (id) => {
    const line = find(id);
    if (!line) return null;
    if (open && open !== id && form.unsaved()) return form.save(id);
    shut();
    open = id;
    const at = lines.indexOf(line);
    unfold(row(id));
    const holder = row(id).parentElement;
    holder.classList.add("open");
    holder.append(form.element);
    form.open(line, { roles: [NARRATOR, ...rolesOf(lines).map((role) => role.name)], near: rolesNear(lines, at), last: lines[at + 1]?.chapter !== line.chapter });
    reach(id);
    form.focus();
    return null;
  };

  const step = (by) => {
    const next = lines[lines.findIndex((line) => line.id === open) + by];
    if (next) edit(next.id);
  };
  /** The next line that is read, and wanted. */
  const following = (from, wanted = () => true) => {
    const after = new Set(lines.slice(lines.findIndex((line) => line.id === from) + 1).map((line) => line.id));
    return read().find((line) => after.has(line.id) && wanted(line));
  };
  /** The same, over the end of the book. */
  const around = (from, wanted) => following(from, wanted) ?? read().find(wanted);
  const nextLine = (wanted) => {
    const inView = () => rows().find((own) => own.getBoundingClientRect().bottom > bar.element.getBoundingClientRect().bottom)?.dataset.line;
    const next = around(open || script.querySelector('[tabindex="0"].vv-script-line:focus')?.dataset.line || inView(), wanted);
    if (next) edit(next.id);
    else tell("There is none.");
  };

  let waiting = 0;
  const lookAtProblems = () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      try {
        problems.show(await VV.request(address("/problems")), whole.chapters);
      } catch (error) {
        complain(error.message);
      }
    }, 200);
  };

  script.addEventListener("keydown", (event) => {
    const own = event.target.closest(".vv-script-line");
    if (!own || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = rows();
    const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = to && all[all.indexOf(own) + to];
    if (!target) return;
    event.preventDefault();
    reach(target.dataset.line);
  });
  document.addEventListener("keydown", (event) => {
    if (box.isConnected && event.altKey && event.code === "KeyN" && !event.ctrlKey) {
      event.preventDefault();
      nextLine((line) => line.speaker === "unsure");
    }
    if (!box.isConnected || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const writing = event.target.closest?.("input, textarea, select");
    if (key === "f" && !event.shiftKey) {
      event.preventDefault();
      bar.focus();
    } else if (!writing && (key === "z" || key === "y")) {
      event.preventDefault();
      const button = key === "y" || event.shiftKey ? redo : undo;
      if (!button.disabled) button.click();
    }
  });

  const load = async () => {
    try {
      whole = await VV.request(address());
    } catch (error) {
      complain(error.message);
      return;
    }
    lines = whole.lines;
    form = lineForm({
      project: project.id, presets: whole.presets,
      spoken: (id, text) => VV.request(address(`/lines/${encodeURIComponent(id)}/spoken`), { method: "POST", body: { text } }),
      hear: (id, body) => VV.request(`/media/${encodeURIComponent(project.id)}/segments/${encodeURIComponent(id)}/preview`, { method: "POST", body }),
      save: async (id, body, next) => {
        await send("PUT", `/lines/${encodeURIComponent(id)}`, body, next ?? id);
        tell("Saved");
      },
      confirm: async (id, body) => {
        const next = around(id, (line) => line.speaker === "unsure" && line.id !== id);
        await send("PUT", `/lines/${encodeURIComponent(id)}`, body, next?.id ?? id);
        tell(next ? `${body.role} speaks. Next line to confirm.` : `${body.role} speaks. All speakers are confirmed.`);
      },
      split: (id, at) => send("POST", `/lines/${encodeURIComponent(id)}/split`, { at }, id),
      merge: (id) => send("POST", `/lines/${encodeURIComponent(id)}/merge`, null, id),
      after: (id) => following(id)?.id,
      show: (id) => edit(id),
      onmove: step,
      onclose: () => {
        const left = open;
        shut();
        reach(left);
      },
    });
    setHistory(whole.history);
    rules.show(whole.rules);
    colour();
    drawAll();
    chapters.watch(script);
    count();
    lookAtProblems();
    addEventListener("beforeunload", (event) => open && form.unsaved() && event.preventDefault());
    const wanted = new URL(location.href).searchParams.get("line");
    if (wanted && find(wanted)) edit(wanted);
  };

  return (value) => {
    if (!value.project) {
      VV.redraw(box, h("p", { class: "vv-notice error" }, value.error), h("a", { href: "/" }, "All projects"));
      return;
    }
    const again = project?.id === value.project.id;
    project = value.project;
    if (again) return;
    document.title = `Manuscript of ${project.title} · Viva Voce`;
    box.replaceChildren(
      h("div", { class: "vv-script-title" },
        h("div", {}, h("h1", { class: "vv-title" }, project.title), summary),
        h("a", { class: "vv-button", href: `/book?p=${encodeURIComponent(project.id)}` }, "Back to the book")),
      h("div", { class: "vv-script-bar" }, undo, redo, chapters.jump, bar.element, wrong),
      said,
      h("div", { class: "vv-script-frame" },
        chapters.tree, script, side),
    );
    const top = box.querySelector(".vv-script-bar");
    new ResizeObserver(() => box.style.setProperty("--vv-bar-height", `${top.offsetHeight}px`)).observe(top);
    load();
  };
};
