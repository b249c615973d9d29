// Consents: how a state, a term and a quota are shown anywhere, the list of consents, and the replicas on the voices page.
import { VV } from "./dom.js";

const { h } = VV;
const DAY_MS = 86_400_000;
const TYPING_MS = 250;
const SOON_DAYS = 30;

// A state is told by word and icon; the colour only repeats it.
const STATES = {
  draft: ["Draft", "edit", ""],
  requested: ["Waiting for the voice owner", "clock", "wait"],
  given: ["Given, to be reviewed", "ear", "wait"],
  verified: ["Reviewed and verified", "shield", "good"],
  suspended: ["Suspended", "pause", "warn"],
  refused: ["Refused", "cross", "bad"],
  expired: ["Expired", "clock", "bad"],
  withdrawn: ["Withdrawn", "cross", "bad"],
  revoked: ["Revoked", "cross", "bad"],
  invalidated: ["Invalidated", "cross", "bad"],
  superseded: ["Replaced by a renewal", "check", ""],
};
VV.consentStates = Object.entries(STATES).map(([state, [word]]) => [state, word]);
VV.consentState = (state) => {
  const [word, icon, kind] = STATES[state] ?? [state, "clock", ""];
  return h("span", { class: `vv-consent-state ${kind}`, "data-state": state }, VV.icon(icon), word);
};

/** A day of the calendar ("2027-12-31") as people write it. */
VV.day = (text) => {
  if (!text) return "";
  const day = new Date(`${text.slice(0, 10)}T12:00:00`);
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
};
VV.moment = (text) => new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** Whole days from today to the end of a day; below zero when it is past. */
VV.daysLeft = (text) => {
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  return Math.round((Date.parse(`${text.slice(0, 10)}T00:00:00Z`) - today) / DAY_MS);
};

const ENDED = ["refused", "expired", "withdrawn", "revoked", "invalidated", "superseded"];
VV.consentEnded = (state) => ENDED.includes(state);

/** "until 31 Dec 2027 · 12 days left" */
VV.term = (summary) => {
  const left = VV.daysLeft(summary.last_day);
  const words = left < 0 ? "over" : left === 0 ? "last day" : `${VV.count(left, "day")} left`;
  const counted = !VV.consentEnded(summary.state);
  return h(
    "span",
    { class: "vv-term" },
    `until ${VV.day(summary.last_day)}`,
    counted && h("span", { class: left <= SOON_DAYS ? "soon" : "" }, ` · ${words}`),
  );
};

/** Minutes used of the quota, as a bar with its words. */
VV.usage = (summary) => {
  const used = summary.used_minutes.toLocaleString("en", { maximumFractionDigits: 1 });
  if (summary.quota_minutes === null) return h("span", { class: "vv-usage" }, `${used} min used, no limit`);
  const share = Math.min(1, summary.used_minutes / summary.quota_minutes);
  const words = `${used} of ${summary.quota_minutes.toLocaleString("en")} min used`;
  const bar = h("span", {
    class: `vv-meter${share >= 0.9 ? " full" : ""}`, role: "meter", "aria-label": words, "aria-valuemin": 0,
    "aria-valuemax": summary.quota_minutes, "aria-valuenow": Math.min(summary.used_minutes, summary.quota_minutes),
  }, h("span"));
  bar.firstChild.style.width = `${share * 100}%`;
  return h("span", { class: "vv-usage" }, words, bar);
};

VV.recordAddress = (id) => `/consents?c=${encodeURIComponent(id)}`;
const person = (summary) => summary.person || "An erased record";
const scope = (summary, uses) =>
  [...summary.uses.map((use) => uses[use] || use), ...summary.languages.map(VV.language)].join(" · ");

const card = (summary, uses) =>
  h(
    "li",
    { class: "vv-consent" },
    h(
      "div",
      { class: "vv-consent-words" },
      h("h2", {}, h("a", { href: VV.recordAddress(summary.id), "data-key": `c-${summary.id}` }, person(summary))),
      h("p", { class: "vv-facts" },
        [summary.credit && summary.credit !== summary.person && `credited as ${summary.credit}`, `voice ${summary.voice_id}`]
          .filter(Boolean).join(" · ")),
      h("p", { class: "vv-facts" }, scope(summary, uses)),
    ),
    h("div", { class: "vv-consent-figures" }, VV.term(summary), VV.usage(summary)),
    h(
      "div",
      { class: "vv-consent-standing" },
      VV.consentState(summary.state),
      summary.next_step && h("p", { class: "vv-next" }, summary.next_step),
    ),
  );

