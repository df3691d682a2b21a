// The table of shapes: a row a layer, each of which leads to its line and is marked with it.
import { element, part } from "./dom.js";

const COLUMNS = [
  ["line", "line", true],
  ["name", "name", false],
  ["layer", "layer", false],
  ["output", "output", true],
  ["parameters", "parameters", true],
  ["multiply_adds", "multiply-adds", true],
  ["sees", "sees", true],
  ["activations", "activations", true],
  ["inputs", "from", false],
];

// The table in the page. `pointed` is called with a function that says whether a layer is the one that the pointer is
// at, `chosen` with the name of one that is clicked.
export class ShapeTable {
  constructor({ pointed, chosen }) {
    this.chosen = chosen;
    this.rows = [];
    this.body = element("tbody", {
      onmouseover: (event) => this.point(event, pointed),
      onmouseleave: () => pointed(() => false),
      onclick: (event) => this.rowsAt(event).forEach((row) => chosen(row.name)),
      onkeydown: (event) => this.move(event),
    });
    this.head = element("tr");
    part("table").append(element("table", {}, element("thead", {}, this.head), this.body));
  }

  // Shows other rows; columns that say nothing are left out.
  show(rows) {
    const focused = this.body.contains(document.activeElement) ? this.indexOf(document.activeElement) : -1;
    this.rows = rows;
    const columns = COLUMNS.filter(([key]) => rows.some((row) => String(row[key] ?? "").trim()));
    const cell = (kind, words, number) => element(kind, { class: number ? "number" : null }, words);
    this.head.replaceChildren(...columns.map(([, words, number]) => cell("th", words, number)));
    this.body.replaceChildren(
      ...rows.map((row, at) =>
        element(
          "tr",
          { tabindex: at === Math.max(focused, 0) ? "0" : "-1", "data-name": row.name },
          ...columns.map(([key, , number]) => cell("td", String(row[key] ?? ""), number)),
        ),
      ),
    );
    if (focused >= 0) this.body.rows[Math.min(focused, rows.length - 1)]?.focus();
  }

  // Marks rows by what `isMarked` says of them, and shows the first of them.
  mark(isMarked) {
    let first = null;
    this.rows.forEach((row, at) => {
      const marked = isMarked(row);
      this.body.rows[at].classList.toggle("marked", marked);
      if (marked) first ??= this.body.rows[at];
    });
    if (first) this.scrollTo(first);
  }

  // Scrolls the table alone: where it stands below the editor, the page is to stay where it is.
  scrollTo(row) {
    const scroller = part("table");
    const top = row.offsetTop - this.head.offsetHeight;
    const bottom = row.offsetTop + row.offsetHeight - scroller.clientHeight;
    if (scroller.scrollTop > top) scroller.scrollTop = top;
    else if (scroller.scrollTop < bottom) scroller.scrollTop = bottom;
  }

  point(event, pointed) {
    const names = this.rowsAt(event).map((row) => row.name);
    pointed((name) => names.includes(name));
  }

  rowsAt(event) {
    const at = this.indexOf(event.target);
    return at < 0 ? [] : [this.rows[at]];
  }

  indexOf(target) {
    return [...this.body.rows].indexOf(target.closest("tr"));
  }

  // Arrows lead from row to row, Enter to the row's line.
  move(event) {
    const at = this.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && this.body.rows[at + step];
    if (event.key === "Enter") this.chosen(this.rows[at].name);
    else if (next) {
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else return;
    event.preventDefault();
  }
}
