// "Add a voice": a Kokoro pack, a Piper voice, or a voice of a speech server, with all that has to be known of it.
import { VV } from "./dom.js";
import { one, select, text } from "./consents-fields.js";

const { h } = VV;
const PERSON = "person";
const REQUIRED = { required: true };

const file = (name, label, accept, hint, more = {}) => {
  const field = text(name, label, "", { ...REQUIRED, ...more, hint, type: "file", maxlength: null });
  field.control.accept = accept;
  return { ...field, check: () => (field.control.files.length ? "" : "Choose a file.") };
};

const KINDS = {
  packs: {
    title: ["Kokoro voice pack", "one file: .npz, .npy or .bin"],
    fields: () => [file("pack", "Voice pack", ".npz,.npy,.bin", "The numbers of one voice, as numpy writes them. A .pt file is not opened: it could run programs.", { wide: true })],
    send: (from, facts) => [`packs?${facts}`, from("pack").control.files[0]],
  },
  piper: {
    title: ["Piper voice", "two files: .onnx and .onnx.json"],
    fields: () => [
      file("model.onnx", "Network", ".onnx", "The file that ends in .onnx."),
      file("model.onnx.json", "Settings", ".json", "The file that ends in .onnx.json."),
    ],
    send: (from, facts) => {
      const [network, settings] = ["model.onnx", "model.onnx.json"].map((name) => from(name).control.files[0]);
      facts.set("network_bytes", network.size);
      return [`piper?${facts}`, new Blob([network, settings])];
    },
  },
  servers: {
    title: ["Voice of a speech server", "what it says is sent there"],
    fields: () => [
      text("url", "Address", "", { ...REQUIRED, placeholder: "https://", inputmode: "url", hint: "Of a server that speaks OpenAI’s protocol. Every word this voice says is sent there, and nowhere else." }),
      text("model", "Model", "", { ...REQUIRED, hint: "Its name on the server." }),
      text("voice", "Voice", "", { ...REQUIRED, hint: "Its name on the server." }),
      select("sound_format", "Form of its sound", [["wav", "WAV"], ["flac", "FLAC"], ["pcm", "PCM"]], "wav"),
    ],
    send: (_from, facts) => ["servers", Object.fromEntries(facts)],
  },
};

