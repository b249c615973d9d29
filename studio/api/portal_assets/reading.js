/** What was read, how it was read, and what is wrong with it; recordings that are added while consent is in force. */

import { el, say } from "./dom.js";
import { upload } from "./link.js";
import { recorder } from "./recorder.js";
import { t, tOr } from "./words.js";

export const LONGEST_PROMPT_S = 60;

/** What checks found wrong, each in one sentence of the page's language. */
export function complaints(checks) {
  return checks.filter((check) => check.outcome === "refuse").map((check) => tOr(`wrong_${check.name.replaceAll("-", "_")}`, check.sentence));
}

/** A delivery in the page's language. */
export const deliveryName = (name) => tOr(`delivery_${name.replaceAll("-", "_")}`, name);

/** The question how a recording was read; gives the field, and what is chosen in it. */
export function howRead(view) {
  const choice = el("select", { id: "delivery", "aria-describedby": "delivery-hint" }, ...view.deliveries.map((name) => el("option", { value: name }, deliveryName(name))));
  const field = el("div.field", {}, el("label", { for: "delivery" }, t("how_read")), choice, el("p.hint", { id: "delivery-hint" }, t("how_read_hint")));
  return { field, chosen: () => choice.value };
}

/** One more recording for a consent that is in force; nothing if it takes none. */
export function addition(view, turn) {
  if (!view.takes_more) return null;
  const { field, chosen } = howRead(view);
  const first = view.references.length; // two texts: to compare voices in full takes eight seconds of speech
  const text = [first, first + 1].map((index) => view.prompts[index % view.prompts.length]).join(" ");
  const opened = el("details.addition", {}, el("summary", {}, t("add_recording")), el("div.group", {},
    el("p", {}, t("add_recording_text")), field,
    el("p.hint", {}, t("read_aloud")),
    el("blockquote.prompt", {}, text),
    recorder({
      start: t("record"),
      longest_s: LONGEST_PROMPT_S,
      hand_in: (sound) => turn(() => upload("recordings/reference", sound, { delivery: chosen() }), () => {
        say(t("recording_added"));
        return [];
      }),
    })));
  return el("section.card", {}, opened);
}
