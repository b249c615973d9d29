/** The page's words in the language it is shown in. */

let words = {};
let language = "en";

export function useWords(strings, tag) {
  words = strings;
  language = tag;
  document.documentElement.lang = tag;
}

/** A sentence by name, with `{names}` filled in. */
export function t(name, values = {}) {
  const found = words[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** A sentence by a name that not every language or version has; the fallback otherwise. */
export const tOr = (name, fallback) => (name in words ? t(name) : fallback);

/** A day as the language writes it; a bare date stands for itself in every time zone. */
export const day = (iso) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", ...(iso.length === 10 && { timeZone: "UTC" }) }).format(new Date(iso));

/** An instant in the reader's own time zone. */
export const instant = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

export const number = (value, digits = 1) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
