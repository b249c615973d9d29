// Hearing voices say a sentence, one at a time.
import { VV } from "./dom.js";

const { h } = VV;
const NO_ANSWER = "The studio did not answer. See that it is still running.";
const player = new Audio();
let sounding = null; // the button whose voice is heard

const show = (button, state) => {
  button.setAttribute("aria-busy", String(state === "busy"));
  button.setAttribute("aria-pressed", String(state === "pause"));
  button.replaceChildren(state === "busy" ? h("span", { class: "vv-spinner" }) : VV.icon(state));
};

/** A sentence in a voice, as loud as in any other: a Blob. What went wrong is thrown as a sentence for the user. */
export const audition = async (voice, text, language, delivery = "neutral") => {
  let answer;
  try {
    answer = await fetch("/media/auditions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ voice, text, language, delivery }),
    });
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? NO_ANSWER);
  return answer.blob();
};

export const quiet = () => {
  player.pause();
  if (player.src) URL.revokeObjectURL(player.src);
  player.removeAttribute("src");
  if (sounding) show(sounding, "play");
  sounding = null;
};
player.addEventListener("ended", quiet);

/** Hear a voice, and nothing else of the page meanwhile; its button a second time stops it. */
export const hear = async (button, voice, text, language, complain, delivery = "neutral") => {
  const again = sounding === button;
  quiet();
  for (const other of document.querySelectorAll("audio")) other.pause();
  complain("");
  if (again) return;
  sounding = button;
  show(button, "busy");
  try {
    const sound = await audition(voice, text, language, delivery);
    if (sounding !== button) return;
    player.src = URL.createObjectURL(sound);
    await player.play();
    show(button, "pause");
  } catch (error) {
    if (sounding !== button) return;
    quiet();
    complain(VV.sentence(error.message));
  }
};
