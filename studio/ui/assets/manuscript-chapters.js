// The chapters of a manuscript: where one is, what of each is to be confirmed, and the way to another.
import { VV } from "./dom.js";

const { h } = VV;

/** @param {{ go: (number: number) => void }} options goes to a chapter */
export const chapterTree = ({ go }) => {
  const list = h("ol", { class: "vv-tree" });
  const tree = h("nav", { class: "vv-script-nav", "aria-label": "Chapters" }, list);
  const jump = h("select", { class: "vv-input", "aria-label": "Go to chapter", onchange: () => go(Number(jump.value)) });
  const buttons = new Map();
  let here = 0;

  /** Mark the chapter that is in view, and keep its name in view in the tree. */
  const mark = (number) => {
    if (number === here || !buttons.has(number)) return;
    buttons.get(here)?.removeAttribute("aria-current");
    here = number;
    const own = buttons.get(number);
    own.setAttribute("aria-current", "true");
    jump.value = String(number);
    const [top, bottom] = [own.offsetTop, own.offsetTop + own.offsetHeight];
    if (top < tree.scrollTop || bottom > tree.scrollTop + tree.clientHeight) tree.scrollTop = top - tree.clientHeight / 3;
  };

  /** The chapter that is read: the last that begins in the upper third; at the top of the page, the first. */
  const watch = (script) => {
    let waiting = false;
    const look = () => {
      waiting = false;
      const line = Math.min(innerHeight / 3, script.getBoundingClientRect().top + 2 * scrollY);
      let last = null;
      for (const section of script.children) {
        if (last && section.getBoundingClientRect().top > line) break;
        last = section;
      }
      if (last) mark(Number(last.id.replace("chapter-", "")));
    };
    addEventListener("scroll", () => {
      if (!waiting) requestAnimationFrame(look);
      waiting = true;
    }, { passive: true });
    look();
  };

  return {
    tree, jump, watch,
    show: (chapters) => {
      buttons.clear();
      here = 0;
      let part = "";
      list.replaceChildren(...chapters.flatMap((chapter) => {
        const heading = chapter.parts.join(" · ");
        const changed = heading !== part;
        part = heading;
        const own = h("button", { type: "button", class: chapter.skipped ? "skipped" : "", onclick: () => go(chapter.index) }, h("span", {}, chapter.title));
        buttons.set(chapter.index, own);
        return [changed && heading && h("li", { class: "vv-tree-part" }, heading), h("li", {}, own)].filter(Boolean);
      }));
      jump.replaceChildren(...chapters.map((chapter) => h("option", { value: chapter.index }, chapter.title)));
    },
    /** How many speakers of each chapter are to be confirmed. */
    count: (lines) => {
      const found = new Map();
      for (const line of lines) if (line.speaker === "unsure") found.set(line.chapter, (found.get(line.chapter) ?? 0) + 1);
      for (const [number, button] of buttons) {
        button.querySelector(".vv-badge")?.remove();
        const open = found.get(number);
        if (open) button.append(h("span", { class: "vv-badge", title: `${VV.count(open, "speaker")} to confirm` }, String(open), h("span", { class: "vv-hidden" }, " to confirm")));
      }
    },
  };
};
