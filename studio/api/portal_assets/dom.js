/** Elements made from code, so that no text is ever read as HTML. */

/**
 * @param {string} name tag, with classes after dots: "p.lead"
 * @param {object} [set] properties; `on…` are listeners, names with a dash and `role` are attributes
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(name, set = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(set)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Paragraphs of a text; an empty line parts them. */
export function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => el("p", {}, part.trim()));
}

/** Say something to screen readers without moving the focus. */
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = text; });
}

/** Ask once; resolves to whether the person said yes. */
export function ask({ heading, text, yes, no, grave = false }) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-labelledby": "asked" },
      el("h2", { id: "asked" }, heading), ...paragraphs(text),
      el("form.actions", { method: "dialog" },
        el("button", { value: "no" }, no), el(grave ? "button.grave" : "button.primary", { value: "yes" }, yes)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** "3:07" of seconds. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
