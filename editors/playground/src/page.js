// The page: what the editor, the table, the diagram and the bar say to each other.
import { forgetShared, sharedText } from "./address.js";
import { Diagram } from "./diagram.js";
import { draft, keepDraft } from "./draft.js";
import { changeText, createEditor } from "./editor.js";
import { explain } from "./explain.js";
import { offerFiles } from "./files.js";
import { showFindings } from "./findings.js";
import { hintsOf } from "./hints.js";
import { goToLine, pointAt } from "./lines.js";
import { part } from "./dom.js";
import { showProblems } from "./problems.js";
import { Refresh } from "./refresh.js";
import { download, shareLink } from "./save.js";
import { Settings } from "./settings.js";
import { ShapeTable } from "./table.js";
import { makeTabs } from "./tabs.js";

// Everything that is shown, around one text.
export class Page {
  constructor(ask, say) {
    this.ask = ask;
    this.say = say;
    this.name = "";
    this.rows = [];
    this.failing = false;
    this.isShown = false;
    this.opened = 0;
    this.shownFindings = "";
    const pointed = (isPointed) => this.point(isPointed);
    const chosen = (name) => this.choose(name);
    this.diagram = new Diagram({ pointed, chosen });
    this.table = new ShapeTable({ pointed, chosen });
    this.settings = new Settings(() => this.refresh.changed());
    this.refresh = new Refresh({
      ask,
      state: () => this.state(),
      drawing: () => ({ style: part("style").value, expand: part("expand").checked }),
      checked: (answer) => this.checked(answer),
      drawn: (answer) => this.drawn(answer),
      failed: (error) => this.failed(error),
    });
    const { view, load } = createEditor(part("editor"), {
      ask: (request) => ask({ ...request, ...this.state() }),
      changed: (changes) => this.changed(changes),
      moved: () => this.markCursor(),
    });
    this.view = view;
    this.load = load;
    this.listen();
  }

  // Shows the first text: that of the address, the one that was written here, or the one that netdsl offers.
  async begin() {
    const offered = await this.ask({ method: "list" });
    offerFiles(offered, (name, net) => this.open(name, net));
    this.show((await this.shared()) ?? draft() ?? offered.start);
    // A link that is opened in this tab.
    window.addEventListener("hashchange", async () => {
      const shared = await this.shared();
      if (shared) this.show(shared);
    });
  }

  // The text of the address, null where there is none or it can't be read.
  async shared() {
    try {
      return await sharedText();
    } catch {
      this.say("The link's text can't be read", true);
      return null;
    }
  }

  async open(name, net) {
    this.opened += 1;
    const { opened } = this;
    const answer = await this.ask({ method: "open", name }).catch((error) => ({ error: error.message }));
    if (opened !== this.opened) return;
    if (answer.error) {
      this.say(answer.error, true);
      return;
    }
    forgetShared();
    this.show({ ...answer, net });
    this.view.focus();
  }

  show({ name, text, net = null, settings = {} }) {
    this.name = name;
    part("name").textContent = name;
    document.title = `${name} - netdsl`;
    this.settings.begin(net, settings);
    this.clear();
    this.load(text);
  }

  // Nothing of the text before is left beside another one.
  clear() {
    this.isShown = false;
    this.diagram.clear();
    this.table.show([]);
    part("totals").textContent = "";
    part("no-diagram").hidden = true;
    part("folding").hidden = true;
  }

  state() {
    const { net, values } = this.settings;
    return { name: this.name, text: this.view.state.doc.toString(), net, settings: values };
  }

  changed(changes) {
    // The rows are those of an earlier text until this one is checked.
    if (changes === null) this.rows = [];
    for (const row of this.rows) if (row.from !== null) row.from = changes.mapPos(row.from, 1);
    keepDraft(this.state());
    this.refresh.changed();
  }

