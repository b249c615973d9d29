// What every part of the page shares: building nodes (text is always a text node), and joining a gr.HTML component.
export const VV = { parts: {} };

/** Make an element. Attributes by name, listeners as "onclick" and so on; null and false leave an attribute out. */
VV.h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  up: "M12 6l7 8h-4.5v5h-5v-5H5z",
  down: "M12 18l-7-8h4.5V5h5v5H19z",
  edit: "M4 16.5V20h3.5L18 9.5 14.5 6zM16 4.5 19.5 8 21 6.5 17.5 3z",
  download: "M11 4h2v8h3.5L12 16.5 7.5 12H11zM5 18h14v2H5z",
  trash: "M9 4h6l1 2h4v2H4V6h4zM6 9h12l-1 11H7z",
  check: "M9.5 17.2 4.3 12l1.7-1.7 3.5 3.5 8.5-8.5L19.7 7z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 4h2v4.6l3.2 3.2-1.4 1.4L11 12.4z",
  shield: "M12 2.5 4.5 5.4v6c0 4.7 3.2 8.6 7.5 10.1 4.3-1.5 7.5-5.4 7.5-10.1v-6zm-1.1 13.4-3.5-3.5 1.4-1.4 2.1 2.1 4.4-4.4 1.4 1.4z",
  ear: "M12 3a6 6 0 0 0-6 6h2a4 4 0 1 1 6.7 3c-1.5 1.3-2.2 2.3-2.2 4.2 0 1.5-.9 2.6-2.2 2.6-1 0-1.8-.6-2.2-1.6l-1.9.8c.7 1.7 2.2 2.8 4.1 2.8 2.5 0 4.2-2 4.2-4.6 0-1.2.4-1.7 1.5-2.7A6 6 0 0 0 12 3zm0 3.5A2.5 2.5 0 0 0 9.5 9h1.8a.8.8 0 1 1 1.2.7l.9 1.5A2.5 2.5 0 0 0 12 6.5z",
  copy: "M8 3h11v13h-2V5H8zM5 7h10v14H5zm2 2v10h6V9z",
  paper: "M6 2.5h8l4.5 4.5v14.5H6zm2 2v15h8.5V8H13V4.5z",
  warn: "M12 3 1.8 20.5h20.4zM11 9.5h2v5.5h-2zm0 6.8h2v2h-2z",
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 10.5v.5a6 6 0 0 0 5 5.9V20H8v2h8v-2h-3v-3.1a6 6 0 0 0 5-5.9v-.5h-2v.5a4 4 0 0 1-8 0v-.5z",
  stop: "M7 7h10v10H7z",
  upload: "M11 16h2v-6h3.5L12 5.5 7.5 10H11zM5 18h14v2H5z",
  star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.8-5.2 2.8 1-5.8-4.2-4.1 5.8-.8z",
  cross: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
};

VV.icon = (name) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "vv-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

/** A button that shows an icon; its label is read aloud and shown on hover. `key` keeps the focus when a list is redrawn. */
VV.iconButton = (icon, label, onclick, { key = null, disabled = false, kind = "" } = {}) =>
  VV.h(
    "button",
    { type: "button", class: `vv-icon-button ${kind}`, "aria-label": label, title: label, onclick, disabled, "data-key": key },
    VV.icon(icon),
  );

/** Replace what stands in a box, keeping the keyboard focus on the node with the same data-key. */
VV.redraw = (box, ...children) => {
  const held = box.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  box.replaceChildren(...children.flat().filter(Boolean));
  if (!held) return;
  const again = box.querySelector(`[data-key="${CSS.escape(held)}"]`);
  if (again && !again.disabled) again.focus();
  else again?.parentElement.querySelector("button:not(:disabled)")?.focus();
};

/** Join a part of the page to its gr.HTML component: draw(box, value, send) at first and whenever the value changes. */
VV.join = (name, element, props, watch, trigger) => {
  const box = element.querySelector(".vv-part");
  const part = VV.parts[name](box, (event, data) => trigger(event, data));
  const draw = () => {
    if (props.value) part(props.value);
  };
  watch("value", draw);
  draw();
};

const NO_ANSWER = "The studio did not answer. See that it is still running.";
const BROKEN = "Something went wrong in the studio that should not. Its log has the details.";

/** Ask this server for JSON; what went wrong is thrown as a sentence for the user, with its `status` and `field`. A Blob is sent as it is. */
VV.request = async (address, { method = "GET", body = null, signal = null } = {}) => {
  const raw = body instanceof Blob;
  let answer;
  try {
    answer = await fetch(address, {
      method, signal, headers: body && !raw ? { "content-type": "application/json" } : {},
      body: body === null || raw ? body : JSON.stringify(body),
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error(NO_ANSWER);
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(told?.detail ? VV.sentence(told.detail) : BROKEN), { status: answer.status, field: told?.field });
  return told;
};

VV.clock = (seconds) => {
  const whole = Math.max(0, Math.round(seconds || 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

/** About how long a stretch is, for people: "40 s", "12 min", "7 h 20 min". */
VV.about = (seconds) => {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
};

VV.count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

VV.sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);

VV.language = (tag) => {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) || tag;
  } catch {
    return tag;
  }
};

/** Open a step of the book's page, as a click on its tab would; on a narrow screen some stand in a menu. */
VV.openStep = (name) => {
  const tabs = document.querySelectorAll("#steps [role=tab], #steps .overflow-dropdown button");
  const tab = [...tabs].find((each) => each.textContent.trim() === name);
  tab?.click();
  tab?.focus();
};

VV.nextStep = (label, name) =>
  VV.h("button", { type: "button", class: "vv-button primary", "data-key": "next", onclick: () => VV.openStep(name) }, label);

/** Ask before something that cannot be undone. */
VV.confirm = (question, explanation, label, onyes) => {
  const dialog = VV.h(
    "dialog",
    { class: "vv-dialog", "aria-labelledby": "vv-question", onclose: () => dialog.remove() },
    VV.h("h2", { id: "vv-question" }, question),
    VV.h("p", {}, explanation),
    VV.h(
      "div",
      { class: "vv-actions" },
      VV.h("button", { type: "button", class: "vv-button", autofocus: true, onclick: () => dialog.close() }, "Keep it"),
      VV.h(
        "button",
        {
          type: "button",
          class: "vv-button stop",
          onclick: () => {
            dialog.close();
            onyes();
          },
        },
        label,
      ),
    ),
  );
  document.querySelector(".gradio-container").append(dialog);
  dialog.showModal();
};

/** A sentence about what went wrong, or what to know. */
VV.parts.notice = (box) => (value) => {
  box.setAttribute("role", value.kind === "error" ? "alert" : "status");
  VV.redraw(box, value.text ? VV.h("p", { class: `vv-notice ${value.kind}` }, value.text) : null);
};
