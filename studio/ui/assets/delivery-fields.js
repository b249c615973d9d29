// The fields of a delivery: which one, how much of it, fine tuning; and what can be put into the words.
import { deliveryTag, NEUTRAL } from "./delivery.js";
import { VV } from "./dom.js";

const { h } = VV;
const MOST = 1.5;
const PAUSES = [["[pause 0.3s]", "Short", "0.3 s"], ["[beat]", "Beat", "0.5 s"], ["[pause]", "Pause", "0.75 s"], ["[long pause]", "Long", "1.5 s"]];
const FINE = [
  ["rate_percent", "Pace", -50, 100, 5, "%"],
  ["pitch_st", "Pitch", -6, 6, 0.25, "st"],
  ["range_percent", "Melody", -60, 100, 5, "%"],
  ["volume_db", "Volume", -12, 9, 0.5, "dB"],
];

const degree = (intensity) => (intensity < 0.65 ? "a hint" : intensity <= 1.15 ? "narration" : "theatrical");
const signed = (value) => (value > 0 ? `+${value}` : `${value}`.replace("-", "−"));

/**
 * @param {object} options
 * @param {object[]} options.presets the table of deliveries
 * @param {string[]} options.events sounds that have a tag
 * @param {HTMLTextAreaElement} options.text where tags are put in
 * @param {(delivery: object) => void} options.onchange told the delivery that is chosen now
 */
export const deliveryFields = ({ presets, events, text, onchange }) => {
  let now = { ...NEUTRAL };
  const set = (part) => {
    now = { ...now, ...part };
    draw();
    onchange({ ...now });
  };

  const chosen = h("summary", { class: "vv-menu-button" });
  const option = (preset) =>
    h("button", { type: "button", class: "vv-option", "data-preset": preset.name, onclick: () => choose(preset.name) },
      h("strong", {}, preset.title), h("span", { class: "vv-facts" }, preset.about));
  const options = presets.map(option);
  const menu = h("details", { class: "vv-menu", id: "vv-delivery" }, chosen, h("div", { class: "vv-options-grid", role: "group", "aria-label": "Deliveries" }, options));
  const choose = (preset) => {
    set(preset === "neutral" ? { preset, intensity: 1 } : { preset });
    menu.open = false;
    chosen.focus();
  };
  const closeOnEscape = (fold, back) => fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    event.preventDefault();
    event.stopPropagation();
    fold.open = false;
    back.focus();
  });

  const intensity = h("input", { type: "range", min: 0, max: MOST, step: 0.05, id: "vv-intensity", oninput: () => set({ intensity: Number(intensity.value) }) });
  const howMuch = h("output", { class: "vv-facts", for: "vv-intensity" });
  const strength = h("div", { class: "vv-range" }, h("label", { for: "vv-intensity" }, "Intensity"), intensity, howMuch,
    h("span", { class: "vv-scale", "aria-hidden": "true" }, h("span", {}, "a hint"), h("span", {}, "narration"), h("span", {}, "theatrical")));

  const fine = FINE.map(([field, name, low, high, step, unit]) => {
    const id = `vv-fine-${field}`;
    const slider = h("input", { type: "range", min: low, max: high, step, id, oninput: () => set({ [field]: Number(slider.value) }) });
    const output = h("output", { class: "vv-facts", for: id });
    return { field, slider, output, unit, element: h("div", { class: "vv-range" }, h("label", { for: id }, name), slider, output) };
  });
  const tuned = h("span", { class: "vv-facts" });
  const tuning = h("details", { class: "vv-fold vv-fine" }, h("summary", {}, "Fine tuning ", tuned), h("div", { class: "vv-ranges" }, fine.map((each) => each.element)));

  /** Put a tag where the caret is, with white space around it. */
  const insert = (tag) => {
    const [begin, end] = [text.selectionStart, text.selectionEnd];
    const [before, after] = [text.value.slice(0, begin), text.value.slice(end)];
    const spaced = `${before && !/\s$/.test(before) ? " " : ""}${tag}${/^\s/.test(after) ? "" : " "}`;
    text.setRangeText(spaced, begin, end, "end");
    adding.open = false;
    text.focus();
    text.dispatchEvent(new Event("input"));
  };
  /** Give the marked words a delivery of their own. */
  const mark = (preset) => {
    const words = text.value.slice(text.selectionStart, text.selectionEnd).trim();
    marking.value = "";
    hint.hidden = Boolean(words);
    if (!words) return;
    insert(`[${words}]{.${preset}}`);
  };
  const small = (label, fact, onclick) => h("button", { type: "button", class: "vv-button small", onclick }, label, fact && h("span", { class: "vv-facts" }, fact));
  const marking = h("select", { class: "vv-input", id: "vv-mark", onchange: () => marking.value && mark(marking.value) },
    h("option", { value: "" }, "Choose a delivery…"), presets.map((preset) => h("option", { value: preset.name }, preset.title)));
  const hint = h("p", { class: "vv-hint", role: "status", hidden: true }, "Mark some words in the line first.");
  const cannot = h("p", { class: "vv-hint" });
  const adding = h("details", { class: "vv-fold vv-insert" }, h("summary", {}, "Insert"),
    h("div", { class: "vv-insert-list" },
      h("div", {}, h("h3", {}, "Pause"), h("div", { class: "vv-chips" }, PAUSES.map(([tag, name, length]) => small(name, length, () => insert(tag))))),
      h("div", {}, h("h3", {}, "Sound"), h("div", { class: "vv-chips" }, events.map((name) => small(name, null, () => insert(`[${name}]`)))), cannot),
      h("div", {}, h("h3", {}, h("label", { for: "vv-mark" }, "Only the marked words")), marking, hint)));
  closeOnEscape(menu, chosen);
  closeOnEscape(adding, adding.firstChild);
  closeOnEscape(tuning, tuning.firstChild);

  const draw = () => {
    const preset = presets.find((each) => each.name === now.preset) ?? presets[0];
    chosen.replaceChildren(h("span", {}, h("span", { class: "vv-hidden" }, "Delivery: "), h("strong", {}, preset.title), " ", h("span", { class: "vv-facts" }, preset.about)));
    for (const each of options) each.setAttribute("aria-pressed", String(each.dataset.preset === now.preset));
    strength.hidden = now.preset === "neutral";
    intensity.value = now.intensity;
    howMuch.textContent = `${Math.round(now.intensity * 100)} %`;
    intensity.setAttribute("aria-valuetext", `${Math.round(now.intensity * 100)} per cent, ${degree(now.intensity)}`);
    for (const { field, slider, output, unit } of fine) {
      slider.value = now[field];
      output.textContent = `${signed(now[field])} ${unit}`;
      slider.setAttribute("aria-valuetext", output.textContent);
    }
    const added = deliveryTag({ ...now, preset: "neutral", intensity: 1 });
    tuned.textContent = added === "neutral" ? "" : "in use";
  };

  return {
    element: h("div", { class: "vv-delivery-fields" }, h("p", { class: "vv-label" }, "Delivery"), menu, strength, h("div", { class: "vv-folds" }, tuning, adding)),
    show: (delivery, line) => {
      now = { ...delivery };
      menu.open = false;
      const missing = events.filter((name) => !line.events.includes(name));
      cannot.hidden = !missing.length;
      cannot.textContent = missing.length === events.length
        ? "This voice cannot make these sounds: they are left out, and the take says so."
        : `This voice cannot make: ${missing.join(", ")}.`;
      draw();
    },
    focus: () => chosen.focus({ preventScroll: true }),
  };
};
