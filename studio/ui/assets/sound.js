// The finished chapters: a player with the waveform the server measured, the table of figures, the downloads.
import { VV } from "./dom.js";

const { h } = VV;
const SEEK_S = 5;
let playing = null;

const paint = (canvas, peaks, fraction) => {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const bars = Math.max(1, Math.floor(width / 3));
  const loudest = Math.max(1, ...peaks);
  pen.scale(scale, scale);
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar / bars) * peaks.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
    const tall = Math.max(1, (Math.max(...peaks.slice(from, to)) / loudest) * height);
    pen.fillStyle = style.getPropertyValue(bar / bars < fraction ? "--vv-wave-played" : "--vv-wave");
    pen.fillRect(bar * 3, (height - tall) / 2, 2, tall);
  }
};

const player = (sound, address) => {
  const title = sound.chapter.title;
  const length = sound.duration_s;
  const audio = h("audio", { preload: "none", src: address });
  const canvas = h("canvas", {});
  const time = h("span", { class: "vv-time" }, `0:00 / ${VV.clock(length)}`);
  const wave = h("div", {
    class: "vv-wave", role: "slider", tabindex: 0, "aria-label": `Position in ${title}`, "aria-valuemin": 0,
    "aria-valuemax": Math.round(length), "aria-valuenow": 0, "aria-valuetext": "0:00", "data-key": `wave-${sound.chapter.id}`,
  }, canvas);
  const button = VV.iconButton("play", `Play ${title}`, () => (audio.paused ? audio.play() : audio.pause()), {
    key: `play-${sound.chapter.id}`, kind: "play",
  });
  const update = () => {
    const now = Math.round(audio.currentTime);
    time.textContent = `${VV.clock(now)} / ${VV.clock(length)}`;
    wave.setAttribute("aria-valuenow", now);
    wave.setAttribute("aria-valuetext", VV.clock(now));
    paint(canvas, sound.peaks, audio.currentTime / length);
  };
  const seek = (seconds) => {
    const target = Math.min(Math.max(0, seconds), length - 0.1);
    if (audio.readyState) audio.currentTime = target;
    else {
      audio.addEventListener("loadedmetadata", () => (audio.currentTime = target), { once: true });
      audio.load();
      audio.preload = "metadata";
    }
  };
  const label = () => {
    const state = audio.paused ? "Play" : "Pause";
    button.setAttribute("aria-label", `${state} ${title}`);
    button.title = `${state} ${title}`;
    button.replaceChildren(VV.icon(state.toLowerCase()));
  };
  audio.addEventListener("play", () => {
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    label();
  });
  audio.addEventListener("pause", label);
  audio.addEventListener("timeupdate", update);
  audio.addEventListener("seeked", update);
  audio.addEventListener("ended", () => {
    const following = audio.closest("li")?.nextElementSibling?.querySelector("audio");
    audio.currentTime = 0;
    following?.play();
  });
  wave.addEventListener("pointerdown", (event) => {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length);
  });
  const keys = {
    ArrowLeft: () => seek(audio.currentTime - SEEK_S),
    ArrowRight: () => seek(audio.currentTime + SEEK_S),
    ArrowDown: () => seek(audio.currentTime - SEEK_S),
    ArrowUp: () => seek(audio.currentTime + SEEK_S),
    PageDown: () => seek(audio.currentTime - 12 * SEEK_S),
    PageUp: () => seek(audio.currentTime + 12 * SEEK_S),
    Home: () => seek(0),
    End: () => seek(length),
    " ": () => button.click(),
    Enter: () => button.click(),
  };
  wave.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  new ResizeObserver(update).observe(canvas);
  return [button, wave, time, audio];
};

const SOUND = ["RMS level", "Peak", "True peak", "Noise floor", "Head", "Tail", "Length"];
const SHOWN = ["Codec", "Bit rate"];

/** A column for each measure of the sound, and one for all that concerns the file. */
const columns = (checks) => {
  const file = checks.filter((check) => !SOUND.includes(check.name));
  const words = (part) =>
    file
      .filter((check) => SHOWN.includes(check.name))
      .map((check) => `${check[part]} ${check.unit}`.trim())
      .join(", ");
  const whole = {
    name: "Format", unit: "", passed: file.every((check) => check.passed), value: words("value"), required: words("required"),
  };
  return [...checks.filter((check) => SOUND.includes(check.name)), whole];
};