  checked({ error, diagnostics, hints, nets, net, network }) {
    if (error) {
      this.say(error, true);
      return;
    }
    if (this.failing) this.say("");
    this.failing = false;
    if (!this.settings.show(nets, net)) {
      this.refresh.changed();
      return;
    }
    this.settings.markWrong(new Set(diagnostics.map((each) => each.setting).filter(Boolean)));
    this.view.dispatch({ effects: hintsOf(hints, this.view.state.doc.length) });
    this.showFindings(diagnostics);
    part("result").classList.toggle("stale", network === null && this.isShown);
    if (network === null) {
      if (!this.isShown) this.drawn({ error: "The diagram follows when the errors are mended." });
      return;
    }
    this.isShown = true;
    this.rows = network.rows;
    part("totals").textContent = network.totals;
    this.table.show(network.rows);
    this.markCursor();
  }

  // Findings that are shown already stay as they are, and with them the tooltip that somebody reads.
  showFindings(diagnostics) {
    const shown = `${this.refresh.version} ${JSON.stringify(diagnostics)}`;
    if (shown === this.shownFindings) return;
    this.shownFindings = shown;
    showFindings(this.view, diagnostics);
    showProblems(this.view, diagnostics, (code) => this.explain(code));
  }

  // No answer: that is said until there is one.
  failed(error) {
    this.failing = true;
    this.say(error.message, true);
  }

  drawn({ svg, places, error }) {
    part("no-diagram").textContent = error ?? "";
    part("no-diagram").hidden = !error;
    part("diagram").hidden = Boolean(error);
    if (!error) this.diagram.show(svg, places ?? null);
    part("folding").hidden = Boolean(error) || !this.diagram.hasBlocks;
    this.markCursor();
  }

  // Marks the rows and boxes of the cursor's line.
  markCursor() {
    const line = this.view.state.doc.lineAt(this.view.state.selection.main.head);
    const here = new Set(this.rows.filter((row) => lineOf(this.view, row) === line.number).map((row) => row.name));
    this.table.mark((row) => here.has(row.name));
    this.diagram.mark((path) => here.has(path));
  }

  point(isPointed) {
    const rows = this.rows.filter((row) => isPointed(row.name));
    pointAt(this.view, rows.map((row) => lineOf(this.view, row)).filter(Boolean));
  }

  choose(name) {
    const row = this.rows.find((each) => each.name === name);
    if (row) goToLine(this.view, lineOf(this.view, row));
  }

  explain(code) {
    explain(this.ask, code).catch((error) => this.say(error.message, true));
  }

  download() {
    download(this.name, this.view.state.doc.toString());
  }

  async format() {
    const before = this.view.state.doc.toString();
    const { name } = this;
    const answer = await this.ask({ method: "format", name, text: before }).catch((error) => ({ error: error.message }));
    if (answer.error) this.say(answer.error, true);
    else if (this.view.state.doc.toString() === before) changeText(this.view, answer.text);
  }

  async share() {
    this.say(await shareLink(this.state()));
  }

  listen() {
    const clicked = (id, act) => part(id).addEventListener("click", act);
    clicked("format", () => this.format());
    clicked("share", () => this.share());
    clicked("download", () => this.download());
    clicked("open-all", () => this.diagram.open(true));
    clicked("close-all", () => this.diagram.open(false));
    window.addEventListener("keydown", (event) => {
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.download();
    });
    part("style").addEventListener("change", () => this.drawAnew());
    part("expand").addEventListener("change", () => this.drawAnew());
    makeTabs(part("tabs"), (id) => {
      part("drawing").hidden = id !== "tab-diagram";
      this.markCursor();
    });
  }

  drawAnew() {
    part("expand-label").hidden = part("style").value !== "blocks";
    this.diagram.clear();
    this.refresh.redraw();
  }
}

// The line that a row comes from, 0 where that is in another file.
function lineOf(view, row) {
  if (!Number.isInteger(row.from)) return 0;
  return view.state.doc.lineAt(Math.min(row.from, view.state.doc.length)).number;
}
