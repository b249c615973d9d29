/** Giving consent: the notice and its ticks, the recordings, the spoken statement. */

import { ask, el, paragraphs, say } from "./dom.js";
import { act, dropChallenge, keepChallenge, keptChallenge, upload } from "./link.js";
import { complaints, howRead, LONGEST_PROMPT_S } from "./reading.js";
import { recorder } from "./recorder.js";
import { recordings, withdrawal } from "./standing.js";
import { number, t } from "./words.js";

const LONGEST_STATEMENT_S = 110;
const TICK_MS = 5_000;

/** The notice, a tick for each purpose, the name, and two equal answers. */
export function notice(view, turn) {
  const boxes = new Map();
  const missing = el("p.wrong", { id: "missing", hidden: true, role: "alert" });
  const unnamed = el("p.wrong", { id: "unnamed", hidden: true, role: "alert" });
  const purposes = view.purposes.map((purpose) => {
    const box = el("input", { type: "checkbox", id: `purpose-${purpose.name}`, "aria-describedby": `about-${purpose.name}`, onchange: () => box.removeAttribute("aria-invalid") });
    boxes.set(purpose, box);
    return el("div.tick", {}, box, el("div", {},
      el("label", { for: box.id }, purpose.label, " ", el(purpose.needed ? "span.badge.needed" : "span.badge", {}, t(purpose.needed ? "needed" : "your_choice"))),
      el("p", { id: `about-${purpose.name}` }, purpose.explanation)));
  });
  const name = el("input", { id: "signature", type: "text", autocomplete: "name", spellcheck: false, maxLength: 200, "aria-describedby": "signature-hint unnamed", oninput: () => name.removeAttribute("aria-invalid") });
  const agree = el("button.primary", {}, t("agree"));
  const decline = el("button", { type: "button", onclick: async () => {
    const sure = await ask({ heading: t("decline_heading"), text: t("decline_text"), yes: t("decline"), no: t("go_back"), grave: true });
    if (sure) await turn(() => act("decline"));
  } }, t("decline"));

  async function answer(event) {
    event.preventDefault();
    const left = [...boxes].filter(([purpose, box]) => purpose.needed && !box.checked);
    for (const [purpose, box] of boxes) box.setAttribute("aria-invalid", String(purpose.needed && !box.checked));
    missing.hidden = left.length === 0;
    missing.textContent = left.length ? t("needed_missing") : "";
    unnamed.hidden = Boolean(name.value.trim());
    unnamed.textContent = unnamed.hidden ? "" : t("name_missing");
    name.setAttribute("aria-invalid", String(!unnamed.hidden));
    const first = left[0]?.[1] ?? (unnamed.hidden ? null : name);
    if (first) { first.focus(); return; }
    agree.disabled = decline.disabled = true;
    await turn(() => act("answer", {
      purposes: Object.fromEntries([...boxes].map(([purpose, box]) => [purpose.name, box.checked])),
      signature_name: name.value.trim(), language: view.language, notice_sha256: view.notice_sha256,
    }));
    agree.disabled = decline.disabled = false;
  }

  return [
    el("p.lead", {}, t("welcome", { person: view.person, studio: view.studio })),
    el("article.notice", {}, ...view.notice.map(([heading, text]) => el("section", {}, el("h2", {}, heading), ...paragraphs(text)))),
    el("form", { noValidate: true, onsubmit: answer },
      el("fieldset", { "aria-describedby": "missing" }, el("legend", {}, t("your_agreement")), el("p.hint", {}, t("ticks_hint")), ...purposes, missing),
      el("div.field", {}, el("label", { for: "signature" }, t("signature")), el("p.hint", { id: "signature-hint" }, t("signature_hint", { person: view.person })), name, unnamed),
      el("div.actions.equal", {}, agree, decline)),
  ];
}

