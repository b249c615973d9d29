// Evidence of a consent: recordings with a player, and what each check found in words, figure and bound.
import { VV } from "./dom.js";

const { h } = VV;
const OUTCOMES = { pass: ["Passed", "check", "good"], review: ["To be judged by ear", "ear", "warn"], refuse: ["Failed", "cross", "bad"] };
const CHECKS = {
  decode: "Readable recording",
  speech: "Speech",
  duration: "Length",
  clipping: "Overload",
  snr: "Background noise",
  "synthetic-mark": "Mark of a voice generator",
  duplicate: "A new recording",
  words: "Words of the statement",
  challenge: "Code words and number",
  speaker: "Comparison with the references",
  "one-speaker": "One voice throughout",
};

const clipAddress = (value, clip) =>
  `/media/consents/${encodeURIComponent(clip.consent ?? value.summary.id)}/clips/${encodeURIComponent(clip.id)}`;

VV.outcome = (outcome) => {
  const [word, icon, kind] = OUTCOMES[outcome] ?? [outcome, "ear", ""];
  return h("span", { class: `vv-badge ${kind}` }, VV.icon(icon), word);
};

VV.checks = (checks) =>
  checks.length > 0 &&
  h(
    "ul",
    { class: "vv-checks" },
    checks.map((check) =>
      h(
        "li",
        { class: check.outcome },
        VV.outcome(check.outcome),
        h("div", {},
          h("p", {}, h("strong", {}, CHECKS[check.name] ?? check.name), check.measured && ` ${check.measured}`,
            check.bound && h("span", { class: "vv-facts" }, ` (${check.bound})`)),
          h("p", { class: "vv-facts" }, check.sentence)),
      ),
    ),
  );

/** The player of a recording of the vault; `onplayed` is told when it was heard to its end. */
VV.recording = (value, clip, label, onplayed = null) => {
  if (clip.destroyed) return h("p", { class: "vv-facts" }, "The recording was destroyed.");
  if (!value.may.includes("listen")) return h("p", { class: "vv-facts" }, "Only a reviewer and the voice owner may listen.");
  const audio = h("audio", {
    controls: true, preload: "none", "aria-label": label, controlslist: "nodownload noplaybackrate",
    src: clipAddress(value, clip),
  });
  if (onplayed) audio.addEventListener("ended", () => onplayed(clip.id));
  const complaint = h("p", { class: "vv-field-error", role: "alert", hidden: true }, "This recording cannot be played here.");
  audio.addEventListener("error", () => (complaint.hidden = false));
  audio.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
  });
  return h("div", {}, audio, complaint);
};

VV.references = (value, { onplayed = null, open = false, remove = null } = {}) => {
  const clips = value.clips.filter((clip) => clip.kind === "reference");
  if (!clips.length) return h("p", { class: "vv-facts" }, "No reference clip yet. The voice owner records them on their page.");
  return h("ul", { class: "vv-list" }, clips.map((clip, index) => {
    const name = clip.label || `Reference ${index + 1}`;
    return h(
      "li",
      { class: "vv-clip" },
      h("div", { class: "vv-bar" },
        h("p", {}, h("strong", {}, name), h("span", { class: "vv-facts" }, ` ${VV.clock(clip.duration_s)}, ${Math.round(clip.speech_s)} s of speech`)),
        remove && !clip.destroyed && !clip.consent && VV.iconButton("trash", `Remove ${name}`, () => remove(clip, name), { key: `remove-${clip.id}` })),
      VV.recording(value, clip, name, onplayed),
      clip.checks.length > 0 && h("details", { open }, h("summary", {}, checksWords(clip.checks)), VV.checks(clip.checks)),
    );
  }));
};

const checksWords = (checks) => {
  const passed = checks.filter((check) => check.outcome === "pass").length;
  return passed === checks.length ? `${VV.count(checks.length, "check")}, all passed` : `${passed} of ${VV.count(checks.length, "check")} passed`;
};

