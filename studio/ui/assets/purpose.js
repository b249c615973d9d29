// What a book is for, what it holds, and what licences of its voices say to that.
import { VV } from "./dom.js";

const { h } = VV;

VV.parts.purpose = (box, send) => {
  const purposes = h("select", {
    class: "vv-input", id: "vv-purpose", "aria-describedby": "vv-purpose-hint",
    onchange: () => send("mark", { purpose: purposes.value }),
  });
  const summary = h("summary", {});
  const kinds = h("ul", {});
  const warnings = h("div", { role: "status" });
  const tick = ([kind, words, held]) =>
    h("li", {}, h("label", {}, h("input", { type: "checkbox", value: kind, checked: held, "data-key": `kind-${kind}`, onchange: hold }), " ", words));
  const hold = () => send("hold", { content: [...kinds.querySelectorAll("input:checked")].map((input) => input.value) });
  box.replaceChildren(
    h(
      "div",
      { class: "vv-field" },
      h("label", { for: "vv-purpose" }, "What this book is for"),
      purposes,
      h("p", { class: "vv-facts", id: "vv-purpose-hint" }, "Some voices may be used in private only. Consents are held against this as well."),
    ),
    h("details", { class: "vv-holds" }, summary, h("fieldset", {}, h("legend", {}, "Kinds of content a voice owner may exclude"), kinds)),
    warnings,
  );

  return (value) => {
    purposes.replaceChildren(
      ...value.purposes.map(([name, words]) => h("option", { value: name, selected: name === value.purpose }, words)),
    );
    const held = value.content.filter(([, , ticked]) => ticked).map(([, words]) => words);
    summary.textContent = `It holds: ${held.join(", ") || "nothing special"}`;
    VV.redraw(kinds, value.content.map(tick));
    VV.redraw(
      warnings,
      value.warnings.map((reason) => h("p", { class: "vv-notice warning" }, VV.sentence(reason), " Choose another voice, or mark the book private if nobody sells it.")),
    );
  };
};
