// Words of a book that are worth a look: names, words no dictionary has, words with two readings.
import { VV } from "./dom.js";
import { hear } from "./library-player.js";

const { h } = VV;
const RISKS = { name: "name", unknown: "in no dictionary", heteronym: "two readings" };

/**
 * @param {object} options
 * @param {() => Promise<object[]>} options.ask for the words
 * @param {(body: object) => Promise<object | null>} options.say says a word otherwise; null if it failed
 * @param {(id: string) => void} options.show shows a line
 * @param {() => { id: string, language: string }} options.voice who is heard, in which language
 */
export const wordList = ({ ask, say, show, voice }) => {
  const list = h("div", { class: "vv-word-list" });
  const told = h("p", { class: "vv-facts", role: "status" });
  const element = h("details", { class: "vv-fold", ontoggle: () => element.open && load() },
    h("summary", {}, "Words to check"),
    h("p", { class: "vv-facts" }, "Names, words no dictionary has, and words with two readings. Hear them, and say how they are said."),
    told, list);

  const load = async () => {
    told.textContent = "Reading the book …";
    try {
      const words = await ask();
      told.textContent = words.length ? "" : "Nothing to check: the dictionary has every word.";
      list.replaceChildren(...words.map(item));
    } catch (error) {
      told.textContent = error.message;
    }
  };

  /** The words around a word, with a tag for how it is said if that is given. */
  const sentence = (entry, place, said) => {
    const end = place.start + entry.word.length;
    const word = place.sentence.slice(place.start, end);
    const plain = (text) => text.replace(/[[\]{}\\]/g, "");
    const phonemes = /^\/.+\/$/.test(said) ? `ipa: ${said.slice(1, -1)}` : `say: ${said}`;
    return `${plain(place.sentence.slice(0, place.start))}${said ? `[${word}]{${phonemes}}` : word}${plain(place.sentence.slice(end))}`.slice(-300);
  };

  const item = (entry) => {
    const field = h("input", { class: "vv-input", "aria-label": `How ${entry.word} is said`, placeholder: "HER-my-oh-nee, /ipa/ or words", maxlength: 100 });
    const wrong = h("p", { class: "vv-notice error", role: "alert", hidden: true });
    const complain = (text = "") => {
      wrong.textContent = text;
      wrong.hidden = !text;
    };
    const listen = VV.iconButton("play", `Hear ${entry.word}`, () => hear(listen, voice().id, sentence(entry, entry.places[0], field.value.trim()), voice().language, complain));
    const whole = h("button", { type: "button", class: "vv-button small", onclick: async () => {
      if (!field.value.trim()) return field.focus();
      if (await say({ word: entry.word, said: field.value.trim() })) own.replaceWith(h("p", { class: "vv-facts" }, `${entry.word} is said ${field.value.trim()} from now on.`));
    } }, "Use in the whole book");
    const fix = async (place, said) => {
      if (await say({ word: entry.word, said, segment: place.segment, number: place.number })) show(place.segment);
    };
    const own = h("details", {},
      h("summary", {}, h("strong", {}, entry.word), " ", h("span", { class: "vv-facts" }, `${RISKS[entry.risk]} · ${entry.count}×`)),
      h("div", { class: "vv-actions" }, listen, field, whole), wrong,
      h("ol", {}, entry.places.map((place) =>
        h("li", {},
          h("button", { type: "button", class: "vv-problem", onclick: () => show(place.segment) },
            h("span", { class: "vv-quote" }, around(entry, place)), place.said && h("span", { class: "vv-facts" }, `said /${place.said}/`)),
          entry.alternatives.length > 1 && h("div", { class: "vv-actions" }, entry.alternatives.filter((each) => each.ipa !== place.said).map((each) =>
            h("button", { type: "button", class: "vv-button small", onclick: () => fix(place, `/${each.ipa}/`) }, `Here /${each.ipa}/`)))))));
    return own;
  };
  const around = (entry, place) => {
    const start = Math.max(0, place.start - 30);
    return `${start ? "…" : ""}${place.sentence.slice(start, place.start + entry.word.length + 30)}`;
  };
  return { element };
};
