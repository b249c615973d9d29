// The guide track of a line: somebody reads it as it should sound, and the voice follows.
import { canRecord, Microphone } from "/my-voice/assets/microphone.js";
import { VV } from "./dom.js";

const { h } = VV;
const LONGEST_S = 60;
const LARGEST_BYTES = 50 * 1024 * 1024;
const ACCEPTED = "audio/*,.wav,.flac,.mp3,.m4a,.ogg,.opus,.webm";
const KEPT_FOR = "The recording is kept to be heard, realigned and, if you choose so, re-voiced, and for nothing else: no voice is ever made from it.";
const REFUSED = {
  NotAllowedError: "The browser may not use the microphone. Allow it beside the address, or use a file.",
};

/**
 * @param {object} options
 * @param {(value: object | null) => void} options.onchange told when a guide was made or removed
 * @param {(delivery: object) => void} options.onuse told when the delivery that was heard is to be the line's tag
 * @param {(delivery: object) => string} options.words name of a delivery
 */
export const guideTrack = ({ onchange, onuse, words }) => {
  const wrong = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const stage = h("div", { class: "vv-guide-stage" });
  const picker = h("input", { type: "file", accept: ACCEPTED, class: "vv-hidden", tabindex: -1, "aria-label": "Recording of the line", onchange: () => chosen() });
  const summary = h("summary", {});
  const mode = h("fieldset", { class: "vv-guide-mode" });
  const element = h("details", { class: "vv-fold vv-guide" }, summary,
    h("p", { class: "vv-facts" }, "Read the line the way you want it, or hand in a recording. The voice takes over your pace, pauses and melody, or your recording itself is turned into the voice."),
    mode, stage, wrong, picker, h("p", { class: "vv-facts" }, KEPT_FOR));
  let address = "";
  let microphone = null;
  let converter = "";
  let current = null;
  let converters = { ready: [], missing: "" };

  const complain = (text) => {
    wrong.textContent = text;
    wrong.hidden = !text;
  };
  const name = (state) => summary.replaceChildren("Guide track ", h("span", { class: "vv-facts" }, state));
  const busy = (text) => stage.replaceChildren(h("p", { class: "vv-busy", role: "status" }, h("span", { class: "vv-spinner" }), text));
  const release = async () => {
    const open = microphone;
    microphone = null;
    await open?.release();
  };

  /** Choose what becomes of a recording: of the one there now, or of the next one. */
  const choose = (name) => {
    converter = name;
    if (current && current.converter !== name) hand("PUT", "Changing…", null, `/mode?revoice=${encodeURIComponent(name)}`);
  };
  const way = (name, label, disabled = false) =>
    h("label", {}, h("input", { type: "radio", name: "guide-mode", value: name, checked: converter === name, disabled, onchange: () => choose(name) }), ` ${label}`);
  const showModes = () => {
    const several = converters.ready.length > 1;
    mode.replaceChildren(
      h("legend", {}, "What the voice does with it"),
      way("", "Follow my timing and melody"),
      ...(converters.ready.length
        ? converters.ready.map((each) => way(each.name, several ? `Re-voice my performance (${each.title})` : "Re-voice my performance"))
        : [way("-", "Re-voice my performance", true), h("p", { class: "vv-facts" }, converters.missing)]),
    );
  };

  const choices = (again) => [
    canRecord()
      ? h("button", { type: "button", class: "vv-button", onclick: record }, VV.icon("microphone"), again ? "Record again" : "Record")
      : h("p", { class: "vv-facts" }, "A microphone needs a secure address (https) or this machine itself. A file works here too."),
    h("button", { type: "button", class: "vv-button", onclick: () => picker.click() }, VV.icon("upload"), again ? "Use another file" : "Use a file"),
  ];

  const show = (guide) => {
    current = guide;
    if (guide) converter = guide.converter;
    showModes();
    if (!guide) {
      name("none");
      stage.replaceChildren(h("div", { class: "vv-actions" }, choices(false)));
      return;
    }
    name(!guide.current ? "waits: the words have changed" : guide.converter ? "re-voiced" : "the voice follows it");
    stage.replaceChildren(
      h("blockquote", { class: "vv-transcript" }, guide.heard || "No words were heard."),
      h("audio", { controls: true, preload: "none", src: guide.url, "aria-label": "Guide recording", controlslist: "nodownload noplaybackrate" }),
      guide.current
        ? h("p", { class: "vv-following" }, VV.icon("check"), guide.converter ? "Re-voicing this reading" : "Following this reading")
        : h("div", { class: "vv-notice warning" }, h("p", {}, "It was recorded for other words, so the voice does not follow it now."),
            h("button", { type: "button", class: "vv-button small", onclick: () => hand("POST", "Realigning…") }, "Realign")),
      guide.suggestion &&
        h("p", { class: "vv-suggestion" }, "Reads like ", h("strong", {}, words(guide.suggestion).toLowerCase()),
          h("button", { type: "button", class: "vv-button small", onclick: () => onuse(guide.suggestion) }, "Use as tag")),
      h("div", { class: "vv-actions" }, choices(true),
        h("button", { type: "button", class: "vv-button", onclick: () => hand("DELETE", "Removing…") }, VV.icon("trash"), "Remove")),
    );
  };

  /** Hand in a recording (PUT), align the one there is to the words of now (POST), or remove it (DELETE). */
  const hand = async (method, doing, body = null, rest = "") => {
    const asked = address;
    complain("");
    busy(doing);
    let guide;
    try {
      guide = await VV.request(`${asked}${rest}`, { method, body });
    } catch (error) {
      if (asked !== address) return;
      await look();
      complain(error.message);
      return;
    }
    if (asked !== address) return;
    show(guide);
    stage.querySelector("button")?.focus({ preventScroll: true });
    onchange(guide);
  };

  const revoicing = () => (converter ? `?revoice=${encodeURIComponent(converter)}` : "");

  const chosen = () => {
    const [sound] = picker.files;
    picker.value = "";
    if (!sound) return;
    if (sound.size > LARGEST_BYTES) complain(`The file is larger than ${LARGEST_BYTES / 2 ** 20} MB.`);
    else hand("PUT", "Listening to the recording…", sound.slice(), revoicing());
  };

  const record = async () => {
    complain("");
    const level = h("span");
    const time = h("span", { class: "vv-time" }, "0:00");
    const stop = h("button", { type: "button", class: "vv-button stop", onclick: async () => {
      if (microphone !== opened) return;
      microphone = null;
      stop.disabled = true;
      hand("PUT", "Listening to the recording…", await opened.stop(), revoicing());
    } }, VV.icon("stop"), "Stop");
    const opened = new Microphone((peak, seconds) => {
      level.style.transform = `scaleX(${Math.min(1, Math.sqrt(peak)).toFixed(3)})`;
      time.textContent = VV.clock(seconds);
      if (seconds >= LONGEST_S) stop.click();
    });
    const asked = address;
    try {
      await opened.start();
    } catch (error) {
      await opened.release();
      complain(REFUSED[error.name] ?? "There is no microphone here. Use a file.");
      return;
    }
    if (asked !== address) {
      await opened.release();
      return;
    }
    microphone = opened;
    stage.replaceChildren(h("div", { class: "vv-recording" }, stop, h("span", { class: "vv-meter", "aria-hidden": "true" }, level), time));
    stop.focus();
  };

  const look = async () => {
    const asked = address;
    try {
      const [guide, found] = await Promise.all([VV.request(asked), VV.request(`${asked}/converters`)]);
      if (asked !== address) return;
      converters = found;
      show(guide);
    } catch (error) {
      if (asked !== address) return;
      show(null);
      complain(error.message);
    }
  };

  return {
    element,
    /** Show the guide of a line; `followed` says whether the voice follows one. */
    open: (line, followed) => {
      release();
      complain("");
      address = line;
      converter = "";
      mode.replaceChildren();
      summary.replaceChildren("Guide track");
      stage.replaceChildren();
      element.open = followed;
      look();
    },
    /** Look again: what the line says may have changed. */
    refresh: () => {
      if (!microphone) look();
    },
    close: release,
  };
};
