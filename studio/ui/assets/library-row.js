// One voice of the library: its facts, its licence, and what can be done with it.
import { VV } from "./dom.js";
import { facts } from "./voices.js";

const { h } = VV;
const ORIGINS = { shipped: "built in", engine: "comes with the engine", imported: "imported", person: "a person’s own" };
const WEB = /^https?:/;

export const pitchWords = (voice) => (voice.pitch_hz ? `${Math.round(voice.pitch_hz)} Hz` : "");

const licence = (voice) => {
  const terms =
    voice.origin === "person"
      ? h("a", { class: "vv-badge-link", href: VV.recordAddress(voice.consent_id), "aria-label": `Consent of ${voice.name}` }, VV.consentState(voice.state))
      : WEB.test(voice.licence_url)
        ? h("a", { href: voice.licence_url, target: "_blank", rel: "noopener noreferrer", title: "Read the terms" }, voice.licence,
            h("span", { class: "vv-hidden" }, ` (terms of ${voice.name}, opens a new tab)`))
        : h("span", {}, voice.licence);
  return h(
    "div",
    { class: "vv-lib-licence" },
    h("span", { class: "vv-lib-terms" }, terms, h("span", { class: `vv-badge ${voice.commercial ? "good" : "warn"}` }, voice.commercial ? "may be sold" : "private only")),
    voice.attribution
      ? h("span", { class: "vv-facts" }, `Credit: ${voice.attribution}`)
      : voice.origin !== "person" && h("span", { class: "vv-facts vv-lib-by" }, `by ${voice.licensor}`),
  );
};

/**
 * @param {object} voice as the server tells it
 * @param {object} about engine (for people), favourite (whether), removable
 * @param {object} actions hear, star, compare and remove: each gets the voice and its button
 */
export const libraryRow = (voice, about, actions) => {
  const silent = Boolean(voice.reason) || !voice.available;
  const listen = VV.iconButton("play", `Hear ${voice.name}`, () => actions.hear(voice, listen), { kind: "play", disabled: silent });
  const star = VV.iconButton("star", "", () => actions.star(voice, star), { kind: "vv-star" });
  markStar(star, voice, about.favourite);
  const compare = h(
    "button",
    { type: "button", class: "vv-button small vv-pick", "aria-pressed": "false", "aria-label": `Compare ${voice.name}`, disabled: silent, onclick: () => actions.compare(voice) },
    "Compare",
  );
  const why = voice.reason ? VV.sentence(voice.reason) : voice.available ? "" : "The languages extra is not installed: this voice cannot speak yet.";
  return h(
    "li",
    { class: "vv-lib", "data-voice": voice.id },
    listen,
    h(
      "div",
      { class: "vv-lib-name" },
      h("h3", {}, voice.name, " ", h("span", { class: "vv-facts" }, voice.id)),
      h("p", { class: "vv-facts" }, facts(VV.language(voice.language), voice.sex, pitchWords(voice))),
    ),
    h("div", { class: "vv-lib-engine" }, h("span", {}, about.engine), " ", h("span", { class: "vv-facts" }, ORIGINS[voice.origin])),
    licence(voice),
    h(
      "div",
      { class: "vv-lib-actions" },
      compare,
      about.removable && VV.iconButton("trash", `Remove ${voice.name}`, () => actions.remove(voice)),
    ),
    star,
    why && h("p", { class: "vv-lib-why" }, why),
    h("p", { class: "vv-lib-error", role: "alert", hidden: true }),
  );
};

/** Say in a row what went wrong with its voice; no text takes it away. */
export const complainIn = (row, text) => {
  const complaint = row.querySelector(".vv-lib-error");
  complaint.textContent = text;
  complaint.hidden = !text;
};

/** Show whether a voice is a favourite. */
export const markStar = (star, voice, favourite) => {
  star.setAttribute("aria-pressed", String(favourite));
  star.setAttribute("aria-label", `Favourite: ${voice.name}`);
  star.title = favourite ? "A favourite: press to let go" : "Make a favourite";
};
