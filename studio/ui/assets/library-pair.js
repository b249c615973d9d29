// Two voices, one sentence: hear it in either, and change over in the middle of a word.
import { VV } from "./dom.js";
import { audition, quiet } from "./library-player.js";

const { h } = VV;
const LETTERS = ["A", "B"];

/**
 * @param {object} options
 * @param {() => string} options.sentence what both say
 * @param {() => void} options.onchange told when other voices are compared
 */
export const pairing = ({ sentence, onchange }) => {
  const slots = LETTERS.map((letter) => {
    const audio = h("audio", { preload: "auto" });
    const name = h("span", { class: "vv-pair-name" });
    const button = h("button", { type: "button", class: "vv-pair-slot", "aria-pressed": "false" }, h("kbd", {}, letter), name);
    return { letter, audio, name, button, voice: null };
  });
  let now = 0; // the slot that is heard
  let loaded = ""; // what the two sounds say, and in which voices
  const listen = VV.iconButton("play", "Play", () => toggle(), { kind: "play" });
  const words = h("p", { class: "vv-pair-words", role: "status" });
  const close = VV.iconButton("cross", "Stop comparing", () => clear());
  const element = h(
    "section",
    { class: "vv-pair", "aria-label": "Compare two voices", hidden: true },
    listen, h("div", { class: "vv-pair-slots", role: "group", "aria-label": "Voice that is heard" }, slots.map((slot) => slot.button)), words, close,
    slots.map((slot) => slot.audio),
  );

  const full = () => slots.every((slot) => slot.voice);
  const playing = () => !slots[now].audio.paused;
  const say = (text, kind = "") => {
    words.textContent = text;
    words.className = `vv-pair-words ${kind}`;
  };
  const draw = () => {
    slots.forEach((slot, index) => {
      slot.name.textContent = slot.voice ? slot.voice.name : "choose a voice";
      slot.button.disabled = !full();
      slot.button.setAttribute("aria-pressed", String(full() && index === now));
    });
    listen.disabled = !full();
    const state = full() && playing() ? "pause" : "play";
    listen.replaceChildren(VV.icon(state));
    listen.setAttribute("aria-label", state === "pause" ? "Pause" : "Play");
    listen.title = listen.getAttribute("aria-label");
  };
  const stop = () => slots.forEach((slot) => slot.audio.pause());
  const empty = (slot) => {
    slot.audio.pause();
    if (slot.audio.src) URL.revokeObjectURL(slot.audio.src);
    slot.audio.removeAttribute("src");
  };

  /** Both sounds of the sentence as it is typed now; false if there was something wrong, or it changed meanwhile. */
  const load = async () => {
    const text = sentence(slots[0].voice);
    const wanted = JSON.stringify([text, ...slots.map((slot) => slot.voice.id)]);
    if (wanted === loaded) return true;
    slots.forEach(empty);
    loaded = wanted;
    say("Both are saying it…");
    listen.replaceChildren(h("span", { class: "vv-spinner" }));
    try {
      for (const slot of slots) {
        const sound = await audition(slot.voice.id, text, slot.voice.language);
        if (loaded !== wanted) return false;
        slot.audio.src = URL.createObjectURL(sound);
      }
    } catch (error) {
      if (loaded !== wanted) return false;
      loaded = "";
      say(VV.sentence(error.message), "error");
      draw();
      return false;
    }
    const [first, second] = slots.map((slot) => slot.voice.language.split("-")[0]);
    say(first === second
      ? "Equally loud. Change over at any moment: A and B, or the arrow keys."
      : "Equally loud. B reads another language, so the words may come out odd.");
    return true;
  };

  const play = async (index) => {
    quiet();
    const before = slots[now].audio;
    const [time, length, going] = [before.currentTime, before.duration, !before.paused];
    now = index;
    if (!(await load())) return;
    stop();
    const { audio } = slots[now];
    if (audio.readyState < HTMLMediaElement.HAVE_METADATA) {
      await new Promise((ready) => audio.addEventListener("loadedmetadata", ready, { once: true }));
    }
    // The same place in the sentence, not the same second: one of the two reads faster.
    audio.currentTime = going && length ? (time / length) * audio.duration : 0;
    await audio.play();
  };
  const toggle = () => (playing() ? slots[now].audio.pause() : play(now));
  const clear = () => {
    slots.forEach((slot) => {
      empty(slot);
      slot.voice = null;
    });
    loaded = "";
    now = 0;
    element.hidden = true;
    onchange();
  };

  slots.forEach((slot, index) => {
    slot.button.addEventListener("click", () => play(index));
    for (const event of ["play", "pause", "ended"]) slot.audio.addEventListener(event, draw);
  });
  element.addEventListener("keydown", (event) => {
    const to = { a: 0, b: 1, ArrowLeft: 0, ArrowRight: 1 }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (to === undefined || !full() || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    slots[to].button.focus();
    play(to);
  });

  return {
    element,
    letterOf: (voice) => slots.find((slot) => slot.voice?.id === voice.id)?.letter ?? "",
    /** Take a voice into the comparison, or out of it; a third one takes the place of the one that is not heard. */
    pick: (voice) => {
      const held = slots.find((slot) => slot.voice?.id === voice.id);
      const free = slots.find((slot) => !slot.voice) ?? slots[1 - now];
      stop();
      if (held) held.voice = null;
      else free.voice = voice;
      if (slots.every((slot) => !slot.voice)) {
        clear();
        return;
      }
      element.hidden = false;
      say(full() ? "Both say the same sentence, equally loud." : "Choose a second voice with its Compare button.");
      draw();
      onchange();
    },
  };
};
