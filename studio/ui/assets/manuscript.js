// The manuscript: chapters, every line as a script to edit, search and replace, undo, and what wants a look.
import { chip, deliveryWords, isNeutral, pieces } from "./delivery.js";
import { VV } from "./dom.js";
import { findBar } from "./manuscript-find.js";
import { helpers } from "./manuscript-help.js";
import { lineForm } from "./manuscript-line.js";
import { problemList } from "./manuscript-problems.js";
import { rulesFold } from "./manuscript-rules.js";
import { wordList } from "./manuscript-words.js";

const { h } = VV;
const NARRATOR = "narrator";
const STATES = { sure: "found in the text", unsure: "not sure: please look", confirmed: "chosen by a person" };

/** Lines out of sight have guessed heights: a place is known, and stays, only once those near it are laid out. */
const scrollTo = (target, block) => {
  let left = 12;
  let before = NaN;
  const look = () => {
    target.scrollIntoView({ block });
    const at = target.getBoundingClientRect().top;
    if (--left > 0 && Math.abs(at - before) >= 1) requestAnimationFrame(() => requestAnimationFrame(look));
    before = at;
  };
  look();
};

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

  const address = (rest = "") => `/media/${encodeURIComponent(project.id)}/manuscript${rest}`;
  const wrong = h("div", { class: "vv-notice error", role: "alert", hidden: true });
  const said = h("p", { class: "vv-hidden", role: "status" });
  const complain = (words = "") => {
    wrong.textContent = words;
    wrong.hidden = !words;
  };
  const tell = (words) => (said.textContent = words);
  const row = (id) => script.querySelector(`[data-line="${CSS.escape(id)}"]`);
  const find = (id) => lines.find((line) => line.id === id);

  const undo = h("button", { type: "button", class: "vv-button small", onclick: () => change("POST", "/undo") }, "Undo");
  const redo = h("button", { type: "button", class: "vv-button small", onclick: () => change("POST", "/redo") }, "Redo");
  const bar = findBar({
    ask: (query) => VV.request(address(`/search?${new URLSearchParams(query)}`)),
    replace: async (body) => (await change("POST", "/replace", body))?.replaced ?? null,
    show: (id) => reach(id),
    mark: (found) => {
      for (const marked of script.querySelectorAll(".found")) marked.classList.remove("found");
      for (const each of found) row(each.segment)?.classList.add("found");
    },
  });
  const problems = problemList({
    show: (id) => edit(id),
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
  const words = wordList({
    ask: () => VV.request(address("/words")),
    say: (body) => change("POST", "/words", body),
    show: (id) => edit(id),
    voice: () => ({ id: project.narrator, language: project.language }),
  });
  const tree = h("ol", { class: "vv-tree" });
  const jump = h("select", { class: "vv-input", "aria-label": "Go to chapter", onchange: () => go(Number(jump.value)) });
  const summary = h("p", { class: "vv-facts", role: "status" });
  const script = h("div", { class: "vv-script" });
  const side = h("aside", { class: "vv-script-side", "aria-label": "What wants a look" }, help.element, problems.element, words.element, rules.element);

  const setHistory = (history) => {
    for (const [button, label, name] of [[undo, history.undo, "Undo"], [redo, history.redo, "Redo"]]) {
      button.disabled = !label;
      button.title = label ? `${name}: ${label.charAt(0).toLowerCase()}${label.slice(1)}` : "";
    }
  };

  const rowOf = (line, before) =>
    h("li", { class: `${line.ends_paragraph ? "ends" : ""} ${line.kind}` },
      h("button", { type: "button", class: `vv-script-line${line.skipped ? " skipped" : ""}${line.role === NARRATOR ? "" : " said"}`, "data-line": line.id, tabindex: -1, onclick: () => edit(line.id) },
        content(line, before, whole.presets)));

  const drawChapter = (number) => {
    const list = sections.get(number)?.list;
    if (!list) return;
    const own = lines.filter((line) => line.chapter === number);
    list.replaceChildren(...own.map((line, index) => rowOf(line, own[index - 1])));
  };

  const drawAll = () => {
    sections.clear();
    const byChapter = grouped(lines);
    script.replaceChildren(
      ...whole.chapters.map((chapter) => {
        const own = byChapter.get(chapter.index) ?? [];
        const list = h("ol", { class: "vv-script-lines" }, own.map((line, index) => rowOf(line, own[index - 1])));
        const section = h("section", { id: `chapter-${chapter.index}`, class: chapter.skipped ? "skipped" : "", "aria-label": chapter.title },
          h("header", { class: "vv-script-head" },
            h("h2", {}, chapter.title), chapter.skipped && h("span", { class: "vv-badge" }, "skipped"),
            h("span", { class: "vv-facts" }, VV.count(chapter.words, "word"))),
          list);
        sections.set(chapter.index, { section, list });
        return section;
      }),
    );
    const first = script.querySelector(".vv-script-line");
    if (first) first.tabIndex = 0;
    let part = "";
    tree.replaceChildren(
      ...whole.chapters.flatMap((chapter) => {
        const heading = chapter.parts.join(" · ");
        const changed = heading !== part;
        part = heading;
        return [
          changed && heading && h("li", { class: "vv-tree-part" }, heading),
          h("li", {}, h("button", { type: "button", class: chapter.skipped ? "skipped" : "", onclick: () => go(chapter.index) }, chapter.title)),
        ].filter(Boolean);
      }),
    );
    jump.replaceChildren(...whole.chapters.map((chapter) => h("option", { value: chapter.index }, chapter.title)));
  };

  const count = () => {
    const unsure = lines.filter((line) => line.speaker === "unsure").length;
    summary.textContent = [VV.count(lines.length, "line"), unsure && `${VV.count(unsure, "speaker")} to confirm`].filter(Boolean).join(" · ");
  };

  const go = (number) => {
    const section = sections.get(number)?.section;
    if (!section) return;
    section.querySelector(".vv-script-line")?.focus({ preventScroll: true });
    scrollTo(section, "start");
  };

  const reach = (id) => {
    const target = row(id);
    if (!target) return;
    for (const other of script.querySelectorAll('.vv-script-line[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
    target.focus({ preventScroll: true });
    scrollTo(form?.element.isConnected && open === id ? form.element.parentElement : target, "center");
  };

  /** Send an edit, and show the lines it is answered with. */
  const change = async (method, rest, body = null, keep = "") => {
    complain();
    let answer;
    try {
      answer = await VV.request(address(rest), { method, body });
    } catch (error) {
      complain(error.message);
      wrong.scrollIntoView({ block: "nearest" });
      return null;
    }
    if (!answer.history) return answer;
    setHistory(answer.history);
    const changed = new Set(answer.changed);
    const byChapter = grouped(lines);
    for (const [chapter, own] of grouped(answer.lines)) byChapter.set(chapter, own);
    lines = whole.chapters.flatMap((chapter) => byChapter.get(chapter.index) ?? []);
    shut();
    for (const number of changed) drawChapter(number);
    count();
    if (keep) {
      const next = answer.made ?? keep;
      if (find(next)) edit(next);
    }
    bar.again();
    lookAtProblems();
    return answer;
  };

  const shut = () => {
    if (!open) return;
    row(open)?.parentElement.classList.remove("open");
    form.element.remove();
    open = "";
  };

  const roles = () => [...new Set([NARRATOR, ...lines.map((line) => line.role)])];
  /** Who speaks near a line, the nearest first: whom a key is for when it is not sure. */
  const near = (line) => {
    const at = lines.indexOf(line);
    const around = lines.slice(Math.max(0, at - 40), at + 40).filter((each) => each.role !== NARRATOR && each.chapter === line.chapter);
    const sorted = around.sort((a, b) => Math.abs(lines.indexOf(a) - at) - Math.abs(lines.indexOf(b) - at));
    return [...new Set([line.role, ...sorted.map((each) => each.role), NARRATOR])].slice(0, 9);
  };

  const edit = (id) => {
    const line = find(id);
    if (!line) return;
    if (open && open !== id && form.unsaved()) {
      form.save(id);
      return;
    }
    shut();
    open = id;
    const holder = row(id).parentElement;
    holder.classList.add("open");
    holder.append(form.element);
    form.open(line, { roles: roles(), near: near(line), last: lines[lines.indexOf(line) + 1]?.chapter !== line.chapter });
    reach(id);
    form.focus();
  };

  const step = (by) => {
    const next = lines[lines.findIndex((line) => line.id === open) + by];
    if (next) edit(next.id);
  };
  const nextUnsure = (id) => {
    const at = lines.findIndex((line) => line.id === id);
    return [...lines.slice(at + 1), ...lines.slice(0, at)].find((line) => line.speaker === "unsure")?.id ?? "";
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
    const all = [...script.querySelectorAll(".vv-script-line")];
    const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = to && all[all.indexOf(own) + to];
    if (!target) return;
    event.preventDefault();
    reach(target.dataset.line);
  });
  document.addEventListener("keydown", (event) => {
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
      save: (id, body, next) => change("PUT", `/lines/${encodeURIComponent(id)}`, body, next ?? id),
      confirm: async (id, role) => {
        const next = nextUnsure(id);
        const answer = await change("PUT", `/lines/${encodeURIComponent(id)}`, { role }, next || id);
        if (answer) tell(next ? `${role} speaks. Next line to confirm.` : `${role} speaks. All speakers are confirmed.`);
      },
      split: (id, at) => change("POST", `/lines/${encodeURIComponent(id)}/split`, { at }, id),
      merge: (id) => change("POST", `/lines/${encodeURIComponent(id)}/merge`, null, id),
      onmove: step,
      onclose: () => {
        const left = open;
        shut();
        reach(left);
      },
    });
    setHistory(whole.history);
    rules.show(whole.rules);
    drawAll();
    count();
    lookAtProblems();
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
      h("div", { class: "vv-script-bar" }, undo, redo, jump, bar.element),
      wrong, said,
      h("div", { class: "vv-script-frame" },
        h("nav", { class: "vv-script-nav", "aria-label": "Chapters" }, tree), script, side),
    );
    load();
  };
};
