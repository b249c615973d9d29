// What wants a look in a manuscript: a list that leads to each place.
import { VV } from "./dom.js";

const { h } = VV;
const KINDS = {
  speaker: "Speakers to confirm", cast: "Roles without a voice", tag: "Tags that mean nothing", suggestion: "Suggestions", word: "Words to check", import: "Remarks from the import",
};
const SHOWN = 100;

/**
 * @param {object} options
 * @param {(id: string) => void} options.show shows a line
 * @param {(ids: string[], accepted: boolean) => Promise<object>} options.answer accepts or declines suggestions
 */
export const problemList = ({ show, answer }) => {
  const box = h("div", { class: "vv-problem-groups" });
  const head = h("h2", {}, "To look at");
  // Beside the script all are open; above it, on a narrow screen, they would hide it.
  const folded = new Set(window.matchMedia("(max-width: 820px)").matches ? Object.keys(KINDS) : ["import"]);

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
    show: (problems, chapters) => {
      const titles = new Map(chapters.map((chapter) => [chapter.index, chapter.title]));
      const kinds = Object.keys(KINDS).filter((kind) => problems.some((problem) => problem.kind === kind));
      head.textContent = problems.length ? `To look at: ${problems.length.toLocaleString("en")}` : "Nothing to look at";
      VV.redraw(box, kinds.map((kind) => {
        const own = problems.filter((problem) => problem.kind === kind);
        const rest = own.length - SHOWN;
        return h("details", {
          open: !folded.has(kind),
          ontoggle: (event) => (event.target.open ? folded.delete(kind) : folded.add(kind)),
        },
        h("summary", { "data-key": `kind-${kind}` }, KINDS[kind], " ", h("span", { class: "vv-badge" }, String(own.length))),
        kind === "suggestion" && own.length > 1 && answers(own.map((problem) => problem.suggestion), "Use all", "None of them"),
        h("ol", {}, own.slice(0, SHOWN).map((problem) => item(problem, titles)), rest > 0 && h("li", { class: "vv-facts" }, `and ${rest.toLocaleString("en")} more`)));
      }));
    },
  };
};
