// Who speaks in a manuscript: every role with its lines, what of it is unsure, and answers for all of them at once.
import { VV } from "./dom.js";

const { h } = VV;
const NARRATOR = "narrator";
const NEIGHBOURS = 40;
const KEYS = 9;
const TURN = 137.5; // degrees from one hue to the next: neighbours in the list are far apart

/** Roles but the narrator with their lines and the unsure ones, those with the most lines first. */
export const rolesOf = (lines) => {
  const found = new Map();
  for (const line of lines) {
    if (line.role === NARRATOR) continue;
    const role = found.get(line.role) ?? { name: line.role, lines: 0, unsure: 0 };
    role.lines += 1;
    role.unsure += line.speaker === "unsure" ? 1 : 0;
    found.set(line.role, role);
  }
  return [...found.values()].sort((a, b) => b.lines - a.lines);
};

/** Who speaks near a line, the nearest first: whom a key is for when it is not sure. */
export const rolesNear = (lines, at) => {
  const found = new Set([lines[at].role]);
  for (let away = 1; away <= NEIGHBOURS; away += 1) {
    for (const each of [lines[at - away], lines[at + away]]) {
      if (each && each.chapter === lines[at].chapter && each.role !== NARRATOR) found.add(each.role);
    }
  }
  return [...found.add(NARRATOR)].slice(0, KEYS);
};

/** A hue for each role, which it keeps while the page is open. */
export const hues = () => {
  const given = new Map();
  return (role) => given.get(role) ?? given.set(role, Math.round(given.size * TURN) % 360).get(role);
};

/**
 * @param {object} options
 * @param {(wanted: (line: object) => boolean) => void} options.next shows the next line that is wanted
 * @param {(body: object) => Promise<object | null>} options.confirm says who speaks the lines of a role; null if it failed
 * @param {(role: string) => number} options.hue
 */
export const speakerList = ({ next, confirm, hue }) => {
  const head = h("h2", {}, "Speakers");
  const told = h("p", { class: "vv-facts", role: "status" });
  const box = h("div");
  const narrow = window.matchMedia("(max-width: 820px)");
  let unfolded = !narrow.matches; // above the script, on a narrow screen, the list would hide it
  const element = h("section", { class: "vv-speakers", hidden: true }, head, told, box);
  const open = new Set();
  const unsure = (line) => line.speaker === "unsure";
  const button = (label, onclick, options = {}) => h("button", { type: "button", class: "vv-button small", onclick, ...options }, label);

  const decide = async (own, body, words) => {
    for (const each of element.querySelectorAll("button")) each.disabled = true;
    own.prepend(h("span", { class: "vv-spinner" }));
    const found = await confirm(body);
    if (found) told.textContent = words(VV.count(found.confirmed, "line"));
  };

  const row = (role, roles) => {
    const others = roles.filter((each) => each !== role).map((each) => each.name);
    const to = h("select", { class: "vv-input", "aria-label": `Who ${role.name} is`, "data-key": `to-${role.name}` }, h("option", { value: "" }, "somebody else…"), [...others, NARRATOR].map((name) => h("option", { value: name }, name)));
    const all = button(`Confirm all ${role.unsure.toLocaleString("en")}`, () => decide(all, { role: role.name }, (count) => `${count} confirmed as ${role.name}’s. Undo takes it back.`), { "data-key": `all-${role.name}` });
    const give = button("Give", () => (to.value ? decide(give, { role: role.name, to: to.value, all_lines: true }, (count) => `${count} of ${role.name} given to ${to.value}. Undo takes it back.`) : to.focus()), { "aria-label": `Give all lines of ${role.name} to who is chosen`, "data-key": `give-${role.name}` });
    const mark = h("span", { class: "vv-role-mark", "aria-hidden": "true" });
    mark.style.setProperty("--vv-hue", hue(role.name));
    return h("details", { open: open.has(role.name), ontoggle: (event) => (event.target.open ? open.add(role.name) : open.delete(role.name)) },
      h("summary", { "data-key": `role-${role.name}` }, mark, h("span", { class: "vv-role-name" }, role.name),
        h("span", { class: "vv-facts" }, VV.count(role.lines, "line")), role.unsure > 0 && h("span", { class: "vv-badge warn" }, `${role.unsure.toLocaleString("en")} to confirm`)),
      h("div", { class: "vv-actions" },
        button("Next line", () => next((line) => line.role === role.name), { "data-key": `next-${role.name}` }),
        role.unsure > 0 && button("Next to confirm", () => next((line) => line.role === role.name && unsure(line)), { "data-key": `unsure-${role.name}` }),
        role.unsure > 0 && all),
      h("div", { class: "vv-actions" }, h("span", { class: "vv-facts" }, "All lines are"), to, give));
  };

  return {
    element,
    show: (lines) => {
      const roles = rolesOf(lines);
      const left = roles.reduce((sum, role) => sum + role.unsure, 0);
      element.hidden = !roles.length;
      VV.redraw(box,
        left > 0 && h("div", { class: "vv-actions" }, button(`Confirm ${VV.count(left, "speaker")}`, () => next(unsure), { class: "vv-button small primary", title: "Alt+N", "aria-keyshortcuts": "Alt+N", "data-key": "review" })),
        h("details", { class: "vv-role-fold", open: unfolded, ontoggle: (event) => event.target === event.currentTarget && (unfolded = event.target.open) },
          h("summary", { "data-key": "roles" }, VV.count(roles.length, "role")),
          h("div", { class: "vv-role-list" }, roles.map((role) => row(role, roles)))));
    },
  };
};
