// What wants a look in a manuscript: a list that leads to each place.
import { VV } from "./dom.js";

const { h } = VV;
const KINDS = {
  cast: "Roles without a voice", tag: "Tags that mean nothing", suggestion: "Suggestions", import: "Remarks from the import",
};
const SHOWN = 100;
const FOLDED_FROM = 6;

/**
 * @param {object} options
 * @param {(id: string) => void} options.show shows a line
 * @param {() => string} options.voices where voices are chosen
 * @param {(ids: string[], accepted: boolean) => Promise<object>} options.answer accepts or declines suggestions
 */
export const problemList = ({ show, voices, answer }) => {
  const box = h("div", { class: "vv-problem-groups" });
  const head = h("h2", {}, "To look at");
  // Beside the script short groups are open; above it, on a narrow screen, they would hide it.
  const narrow = window.matchMedia("(max-width: 820px)");
  const chosen = new Map(); // groups that somebody opened or closed
  const isOpen = (kind, count) => chosen.get(kind) ?? (!narrow.matches && kind !== "import" && count < FOLDED_FROM);

  const item = (problem, titles) =>
    h("li", {},
      problem.segment
        ? h("button", { type: "button", class: "vv-problem", onclick: () => show(problem.segment) },
            problem.quote && h("span", { class: "vv-quote" }, problem.quote), h("span", {}, problem.message), h("span", { class: "vv-facts" }, titles.get(problem.chapter) ?? ""))
        : h("p", { class: "vv-problem" }, problem.message),
      problem.suggestion && answers([problem.suggestion], "Use it", "No"));
  const answers = (ids, yes, no) =>
    h("div", { class: "vv-actions" },
      h("button", { type: "button", class: "vv-button small", onclick: () => answer(ids, true) }, yes),
      h("button", { type: "button", class: "vv-button small", onclick: () => answer(ids, false) }, no));

  return {
    element: h("section", { class: "vv-problem-list" }, head, box),
    show: (all, chapters) => {
      const problems = all.filter((problem) => problem.kind in KINDS); // unsure speakers have a list of their own
      const titles = new Map(chapters.map((chapter) => [chapter.index, chapter.title]));
      const kinds = Object.keys(KINDS).filter((kind) => problems.some((problem) => problem.kind === kind));
      head.textContent = problems.length ? `To look at: ${problems.length.toLocaleString("en")}` : "Nothing to look at";
      VV.redraw(box, kinds.map((kind) => {
        const own = problems.filter((problem) => problem.kind === kind);
        const rest = own.length - SHOWN;
        return h("details", {
          open: isOpen(kind, own.length),
        },
        h("summary", { "data-key": `kind-${kind}`, onclick: (event) => chosen.set(kind, !event.currentTarget.parentElement.open) }, KINDS[kind], " ", h("span", { class: "vv-badge" }, String(own.length))),
        kind === "cast" && h("div", { class: "vv-actions" }, h("a", { class: "vv-button small", href: voices() }, "Choose their voices")),
        kind === "suggestion" && own.length > 1 && answers(own.map((problem) => problem.suggestion), "Use all", "None of them"),
        h("ol", {}, own.slice(0, SHOWN).map((problem) => item(problem, titles)), rest > 0 && h("li", { class: "vv-facts" }, `and ${rest.toLocaleString("en")} more`)));
      }));
    },
  };
};