const cell = (check) => {
  if (!check) return h("td", {}, "–");
  const rule = `must be ${check.required} ${check.unit}`.trim();
  return h(
    "td",
    { class: check.passed ? "pass" : "fail", title: rule },
    VV.icon(check.passed ? "check" : "cross"),
    check.value,
    h("span", { class: "vv-hidden" }, check.passed ? " (passed)" : ` (failed: ${rule})`),
  );
};

const table = (sounds) => {
  const rules = columns(sounds[0].checks);
  const head = (name, unit) => h("th", { scope: "col" }, name, unit && h("small", {}, ` ${unit}`));
  const line = (sound) => {
    const found = columns(sound.checks);
    return h(
      "tr",
      {},
      h("th", { scope: "row", title: sound.chapter.title }, sound.chapter.title),
      h("td", {}, sound.lufs === null ? "–" : sound.lufs.toFixed(2)),
      rules.map((rule) => cell(found.find((check) => check.name === rule.name))),
    );
  };
  return h(
    "section",
    { class: "vv-measured", "aria-labelledby": "vv-measured" },
    h("h3", { id: "vv-measured" }, "Measured on the finished files"),
    h(
      "div",
      { class: "vv-scroll", tabindex: 0, role: "region", "aria-labelledby": "vv-measured" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h("tr", {}, h("th", { scope: "col" }, "File"), head("Loudness", "LUFS"), rules.map((rule) => head(rule.name, rule.unit))),
          h("tr", { class: "vv-required" }, h("th", { scope: "row" }, "ACX asks for"), h("td", {}, "–"),
            rules.map((rule) => h("td", {}, rule.required))),
        ),
        h("tbody", {}, sounds.map(line)),
      ),
    ),
  );
};

const row = (sound, project) => {
  const address = sound.ready
    ? `/media/${encodeURIComponent(project)}/chapters/${encodeURIComponent(sound.chapter.id)}.mp3?v=${sound.version}`
    : null;
  const passed = sound.checks.length > 0 && sound.checks.every((check) => check.passed);
  return h(
    "li",
    { class: "vv-sound", "data-chapter": sound.chapter.id },
    h(
      "div",
      { class: "vv-sound-head" },
      h("h3", {}, sound.chapter.title),
      sound.ready
        ? h("span", { class: `vv-badge ${passed ? "good" : "bad"}` }, `${passed ? "meets" : "misses"} ACX`)
        : h("span", { class: "vv-facts" }, `${sound.rendered} of ${VV.count(sound.segments, "line")} spoken`),
      address &&
        h("a", { class: "vv-icon-button", href: `${address}&download=1`, download: true, title: "Download MP3",
          "aria-label": `Download ${sound.chapter.title}` }, VV.icon("download")),
    ),
    address && h("div", { class: "vv-player" }, player(sound, address)),
  );
};

VV.parts.sounds = (box) => (value) => {
  if (playing) playing.pause();
  const ready = value.sounds.filter((sound) => sound.ready);
  const length = ready.reduce((sum, sound) => sum + sound.duration_s, 0);
  VV.redraw(
    box,
    value.error && h("p", { class: "vv-notice error" }, value.error),
    value.sounds.length > 0 &&
      h(
        "div",
        { class: "vv-bar" },
        h("p", { class: "vv-facts" },
          ready.length
            ? `${ready.length} of ${VV.count(value.sounds.length, "file")} ready · ${VV.clock(length)}`
            : "Nothing is produced yet. Produce the audiobook first."),
        ready.length > 0 &&
          h("a", { class: "vv-button primary", href: `/media/${encodeURIComponent(value.project)}/audiobook.zip`, download: true },
            VV.icon("download"), "Download all"),
      ),
    h("ul", { class: "vv-sounds" }, value.sounds.map((sound) => row(sound, value.project))),
    ready.length > 0 && table(ready),
  );
};
