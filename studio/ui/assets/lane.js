// The delivery lane of a take: outline, pitch, loudness and pauses over its words, and what was asked for and heard.
import { VV } from "./dom.js";

const { h } = VV;
const PIXELS_PER_S = 104;
const LEVEL_RANGE_DB = 36; // shown below the loudest moment
const LEAST_RANGE_ST = 5;
const MOST_SHOWN = 0.85; // of the pitch lies within the axis: a creak far below stands at its edge
const SEEK_S = 0.5;
const WAVE = { top: 4, height: 52 };
const PITCH = { top: 64, height: 84 };
const WORDS = { top: 156, row: 17, rows: 2 };
const HEIGHT = WORDS.top + WORDS.row * WORDS.rows + 2;
const EDGE = 34; // room for the names of the pitch axis

const percent = (share) => `${Math.round(share * 100)} %`;
const HEARD = 2; // likenesses told
const EXPLAINED = "Estimated from pitch, pace and tone. It says how the line is read, and nothing about a person.";

const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1).replace(/\.0$/, "")}`;
const FIGURES = { rate: "pace" };
const figure = ({ name, asked, measured, unit, fits }) =>
  h("span", { class: "vv-facts" }, `${FIGURES[name] ?? name} ${signed(measured)} ${unit} (asked ${signed(asked)})`, !fits && h("span", { class: "vv-hidden" }, ", misses"));

/** "Asked for" and "Sounds like", with the mark that says whether the one is the other. */
const verdict = (lane, words) => {
  const marks = {
    true: ["good", "check", "Delivers what was asked"],
    false: ["warn", "ear", "Does not sound like what was asked"],
  };
  const mark = marks[lane.delivered];
  const like = lane.heard?.likeness.slice(0, HEARD).map(([name, share]) => `${words(name).toLowerCase()} (${percent(share)})`).join(", ");
  return h(
    "div",
    { class: "vv-verdict" },
    h("p", {}, h("span", { class: "vv-facts" }, "Asked for "), h("strong", {}, lane.asked),
      mark && h("span", { class: `vv-badge ${mark[0]}` }, VV.icon(mark[1]), mark[2])),
    lane.compared.length > 0 && h("p", { class: "vv-figures" }, lane.compared.map(figure)),
    like && h("p", {}, h("span", { class: "vv-facts" }, "Sounds like "), h("strong", {}, like)),
    like && h("p", { class: "vv-facts" }, EXPLAINED),
  );
};

const palette = (canvas) => {
  const style = getComputedStyle(canvas);
  return (name) => style.getPropertyValue(name).trim();
};

const drawPauses = (pen, lane, x, color) => {
  pen.fillStyle = color("--vv-lane-pause");
  for (const [begin, end] of lane.pauses ?? []) pen.fillRect(x(begin), 0, Math.max(1, x(end) - x(begin)), WORDS.top - 4);
};

const drawWave = (pen, lane, x, color) => {
  const { peaks } = lane;
  const loudest = Math.max(1, ...peaks);
  const [left, right] = [x(0), x(lane.duration_s)];
  const bars = Math.max(1, Math.floor((right - left) / 3));
  pen.fillStyle = color("--vv-wave");
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar / bars) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
    const tall = Math.max(1, (Math.max(...peaks.slice(from, to)) / loudest) * WAVE.height);
    pen.fillRect(left + bar * 3, WAVE.top + (WAVE.height - tall) / 2, 2, tall);
  }
};

const drawLevel = (pen, lane, x, color) => {
  const loudest = Math.max(...lane.level.map(([, level]) => level));
  const bottom = PITCH.top + PITCH.height;
  const y = (level) => bottom - Math.max(0, 1 - (loudest - level) / LEVEL_RANGE_DB) * PITCH.height;
  pen.fillStyle = color("--vv-lane-level");
  pen.beginPath();
  pen.moveTo(x(lane.level[0][0]), bottom);
  for (const [seconds, level] of lane.level) pen.lineTo(x(seconds), y(level));
  pen.lineTo(x(lane.level.at(-1)[0]), bottom);
  pen.fill();
};

const drawPitch = (pen, lane, x, color) => {
  const voiced = lane.pitch.filter(([, pitch]) => pitch !== null);
  const sizes = voiced.map(([, pitch]) => Math.abs(pitch)).sort((one, other) => one - other);
  const range = Math.max(LEAST_RANGE_ST, 1.3 * (sizes[Math.floor(sizes.length * MOST_SHOWN)] ?? 0));
  const y = (pitch) => PITCH.top + PITCH.height / 2 - Math.min(1, Math.max(-1, pitch / range)) * (PITCH.height / 2 - 4);
  pen.strokeStyle = color("--vv-lane-rule");
  pen.setLineDash([3, 4]);
  pen.beginPath();
  pen.moveTo(EDGE, y(0));
  pen.lineTo(x(lane.duration_s), y(0));
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = color("--vv-lane-pitch");
  for (const [seconds, pitch] of voiced) {
    pen.beginPath();
    pen.arc(x(seconds), y(pitch), 1.7, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.fillStyle = color("--body-text-color-subdued");
  pen.textAlign = "right";
  const mark = Math.floor(range - 1);
  for (const pitch of [mark, 0, -mark]) pen.fillText(pitch > 0 ? `+${pitch}` : `${pitch}`.replace("-", "−"), EDGE - 6, y(pitch) + 4);
  pen.textAlign = "left";
};

/** Words under the moment they begin; a word that would cover another goes one row down, or is left out. */
const drawWords = (pen, lane, x, color) => {
  const taken = Array(WORDS.rows).fill(0);
  pen.fillStyle = color("--body-text-color");
  for (const [word, begin] of lane.words) {
    const left = x(begin);
    const row = taken.findIndex((end) => end <= left);
    if (row < 0) continue;
    pen.fillText(word, left, WORDS.top + WORDS.row * row + 12);
    taken[row] = left + pen.measureText(word).width + 6;
  }
};

const draw = (canvas, lane, width) => {
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = HEIGHT * scale;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${HEIGHT}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  const color = palette(canvas);
  const x = (seconds) => EDGE + (seconds / lane.duration_s) * (width - EDGE - 2);
  drawPauses(pen, lane, x, color);
  drawWave(pen, lane, x, color);
  if (!lane.pitch) return; // only the outline is known yet
  if (lane.level.length) drawLevel(pen, lane, x, color);
  drawPitch(pen, lane, x, color);
  drawWords(pen, lane, x, color);
};

const KEY = [["wave", "waveform"], ["pitch", "pitch, in semitones from how this voice speaks by itself"], ["level", "loudness"], ["pause", "pauses"]];

/**
 * @param {HTMLAudioElement} audio what the playhead follows
 * @param {(preset: string) => string} words title of a preset
 */
export const deliveryLane = (audio, words) => {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const head = h("span", { class: "vv-playhead", "aria-hidden": "true" });
  const surface = h("div", { class: "vv-lane-surface", role: "slider", tabindex: 0, "aria-label": "Position in the line", "aria-valuemin": 0 }, canvas, head);
  const scroll = h("div", { class: "vv-lane-scroll" }, surface);
  const said = h("div");
  const stale = h("p", { class: "vv-facts" }, "As it was last heard. Hear it again for what has changed since.");
  const key = h("p", { class: "vv-lane-key" }, KEY.map(([kind, name]) => h("span", {}, h("i", { class: kind, "aria-hidden": "true" }), name)));
  const element = h("section", { class: "vv-lane", "aria-label": "How the line is said", hidden: true }, stale, said, scroll, key);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let lane = null;
  let width = 0;
  let frame = 0;

  const at = (seconds) => EDGE + (seconds / lane.duration_s) * (width - EDGE - 2);
  const follow = () => {
    if (!lane) return;
    const now = Math.min(audio.currentTime, lane.duration_s);
    head.style.transform = `translateX(${at(now)}px)`;
    surface.setAttribute("aria-valuenow", now.toFixed(1));
    surface.setAttribute("aria-valuetext", `${now.toFixed(1)} seconds`);
    if (!audio.paused) {
      const [left, seen] = [at(now) - scroll.scrollLeft, scroll.clientWidth];
      if (left < 0 || left > seen * 0.85) scroll.scrollTo({ left: at(now) - seen * 0.15, behavior: still.matches ? "instant" : "smooth" });
      frame = requestAnimationFrame(follow);
    }
  };
  const restart = () => {
    cancelAnimationFrame(frame);
    follow();
  };
  for (const event of ["play", "pause", "seeked", "ended"]) audio.addEventListener(event, restart);

  const paint = () => {
    if (!lane || !scroll.clientWidth) return;
    width = Math.max(scroll.clientWidth, Math.round(lane.duration_s * PIXELS_PER_S) + EDGE);
    draw(canvas, lane, width);
    surface.style.width = `${width}px`;
    follow();
  };
  new ResizeObserver(paint).observe(scroll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => requestAnimationFrame(paint));

  const seek = (seconds) => (audio.currentTime = Math.min(Math.max(0, seconds), lane.duration_s - 0.05));
  surface.addEventListener("pointerdown", (event) => {
    const inside = event.clientX - surface.getBoundingClientRect().left - EDGE;
    seek((inside / (width - EDGE - 2)) * lane.duration_s);
  });
  const keys = {
    ArrowLeft: () => seek(audio.currentTime - SEEK_S), ArrowDown: () => seek(audio.currentTime - SEEK_S),
    ArrowRight: () => seek(audio.currentTime + SEEK_S), ArrowUp: () => seek(audio.currentTime + SEEK_S),
    Home: () => seek(0), End: () => seek(lane.duration_s),
    " ": () => (audio.paused ? audio.play() : audio.pause()),
  };
  surface.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    keys[event.key]();
  });

  return {
    element,
    /** Draw a lane as the server gives it, or with outline and length alone while the rest is measured. */
    show: (value) => {
      lane = value;
      element.hidden = false;
      stale.hidden = true;
      key.hidden = !value.pitch;
      said.replaceChildren(...(value.asked ? [verdict(value, words)] : []));
      surface.setAttribute("aria-valuemax", value.duration_s.toFixed(1));
      paint();
    },
    /** The line is another now than the one that is shown. */
    age: () => (stale.hidden = false),
    clear: () => {
      lane = null;
      element.hidden = true;
    },
  };
};
