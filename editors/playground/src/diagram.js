// The diagram, in a tree of its own: its style sheet and the ids of its boxes stay apart from the page's.
import { makeFoldable } from "../../../netdsl/drawing/folding.js";
import { element, part } from "./dom.js";

const STYLE = `
  :host { display: block; height: 100%; }
  .picture { overflow: auto; height: 100%; }
  .picture svg { display: block; margin: 0 auto; }
  .frame { cursor: pointer; } .frame:focus { outline: none; } .frame:focus-visible .box { stroke-width: 2.5; }
  .open > .shut, .open .summary, .closed > .bar, .closed > .f0, .closed > .f1 { display: none; }
  .layer { cursor: pointer; }
  .layer:hover > rect, .marked > rect { stroke: var(--accent); stroke-width: 2; }
`;

// The diagram in the page. `pointed` is called with a function that says whether a layer is at the pointer, or in the
// block that is; `chosen` with the path of a layer that is clicked.
export class Diagram {
  constructor({ pointed, chosen }) {
    this.scroller = element("div", {
      class: "picture",
      onmouseover: (event) => pointed(this.pathsAt(event.target)),
      onmouseleave: () => pointed(() => false),
      onclick: (event) => this.choose(event.target, chosen),
    });
    const root = part("diagram").attachShadow({ mode: "open" });
    root.append(element("style", {}, STYLE), this.scroller);
    this.clear();
  }

  // Shows nothing, and forgets which blocks are open: the next picture is of another text, or of another kind.
  clear() {
    this.scroller.replaceChildren();
    this.closed = new Set();
    this.leaves = new Map();
    this.folding = null;
    this.isNew = true;
  }

  // Shows a picture; `places` is what its blocks are placed by, null where it has none.
  show(svg, places) {
    const { scrollLeft, scrollTop } = this.scroller;
    this.noteClosed();
    this.scroller.replaceChildren(readPicture(svg));
    this.folding = null;
    this.leaves = new Map();
    const picture = this.scroller.firstElementChild;
    if (places) {
      const graph = typeof places === "string" ? JSON.parse(places) : places;
      this.folding = makeFoldable(picture, graph);
      this.note(graph.graph, picture);
      if (this.closed.size) this.folding.openWhere((item) => !this.closed.has(item.path));
    }
    if (!this.isNew) {
      this.scroller.scrollLeft = scrollLeft;
      this.scroller.scrollTop = scrollTop;
    }
    this.isNew = false;
  }

  noteClosed() {
    for (const { path, open } of this.folding?.frames ?? []) {
      if (open) this.closed.delete(path);
      else this.closed.add(path);
    }
  }

  // Remembers the boxes of layers and blocks by their paths.
  note(graph, picture) {
    for (const item of graph.items) {
      const group = picture.getElementById(`item${item.number}`);
      const boxes = item.body ? [] : group.querySelectorAll(":scope > g");
      (item.paths ?? []).forEach((path, at) => {
        boxes[at].classList.add("layer");
        this.leaves.set(boxes[at], path);
      });
      if (!item.body) continue;
      this.leaves.set(group, item.path);
      this.note(item.body, picture);
    }
  }

  // Opens all blocks, or closes them.
  open(open) {
    this.folding?.openWhere(() => open);
    this.folding?.center();
  }

  get hasBlocks() {
    return Boolean(this.folding?.frames.length);
  }

  // Marks the boxes of layers.
  mark(isMarked) {
    for (const [box, path] of this.leaves) {
      if (box.classList.contains("layer")) box.classList.toggle("marked", isMarked(path));
    }
  }

  // A function that says whether a layer is what the pointer is at, or in it.
  pathsAt(target) {
    const box = target.closest(".layer, .frame");
    const path = this.leaves.get(box);
    if (path === undefined) return () => false;
    return box.classList.contains("frame") ? (name) => name.startsWith(path) : (name) => name === path;
  }

  choose(target, chosen) {
    const path = this.leaves.get(target.closest(".layer"));
    if (path !== undefined) chosen(path);
  }
}

// The picture as elements. It is read as XML, so that nothing is repaired into what it does not say, and what could run
// or load something is refused.
function readPicture(svg) {
  const read = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const elements = [read, ...read.querySelectorAll("*")];
  const runs = (each) =>
    ["script", "foreignObject", "image", "use", "a", "parsererror"].includes(each.localName) ||
    [...each.attributes].some(({ localName }) => localName.startsWith("on") || localName === "href");
  if (read.localName !== "svg" || elements.some(runs)) throw new Error("The diagram is no picture.");
  return document.importNode(read, true);
}
