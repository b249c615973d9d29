/** The voice owner's page: reads where the consent stands and shows that step. */

import { el, paragraphs, say } from "./dom.js";
import { notice, references, statement } from "./giving.js";
import { chooseLanguage, chosenLanguage, Problem, read, takeToken } from "./link.js";
import { stopRecording } from "./recorder.js";
import { active, ended, waiting } from "./standing.js";
import { t, tOr, useWords } from "./words.js";

const STEPS = { notice, references, statement, waiting, active, ended };
const PATH = ["notice", "references", "statement", "waiting"];
const LOOK_AGAIN_MS = 10_000;
const place = document.getElementById("page");
let shown = null;
let busy = 0;

/** Tell what went wrong in the page's language; the studio's own sentence where that says more. */
function sentence(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 0) return t("no_connection");
  if (problem.status >= 500) return t("studio_failed");
  if (problem.checks.length) return problem.checks.map((name) => tOr(`wrong_${name.replaceAll("-", "_")}`, problem.message)).join("\n\n");
  return problem.code === "conflict" ? t("changed_meanwhile") : problem.message || t("studio_failed");
}

/**
 * Do something and show where the consent stands then.
 *
 * @param {() => Promise<object|void>} does its answer may hold the new `page`
 * @param {(answer: object) => string[]} wrongs what is wrong with the answer, in sentences
 * @param {{stay?: boolean}} options stay: keep the page as it is unless something failed
 * @returns {Promise<string[]>} what went wrong, in sentences
 */
async function turn(does, wrongs = () => [], { stay = false } = {}) {
  busy += 1;
  try {
    const answer = await does();
    const found = wrongs(answer ?? {});
    if (answer?.page && !stay) {
      if (!found.length || answer.page.step !== shown.step || answer.page.attempts.length !== shown.attempts.length) show(answer.page);
    }
    return found;
  } catch (problem) {
    const told = sentence(problem);
    if (problem.status === 403 || problem.status === 409) await look(true).catch(() => {});
    complain(told);
    return [told];
  } finally {
    busy -= 1;
  }
}

function complain(told) {
  place.querySelector(".message.top")?.remove();
  if (place.querySelector(".busy")) return; // the recorder tells it where it was pressed
  const message = el("div.message.bad.top", { role: "alert", tabIndex: -1 }, ...paragraphs(told));
  (place.querySelector("h1") ?? place).after(message);
  message.focus();
}

function show(view) {
  const moved = shown && (shown.step !== view.step || shown.state !== view.state || shown.references.length !== view.references.length);
  shown = view;
  stopRecording();
  useWords(view.strings, view.language);
  offerLanguages(view.languages, view.language);
  document.title = `${t(`title_${view.step}`)} – Viva Voce`;
  const heading = el("h1", { tabIndex: -1 }, t(`title_${view.step}`));
  const parts = [steps(view.step), heading, ...STEPS[view.step](view, turn)];
  place.replaceChildren(...parts.filter(Boolean));
  if (!moved) { place.querySelector(".message.bad:not([hidden])")?.focus(); return; }
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function steps(step) {
  const now = PATH.indexOf(step);
  if (now < 0) return null;
  return el("ol.steps", { "aria-label": t("steps") }, ...PATH.map((name, index) =>
    el(index < now ? "li.done" : index === now ? "li.now" : "li", index === now ? { "aria-current": "step" } : {}, t(`step_${name}`))));
}

function offerLanguages(languages, now) {
  const choice = document.getElementById("language");
  choice.replaceChildren(...languages.map(([tag, name]) => el("option", { value: tag, lang: tag, selected: tag === now }, name)));
  choice.value = now;
  document.getElementById("language-label").textContent = t("language");
  choice.parentElement.hidden = languages.length < 2;
}

async function look(always = false) {
  const { page } = await read("page");
  if (always || JSON.stringify(page) !== JSON.stringify(shown)) {
    const news = shown && page.state !== shown.state;
    show(page);
    if (news) say(t(`title_${page.step}`));
  }
}

async function closed(problem) {
  const words = await read("words", { language: chosenLanguage() || navigator.language }).catch(() => null);
  if (words) useWords(words.strings, words.language);
  const wrongLink = problem.status === 401 || problem.status === 403 || problem.status === 404;
  const told = !words || problem.status === 0 ? ["Viva Voce", words ? t("no_connection") : problem.message || "…"] : wrongLink ? [t("wrong_link"), t("wrong_link_text")] : [t("studio_failed"), problem.message];
  place.replaceChildren(el("h1", {}, told[0]), ...paragraphs(told[1]));
}

async function open() {
  const token = takeToken();
  try {
    if (!token) throw new Problem(401, "unauthorized", "");
    await look();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    shown = null;
    await closed(problem);
  }
}

document.getElementById("language").addEventListener("change", async ({ target }) => {
  chooseLanguage(target.value);
  await turn(() => read("page"));
  target.focus();
});
addEventListener("hashchange", open);
setInterval(async () => {
  const idle = !busy && shown && !document.hidden && !document.querySelector("dialog[open], audio, .live, .asked :focus, .addition :focus");
  if (idle && ["waiting", "active"].includes(shown.step)) await look().catch(() => {});
}, LOOK_AGAIN_MS);
open();
