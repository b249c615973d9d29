// One consent: how it stands and what can be done, its link, its terms, and the use made of it.
import { VV } from "./dom.js";
import "./consents-evidence.js";

const { h } = VV;
const COPIED_MS = 2500;
const LONGEST_NAME = 30;

const button = (label, onclick, { kind = "", key = label, icon = null } = {}) =>
  h("button", { type: "button", class: `vv-button ${kind}`, onclick, "data-key": key }, icon && VV.icon(icon), label);

const actions = (value, send) => {
  const name = value.summary.person || "the voice owner";
  const may = (what) => value.may.includes(what);
  const address = (mode) => `/consents?${mode}=${encodeURIComponent(value.summary.id)}`;
  const suspend = () =>
    VV.ask({
      title: "Suspend this consent?", body: [h("p", {}, "Nothing sounds in this voice until a reviewer lifts it. Nothing is destroyed.")],
      fields: [{ name: "reason", label: "Reason", hint: "It stands in the record.", rows: 2, required: true }],
      label: "Suspend", onyes: (given) => send("suspend", given),
    });
  const resume = () =>
    VV.ask({
      title: "Lift the suspension?", body: [h("p", {}, "The voice may be used again within its terms.")],
      fields: [
        ...(value.reviewer ? [] : [{ name: "name", label: "Your name", required: true }]),
        { name: "note", label: "Why it is in order again", rows: 2, required: true },
      ],
      label: "Lift it", onyes: (given) => send("resume", given),
    });
  const short = name.length > LONGEST_NAME ? "the voice owner" : name;
  const link = value.summary.state === "draft" ? `Create the link for ${short}` : `New link for ${short}`;
  const plain = [
    may("edit") && h("a", { class: "vv-button", href: address("edit"), "data-key": "edit" }, VV.icon("edit"), "Change"),
    may("renew") && h("a", { class: "vv-button", href: address("renew"), "data-key": "renew" }, "Renew or change"),
    may("suspend") && button("Suspend", suspend),
    may("resume") && button("Lift the suspension", resume, { kind: "primary" }),
  ];
  const ends = [
    may("withdraw") && button("Withdraw", () => send("preview", { kind: "withdraw" })),
    may("revoke") && button("Revoke", () => send("preview", { kind: "revoke" })),
    may("invalidate") && button("Invalidate", () => send("preview", { kind: "invalidate" })),
  ];
  return h(
    "div",
    { class: "vv-actions vv-record-actions" },
    may("invite") && button(link, () => send("invite", {}), { kind: value.summary.state === "draft" ? "primary" : "" }),
    may("review") && h("a", { class: "vv-button primary", href: `/review?c=${encodeURIComponent(value.summary.id)}` }, VV.icon("ear"), "Review"),
    plain,
    h("span", { class: "vv-ends" }, ends),
  );
};

VV.parts.consent = (box, send) => (value) => {
  const missing = value.error || !value.summary;
  if (missing) {
    VV.redraw(box, h("p", { class: "vv-notice error", role: "alert" }, value.error), h("p", {}, h("a", { href: "/consents" }, "All consents")));
    return;
  }
  const { summary } = value;
  VV.redraw(
    box,
    h("p", { class: "vv-crumb" }, h("a", { href: "/consents" }, "Consents")),
    h("div", { class: "vv-record-head" },
      h("h1", {}, summary.person || "An erased record"),
      VV.consentState(summary.state)),
    h("p", { class: "vv-facts" }, [summary.credit && summary.credit !== summary.person && `credited as ${summary.credit}`, `voice ${summary.voice_id}`].filter(Boolean).join(" · ")),
    summary.next_step && h("p", { class: "vv-next-line" }, h("strong", {}, "Next: "), summary.next_step),
    h("div", { class: "vv-record-figures" }, VV.term(summary), VV.usage(summary)),
    value.warnings.length > 0 &&
      h("details", { class: "vv-notice warning", open: summary.state === "draft" },
        h("summary", {}, VV.count(value.warnings.length, "thing to know", "things to know")),
        h("ul", {}, value.warnings.map((words) => h("li", {}, VV.sentence(words))))),
    actions(value, send),
  );
};

/** The one-time link, with what to do with it. It is shown once: only its hash is kept. */
VV.parts.consent_link = (box) => (value) => {
  if (!value.token) {
    VV.redraw(box);
    return;
  }
  const address = `${window.location.origin}/my-voice#${value.token}`;
  const shown = h("input", { class: "vv-input", id: "vv-link", readonly: true, onfocus: () => shown.select() });
  shown.value = address;
  const told = h("span", { class: "vv-facts", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      shown.focus();
      shown.select();
      document.execCommand("copy");
    }
    told.textContent = "Copied";
    setTimeout(() => (told.textContent = ""), COPIED_MS);
  };
  VV.redraw(
    box,
    h(
      "section",
      { class: "vv-link-box", "aria-labelledby": "vv-link-title" },
      h("h2", { id: "vv-link-title" }, `The link for ${value.person}`),
      h("p", {}, "Whoever has it can act as the voice owner. Send it to them alone, by a way that is theirs: not to a shared mailbox, not to a client."),
      h("div", { class: "vv-link-row" },
        h("label", { class: "vv-hidden", for: "vv-link" }, "Link for the voice owner"), shown,
        button("Copy", copy, { icon: "copy", kind: "primary" }), told),
      h("p", {}, "Is the voice owner at this machine? ",
        h("a", { href: address, target: "_blank", rel: "noopener" }, "Open it here"), " and leave them alone with it."),
      h("p", { class: "vv-facts" }, "It is shown only now. A new link makes this one worthless."),
    ),
  );
  box.querySelector("h2").scrollIntoView({ block: "nearest" });
};

