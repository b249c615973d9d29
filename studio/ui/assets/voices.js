// The voices that can read a book: filter, hear any of them say a sentence of it, choose one as narrator.
import { VV } from "./dom.js";
import { hear } from "./library-player.js";

const { h } = VV;
export const select = (label, options, onchange) => {
  const field = h("select", { class: "vv-input", "aria-label": label, onchange: () => onchange(field.value) });
  field.append(h("option", { value: "" }, label), ...options.map(([value, name]) => h("option", { value }, name)));
  return field;
};

/** Facts in a row that breaks between them and never inside one. */
export const facts = (...words) =>
  words.filter(Boolean).flatMap((word, at) => [at ? " · " : "", h("span", { class: "vv-fact" }, word)]);

VV.parts.voices = (box, send) => {
  const wanted = { language: "", sex: "" };
  const complaint = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const complain = (text) => {
    complaint.textContent = text;
    complaint.hidden = !text;
  };
  const sentence = h("textarea", { class: "vv-input", rows: 2, maxlength: 300, id: "vv-sentence" });
  const list = h("div", { class: "vv-voices" });
  const filters = h("div", { class: "vv-bar" });
  const chosenName = h("p", { class: "vv-narrator" });
  let typed = false;
  sentence.addEventListener("input", () => (typed = true));
  box.replaceChildren(
    h("div", { class: "vv-field" }, h("label", { for: "vv-sentence" }, "Sentence to hear"), sentence),
    complaint, filters, list,
  );

  const voiceRow = (voice, value) => {
    const chosen = voice.id === value.narrator;
    const words = () => (typed && sentence.value.trim()) || value.sentences[voice.language] || sentence.value;
    const listen = VV.iconButton(
      "play", `Hear ${voice.name}`, () => hear(listen, voice.id, words(), value.language, complain),
      { key: `hear-${voice.id}`, disabled: !voice.available },
    );
    const choice = h("input", {
      type: "radio", name: "vv-narrator", id: `vv-voice-${voice.id}`, value: voice.id, checked: chosen,
      disabled: Boolean(voice.reason), "aria-describedby": voice.reason ? `vv-reason-${voice.id}` : null,
      "data-key": `voice-${voice.id}`, onchange: () => send("cast", { voice: voice.id }),
    });
    return h(
      "li",
      { class: `vv-voice${chosen ? " chosen" : ""}${voice.reason ? " refused" : ""}` },
      choice,
      h(
        "label",
        { class: "vv-voice-name", for: `vv-voice-${voice.id}` },
        h("strong", {}, voice.name),
        h(
          "span",
          { class: "vv-facts", title: `Licensed by ${voice.licensor}` },
          facts(VV.language(voice.language), voice.sex, voice.consent_id ? "Authorized Voice Replica" : voice.licence, !voice.commercial && "not for sale"),
        ),
        voice.reason && h("span", { class: "vv-reason", id: `vv-reason-${voice.id}` }, VV.sentence(voice.reason)),
        voice.private_only && h("span", { class: "vv-private" }, VV.sentence(voice.private_only)),
      ),
      voice.consent_id && h("a", { class: "vv-badge-link", href: VV.recordAddress(voice.consent_id), "aria-label": `Consent of ${voice.name}` }, VV.consentState(voice.state)),
      voice.reason ? null : voice.available ? listen : h("span", { class: "vv-facts" }, "language not installed"),
    );
  };

  // The narrator first, then the studio's own replicas, then those of the book's own variety of the language.
  const rank = (voice, value) => {
    if (voice.id === value.narrator) return 0;
    if (voice.consent_id) return voice.reason ? 2 : 1;
    return voice.language === value.language ? 3 : 4;
  };

  return (value) => {
    const narrator = value.voices.find((voice) => voice.id === value.narrator);
    chosenName.textContent = `Read by ${narrator ? narrator.name : value.narrator || "nobody yet"}`;
    value.voices.sort((one, other) => rank(one, value) - rank(other, value));
    if (!typed) sentence.value = value.sentences[value.language] || Object.values(value.sentences)[0] || "";
    const languages = [...new Set(value.voices.map((voice) => voice.language))].sort();
    const draw = () => {
      const shown = value.voices.filter(
        (voice) => (!wanted.language || voice.language === wanted.language) && (!wanted.sex || voice.sex === wanted.sex),
      );
      VV.redraw(
        list,
        shown.length
          ? h("ul", { class: "vv-voice-list", "aria-label": "Voices" }, shown.map((voice) => voiceRow(voice, value)))
          : h("p", { class: "vv-facts" }, "No voice fits these filters."),
      );
    };
    if (filters.childElementCount === 0) {
      const choose = (key) => (picked) => {
        wanted[key] = picked;
        draw();
      };
      filters.append(
        ...(languages.length > 1
          ? [select("All languages", languages.map((tag) => [tag, VV.language(tag)]), choose("language"))]
          : []),
        select("Female and male", [["female", "Female"], ["male", "Male"]], choose("sex")),
        chosenName,
        VV.nextStep("Go to the lines", "Lines"),
      );
    }
    draw();
  };
};
