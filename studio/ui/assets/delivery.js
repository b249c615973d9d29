// Deliveries and tagged words as people see them: names, degrees, chips. No bracket is ever shown.
import { VV } from "./dom.js";

const { h } = VV;
const UNITS = [["rate_percent", "rate", "%", "pace"], ["pitch_st", "pitch", "st", "pitch"], ["range_percent", "range", "%", "melody"], ["volume_db", "volume", "dB", "volume"]];
const METHODS = {
  native: "the voice’s own style",
  reference: "a recording of this voice in that mood",
  prosody: "the engine’s own prosody",
  processing: "processing",
  approximate: "approximation in part",
};

export const NEUTRAL = { preset: "neutral", intensity: 1, rate_percent: 0, pitch_st: 0, range_percent: 0, volume_db: 0 };
export const OFFSETS = UNITS.map(([field]) => field);

const signed = (value) => `${value > 0 ? "+" : "−"}${Math.abs(value)}`;
const offsets = (delivery) => UNITS.filter(([field]) => delivery[field]);

/** As a tag has it: "sad:0.6 rate=-10%". */
export const deliveryTag = (delivery) => {
  const plain = delivery.intensity === 1 || delivery.preset === "neutral";
  const added = offsets(delivery).map(([field, label, unit]) => `${label}=${delivery[field] > 0 ? "+" : ""}${delivery[field]}${unit}`);
  const named = delivery.preset !== "neutral" || !added.length;
  return [...(named ? [plain ? delivery.preset : `${delivery.preset}:${delivery.intensity}`] : []), ...added].join(" ");
};

export const isNeutral = (delivery) => deliveryTag(delivery) === "neutral";

/** For people: "Sad · 60 % · pace −10 %". */
export const deliveryWords = (delivery, presets) => {
  const title = presets.find((preset) => preset.name === delivery.preset)?.title ?? delivery.preset;
  const added = offsets(delivery).map(([field, , unit, word]) => `${word} ${signed(delivery[field])} ${unit}`);
  const named = delivery.preset !== "neutral" || !added.length;
  const degree = delivery.intensity !== 1 && delivery.preset !== "neutral" ? [`${Math.round(delivery.intensity * 100)} %`] : [];
  return [...(named ? [title, ...degree] : []), ...added].join(" · ");
};

export const chip = (kind, words, hidden = "") =>
  h("span", { class: `vv-chip ${kind}` }, hidden && h("span", { class: "vv-hidden" }, `${hidden} `), words);

/** How words are said that a tag has said otherwise, short and in full. */
const SAID = {
  ipa: (value) => [`/${value}/`, `said /${value}/`],
  say: (value) => [`“${value}”`, `said “${value}”`],
  lang: (value) => [VV.language(value), `said in ${VV.language(value)}`],
};

/** Words that a tag has said otherwise, readable as they are, with a chip that tells how. */
const said = (part) => {
  const [short, full] = SAID[part.said.kind](part.said.value);
  return h("span", { class: "vv-said-so", title: `“${part.text}” is ${full}, here only` },
    h("span", { class: "vv-said-words" }, part.text), h("span", { class: "vv-hidden" }, ` (${full})`),
    h("span", { class: "vv-chip said", "aria-hidden": "true" }, short));
};

/** The pieces of a line: words as they are, and a chip for every tag. */
export const pieces = (parts, presets) =>
  parts.flatMap((part) => {
    if (part.kind === "words") return [part.glued ? "" : " ", part.said ? said(part) : h("span", {}, part.text)];
    if (part.kind === "delivery") return [" ", chip(isNeutral(part.delivery) ? "rest" : "delivery", deliveryWords(part.delivery, presets), "from here")];
    if (part.kind === "rest") return [" ", chip("rest", `${part.seconds} s`, "pause of")];
    return [" ", chip("event", part.name, "sound:")];
  });

/** How a take was made. */
export const madeBy = (methods) => methods.map((method) => METHODS[method] ?? method).join(" + ");
