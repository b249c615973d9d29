// How far the production of a book is.
import { VV } from "./dom.js";

const { h } = VV;
const STEPS = [["render", "Rendering", "Speak"], ["master", "Mastering", "Master"], ["deliver", "Delivering", "Deliver"]];

const meter = (fraction, label) => {
  const bar = h("div", {
    class: "vv-meter", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100,
    "aria-valuenow": Math.floor(fraction * 100),
  }, h("span"));
  bar.firstChild.style.width = `${fraction * 100}%`;
  return bar;
};

const steps = (job) => {
  const now = STEPS.findIndex(([, stage]) => stage === job.stage);
  const last = STEPS.findIndex(([kind]) => kind === job.kind.split("+").at(-1));  // a command may have made less than all
  const mark = (index) => ((job.state === "done" && index <= last) || index < now ? "done" : index === now && job.active ? "now" : "");
  return h(
    "ol",
    { class: "vv-steps", "aria-label": "Steps" },
    STEPS.map(([, , name], index) =>
      h("li", { class: mark(index), "aria-current": mark(index) === "now" ? "step" : null }, name),
    ),
  );
};

const words = (job) => {
  if (job.state === "queued") return "Waiting for its turn";
  const left = job.eta_s ? `about ${VV.about(job.eta_s)} left in this step` : "";
  return [`${job.stage} ${Math.floor(job.fraction * 100)} %`, left].filter(Boolean).join(" · ");
};

const summary = (plan) =>
  h(
    "dl",
    { class: "vv-summary" },
    [
      ["Read by", plan.narrator || "nobody yet: choose a narrator"],
      ["Spoken", `${VV.count(plan.chapters, "chapter")}${plan.credits ? " and credits" : ""}`],
      ["Length", `about ${VV.about(plan.finished_s)}`],
      ["Files", "MP3, 192 kbps, mastered and checked for ACX"],
    ].map(([term, words]) => h("div", {}, h("dt", {}, term), h("dd", {}, words))),
  );

const outcome = (job) =>
  job.state === "done"
    ? h("p", { class: "vv-notice good", role: "status" }, `Finished. ${job.report}`)
    : h("p", { class: "vv-notice error", role: "alert" }, `${job.error} What is finished is kept.`);

VV.parts.production = (box) => (value) => {
  const job = value.job;
  VV.redraw(
    box,
    summary(value.plan),
    value.plan.warnings.map((reason) => h("p", { class: "vv-notice warning" }, VV.sentence(reason), " Choose another voice, or, if nobody sells the book, mark it private in the step Narrator.")),
    job && steps(job),
    job && job.active && meter(job.fraction, job.stage),
    job && job.active && h("p", { class: "vv-progress" }, words(job)),
    job && job.active && h("p", { class: "vv-detail" }, job.detail || "\u00a0"),
    job && !job.active && outcome(job),
  );
};
