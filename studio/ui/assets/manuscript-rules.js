// Which rules of the spoken form a book is said by.
import { VV } from "./dom.js";

const { h } = VV;

/** @param {{ save: (off: string[]) => Promise<void> }} options keeps the classes that are left out */
export const rulesFold = ({ save }) => {
  const list = h("div", { class: "vv-rules" });
  const element = h("details", { class: "vv-fold" }, h("summary", {}, "How things are said"),
    h("p", { class: "vv-facts" }, "Numbers, dates, abbreviations and the like are put into words before they are spoken. Untick what this book should have read as it is written."), list);
  return {
    element,
    show: ({ all, off }) => {
      list.replaceChildren(...all.map((name) =>
        h("label", { class: "vv-check" },
          h("input", { type: "checkbox", value: name, checked: !off.includes(name), onchange: () => save([...list.querySelectorAll("input:not(:checked)")].map((each) => each.value)) }),
          VV.sentence(name.replaceAll("-", " ")))));
    },
  };
};