const DOWNLOADS = [
  ["receipt.html", "Receipt", "HTML"], ["receipt.pdf", "Receipt", "PDF"], ["record.jsonld", "Record", "JSON-LD"],
  ["certificate.html", "Certificate of destruction", "HTML"], ["certificate.json", "Certificate of destruction", "JSON"],
  ["account.html", "Statement of account", "HTML"],
];

VV.parts.consent_scope = (box) => (value) => {
  const base = `/media/consents/${encodeURIComponent(value.summary.id)}`;
  const downloads = DOWNLOADS.filter(([file]) => value.papers.includes(file));
  VV.redraw(
    box,
    value.rows.length
      ? VV.words(value.rows)
      : h("p", { class: "vv-notice" }, "The record was erased after its end. What the ledger keeps holds no personal data."),
    value.purposes.length > 0 &&
      VV.section("What the voice owner ticked",
        h("ul", { class: "vv-list" }, value.purposes.map(([name, ticked]) =>
          h("li", { class: "vv-purpose" }, h("span", { class: `vv-badge ${ticked ? "good" : ""}` }, VV.icon(ticked ? "check" : "cross"), ticked ? "Yes" : "No"), name)))),
    downloads.length > 0 &&
      VV.section("Downloads",
        h("div", { class: "vv-bar" }, downloads.map(([file, name, kind]) =>
          h("a", { class: "vv-button small", href: `${base}/papers/${file}`, download: true }, VV.icon("download"), name, h("span", { class: "vv-facts" }, kind))))),
  );
};

const KINDS = { project: "The project", "final-audio": "The final audio" };
const ANSWERS = { asked: ["Asked", "clock", ""], approved: ["Approved", "check", "good"], refused: ["Refused", "cross", "bad"] };

const approval = (each) => {
  const [word, icon, kind] = ANSWERS[each.decision] ?? ["Asked", "clock", ""];
  return h("li", { class: "vv-clip" },
    h("div", { class: "vv-bar" },
      h("p", {}, h("strong", {}, `${KINDS[each.kind] ?? each.kind}: ${each.project_title}`), h("span", { class: "vv-facts" }, ` asked ${VV.moment(each.requested_at)}`)),
      h("span", { class: `vv-badge ${kind}` }, VV.icon(icon), word)));
};

VV.parts.consent_use = (box, send) => (value) => {
  const ask = () =>
    VV.ask({
      title: "Ask the voice owner",
      body: [h("p", {}, "They find the question on their own page, and answer there.")],
      fields: [
        { name: "project", label: "Project", options: value.projects },
        { name: "kind", label: "About", options: Object.entries(KINDS) },
      ],
      label: "Ask", onyes: (given) => send("ask", given),
    });
  const work = (each) =>
    h("li", { class: "vv-clip" },
      h("div", { class: "vv-bar" },
        h("p", {}, h("strong", {}, each.title), h("span", { class: "vv-facts" }, ` ${value.uses[each.use] || each.use} · ${VV.clock(each.seconds)} · ${VV.moment(each.at)}`)),
        !each.exists && h("span", { class: "vv-badge" }, "no longer on this machine")),
      h("p", { class: "vv-facts vv-hash" }, `SHA-256 ${each.sha256}`));
  VV.redraw(
    box,
    VV.section("Used so far", h("div", { class: "vv-record-figures" }, VV.usage(value.summary))),
    VV.section("Approvals",
      value.approvals.length ? h("ul", { class: "vv-list" }, value.approvals.map(approval)) : h("p", { class: "vv-facts" }, "Nothing was asked."),
      value.may.includes("ask") && value.projects.length > 0 && h("p", {}, button("Ask for an approval", ask))),
    VV.section("Finished works",
      value.works.length ? h("ul", { class: "vv-list" }, value.works.map(work)) : h("p", { class: "vv-facts" }, "Nothing was delivered in this voice yet.")),
    value.notices.length > 0 &&
      VV.section("To tell those who have works",
        h("ul", { class: "vv-list" }, value.notices.map(([whom, words]) =>
          h("li", { class: "vv-clip" }, h("p", {}, h("strong", {}, whom)), h("p", { class: "vv-letter" }, words))))),
  );
};
