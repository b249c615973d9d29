// What happened to a consent, in the order it happened: newest first, each with its place on the ledger.
import { VV } from "./dom.js";

const { h } = VV;
const SHOWN = 40;

const event = (each) =>
  h(
    "li",
    { class: "vv-event" },
    h("time", { datetime: each.time, class: "vv-facts" }, VV.moment(each.time)),
    h(
      "div",
      {},
      h("p", {}, each.sentence),
      h("p", { class: "vv-facts" }, `${each.by ? `${each.by} · ` : ""}ledger entry ${each.ledger_seq}`),
    ),
  );

VV.parts.timeline = (box) => {
  let all = false;
  const draw = (value) => {
    const events = [...value.events].sort((one, other) => other.ledger_seq - one.ledger_seq);
    const shown = all ? events : events.slice(0, SHOWN);
    VV.redraw(
      box,
      h("ol", { class: "vv-timeline", "aria-label": "What happened, newest first" }, shown.map(event)),
      shown.length < events.length &&
        h("button", { type: "button", class: "vv-button", onclick: () => { all = true; draw(value); } },
          `Show all ${events.length} entries`),
      value.anchor &&
        h("details", { class: "vv-anchor" }, h("summary", {}, "Anchor of the ledger at this record"), h("p", {}, h("code", {}, value.anchor)),
          h("p", { class: "vv-facts" }, "Keep it outside the studio: with it anybody can see later whether the ledger was rewritten.")),
    );
  };
  return draw;
};
