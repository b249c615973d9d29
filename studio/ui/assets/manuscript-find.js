// Search and replace in a manuscript.
import { VV } from "./dom.js";

const { h } = VV;
const AFTER_MS = 250;

/**
 * @param {object} options
 * @param {(query: object) => Promise<object[]>} options.ask finds lines
 * @param {(body: object) => Promise<number | null>} options.replace puts other words in their place; null if it failed
 * @param {(id: string) => void} options.show brings a line into view, the keyboard stays here
 * @param {(id: string) => void} options.leave goes to a line
 * @param {(found: object[]) => void} options.mark marks the lines that were found
 */
export const findBar = ({ ask, replace, show, leave, mark }) => {
  let found = [];
  let at = -1;
  let asked = 0;
  let waiting = 0;
  let done = ""; // what was replaced, told until something else is looked for
  const words = h("input", { class: "vv-input", type: "search", placeholder: "Find", "aria-label": "Find", maxlength: 200, oninput: () => soon(), onkeydown: (event) => steer(event) });
  const by = h("input", { class: "vv-input", placeholder: "Replace with", "aria-label": "Replace with", maxlength: 300 });
  const matchCase = h("input", { type: "checkbox", onchange: () => look() });
  const wholeWords = h("input", { type: "checkbox", onchange: () => look() });
  const told = h("span", { class: "vv-facts", role: "status" });
  const all = h("button", { type: "button", class: "vv-button small", disabled: true, onclick: () => put() }, "Replace all");
  const query = () => ({ words: words.value.trim(), match_case: matchCase.checked, whole_words: wholeWords.checked });
  const total = () => found.reduce((sum, each) => sum + each.count, 0);

  const tell = (text = null) => {
    told.textContent = text ?? (words.value.trim() ? (found.length ? `${total().toLocaleString("en")} in ${VV.count(found.length, "line")}` : "not found") : "");
    all.disabled = !found.length;
  };
  const look = async () => {
    const mine = ++asked;
    const wanted = query();
    let answer = [];
    if (wanted.words) {
      try {
        answer = await ask(wanted);
      } catch (error) {
        told.textContent = error.message;
        return;
      }
    }
    if (mine !== asked) return;
    found = answer;
    at = -1;
    mark(found);
    tell(done || null);
  };
  const soon = () => {
    done = "";
    clearTimeout(waiting);
    waiting = setTimeout(look, AFTER_MS);
  };
  const move = (by) => {
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    show(found[at].segment);
    tell(`${(at + 1).toLocaleString("en")} of ${VV.count(found.length, "line")}`);
  };
  const steer = (event) => {
    if (event.key === "Escape" && at >= 0) leave(found[at].segment);
    else if (event.key === "Enter") move(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  const put = async () => {
    const count = await replace({ ...query(), by: by.value });
    if (count === null) return;
    done = `${VV.count(count, "place")} replaced`;
    tell(done);
  };
  const option = (input, label) => h("label", { class: "vv-check" }, input, label);

  return {
    element: h("div", { class: "vv-find", role: "search" }, words,
      VV.iconButton("up", "Previous line found", () => move(-1)), VV.iconButton("down", "Next line found", () => move(1)), told,
      h("details", { class: "vv-replace" }, h("summary", {}, "Replace"),
        h("div", {}, by, option(matchCase, "Match case"), option(wholeWords, "Whole words"), all))),
    focus: () => {
      words.focus();
      words.select();
    },
    again: () => words.value.trim() && look(),
  };
};