/** The bar that searches and filters: it is built once, so that typing is never cut. */
const filterBar = (send) => {
  const find = h("input", { class: "vv-input", type: "search", placeholder: "Name or voice", "aria-label": "Search by name or voice" });
  const state = h(
    "select", { class: "vv-input", "aria-label": "State" },
    h("option", { value: "" }, "All states"), VV.consentStates.map(([value, word]) => h("option", { value }, word)),
  );
  const found = h("p", { class: "vv-facts", role: "status" });
  let waiting = null;
  const ask = () => send("filter", { state: state.value, query: find.value });
  state.addEventListener("change", ask);
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, TYPING_MS);
  });
  return { bar: h("div", { class: "vv-bar" }, find, state, found), found, filtered: () => Boolean(state.value || find.value) };
};

const noConsent = (value) =>
  h(
    "div",
    { class: "vv-empty" },
    h("h2", {}, "No consent yet"),
    h("p", {}, "A person’s voice sounds here only under their recorded consent. Describe what you ask for; they read, tick, record and sign on a page of their own."),
    value.may_prepare && h("a", { class: "vv-button primary", href: "/consents?new=1" }, VV.icon("plus"), "New consent"),
  );

VV.parts.consents = (box, send) => {
  const filter = filterBar(send);
  const list = h("div");
  return (value) => {
    if (!box.firstChild) box.append(filter.bar, list);
    filter.bar.hidden = !value.consents.length && !filter.filtered();
    const more = value.total > value.consents.length ? `the newest ${value.consents.length} of ` : "";
    filter.found.textContent = `${more}${VV.count(value.total, "consent")}`;
    const none = filter.filtered() ? h("p", { class: "vv-notice" }, "No consent fits. Change the state or the search.") : noConsent(value);
    VV.redraw(
      list,
      value.consents.length
        ? h("ul", { class: "vv-list vv-consents" }, value.consents.map((summary) => card(summary, value.uses)))
        : none,
    );
  };
};

/** The studio's own replicas, above the library. */
VV.parts.replicas = (box) => (value) => {
  const row = (summary) =>
    h(
      "li",
      { class: "vv-consent" },
      h(
        "div",
        { class: "vv-consent-words" },
        h("h3", {}, h("a", { href: VV.recordAddress(summary.id) }, summary.credit || person(summary))),
        h("p", { class: "vv-facts" }, scope(summary, value.uses)),
      ),
      h("div", { class: "vv-consent-figures" }, VV.term(summary), VV.usage(summary)),
      h(
        "div",
        { class: "vv-consent-standing" },
        VV.consentState(summary.state),
        summary.next_step && h("p", { class: "vv-next" }, summary.next_step),
      ),
    );
  VV.redraw(
    box,
    h(
      "section",
      { class: "vv-section", "aria-labelledby": "vv-replicas" },
      h("h2", { id: "vv-replicas" }, "Authorized Voice Replicas"),
      value.replicas.length
        ? h("ul", { class: "vv-list vv-consents" }, value.replicas.map(row))
        : h("p", { class: "vv-facts" }, "None yet. A replica of a person’s voice begins with their ", h("a", { href: "/consents" }, "consent"), "."),
    ),
  );
};

/** The number of records that wait for a review, in the bar on top. */
VV.parts.waiting = (box) => (value) => {
  const link = document.querySelector(".vv-top a[href='/review']");
  if (!link) return;
  link.hidden = !value.count && !link.hasAttribute("aria-current");
  VV.redraw(
    link, document.createTextNode("Review"),
    value.count > 0 && h("span", { class: "vv-count" }, String(value.count), h("span", { class: "vv-hidden" }, " waiting")),
  );
};

/** The heading of the consents page, which fits what the address asks for. */
VV.parts.heading = (box) => (value) =>
  VV.redraw(
    box,
    h("div", { class: "vv-heading" }, value.title && h("h1", { class: "vv-title" }, value.title),
      value.new && h("a", { class: "vv-button primary", href: "/consents?new=1" }, VV.icon("plus"), "New consent")),
    value.error && h("p", { class: "vv-notice error", role: "alert" }, value.error),
    value.error && h("p", {}, h("a", { href: "/consents" }, "All consents")),
  );
