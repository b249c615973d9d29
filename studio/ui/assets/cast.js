// The roles of a book besides the narrator: what it tells of each, a line to hear, and the voice that speaks it.
import { VV } from "./dom.js";
import { hear } from "./library-player.js";

const { h } = VV;
const NARRATOR = "narrator";

VV.parts.cast = (box) => {
  let value = null; // { project, language, roles } of the page
  let cast = null; // of the server
  const complaint = h("p", { class: "vv-notice error", role: "alert", hidden: true });
  const complain = (text = "") => {
    complaint.textContent = text;
    complaint.hidden = !text;
  };
  const body = h("div", { class: "vv-cast-body" });
  const address = (rest = "") => `/media/${encodeURIComponent(value.project)}/cast${rest}`;

  const ask = async (rest = "", options = {}) => {
    complain();
    body.setAttribute("aria-busy", "true");
    try {
      cast = await VV.request(address(rest), options);
      draw();
    } catch (error) {
      complain(error.message);
      if (cast) draw();
    } finally {
      body.removeAttribute("aria-busy");
    }
  };

  const voiceField = (role) => {
    const fits = cast.suggested[role.role] ?? [];
    const named = new Set(fits.map((fit) => fit.voice));
    const option = (voice) => h("option", { value: voice.id, selected: role.cast && role.voice === voice.id }, [voice.name, voice.sex].filter(Boolean).join(", "));
    const known = new Map(cast.voices.map((voice) => [voice.id, voice]));
    return h("select", {
      class: "vv-input", "aria-label": `Voice of ${role.role}`, disabled: role.locked, "data-key": `voice-${role.role}`,
      onchange: (event) => ask("", { method: "PUT", body: [{ role: role.role, voice: event.target.value || null }] }),
    },
    h("option", { value: "", selected: !role.cast }, "Read by the narrator"),
    fits.length && h("optgroup", { label: "Suits the role" }, fits.map((fit) => option(known.get(fit.voice) ?? { id: fit.voice, name: fit.name }))),
    h("optgroup", { label: "All voices" }, cast.voices.filter((voice) => !named.has(voice.id)).map(option)));
  };

  /** Whom the play button lets one hear, and why, while nobody is chosen. */
  const suggestion = (role) => {
    const fit = role.cast ? null : cast.suggested[role.role]?.[0];
    return fit && h("span", { class: "vv-facts" }, h("strong", {}, `Suggested: ${fit.name}`), `, ${fit.reason}`);
  };

  const roleRow = (role) => {
    const voice = role.cast ? role.voice : (cast.suggested[role.role]?.[0]?.voice ?? role.voice);
    const name = cast.voices.find((each) => each.id === voice)?.name ?? voice;
    const listen = VV.iconButton("play", `Hear ${role.role} by ${name}`, () => hear(listen, voice, role.samples[0], value.language, complain), { key: `hear-${role.role}`, disabled: !role.line || !voice, kind: "play" });
    const known = [VV.count(role.lines, "line"), VV.count(role.words, "word"), role.portrait.gender, role.portrait.age].filter(Boolean).join(" · ");
    return h("li", { class: "vv-role" },
      h("div", { class: "vv-role-words" }, h("strong", {}, role.role), h("span", { class: "vv-facts", title: role.portrait.evidence.join(", ") || null }, known),
        role.line && h("span", { class: "vv-role-line", title: role.line }, role.line)),
      listen,
      h("div", { class: "vv-role-voice" }, voiceField(role), suggestion(role),
        role.locked && h("div", {}, h("span", { class: "vv-facts vv-role-kept" }, "Kept for the series"),
          h("button", { type: "button", class: "vv-button small", "aria-label": `Let ${role.role} have another voice in each book`, "data-key": `unlock-${role.role}`, onclick: () => ask("/unlocked", { method: "POST", body: { role: role.role } }) }, "Unlock"))));
  };

  const draw = () => {
    const roles = cast.roles.filter((role) => role.role !== NARRATOR);
    const open = roles.filter((role) => !role.cast && cast.suggested[role.role]?.length);
    const series = h("input", { class: "vv-input", id: "vv-series", maxlength: 80, value: cast.series.name, placeholder: "none" });
    VV.redraw(body,
      h("div", { class: "vv-bar" },
        h("p", { class: "vv-facts" }, `${VV.count(roles.length, "role")}, ${roles.length - roles.filter((role) => !role.cast).length} cast`),
        h("button", { type: "button", class: "vv-button small", "data-key": "suggested", disabled: !open.length, onclick: () => ask("", { method: "PUT", body: open.map((role) => ({ role: role.role, voice: cast.suggested[role.role][0].voice })) }) }, "Use the suggested voices")),
      h("ul", { class: "vv-roles" }, roles.map(roleRow)),
      h("details", { class: "vv-fold", open: Boolean(cast.series.name) },
        h("summary", {}, "One cast for a series"),
        h("p", { class: "vv-facts" }, cast.series.books.length > 1 ? `Books of the series: ${cast.series.books.join(", ")}.` : "Roles that come again in other books keep their voices."),
        h("div", { class: "vv-actions" },
          h("label", { class: "vv-label", for: "vv-series" }, "Series"), series,
          h("button", { type: "button", class: "vv-button small", "data-key": "join", onclick: () => ask("/series", { method: "PUT", body: { name: series.value } }) }, "Set"),
          h("button", { type: "button", class: "vv-button small", "data-key": "lock", disabled: !cast.series.name, onclick: () => ask("/locked", { method: "POST" }) }, "Keep this cast for the series"))));
  };

  let seen = false;
  new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || seen || !value) return;
    seen = true;
    if (value.roles > 1) {
      body.replaceChildren(h("p", { class: "vv-facts", role: "status" }, "Reading what the book tells of its roles…"));
      ask();
    }
  }).observe(box);

  return (given) => {
    const again = value !== null;
    value = given;
    if (value.roles <= 1) {
      box.replaceChildren(h("p", { class: "vv-facts vv-cast-none" }, "One voice reads all of it. For a voice of its own for every role, find out who speaks in the ", h("a", { href: `/manuscript${location.search}` }, "manuscript"), "."));
      return;
    }
    if (!box.contains(body)) box.replaceChildren(h("h2", { class: "vv-section" }, "Roles"), complaint, body);
    if (again && seen) ask();
  };
};
