// The voice library: search, filter and sort; hear any voice; favourites; compare two; add and remove.
import { VV } from "./dom.js";
import { addVoice } from "./library-import.js";
import { pairing } from "./library-pair.js";
import { hear, quiet } from "./library-player.js";
import { complainIn, libraryRow, markStar } from "./library-row.js";
import { select } from "./voices.js";

const { h } = VV;
const PAGE = 50; // rows shown at once, and added by each press
const TYPING_MS = 120;

const byName = (one, other) => one.name.localeCompare(other.name, "en", { numeric: true }) || one.id.localeCompare(other.id);
// A pitch that was not measured comes last, whichever way it is sorted.
const byPitch = (way) => (one, other) =>
  !one.pitch_hz - !other.pitch_hz || way * (one.pitch_hz - other.pitch_hz) || byName(one, other);
const ORDERS = { name: byName, low: byPitch(1), high: byPitch(-1) };

const searched = (voice, engine) =>
  [voice.name, voice.id, voice.language, VV.language(voice.language), voice.sex, engine, voice.licence, voice.licensor]
    .join(" ").toLowerCase();

VV.parts.library = (box, send) => {
  const wanted = { words: "", language: "", sex: "", engine: "", sale: "", favourites: false, order: "name" };
  let value = null;
  let favourites = new Set();
  let rows = new Map(); // id → its row, made when it is first shown, so that what sounds or holds the focus stays
  let shown = PAGE;
  let arrived = ""; // id of a voice that was just added

  const message = h("p", { class: "vv-notice good", role: "status", hidden: true });
  const tell = (text) => {
    message.textContent = text;
    message.hidden = !text;
  };
  const complain = (voice) => (text) => complainIn(rowOf(voice), text);
  const sentence = h("textarea", {
    class: "vv-input", rows: 1, maxlength: 300, id: "vv-library-sentence", "aria-describedby": "vv-library-hint",
    placeholder: "Type what you want to hear",
  });
  const words = (voice) => sentence.value.trim() || value.sentences[voice.language];
  const pair = pairing({ sentence: words, onchange: () => markPicked() });
  const list = h("ul", { class: "vv-list vv-library-list", "aria-label": "Voices" });
  const none = h("p", { class: "vv-notice", hidden: true }, "No voice fits. Change the search or the filters.");
  const count = h("p", { class: "vv-facts", role: "status" });
  const more = h("button", { type: "button", class: "vv-button", hidden: true });
  const filters = h("div", { class: "vv-library-filters" });
  const add = h("button", { type: "button", class: "vv-button primary", hidden: true }, VV.icon("plus"), "Add a voice");

  const markPicked = () => {
    for (const [id, row] of rows) {
      const letter = pair.letterOf({ id });
      const button = row.querySelector(".vv-pick");
      button.setAttribute("aria-pressed", String(Boolean(letter)));
      button.textContent = letter ? `Voice ${letter}` : "Compare";
    }
    box.classList.toggle("vv-pairing", !pair.element.hidden);
  };

  const star = async (voice, button) => {
    const keep = !favourites.has(voice.id);
    const mark = (on) => {
      if (on) favourites.add(voice.id);
      else favourites.delete(voice.id);
      markStar(button, voice, on);
    };
    mark(keep);
    complain(voice)("");
    try {
      await VV.request(`/media/library/${encodeURIComponent(voice.id)}/favourite`, { method: keep ? "PUT" : "DELETE" });
    } catch (error) {
      mark(!keep);
      complain(voice)(error.message);
    }
  };

  const remove = (voice) =>
    VV.confirm(
      `Remove “${voice.name}”?`,
      "The voice and its files are deleted. What it said before stays, but can be heard and delivered no more.",
      "Remove",
      async () => {
        complain(voice)("");
        tell("");
        try {
          await VV.request(`/media/library/${encodeURIComponent(voice.id)}`, { method: "DELETE" });
          if (pair.letterOf(voice)) pair.pick(voice);
          tell(`${voice.name} is removed.`);
          send("refresh", {});
        } catch (error) {
          complain(voice)(error.message);
        }
      },
    );

  const actions = {
    hear: (voice, button) => hear(button, voice.id, words(voice), voice.language, complain(voice)),
    star,
    remove,
    compare: (voice) => {
      quiet();
      pair.pick(voice);
    },
  };

  const engineOf = (voice) => value.engines[voice.engine] ?? voice.engine;
  const rowOf = (voice) => {
    if (!rows.has(voice.id)) {
      const about = {
        engine: engineOf(voice), favourite: favourites.has(voice.id), removable: voice.origin === "imported" && value.may_import,
      };
      rows.set(voice.id, libraryRow(voice, about, actions));
    }
    return rows.get(voice.id);
  };
  const fits = (voice) =>
    wanted.words.every((word) => voice.searched.includes(word)) &&
    (!wanted.language || voice.language === wanted.language) &&
    (!wanted.sex || voice.sex === wanted.sex) &&
    (!wanted.engine || voice.engine === wanted.engine) &&
    (!wanted.sale || voice.commercial === (wanted.sale === "sale")) &&
    (!wanted.favourites || favourites.has(voice.id));

  const draw = () => {
    const found = value.voices.filter(fits).sort(ORDERS[wanted.order]);
    if (arrived) found.sort((one, other) => (other.id === arrived) - (one.id === arrived));
    list.replaceChildren(...found.slice(0, shown).map(rowOf));
    list.hidden = !found.length;
    none.hidden = found.length > 0;
    more.hidden = found.length <= shown;
    more.textContent = `Show ${Math.min(PAGE, found.length - shown)} more of ${found.length - shown}`;
    count.textContent = found.length === value.voices.length ? VV.count(found.length, "voice") : `${found.length} of ${VV.count(value.voices.length, "voice")}`;
    markPicked();
  };
  const filtered = (key, given) => {
    wanted[key] = given;
    shown = PAGE;
    arrived = "";
    tell("");
    draw();
  };
  more.addEventListener("click", () => {
    const first = shown;
    shown += PAGE;
    draw();
    list.children[first]?.querySelector("button:not(:disabled)")?.focus();
  });

  const find = h("input", { class: "vv-input", type: "search", placeholder: "Search", "aria-label": "Search voices by name, language, engine or licence" });
  let waiting = null;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => filtered("words", find.value.toLowerCase().split(/\s+/).filter(Boolean)), TYPING_MS);
  });
  const kept = h(
    "button",
    {
      type: "button", class: "vv-button vv-kept", "aria-pressed": "false",
      onclick: () => {
        filtered("favourites", !wanted.favourites);
        kept.setAttribute("aria-pressed", String(wanted.favourites));
      },
    },
    VV.icon("star"), "Favourites",
  );
  const order = h(
    "select", { class: "vv-input", "aria-label": "Sort by", onchange: () => filtered("order", order.value) },
    [["name", "By name"], ["low", "Low to high pitch"], ["high", "High to low pitch"]].map(([key, word]) => h("option", { value: key }, word)),
  );

  const offer = () => {
    const choices = (key, word) => {
      const all = [...new Set(value.voices.map((voice) => voice[key]))].filter(Boolean);
      return all.map((each) => [each, word(each)]).sort((one, other) => one[1].localeCompare(other[1], "en"));
    };
    const filter = (key, label, options) => {
      const field = select(label, options, (given) => filtered(key, given));
      field.value = options.some(([each]) => each === wanted[key]) ? wanted[key] : "";
      wanted[key] = field.value;
      return field;
    };
    filters.replaceChildren(
      find,
      kept,
      filter("language", "All languages", choices("language", VV.language)),
      filter("sex", "Female and male", [["female", "Female"], ["male", "Male"]]),
      filter("engine", "All engines", choices("engine", (name) => value.engines[name] ?? name)),
      filter("sale", "Any licence", [["sale", "For sale"], ["private", "Private only"]]),
      order,
    );
  };

  const welcome = () => {
    const voice = value.voices.find((each) => each.id === arrived);
    if (!voice) return;
    const limit = voice.commercial ? "" : " What it says may not be sold: use it in private projects.";
    tell(`${voice.name} is in the library.${limit}`);
    const row = rows.get(arrived);
    row?.querySelector("button:not(:disabled)")?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  const added = (voice) => {
    arrived = voice;
    Object.assign(wanted, { words: [], language: "", sex: "", engine: "", sale: "", favourites: false });
    find.value = "";
    kept.setAttribute("aria-pressed", "false");
    send("refresh", {});
  };

  wanted.words = [];
  add.addEventListener("click", () => {
    tell("");
    addVoice(value, added);
  });
  box.classList.add("vv-library");
  return (told) => {
    value = told;
    for (const voice of value.voices) voice.searched = searched(voice, engineOf(voice));
    favourites = new Set(value.favourites);
    rows = new Map();
    quiet();
    add.hidden = !value.may_import;
    if (!box.firstChild) {
      box.append(
        h("div", { class: "vv-heading" }, h("h2", {}, "Library"), add),
        h(
          "div", { class: "vv-field" },
          h("label", { for: "vv-library-sentence" }, "Your sentence"),
          sentence,
          h("p", { class: "vv-hint", id: "vv-library-hint" }, "Every voice says it. Left empty, each says a sample in its own language."),
        ),
        filters, message, count, list, none, more, pair.element,
      );
    }
    offer();
    draw();
    welcome();
  };
};
