// Who speaks a person's voice: the nearest built-in voices to hear and choose, the search for a better match, the engine.
import { VV } from "./dom.js";
import { hear } from "./library-player.js";

const { h } = VV;
const POLL_MS = 1000;

const button = (label, onclick, { key, kind = "", icon = null, disabled = false }) =>
  h("button", { type: "button", class: `vv-button ${kind}`, onclick, disabled, "data-key": key }, icon && VV.icon(icon), label);

const busy = (words) => h("p", { class: "vv-busy", role: "status" }, h("span", { class: "vv-spinner" }), words);

/** "raised by 2.4 semitones": what is done to a built-in voice's pitch. */
const moved = (semitones) => {
  const rounded = Math.abs(semitones).toFixed(1);
  return rounded === "0.0" ? "at the person’s pitch already" : `${semitones > 0 ? "raised" : "lowered"} by ${rounded} semitones to the person’s pitch`;
};

/** The judge's figures as a sentence. */
const figures = (found) =>
  `An independent comparison gives ${found.judge_likeness.toFixed(2)}; the average built-in voice has ${found.floor.toFixed(2)}, the person’s own other speech ${found.ceiling.toFixed(2)}.`;

/** Where a likeness lies between the average built-in voice and the person's own other speech. */
const scale = (found) => {
  const place = Math.min(1, Math.max(0, found.share));
  const mark = h("span");
  mark.style.left = `${100 * place}%`;
  return h("div", { class: "vv-likeness" },
    h("div", { class: "vv-likeness-line", role: "img", "aria-label": figures(found) }, mark),
    h("div", { class: "vv-likeness-ends", "aria-hidden": "true" },
      h("span", {}, `average built-in voice ${found.floor.toFixed(2)}`),
      h("span", {}, `own other speech ${found.ceiling.toFixed(2)}`)));
};

const STATES = { chosen: "Nearest voice, not tuned", nearest: "Nearest voice, measured", blend: "Tuned: a blend", tuned: "Tuned" };
const state = (voice) => {
  if (voice.searching) return h("span", { class: "vv-badge warn" }, VV.icon("clock"), "Being tuned");
  if (!voice.match) return h("span", { class: "vv-badge" }, "Not matched");
  return h("span", { class: "vv-badge good" }, VV.icon("check"), STATES[voice.match.figures.kept] ?? "Matched");
};