VV.statements = (value, { onplayed = null, latest = false } = {}) => {
  const found = latest ? value.statements.slice(0, 1) : value.statements;
  if (!found.length) {
    const paper = value.record?.route === "document";
    return h("p", { class: "vv-facts" }, paper ? "This consent goes by a signed paper: nothing is spoken." : "No statement yet.");
  }
  const clipOf = (statement) => value.clips.find((clip) => clip.id === statement.clip_id);
  return h("ul", { class: "vv-list" }, found.map((statement) => {
    const clip = clipOf(statement);
    const label = `Statement of ${VV.moment(statement.created_at)}`;
    return h(
      "li",
      { class: "vv-clip" },
      h("div", { class: "vv-bar" }, h("p", {}, h("strong", {}, label)), VV.outcome(statement.outcome)),
      clip && VV.recording(value, clip, label, onplayed),
      statement.transcript &&
        h("blockquote", { class: "vv-transcript", lang: value.record?.language || null }, statement.transcript),
      h("p", { class: "vv-facts" }, "Transcript by a machine, which was told nothing of what to expect."),
      VV.checks(statement.checks),
    );
  }));
};

VV.papers = (value) => {
  const papers = value.clips.filter((clip) => clip.kind === "document");
  return papers.length
    ? h("ul", { class: "vv-list" }, papers.map((paper) =>
        h("li", { class: "vv-clip" },
          h("div", { class: "vv-bar" },
            VV.icon("paper"),
            h("p", {}, h("strong", {}, paper.label || "Signed paper"), h("span", { class: "vv-facts" }, ` ${VV.moment(paper.created_at)}`)),
            !paper.destroyed && value.may.includes("listen") &&
              h("a", { class: "vv-button small", href: clipAddress(value, paper), download: true }, VV.icon("download"), "Download")),
          h("p", { class: "vv-facts vv-hash" }, `SHA-256 ${paper.sha256}`))))
    : h("p", { class: "vv-facts" }, "No signed paper is attached.");
};

const DECISIONS = { approve: ["Approved", "check", "good"], refuse: ["Refused", "cross", "bad"] };
const decided = (decision) => {
  const [word, icon, kind] = DECISIONS[decision] ?? [decision, "ear", ""];
  return h("span", { class: `vv-badge ${kind}` }, VV.icon(icon), word);
};

VV.reviewsDone = (value) =>
  value.reviews.length
    ? h("ul", { class: "vv-list" }, value.reviews.map((review) =>
        h("li", { class: "vv-clip" },
          h("div", { class: "vv-bar" },
            h("p", {}, h("strong", {}, review.reviewer || "A reviewer"), h("span", { class: "vv-facts" }, ` ${VV.moment(review.created_at)}`)),
            decided(review.decision)),
          review.note && h("p", {}, review.note))))
    : h("p", { class: "vv-facts" }, "Nobody has reviewed it yet.");

VV.section = (title, ...children) => h("section", { class: "vv-section" }, h("h3", {}, title), children);

VV.MACHINE_LIMITS =
  "The checks compare recordings with one another and with the words that were asked for. They do not tell who is " +
  "speaking, and they do not notice a good synthetic voice. That is what a person listens for.";

VV.parts.consent_evidence = (box, send) => (value) => {
  const remove = value.may.includes("remove")
    ? (clip, name) => VV.confirm(`Remove “${name}”?`, "The recording is destroyed; what the checks found goes with it.", "Remove", () => send("remove", { clip: clip.id }))
    : null;
  VV.redraw(
    box,
    h("p", { class: "vv-notice" }, VV.MACHINE_LIMITS),
    VV.section("Reference clips", VV.references(value, { remove })),
    VV.section("Spoken statement", VV.statements(value)),
    VV.section("Reviews", VV.reviewsDone(value)),
    VV.section("Signed papers", VV.papers(value)),
  );
};
