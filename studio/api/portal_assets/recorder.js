/** Record, listen, use or try again; or hand in a file. */

import { clock, el, paragraphs, say } from "./dom.js";
import { LARGEST_UPLOAD } from "./link.js";
import { canRecord, Microphone } from "./microphone.js";
import { t } from "./words.js";

const QUIET = 0.03;
const LOUD = 0.98;
const SETTLED_S = 2;
const FADE = 0.97; // per block of 50 ms: what was loud is forgotten after some seconds
let running = null;

/** Let go of the microphone if a recording runs: the page shows something else now. */
export function stopRecording() {
  running?.release();
  running = null;
}

/**
 * @param {object} options
 * @param {string} options.start words of the record button
 * @param {number} options.longest_s a recording ends by itself after this
 * @param {(sound: Blob) => Promise<string[]>} options.hand_in resolves to what was wrong in plain sentences; none if good
 */
export function recorder({ start, longest_s, hand_in }) {
  const stage = el("div.stage");
  const wrong = el("div.message.bad", { hidden: true, role: "alert" });
  const picker = el("input.hidden", { type: "file", accept: "audio/*,.wav,.flac,.mp3,.m4a,.ogg,.opus,.webm", tabIndex: -1, "aria-hidden": "true", onchange: () => chosen() });
  const whole = el("div.recorder", {}, wrong, stage, picker);

  function complain(sentences) {
    wrong.replaceChildren(...sentences.flatMap((sentence) => paragraphs(sentence)));
    wrong.hidden = sentences.length === 0;
    if (!wrong.hidden) wrong.scrollIntoView({ block: "nearest" });
  }

  function idle() {
    const fromFile = el("button.quiet", { type: "button", onclick: () => picker.click() }, t("use_a_file"));
    if (!canRecord()) {
      stage.replaceChildren(el("div.message", {}, ...paragraphs(t("no_microphone_here"))), fromFile);
      return;
    }
    stage.replaceChildren(el("button.record", { type: "button", onclick: record }, el("span.dot", { "aria-hidden": "true" }), start), fromFile);
  }

  async function record() {
    complain([]);
    const level = el("span");
    const time = el("span.time", {}, clock(0));
    const hint = el("span.hint", {}, t("speak_now"));
    let loudest = 0;
    const microphone = new Microphone((peak, seconds) => {
      level.style.transform = `scaleX(${Math.min(1, Math.sqrt(peak)).toFixed(3)})`;
      loudest = Math.max(peak, loudest * FADE);
      time.textContent = clock(seconds);
      level.classList.toggle("loud", peak >= LOUD);
      const told = loudest >= LOUD ? t("too_loud") : seconds > SETTLED_S && loudest < QUIET ? t("too_quiet") : t("speak_now");
      if (hint.textContent !== told) { hint.textContent = told; say(told); }
      if (seconds >= longest_s) stop.click();
    });
    const stop = el("button.record.stop", { type: "button", onclick: async () => {
      if (running !== microphone) return;
      running = null;
      stop.disabled = true;
      recorded(await microphone.stop());
    } }, el("span.square", { "aria-hidden": "true" }), t("stop"));
    stage.firstChild.disabled = true;
    try {
      await microphone.start();
    } catch (refused) {
      await microphone.release();
      idle();
      complain([t(refused.name === "NotAllowedError" ? "microphone_refused" : "microphone_missing")]);
      return;
    }
    stopRecording();
    running = microphone;
    stage.replaceChildren(stop, el("div.live", {}, el("div.level", { "aria-hidden": "true" }, level), el("p", {}, hint, time)));
    stop.focus();
  }

  function chosen() {
    const [sound] = picker.files;
    picker.value = "";
    if (!sound) return;
    complain([]);
    if (sound.size > LARGEST_UPLOAD) complain([t("file_too_large")]);
    else recorded(sound);
  }

  function recorded(sound) {
    const address = URL.createObjectURL(sound);
    const use = el("button.primary", { type: "button", onclick: () => send(sound) }, t("use_recording"));
    stage.replaceChildren(
      el("audio", { controls: true, src: address, preload: "auto", "aria-label": t("your_recording") }),
      el("div.actions", {}, el("button", { type: "button", onclick: () => { URL.revokeObjectURL(address); complain([]); idle(); stage.querySelector("button").focus(); } }, t("record_again")), use));
    say(t("recorded"));
    use.focus();
  }

  async function send(sound) {
    complain([]);
    stage.replaceChildren(el("p.busy", { tabIndex: -1 }, el("span.spinner", { "aria-hidden": "true" }), t("checking")));
    stage.firstChild.focus();
    say(t("checking"));
    const sentences = await hand_in(sound);
    if (!whole.isConnected) return;
    idle();
    complain(sentences);
    stage.querySelector("button").focus({ preventScroll: true });
  }

  idle();
  return whole;
}
