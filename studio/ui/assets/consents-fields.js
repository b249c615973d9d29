// Fields of the consent form: label, hint and complaint belong to each control, and stay with it.
import { VV } from "./dom.js";

const { h } = VV;
const idOf = (name) => `vv-c-${name}`;

/** A field as the form holds it: its box, how to read it, and how to complain at it. */
const field = (name, label, control, { hint = "", required = false, wide = false } = {}) => {
  const complaint = h("p", { class: "vv-field-error", id: `${idOf(name)}-error`, hidden: true });
  const described = [hint && `${idOf(name)}-hint`, `${idOf(name)}-error`].filter(Boolean).join(" ");
  control.id = idOf(name);
  control.setAttribute("aria-describedby", described);
  if (required) control.setAttribute("aria-required", "true");
  const box = h(
    "div",
    { class: `vv-field${wide ? " wide" : ""}`, "data-field": name },
    h("label", { for: control.id }, label, !required && h("span", { class: "vv-optional" }, " optional")),
    control,
    hint && h("p", { class: "vv-hint", id: `${idOf(name)}-hint` }, hint),
    complaint,
  );
  const complain = (text) => {
    complaint.textContent = text;
    complaint.hidden = !text;
    control.setAttribute("aria-invalid", String(Boolean(text)));
  };
  control.addEventListener("input", () => complain(""));
  const read = () => control.value.trim();
  const check = () => (required && !read() && !box.hidden ? `Fill in: ${label.toLowerCase()}.` : "");
  return { name, box, control, read, complain, check, focus: () => control.focus() };
};

export const text = (name, label, value, options = {}) => {
  const { type = "text", placeholder = null, autocomplete = "off", maxlength = 300, inputmode = null } = options;
  const control = h("input", { class: "vv-input", type, placeholder, autocomplete, maxlength, inputmode });
  control.value = value ?? "";
  return field(name, label, control, options);
};

export const area = (name, label, value, options = {}) => {
  const control = h("textarea", { class: "vv-input", rows: options.rows ?? 3, maxlength: 4000 });
  control.value = value ?? "";
  return field(name, label, control, { ...options, wide: true });
};

export const select = (name, label, choices, value, options = {}) => {
  const control = h("select", { class: "vv-input" }, choices.map(([key, word]) => h("option", { value: key, selected: key === value }, word)));
  return field(name, label, control, { required: true, ...options });
};

/** Ticks, or one of several; reads a list, or the one. */
export const ticks = (name, legend, choices, chosen, { hint = "", required = false, one = false } = {}) => {
  const complaint = h("p", { class: "vv-field-error", id: `${idOf(name)}-error`, hidden: true });
  const boxes = choices.map(([key, word, more], index) => {
    const control = h("input", {
      type: one ? "radio" : "checkbox", name: idOf(name), value: key, id: `${idOf(name)}-${index}`,
      checked: one ? key === chosen : chosen.includes(key),
    });
    return { control, label: h("label", { class: "vv-tick", for: control.id }, control, h("span", {}, word, more && h("small", {}, more))) };
  });
  const box = h(
    "fieldset",
    { class: "vv-field wide vv-ticks", "data-field": name, "aria-describedby": complaint.id },
    h("legend", {}, legend, !required && h("span", { class: "vv-optional" }, " optional")),
    hint && h("p", { class: "vv-hint" }, hint),
    h("div", { class: "vv-tick-list" }, boxes.map((each) => each.label)),
    complaint,
  );
  const read = () => {
    const given = boxes.filter((each) => each.control.checked).map((each) => each.control.value);
    return one ? given[0] ?? "" : given;
  };
  const complain = (words) => {
    complaint.textContent = words;
    complaint.hidden = !words;
  };
  box.addEventListener("change", () => complain(""));
  const check = () => (required && !read().length ? `Choose at least one: ${legend.toLowerCase()}.` : "");
  return { name, box, control: box, read, complain, check, focus: () => boxes[0]?.control.focus() };
};

export const one = (name, legend, choices, chosen, options = {}) =>
  ticks(name, legend, choices, chosen, { ...options, required: true, one: true });

/** A comma separated list as people type it. */
export const listed = (words) => words.split(",").map((word) => word.trim()).filter(Boolean);

/** "jane@example.org" as the address it is; shown without its scheme. */
export const contactAddress = (words) => (words.includes("@") && !words.includes(":") ? `mailto:${words}` : words);
export const contactWords = (address) => (address ?? "").replace(/^mailto:/, "");

/** Countries by the browser's own names, with the states whose law on voices differs. */
export const countries = () => {
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const notCountries = ["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CP", "DG", "EA", "IC", "TA", "CQ", "AC"];
  const found = letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !notCountries.includes(code) && names.of(code) && new Intl.Locale(`und-${code}`).maximize().region === code)
    .filter((code) => Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`)
    .map((code) => [code, names.of(code)]);
  const states = [
    ["US-CA", "California"], ["US-IL", "Illinois"], ["US-NY", "New York"], ["US-TN", "Tennessee"], ["US-TX", "Texas"],
    ["US-WA", "Washington"],
  ].map(([code, name]) => [code, `United States: ${name}`]);
  return [["", "Choose…"], ...[...found, ...states].sort((one, other) => one[1].localeCompare(other[1], "en"))];
};

export const timeZones = (present) => {
  const zones = Intl.supportedValuesOf("timeZone");
  return [...new Set(["UTC", present, ...zones])].filter(Boolean).sort().map((zone) => [zone, zone.replaceAll("_", " ")]);
};