/** Sentences to read, one after the other. */
export function references(view, turn) {
  const done = view.references.length;
  const all = done + view.references_needed;
  const { field, chosen } = howRead(view);
  return [
    el("p.lead", {}, t("references_lead", { count: all })),
    progress(done, all),
    el("p.hint", {}, t("read_aloud")),
    el("blockquote.prompt", { id: "prompt" }, view.prompts[done % view.prompts.length]),
    field,
    recorder({
      start: t("record"),
      longest_s: LONGEST_PROMPT_S,
      hand_in: (sound) => turn(() => upload("recordings/reference", sound, { delivery: chosen() }), (told) => {
        const wrong = complaints(told.clip.checks);
        if (!wrong.length) say(t("reference_good", { number: done + 1, count: all }));
        return wrong;
      }),
    }),
    el("p.hint", {}, t("room_hint")),
    recordings(view, turn),
    withdrawal(turn),
  ];
}

function progress(done, all) {
  return el("ol.dots", { "aria-label": t("recording_of", { number: Math.min(done + 1, all), count: all }) },
    ...Array.from({ length: all }, (_, index) => el(index < done ? "li.done" : index === done ? "li.now" : "li", {},
      el("span.hidden", {}, t(index < done ? "recorded" : "recording_of", { number: index + 1, count: all })))),
    el("li.words", {}, t("recording_of", { number: Math.min(done + 1, all), count: all })));
}

/** The statement with its one-time code. */
export function statement(view, turn) {
  const place = el("div.group");
  const said = view.attempts[0];
  const failed = said && said.outcome === "refuse" ? [el("div.message.bad", { role: "alert", tabIndex: -1 }, el("p", {}, t("last_attempt")), ...complaints(said.checks).map((sentence) => el("p", {}, sentence)))] : [];

  async function fetchCode() {
    await turn(() => act("challenge"), ({ challenge }) => {
      keepChallenge({ ...challenge, consent_id: view.consent_id, until: Date.now() + 1000 * challenge.seconds_left });
      show(true);
      return [];
    }, { stay: true });
  }

  function show(focus = false) {
    const code = keptChallenge();
    if (!code || code.consent_id !== view.consent_id) {
      const get = el("button.primary", { type: "button", onclick: () => { get.disabled = true; fetchCode().finally(() => { get.disabled = false; }); } }, t("show_code"));
      place.replaceChildren(...paragraphs(t("code_explained")), el("div.actions", {}, get));
      return;
    }
    const left = el("span");
    const passage = el("blockquote.prompt.statement", { id: "prompt", tabIndex: -1 }, ...emphasised(code));
    const tick = () => {
      if (!place.isConnected || keptChallenge()?.id !== code.id) return;
      const minutes = Math.ceil((code.until - Date.now()) / 60_000);
      left.textContent = t("minutes_left", { minutes: number(minutes, 0) });
      setTimeout(code.until - Date.now() > TICK_MS ? tick : () => { dropChallenge(); if (place.isConnected && !place.querySelector(".stop, audio, .busy")) show(); }, TICK_MS);
    };
    place.replaceChildren(
      el("p.hint", {}, t("read_all_aloud")), passage,
      el("p.facts", {}, left, el("span", {}, t("attempts_left", { count: code.attempts_left }))),
      recorder({
        start: t("record_statement"),
        longest_s: LONGEST_STATEMENT_S,
        hand_in: (sound) => turn(() => speak(code, sound), ({ statement: { checks } }) => complaints(checks)),
      }));
    requestAnimationFrame(tick);
    if (focus) passage.focus();
  }

  show();
  return [el("p.lead", {}, t("statement_lead")), ...failed, place, recordings(view, turn), withdrawal(turn)];
}

/** Hand in a statement; the code is kept only while the studio still takes it. */
async function speak(code, sound) {
  let left = 0;
  try {
    const told = await upload("recordings/statement", sound, { challenge: code.id });
    left = told.statement.outcome === "refuse" ? told.statement.attempts_left : 0;
    return told;
  } catch (problem) {
    left = problem.status === 403 || problem.status === 409 ? 0 : code.attempts_left;
    throw problem;
  } finally {
    if (left > 0) keepChallenge({ ...code, attempts_left: left });
    else dropChallenge();
  }
}

/** The text to read with its code words and number set apart, wherever in the text they stand. */
function emphasised({ text, words, digits }) {
  const spaced = [...digits].join("\\s*");
  const code = new RegExp(`(?<![\\p{L}\\p{N}])(?:${[...words.map(escaped), spaced].join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(code)) {
    parts.push(text.slice(at, found.index), el(/\d/.test(found[0]) ? "strong.number" : "strong.word", {}, found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
