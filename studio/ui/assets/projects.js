// The list of projects: cards with the state of each book's last job.
import { VV } from "./dom.js";

const { h } = VV;
const LABELS = { queued: "Waiting", failed: "Stopped", cancelled: "Cancelled" };
const DONE = { render: "Rendered", master: "Mastered", deliver: "Produced" };

const state = (job) => {
  if (!job) return h("span", { class: "vv-state" }, "Not produced yet");
  if (job.state === "running") {
    return h("span", { class: "vv-state running" }, `${job.stage} ${Math.floor(job.fraction * 100)} %`);
  }
  return h("span", { class: `vv-state ${job.state}`, title: job.error || null }, LABELS[job.state] ?? DONE[job.kind.split("+").at(-1)]);
};

const card = (project, send) => {
  const facts = [
    VV.language(project.language),
    `${project.spoken_chapters} of ${VV.count(project.chapters, "chapter")}`,
    VV.count(project.words, "word"),
    `about ${VV.about(project.finished_s)}`,
  ];
  const remove = () =>
    VV.confirm(
      `Delete “${project.title}”?`,
      "Its chapters, choices and jobs are deleted. Finished audio files stay in the exports folder.",
      "Delete",
      () => send("remove", { project: project.id }),
    );
  return h(
    "li",
    { class: "vv-card" },
    cover(project),
    h(
      "div",
      { class: "vv-card-words" },
      h("h2", {}, h("a", { href: `/book?p=${encodeURIComponent(project.id)}` }, project.title)),
      project.author && h("p", { class: "vv-author" }, project.author),
      h("p", { class: "vv-facts" }, facts.join(" · ")),
    ),
    state(project.job),
    VV.iconButton("trash", `Delete ${project.title}`, remove, { key: `remove-${project.id}` }),
  );
};

const cover = (project) =>
  project.has_cover
    ? h("img", { class: "vv-cover", src: `/media/${encodeURIComponent(project.id)}/cover`, alt: "", loading: "lazy" })
    : h("span", { class: "vv-cover", "aria-hidden": "true" }, [...project.title][0] || "");
VV.cover = cover;

/** The system's dialog offers what can be imported; what comes in otherwise, the studio refuses in its own words. */
let suffixes = [];
const offer = (event) => {
  const input = event.target.closest?.("#import")?.querySelector("input[type=file]");
  if (input) input.accept = suffixes.filter((each) => each.startsWith(".")).join(",");
};
document.addEventListener("click", offer, true);

VV.parts.projects = (box, send) => (value) => {
  suffixes = value.suffixes;
  VV.redraw(
    box,
    value.projects.length
      ? h("ul", { class: "vv-cards" }, value.projects.map((project) => card(project, send)))
      : h(
          "div",
          { class: "vv-empty" },
          h("h2", {}, "Bring your first book"),
          h("p", {}, "Drop a book or a script on the field above, or click it. Nothing leaves this computer."),
          value.sample &&
            h("button", { type: "button", class: "vv-button", onclick: () => send("sample", {}) }, "Try the sample story"),
        ),
  );
};

VV.parts.goto = () => (value) => {
  if (value.address) window.location.assign(value.address);
};