const idOf = (name) =>
  name.normalize("NFD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60);

const factFields = (value) => {
  const fields = [
    text("name", "Name", "", { ...REQUIRED, hint: "For people." }),
    text("voice_id", "Id", "", { ...REQUIRED, hint: "Small letters, digits, “-” and “_”.", maxlength: 60 }),
    text("language", "Language", "", { ...REQUIRED, hint: "What it reads, as a language tag: “en-GB”.", maxlength: 35 }),
    select("sex", "Sex", [["", "Neither, or not known"], ["female", "Female"], ["male", "Male"]], "", { required: false }),
    text("licence", "Licence", "", { ...REQUIRED, hint: "What it is used under, by its short name: “CC-BY-4.0”." }),
    text("licence_url", "Address of the licence", "", { ...REQUIRED, placeholder: "https://", inputmode: "url", hint: "Where its text stands." }),
    text("licensor", "Licensor", "", { ...REQUIRED, hint: "Who grants the licence." }),
    select("commercial", "May what it says be sold", [["", "As is known of the licence"], ["true", "Yes, it may be sold"], ["false", "No, private only"]], "", { required: false }),
    text("attribution", "Credit", "", { hint: "Words the licence demands with what is made." }),
  ];
  const from = Object.fromEntries(fields.map((field) => [field.name, field]));
  const suggestions = (name, options) => {
    from[name].control.setAttribute("list", `vv-known-${name}`);
    from[name].box.append(h("datalist", { id: `vv-known-${name}` }, options.map(([key, word]) => h("option", { value: key }, word))));
  };
  suggestions("licence", value.licences.map((known) => [known.id, known.title]));
  suggestions("language", Object.keys(value.sentences).map((tag) => [tag, VV.language(tag)]));
  const follow = (source, target, made) => {
    let last = "";
    from[source].control.addEventListener("input", () => {
      if (from[target].control.value !== last) return; // it was typed by hand
      last = made(from[source].read());
      from[target].control.value = last;
    });
  };
  follow("name", "voice_id", idOf);
  follow("licence", "licence_url", (id) => value.licences.find((known) => known.id.toLowerCase() === id.toLowerCase())?.url ?? "");
  return fields;
};

/**
 * Open the dialog.
 * @param {object} value what the library knows: licences, languages, and what this person may add
 * @param {(voice: string) => void} onadded told the id of the voice that came in
 */
export const addVoice = (value, onadded) => {
  const kinds = Object.entries(KINDS).filter(([kind]) => kind !== "servers" || value.may_add_server);
  const kindField = one("kind", "What do you bring", kinds.map(([kind, { title }]) => [kind, ...title]), "packs");
  const asked = one("declared", "Whose voice is it", [
    ["nobody", "Nobody’s", "made up, blended or designed: it imitates no living person"],
    ["licensed", "A licensed speaker’s", "its speaker recorded it for this licence, as for a corpus"],
    [PERSON, "A person’s", "somebody who could be recognised"],
  ], "");
  const whose = { ...asked, check: () => (asked.read() ? "" : "Say whose voice it is.") };
  const facts = factFields(value);
  const sources = h("div", { class: "vv-form-grid" });
  const rest = h("div", { class: "vv-form-grid" }, facts.map((field) => field.box));
  const consentFirst = h(
    "p", { class: "vv-notice warning", role: "status", hidden: true },
    "A person’s voice sounds here only with their consent, so it cannot be added as a file. ",
    h("a", { href: "/consents?new=1" }, "Ask for their consent"), " first; with it, add recordings of them and the studio makes the voice.",
  );
  const wrong = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const add = h("button", { type: "submit", class: "vv-button primary" }, "Add the voice");
  const cancel = h("button", { type: "button", class: "vv-button", onclick: () => dialog.close() }, "Cancel");
  const sending = new AbortController();
  let fields = [];
  const from = (name) => fields.find((field) => field.name === name);

  const complain = (words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
  };
  const fit = () => {
    const own = KINDS[kindField.read()].fields();
    fields = [...own, whose, ...facts];
    sources.replaceChildren(...own.map((field) => field.box));
    complain("");
  };
  const declare = () => {
    const person = whose.read() === PERSON;
    consentFirst.hidden = !person;
    rest.hidden = sources.hidden = add.hidden = person;
  };
  const submit = async (event) => {
    event.preventDefault();
    complain("");
    const missing = fields.filter((field) => {
      field.complain(field.check());
      return field.check();
    });
    if (missing.length) {
      missing[0].focus();
      return;
    }
    const given = new URLSearchParams([...facts, whose].map((field) => [field.name, field.read()]).filter(([, said]) => said !== ""));
    const own = fields.slice(0, fields.indexOf(whose));
    if (kindField.read() === "servers") for (const field of own) given.set(field.name, field.read());
    add.disabled = true;
    add.textContent = "Adding…";
    try {
      const [address, body] = KINDS[kindField.read()].send(from, given);
      const told = await VV.request(`/media/library/${address}`, { method: "POST", body, signal: sending.signal });
      dialog.close();
      onadded(told.voice);
    } catch (error) {
      if (error.name === "AbortError") return;
      const meant = error.status === 403 || !error.status ? null : (from(error.field) ?? own[0]);
      if (meant) {
        meant.complain(error.message);
        meant.focus();
      } else complain(error.message);
    } finally {
      add.disabled = false;
      add.textContent = "Add the voice";
    }
  };

  const dialog = h(
    "dialog",
    {
      class: "vv-dialog vv-add", "aria-labelledby": "vv-add-title",
      onclose: () => {
        sending.abort();
        dialog.remove();
      },
    },
    h(
      "form", { class: "vv-form", novalidate: true, onsubmit: submit },
      h("h2", { id: "vv-add-title" }, "Add a voice"),
      kindField.box, sources, whose.box, consentFirst, rest, wrong,
      h("div", { class: "vv-actions" }, cancel, add),
    ),
  );
  kindField.box.addEventListener("change", fit);
  whose.box.addEventListener("change", declare);
  fit();
  document.querySelector(".gradio-container").append(dialog);
  dialog.showModal();
};
