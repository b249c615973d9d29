// What the studio can find in a book by itself: who speaks each line, and how lines are said.
import { VV } from "./dom.js";

const { h } = VV;

/**
 * @param {object} options
 * @param {(method: string, rest: string) => Promise<object | null>} options.change asks for it; null if it failed
 * @param {() => void} options.look looks at the problems anew
 */
export const helpers = ({ change, look }) => {
  const told = h("p", { class: "vv-facts", role: "status" });
  const button = (label, title, act) => h("button", { type: "button", class: "vv-button small", title, onclick: act }, label);

  const busy = async (own, act) => {
    const buttons = [...element.querySelectorAll("button")];
    for (const each of buttons) each.disabled = true;
    const label = own.textContent;
    own.replaceChildren(h("span", { class: "vv-spinner" }), label);
    try {
      await act();
    } finally {
      own.replaceChildren(label);
      for (const each of buttons) each.disabled = false;
    }
  };
  const find = button("Find who speaks", "Gives every line of speech the role that says it; what you confirmed stays", () => busy(find, async () => {
    const found = (await change("POST", "/speakers"))?.found;
    if (!found) return;
    told.textContent = found.lines
      ? `${VV.count(found.lines, "line")} of speech by ${VV.count(found.roles.length, "role")}: ${found.sure.toLocaleString("en")} are sure, ${found.unsure.toLocaleString("en")} need your word.`
      : "Nobody speaks in this book but the narrator.";
  }));
  const forget = button("Take it back", "Gives all lines that were found back to the narrator; what you confirmed stays", () => busy(forget, async () => {
    if (await change("DELETE", "/speakers")) told.textContent = "The narrator reads all but what you confirmed.";
  }));
  const suggest = button("Suggest deliveries", "Changes nothing before you accept it", () => busy(suggest, async () => {
    const open = (await change("POST", "/suggestions"))?.open;
    if (open === undefined) return;
    told.textContent = open ? `${VV.count(open, "suggestion")} from what the book says of its lines.` : "The book does not say how its lines are said.";
    look();
  }));
  const element = h("section", { class: "vv-script-help" },
    h("h2", {}, "A voice for every role"),
    h("p", { class: "vv-facts" }, "The studio can find who speaks each line, and how the book says it is said. You have the last word on both."),
    h("div", { class: "vv-actions" }, find, forget, suggest), told);
  return { element };
};
