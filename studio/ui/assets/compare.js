// One line in every delivery, side by side and equally loud.
import { VV } from "./dom.js";

const { h } = VV;
const FORBIDDEN = 403;

/**
 * @param {object} options
 * @param {object[]} options.presets the table of deliveries
 * @param {(preset: string, signal: AbortSignal) => Promise<object>} options.render the line in one delivery
 * @param {(preset: string) => void} options.onuse told which one is to be the line's
 */
export const comparison = ({ presets, render, onuse }) => {
  const start = h("button", { type: "button", class: "vv-button", onclick: () => run() }, VV.icon("ear"), "Hear every delivery");
  const stage = h("div", { class: "vv-compare-stage" });
  const audio = h("audio", { preload: "auto" });
  const element = h("div", { class: "vv-compare" }, start, stage, audio);
  let stopped = null; // AbortController of the run under way
  let heard = []; // the last two, newest first: the player holds the first

  const cards = () => [...stage.querySelectorAll(".vv-take")];
  const mark = (card, playing) => {
    const button = card.querySelector(".vv-icon-button");
    card.classList.toggle("playing", playing);
    button.setAttribute("aria-pressed", String(playing));
    button.replaceChildren(VV.icon(playing ? "pause" : "play"));
  };
  const sync = () => cards().forEach((card) => mark(card, card === heard[0] && !audio.paused));
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, sync);

  const play = (card) => {
    card.querySelector(".vv-icon-button").focus({ preventScroll: true });
    if (card === heard[0] && !audio.paused) {
      audio.pause();
      return;
    }
    heard = [card, ...heard.filter((other) => other !== card)].slice(0, 2);
    audio.src = card.dataset.sound;
    audio.play().catch(sync);
  };

  const card = (preset, take) => {
    const listen = VV.iconButton("play", `Hear ${preset.title}`, () => play(made), { kind: "play" });
    const made = h(
      "li",
      { class: "vv-take", "data-sound": take.url, "data-preset": preset.name },
      listen,
      h("div", {}, h("strong", {}, preset.title), h("span", { class: "vv-facts" }, ` ${take.duration_s.toFixed(1)} s`)),
      h("button", { type: "button", class: "vv-button small", onclick: () => onuse(preset.name), "aria-label": `Use ${preset.title}` }, "Use this one"),
    );
    return made;
  };

  stage.addEventListener("keydown", (event) => {
    const all = cards();
    const at = all.indexOf(event.target.closest(".vv-take"));
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = event.key in steps ? all[at + steps[event.key]] : event.key.toLowerCase() === "b" ? heard[1] : null;
    if (!next) return;
    event.preventDefault();
    play(next);
  });

  const run = async () => {
    stopped = new AbortController();
    const { signal } = stopped;
    const list = h("ul", { class: "vv-takes", "aria-label": "The line in every delivery" });
    const words = h("span", { role: "status" });
    const meter = h("span", { class: "vv-meter", "aria-hidden": "true" }, h("span"));
    const cancel = h("button", { type: "button", class: "vv-button small", onclick: () => stopped.abort() }, "Cancel");
    const progress = h("div", { class: "vv-compare-progress" }, h("span", { class: "vv-spinner" }), words, meter, cancel);
    start.hidden = true;
    heard = [];
    stage.replaceChildren(progress, list);
    cancel.focus({ preventScroll: true });
    const refused = []; // the owner of a voice may exclude deliveries
    let wrong = "";
    for (const [index, preset] of presets.entries()) {
      words.textContent = `${index + 1} of ${presets.length}: ${preset.title}`;
      meter.firstChild.style.width = `${(index / presets.length) * 100}%`;
      try {
        const take = await render(preset.name, signal);
        if (signal.aborted) break;
        list.append(card(preset, take));
      } catch (error) {
        if (error.status === FORBIDDEN) refused.push([preset.title, error.message]);
        else {
          if (error.name !== "AbortError") wrong = error.message;
          break;
        }
      }
    }
    if (refused.length === presets.length) [[, wrong]] = refused;
    if (stopped?.signal !== signal) return; // another line is open
    progress.replaceWith(
      wrong ? h("p", { class: "vv-notice error", role: "alert" }, wrong)
        : h("p", { class: "vv-facts", role: "status" },
            "All at the same loudness, so that only the delivery differs. ", h("kbd", {}, "←"), " ", h("kbd", {}, "→"), " hear the next, ", h("kbd", {}, "B"), " the one before.",
            refused.length > 0 && ` Not allowed in this voice: ${refused.map(([title]) => title).join(", ")}.`),
    );
    start.hidden = false;
    start.lastChild.textContent = "Hear every delivery again";
    cards()[0]?.querySelector("button").focus({ preventScroll: true });
  };

  return {
    element,
    clear: () => {
      stopped?.abort();
      stopped = null;
      audio.pause();
      heard = [];
      stage.replaceChildren();
      start.hidden = false;
      start.lastChild.textContent = "Hear every delivery";
    },
  };
};