/** One person's voice. `common` holds what all of them share: whether anything may be done, and the sentence to hear. */
const panel = (first, common) => {
  const address = `/media/matches/${encodeURIComponent(first.voice_id)}`;
  const element = h("article", { class: "vv-match", "aria-label": first.name, "data-voice": first.voice_id });
  const [head, match, job, ranking, engine] = ["header", "div", "div", "div", "div"].map((tag) => h(tag, { class: "vv-match-part" }));
  const wrong = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  element.append(head, match, job, wrong, ranking, engine);
  let voice = first;
  let found = null; // the ranked voices, once somebody asked

  const complain = (words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
  };
  const play = (label, id, key, delivery) => {
    const control = VV.iconButton("play", label, () => hear(control, id, common.words(voice.language), voice.language, complain, delivery), { key, kind: "play" });
    return control;
  };
  const locked = () => !common.may || Boolean(voice.refused);

  /** Do something that answers how it stands then. */
  const send = async (place, path, method, body, words, holds = "") => {
    complain("");
    VV.redraw(place, busy(words));
    try {
      voice = await VV.request(`${address}${path}`, { method, body });
    } catch (error) {
      complain(error.message);
    }
    draw();
    element.querySelector(holds)?.focus({ preventScroll: true });
  };

  const look = async () => {
    if (!element.isConnected) return;
    try {
      voice = await VV.request(address);
    } catch {
      setTimeout(look, POLL_MS); // the server is being started again, perhaps
      return;
    }
    if (voice.searching) drawJob();
    else draw();
  };

  const drawMatch = () => {
    const made = voice.match;
    VV.redraw(match,
      voice.refused && h("p", { class: "vv-notice warning" }, VV.sentence(voice.refused)),
      made && h("p", {}, made.words),
      made?.figures.kept === "chosen" && h("p", { class: "vv-facts" }, figures(made.figures)),
      made && scale(made.figures),
      made && voice.engine !== common.engine && h("p", { class: "vv-facts" }, "Another engine speaks this voice now; the match is kept for when you go back."),
      made && !voice.refused && h("ul", { class: "vv-list vv-match-hear" },
        h("li", {}, play(`Hear ${voice.name}, as matched`, voice.voice_id, "after"), h("strong", {}, "After"), h("span", {}, `${voice.name}, as matched`)),
        h("li", {}, play(`Hear ${made.stock_name} by itself`, made.figures.nearest, "before"), h("strong", {}, "Before"), h("span", {}, `${made.stock_name}, the built-in voice by itself`))),
      !locked() && !voice.searching && h("div", { class: "vv-actions vv-match-actions" },
        button(found ? "Look again" : "Find the nearest voices", rank, { key: "rank", kind: made || found ? "" : "primary" }),
        button("Tune", () => tune(false), { key: "tune", kind: made ? "primary" : "" }),
        button("Quick tune", () => tune(true), { key: "quick" }),
        made && button("Forget the match", forget, { key: "forget", icon: "trash" })),
      !locked() && !voice.searching && h("p", { class: "vv-facts" }, "Tuning tries blends and small changes for some minutes; a quick tune only hears the nearest voices at the person’s pitch, in about half a minute. Both measure what came of it."),
    );
  };

  const drawJob = () => {
    const now = voice.job;
    if (!voice.searching && now?.state !== "failed") return VV.redraw(job);
    if (!voice.searching) return VV.redraw(job, h("p", { class: "vv-notice error" }, now.error));
    const left = now.eta_s ? `about ${VV.about(now.eta_s)} left` : "";
    const words = now.state === "queued" ? "Waiting for its turn" : [`Tuning ${Math.floor(now.fraction * 100)} %`, left].filter(Boolean).join(" · ");
    const bar = h("div", { class: "vv-meter", role: "progressbar", "aria-label": `Tuning ${voice.name}`, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.floor(now.fraction * 100) }, h("span"));
    bar.firstChild.style.width = `${100 * now.fraction}%`;
    VV.redraw(job, bar, h("div", { class: "vv-bar" }, h("p", { class: "vv-progress" }, words),
      common.may && button("Cancel", () => send(job, "/search", "DELETE", null, "Stopping…", "[data-key=tune]"), { key: "cancel", kind: "small" })));
    return setTimeout(look, POLL_MS);
  };

  const drawRanking = () => {
    if (!found) return VV.redraw(ranking);
    const chosen = voice.match?.figures.kept === "chosen" ? voice.match.figures.nearest : "";
    return VV.redraw(ranking, h("h4", {}, common.ranked),
      h("ol", { class: "vv-list vv-ranked", "aria-label": common.ranked }, found.map((each) =>
        h("li", {},
          play(`Hear ${each.name} at the pitch of ${voice.name}`, each.voice_id, `hear-${each.voice_id}`, each.delivery),
          h("div", { class: "vv-ranked-words" },
            h("strong", {}, each.name), h("p", { class: "vv-facts" }, `${VV.sentence(moved(each.pitch_st))}. ${each.words}`),
            h("p", { class: "vv-facts" }, figures(each))),
          each.voice_id === chosen
            ? h("span", { class: "vv-badge good" }, VV.icon("check"), "In use")
            : button("Use this voice", () => choose(each), { key: `use-${each.voice_id}`, kind: "small", disabled: locked() || voice.searching })))));
  };

  const drawEngine = () => {
    const option = (each) => {
      const radio = h("input", { type: "radio", name: `vv-engine-${voice.voice_id}`, value: each.name, checked: each.name === voice.engine,
        disabled: !common.may || Boolean(each.missing && each.name !== voice.engine),
        onchange: () => send(engine, "/engine", "PUT", { engine: each.name }, "Changing…", `input[value="${CSS.escape(each.name)}"]`) });
      return h("label", { class: "vv-tick" }, radio, h("span", {}, each.title, each.missing && h("small", {}, VV.sentence(each.missing))));
    };
    const now = voice.engines.find((each) => each.name === voice.engine);
    const open = engine.querySelector("details")?.open;
    VV.redraw(engine, h("details", { open }, h("summary", {}, `Spoken by ${now ? now.title : "no engine"}`),
      h("fieldset", { class: "vv-ticks" }, h("legend", { class: "vv-hidden" }, `Engine that speaks as ${voice.name}`),
        h("div", { class: "vv-match-engines" }, voice.engines.map(option)))));
  };

  const draw = () => {
    VV.redraw(head, h("h3", {}, voice.name), state(voice));
    drawMatch();
    drawJob();
    drawRanking();
    drawEngine();
  };

  const rank = async () => {
    complain("");
    VV.redraw(ranking, busy("Listening to the recordings and comparing: some seconds…"));
    try {
      found = await VV.request(`${address}/ranking`, { method: "POST" });
    } catch (error) {
      complain(error.message);
    }
    draw();
    ranking.querySelector("button")?.focus({ preventScroll: true });
  };
  const choose = (each) => send(match, "", "PUT", { stock: each.voice_id }, `Taking ${each.name}: some seconds…`, "[data-key=after]");
  const tune = (quick) => send(job, "/search", "POST", { quick }, "Starting…", "[data-key=cancel]");
  const forget = () =>
    VV.confirm(`Forget the match of ${voice.name}?`, "It is destroyed, and the voice cannot be spoken this way until it is matched again. The consent and the recordings stay.", "Forget it",
      () => send(match, "", "DELETE", null, "Destroying it…", "[data-key=rank]"));

  draw();
  return element;
};

VV.parts.match = (box) => (value) => {
  if (!value.voices.length) return VV.redraw(box);
  const sentence = h("textarea", { class: "vv-input", rows: 2, maxlength: 300, id: "vv-match-sentence" });
  let typed = false;
  sentence.value = value.sentences[value.voices[0].language];
  sentence.addEventListener("input", () => (typed = true));
  const common = {
    may: value.may,
    engine: value.engine,
    ranked: value.ranked,
    words: (language) => (typed && sentence.value.trim()) || value.sentences[language] || sentence.value,
  };
  return VV.redraw(box,
    h("section", { class: "vv-section", "aria-labelledby": "vv-match" },
      h("h2", { id: "vv-match" }, value.name),
      h("p", { class: "vv-facts" }, value.explained),
      h("div", { class: "vv-field" }, h("label", { for: "vv-match-sentence" }, "Sentence to hear"), sentence),
      value.voices.map((voice) => panel(voice, common))));
};
