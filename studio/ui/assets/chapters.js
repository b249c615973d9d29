// The head of a book's page, and the list of its chapters.
import { VV } from "./dom.js";

const { h } = VV;

VV.parts.book = (box) => (value) => {
  const project = value.project;
  if (!project) {
    VV.redraw(box, h("p", { class: "vv-notice error" }, value.error), h("a", { href: "/" }, "All projects"));
    return;
  }
  document.title = `${project.title} · Viva Voce`;
  const facts = [
    VV.language(project.language),
    `${project.spoken_chapters} of ${VV.count(project.chapters, "chapter")} spoken`,
    VV.count(project.words, "word"),
    `about ${VV.about(project.finished_s)} of sound`,
  ];
  VV.redraw(
    box,
    h(
      "div",
      { class: "vv-book" },
      VV.cover(project),
      h(
        "div",
        {},
        h("h1", {}, project.title),
        h("p", { class: "vv-author" }, [project.author, project.year].filter(Boolean).join(" · ")),
        h("p", { class: "vv-facts" }, facts.join(" · ")),
      ),
    ),
  );
};

const KINDS = { chapter: "" };
const kindName = (kind) => KINDS[kind] ?? kind.replaceAll("-", " ");

const editor = (chapter, send, done) => {
  const input = h("input", { class: "vv-input", "aria-label": `Title of chapter ${chapter.index}`, maxlength: 300 });
  input.value = chapter.title;
  let open = true;
  const end = (save) => {
    if (!open) return;
    open = false;
    const title = input.value.trim();
    done();
    if (save && title && title !== chapter.title) send("rename", { number: chapter.index, title });
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") end(false);
  });
  input.addEventListener("blur", () => end(true));
  return input;
};

const row = (chapter, count, part, send) => {
  const number = chapter.index;
  const name = h("label", { class: "vv-chapter-title", for: `vv-speak-${number}` }, chapter.title);
  const tick = h("input", {
    type: "checkbox", id: `vv-speak-${number}`, "data-key": `speak-${number}`, checked: !chapter.skipped,
    onchange: (event) => send("choose", event.target.checked ? { keep: [number] } : { skip: [number] }),
  });
  const rename = () => {
    const field = editor(chapter, send, () => {
      field.replaceWith(name);
      element.querySelector(`[data-key="rename-${number}"]`).focus();
    });
    name.replaceWith(field);
    field.select();
    field.focus();
  };
  const move = (to) => () => send("move", { number, to });
  const kind = kindName(chapter.kind);
  const element = h(
    "li",
    { class: `vv-chapter${chapter.skipped ? " skipped" : ""}` },
    tick,
    h("span", { class: "vv-number", "aria-hidden": "true" }, String(number)),
    h("span", { class: "vv-chapter-words" }, name, kind && h("span", { class: "vv-badge" }, kind)),
    h("span", { class: "vv-words" }, VV.count(chapter.words, "word")),
    h(
      "span",
      { class: "vv-row-actions" },
      VV.iconButton("edit", `Rename ${chapter.title}`, rename, { key: `rename-${number}` }),
      VV.iconButton("up", `Move ${chapter.title} up`, move(number - 1), { key: `up-${chapter.id}`, disabled: number === 1 }),
      VV.iconButton("down", `Move ${chapter.title} down`, move(number + 1), {
        key: `down-${chapter.id}`, disabled: number === count,
      }),
    ),
  );
  return [part && h("li", { class: "vv-part-title" }, part), element];
};

VV.parts.chapters = (box, send) => (value) => {
  const chapters = value.chapters;
  const spoken = chapters.filter((chapter) => !chapter.skipped);
  const numbers = chapters.map((chapter) => chapter.index);
  let part = "";
  const rows = chapters.map((chapter) => {
    const own = chapter.parts.join(" · ");
    const heading = own !== part ? own : "";
    part = own;
    return row(chapter, chapters.length, heading, send);
  });
  const all = (label, data, off) =>
    h("button", { type: "button", class: "vv-button small", "data-key": label, disabled: off, onclick: () => send("choose", data) }, label);
  VV.redraw(
    box,
    value.warnings.length &&
      h(
        "details",
        { class: "vv-notice warning" },
        h("summary", {}, VV.count(value.warnings.length, "remark") + " from the import"),
        h("ul", {}, value.warnings.map((warning) => h("li", {}, warning))),
      ),
    h(
      "div",
      { class: "vv-bar" },
      h("p", { class: "vv-facts" }, `${spoken.length} of ${chapters.length} will be spoken`),
      all("Speak all", { keep: numbers }, spoken.length === chapters.length),
      all("Skip all", { skip: numbers }, spoken.length === 0),
      h("a", { class: "vv-button", href: `/manuscript${location.search}`, "data-key": "manuscript" }, "Edit the manuscript"),
      VV.nextStep("Choose narrator", "Narrator"),
    ),
    h("ol", { class: "vv-list", "aria-label": "Chapters" }, rows.flat()),
  );
};
