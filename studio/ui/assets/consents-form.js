// "New consent" in four steps: who, studio and client, what for, check. It is built once: nothing typed is lost.
import { VV } from "./dom.js";
import { area, contactAddress, contactWords, countries, listed, one, select, text, ticks, timeZones } from "./consents-fields.js";

const { h } = VV;
const STEPS = ["Who", "Studio and client", "What for", "Check"];
const DELIVERIES = [["shout", "Shouting"], ["whisper", "Whispering"], ["cry", "Crying"], ["laugh", "Laughing"], ["sing", "Singing"]];
const CHARACTERS_LEFT = (count, least) =>
  count >= least ? `${count} characters: long enough` : `${count} of at least ${least} characters`;

const isoDay = (date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
const today = () => isoDay(new Date());
const inAYear = () => {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  day.setDate(day.getDate() - 1);
  return isoDay(day);
};
const own = (given, choices) => given.filter((word) => !choices.some(([key]) => key === word)).join(", ");

const whoStep = (from, value) => {
  const subject = from.subject ?? {};
  const fields = [
    text("legal_name", "Legal name", subject.legal_name, { required: true, hint: "As they would sign." }),
    text("credit_name", "Credit name", subject.credit_name, { hint: "As listeners read it. Empty: the legal name." }),
    text("contact", "E-mail or phone", contactWords(subject.contact), { required: true }),
    select("country", "Where they live", countries(), subject.country ?? ""),
    one("status", "Whose voice is it", [
      ["adult", "An adult’s"], ["minor", "A minor’s", "their guardian signs"],
      ["deceased", "Of somebody who has died", "the estate signs"], ["self", "My own", "I run this studio"],
    ], subject.status ?? "adult"),
    text("guardian", "Who signs for them", subject.guardian, { required: true, hint: "Legal name of the guardian, or of the estate’s representative." }),
    select("representation", "Who advises them", [
      ["none", "Nobody"], ["counsel", "A lawyer"], ["union", "A union"], ["agent", "An agent"], ["self", "They advise themselves"],
    ], subject.representation ?? "none", { hint: "In California and New York a replica clause without a lawyer or a union may be void." }),
    text("representative", "Adviser’s name", subject.representative),
    select("identity_check", "How you know them", [
      ["none", "Not checked"], ["known-person", "Known in person"], ["document-seen", "Document seen"], ["video-call", "Video call"],
    ], subject.identity_check ?? "none", { hint: "No more than this is ever claimed." }),
    select("language", "Language of notice and statement", value.languages, from.language ?? "en"),
    one("route", "How they consent", [
      ["spoken", "By reading a statement aloud", "one reviewer"], ["document", "By a signed paper", "for people who cannot record; two reviewers"],
    ], from.route ?? "spoken"),
  ];
  const find = (name) => fields.find((field) => field.name === name);
  const fit = () => {
    const status = find("status").read();
    find("guardian").box.hidden = !["minor", "deceased"].includes(status);
    find("representative").box.hidden = ["none", "self"].includes(find("representation").read());
    const paper = status === "deceased";
    for (const radio of find("route").box.querySelectorAll("input")) {
      if (paper) radio.checked = radio.value === "document";
      radio.disabled = paper && radio.value !== "document";
    }
  };
  for (const name of ["status", "representation"]) find(name).box.addEventListener("change", fit);
  fit();
  return fields;
};

const studioStep = (from) => {
  const client = (from.parties ?? []).find((party) => party.role === "client") ?? {};
  const studio = from.controller ?? {};
  return [
    text("studio_name", "Studio", studio.name, { required: true, hint: "Who decides what the voice is used for (the controller). Remembered for the next consent." }),
    text("studio_contact", "Studio’s e-mail or phone", contactWords(studio.contact), { required: true, hint: "Where the voice owner asks and complains." }),
    text("studio_address", "Studio’s address", studio.address),
    select("jurisdiction", "Law the voice data is kept under", countries(), from.data?.jurisdiction ?? "", { required: false }),
    text("client_name", "Client", client.name, { hint: "Whoever the work is made for, if not the studio itself." }),
    text("client_contact", "Client’s e-mail or phone", contactWords(client.contact)),
  ];
};

const description = (terms, value) => {
  const made = area("description", "What the voice will be used for", terms.description, {
    required: true, rows: 4, hint: "Name the work, the roles, and where it will be heard. The voice owner reads exactly this.",
  });
  const count = h("p", { class: "vv-hint", role: "status" });
  const vague = h("p", { class: "vv-notice warning", role: "status", hidden: true });
  const look = () => {
    const said = made.read().toLowerCase();
    const found = value.vague.filter((phrase) => said.includes(phrase));
    count.textContent = CHARACTERS_LEFT(made.read().length, value.min_description);
    vague.hidden = !found.length;
    vague.textContent = found.length ? `“${found.join("”, “")}”: a court may find that too vague to bind. Name the works.` : "";
  };
  made.control.addEventListener("input", look);
  made.box.append(count, vague);
  made.check = () =>
    made.read().length < value.min_description
      ? `Say in at least ${value.min_description} characters what the voice will be used for; there are ${made.read().length}.`
      : "";
  look();
  return made;
};

const termFields = (terms) => {
  const zone = terms.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const first = text("first_day", "First day", terms.first_day ?? today(), { type: "date", required: true });
  const last = text("last_day", "Last day", terms.last_day ?? inAYear(), { type: "date", required: true });
  last.check = () => {
    if (!last.read()) return "Choose the last day.";
    if (last.read() < first.read()) return "The last day is before the first.";
    return last.read() < today() ? "The last day is over already." : "";
  };
  return [first, last, select("time_zone", "Time zone", timeZones(zone), zone, { hint: "The days begin and end at midnight there." })];
};

const forStep = (from, value) => {
  const terms = from.terms ?? {};
  const pay = terms.compensation ?? {};
  const number = (name, label, given, options) =>
    text(name, label, given === null || given === undefined ? "" : String(given), { inputmode: "decimal", maxlength: 12, ...options });
  const quota = number("quota", "Limit in finished minutes", terms.max_finished_minutes, { hint: "Empty: no limit." });
  quota.check = () => (quota.read() && !(Number(quota.read()) > 0) ? "Give a number above zero, or leave it empty." : "");
  const days = number("take_down_days", "Days to take works down in", terms.take_down_days ?? 30, { required: true });
  days.check = () => (!days.box.hidden && !/^\d+$/.test(days.read()) ? "Give a whole number of days." : "");
  const survival = one("survival", "Finished works after the end", [
    ["stay", "may stay"], ["take-down", "are taken down"],
  ], terms.survival ?? "stay");
  const amount = number("amount", "Amount", pay.amount);
  const basis = select("basis", "Pay", [
    ["none", "None"], ["flat", "Flat fee"], ["per-finished-hour", "Per finished hour"], ["royalty", "Royalty, in per cent"],
  ], pay.basis ?? "none");
  amount.check = () => (!amount.box.hidden && !(Number(amount.read()) > 0) ? "Write the amount like 250.00." : "");
  const currency = text("currency", "Currency", pay.currency ?? "", { maxlength: 3, placeholder: "EUR" });
  currency.check = () =>
    !currency.box.hidden && basis.read() !== "royalty" && !/^[A-Z]{3}$/.test(currency.read()) ? "Three letters, like EUR." : "";
  const status = select("pay_status", "Payment", [["agreed", "Agreed"], ["due", "Due"], ["paid", "Paid"]], pay.status ?? "agreed");
  const fit = () => {
    days.box.hidden = survival.read() !== "take-down";
    for (const each of [amount, currency, status]) each.box.hidden = basis.read() === "none";
  };
  survival.box.addEventListener("change", fit);
  basis.box.addEventListener("change", fit);
  fit();
  const tags = terms.languages ?? ["en"];
  const main = [
    ticks("uses", "Uses", value.uses, terms.uses ?? [], { required: true }),
    description(terms, value),
    ticks("languages", "Languages the voice may speak", value.languages, tags, { required: true }),
    text("more_languages", "Other languages", own(tags, value.languages), { hint: "As tags with commas, like nl, en-GB." }),
    ...termFields(terms),
  ];
  const spoken = main.find((each) => each.name === "languages");
  const others = main.find((each) => each.name === "more_languages");
  spoken.check = () => (spoken.read().length || others.read() ? "" : "Choose a language, or name another one.");
  const excluded = terms.excluded_content ?? [];
  const deliveries = terms.excluded_deliveries ?? [];
  const limits = [
    value.projects.length > 0 &&
      ticks("projects", "Only these projects", value.projects, terms.projects ?? [], { hint: "None ticked: any project within the uses." }),
    quota,
    ticks("excluded", "Never for", value.content, excluded),
    text("more_excluded", "Nor for", own(excluded, value.content), { hint: "In the voice owner’s own words, with commas." }),
    ticks("deliveries", "Never spoken as", DELIVERIES, deliveries),
    ticks("approvals", "The voice owner decides", [
      ["project", "Each project", "before anything is spoken"], ["final", "The final audio", "before it is delivered"],
    ], [terms.project_approval && "project", terms.final_approval && "final"].filter(Boolean)),
    survival, days,
  ].filter(Boolean);
  const papers = [
    basis, amount, currency, status,
    text("territories", "Territories", (terms.territories ?? []).join(", "), { hint: "Where works may be sold, with commas. Empty: worldwide." }),
    text("exclusivity", "Exclusivity", terms.exclusivity, { hint: "What the owner promises not to do elsewhere." }),
    text("sublicence", "Passing on", terms.sublicence, { hint: "To whom the studio may pass the right on. Empty: nobody." }),
    text("credit", "Credit line", terms.credit, { hint: "Empty: the credit name." }),
  ];
  return { main, limits, papers, all: [...main, ...limits, ...papers] };
};

/** The record as the fields say it; what the form does not show stays as it was. */
const recordOf = (from, fields) => {
  const said = Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  const hidden = (name) => fields.find((field) => field.name === name).box.hidden;
  const shown = (name) => (hidden(name) ? "" : said[name]);
  const others = (from.parties ?? []).filter((party) => party.role !== "client");
  const client = said.client_name && { role: "client", name: said.client_name, contact: contactAddress(said.client_contact) };
  const known = DELIVERIES.map(([key]) => key);
  const pay = said.basis === "none"
    ? { basis: "none" }
    : { basis: said.basis, amount: said.amount, currency: said.currency, status: said.pay_status };
  return {
    ...(from.voice_id ? { voice_id: from.voice_id } : {}),
    language: said.language,
    route: said.route,
    subject: {
      legal_name: said.legal_name, credit_name: said.credit_name, contact: contactAddress(said.contact), country: said.country,
      status: said.status, guardian: shown("guardian"), representation: said.representation,
      representative: shown("representative"), identity_check: said.identity_check,
    },
    controller: {
      ...(from.controller ?? {}), role: "studio", name: said.studio_name, contact: contactAddress(said.studio_contact),
      address: said.studio_address,
    },
    parties: [...others, ...(client ? [client] : [])],
    data: { ...(from.data ?? {}), jurisdiction: said.jurisdiction },
    terms: {
      uses: said.uses, description: said.description, languages: [...said.languages, ...listed(said.more_languages)],
      first_day: said.first_day, last_day: said.last_day, time_zone: said.time_zone, projects: said.projects ?? from.terms?.projects ?? [],
      max_finished_minutes: said.quota ? Number(said.quota) : null,
      excluded_content: [...said.excluded, ...listed(said.more_excluded)],
      excluded_deliveries: [...said.deliveries, ...(from.terms?.excluded_deliveries ?? []).filter((word) => !known.includes(word))],
      project_approval: said.approvals.includes("project"), final_approval: said.approvals.includes("final"),
      survival: said.survival, take_down_days: Number(said.take_down_days || 30), territories: listed(said.territories),
      exclusivity: said.exclusivity, sublicence: said.sublicence, credit: said.credit, compensation: pay,
    },
  };
};

const folded = (title, hint, fields, open) =>
  h("details", { class: "vv-fold", open }, h("summary", {}, title, h("span", { class: "vv-facts" }, ` ${hint}`)),
    h("div", { class: "vv-form-grid" }, fields.map((field) => field.box)));

/** A sentence begins with a capital. */

/** Words of a scope, term by term. */
VV.words = (rows) => h("dl", { class: "vv-words-list" }, rows.map(([term, words]) => h("div", {}, h("dt", {}, term), h("dd", {}, Array.isArray(words) ? words.map(VV.language).join(", ") : words))));

const SAVE = { new: "Save as draft", edit: "Save the changes", renew: "Save the renewal as draft" };

const build = (box, send, value) => {
  const from = value.initial;
  const who = whoStep(from, value);
  const studio = studioStep(from);
  const scope = forStep(from, value);
  const grid = (fields) => h("div", { class: "vv-form-grid" }, fields.map((field) => field.box));
  const answer = h("div", { class: "vv-answer", role: "status" });
  const complaint = h("p", { class: "vv-notice error", role: "alert", tabindex: -1, hidden: true });
  const groups = [who, studio, scope.all, []];
  const bodies = [
    grid(who), grid(studio),
    h("div", { class: "vv-stack" }, grid(scope.main),
      folded("Limits and approvals", "what it must not do, how much, who decides", scope.limits, value.mode !== "new"),
      folded("Pay and territory", "recorded, and shown to the voice owner", scope.papers, false)),
    answer,
  ];
  const marks = STEPS.map((name, index) =>
    h("li", {}, h("button", { type: "button", onclick: () => go(index) }, h("span", { class: "vv-step-number", "aria-hidden": "true" }, index + 1), name)));
  const title = h("h2", { tabindex: -1 });
  const back = h("button", { type: "button", class: "vv-button", onclick: () => go(now - 1) }, "Back");
  const next = h("button", { type: "button", class: "vv-button primary", onclick: () => (now === STEPS.length - 1 ? save() : go(now + 1)) });
  let now = 0;
  let turn = 0;

  const record = () => recordOf(from, [...who, ...studio, ...scope.all]);
  const complain = (words) => {
    complaint.textContent = words;
    complaint.hidden = !words;
  };
  const wrong = (index) => {
    const faulty = groups[index].filter((field) => {
      const words = field.box.hidden ? "" : field.check();
      field.complain(words);
      return words;
    });
    return faulty[0];
  };
  const show = (index) => {
    now = index;
    bodies.forEach((body, at) => (body.hidden = at !== index));
    marks.forEach((mark, at) => {
      mark.className = at < index ? "done" : at === index ? "now" : "";
      mark.firstChild.setAttribute("aria-current", at === index ? "step" : "false");
    });
    title.textContent = STEPS[index];
    back.hidden = index === 0;
    next.textContent = index === STEPS.length - 1 ? SAVE[value.mode] : "Next";
  };
  const go = (index) => {
    complain("");
    for (let at = now; at < index; at += 1) {
      const first = wrong(at);
      if (!first) continue;
      show(at);
      first.box.closest("details")?.setAttribute("open", "");
      first.focus();
      return;
    }
    show(index);
    if (index === STEPS.length - 1) ask();
    title.focus();
    title.scrollIntoView({ block: "nearest" });
  };
  const ask = () => {
    answer.replaceChildren(h("p", { class: "vv-facts" }, "Checking…"));
    next.disabled = true;
    turn += 1;
    send("check", { data: record(), turn });
  };
  const save = () => {
    next.disabled = true;
    turn += 1;
    send("save", { data: record(), turn });
  };

  VV.redraw(
    box,
    h("ol", { class: "vv-form-steps", "aria-label": "Steps" }, marks),
    h("section", { class: "vv-form" }, title, complaint, bodies,
      h("div", { class: "vv-actions" }, back, next, h("a", { class: "vv-button", href: from.id ? VV.recordAddress(from.id) : "/consents" }, "Cancel"))),
  );
  show(0);

  return (said) => {
    if (said.turn !== turn) return;
    next.disabled = Boolean(said.error) && !said.saving;
    complain(said.error);
    if (said.error) complaint.focus();
    if (!said.rows) {
      if (said.error && !said.saving) answer.replaceChildren();
      return;
    }
    answer.replaceChildren(
      VV.words(said.rows),
      said.warnings.length > 0 &&
        h("div", { class: "vv-notice warning" }, h("p", {}, h("strong", {}, "Before you ask for it")), h("ul", {}, said.warnings.map((words) => h("li", {}, VV.sentence(words))))),
    );
  };
};

VV.parts.consent_form = (box, send) => {
  let answer = null;
  return (value) => {
    if (value.initial && !answer) answer = build(box, send, value);
    if (value.answer && answer) answer(value.answer);
  };
};
