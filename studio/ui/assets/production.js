// How far the production of a book is.
"use strict";

{
  const { h } = VV;
  const STEPS = [["Rendering", "Speak"], ["Mastering", "Master"], ["Delivering", "Deliver"]];

  const meter = (fraction, label) => {
    const bar = h("div", {
      class: "vv-meter", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100,
      "aria-valuenow": Math.floor(fraction * 100),
    }, h("span"));
    bar.firstChild.style.width = `${fraction * 100}%`;
    return bar;
  };

  const steps = (job) => {
    const now = STEPS.findIndex(([stage]) => stage === job.stage);
    const mark = (index) => (job.state === "done" || index < now ? "done" : index === now && job.active ? "now" : "");
    return h(
      "ol",
      { class: "vv-steps", "aria-label": "Steps" },
      STEPS.map(([, name], index) =>
        h("li", { class: mark(index), "aria-current": mark(index) === "now" ? "step" : null }, name),
      ),
    );
  };

  const words = (job) => {
    if (job.state === "queued") return "Waiting for its turn";
    const left = job.eta_s ? `about ${VV.about(job.eta_s)} left in this step` : "";
    return [`${job.stage} ${Math.floor(job.fraction * 100)} %`, left].filter(Boolean).join(" · ");
  };

  VV.parts.production = (box) => (value) => {
    const job = value.job;
    box.setAttribute("aria-live", "off");
    if (!job) {
      VV.redraw(box, h("p", { class: "vv-facts" }, value.promise));
      return;
    }
    const report = job.report;
    VV.redraw(
      box,
      steps(job),
      job.active && meter(job.fraction, job.stage),
      job.active && h("p", { class: "vv-progress" }, words(job)),
      job.active && h("p", { class: "vv-detail" }, job.detail || " "),
      job.state === "done" &&
        h("p", { class: "vv-notice good", role: "status" }, `Finished. ${report || ""}`),
      job.state === "done" &&
        h("a", { class: "vv-button primary", href: `?p=${encodeURIComponent(job.project_id)}&step=listen` }, "Listen and download"),
      (job.state === "failed" || job.state === "cancelled") &&
        h("p", { class: "vv-notice error", role: "alert" }, `${job.error} What is finished is kept.`),
    );
  };
}
