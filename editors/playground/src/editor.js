// The editor: CodeMirror with what netdsl knows of the text.
import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { nextDiagnostic, previousDiagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { completion } from "./completion.js";
import { related } from "./findings.js";
import { hints } from "./hints.js";
import { hover } from "./hover.js";
import { netdsl } from "./language.js";
import { pointedLines } from "./lines.js";

const LAYOUT = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  highlightSelectionMatches(),
  drawSelection(),
  bracketMatching(),
  EditorView.lineWrapping,
];
const WRITING = [
  history(),
  closeBrackets(),
  indentOnInput(),
  indentUnit.of("    "),
  EditorState.tabSize.of(4),
  search({ top: true }),
];
// Tab writes only where there is something to take or to indent, so that the keyboard gets out of the editor.
const MOVES = [
  { key: "Tab", run: (view) => acceptCompletion(view) || (hasSelection(view) && indentMore(view)) },
  { key: "Shift-Tab", run: (view) => hasSelection(view) && indentLess(view) },
  { key: "F8", run: nextDiagnostic },
  { key: "Shift-F8", run: previousDiagnostic },
];

function hasSelection(view) {
  return !view.state.selection.main.empty;
}

// The editor in an element. `ask` answers about the text and a place in it; `changed` is called with the changes of
// the text, null where it is another one altogether, `moved` when the cursor is elsewhere.
export function createEditor(parent, { ask, changed, moved }) {
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged) changed(update.changes);
    if (update.docChanged || update.selectionSet) moved();
  });
  const extensions = [
    LAYOUT,
    WRITING,
    netdsl(),
    hints,
    related,
    pointedLines,
    completion(ask),
    hover(ask),
    listener,
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...MOVES,
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
    ]),
    EditorView.contentAttributes.of({ "aria-label": "Text of the network", spellcheck: "false" }),
  ];
  const begin = (text) => EditorState.create({ doc: text, extensions });
  const view = new EditorView({ parent, state: begin("") });
  // Another text, which no undo takes back into the one before it.
  const load = (text) => {
    view.setState(begin(text));
    changed(null);
  };
  return { view, load };
}

// Changes only what differs, so that the cursor stays where it is.
export function changeText(view, text) {
  const old = view.state.doc.toString();
  let start = 0;
  while (start < Math.min(old.length, text.length) && old[start] === text[start]) start += 1;
  let same = 0;
  const most = Math.min(old.length, text.length) - start;
  while (same < most && old[old.length - 1 - same] === text[text.length - 1 - same]) same += 1;
  view.dispatch({
    changes: { from: start, to: old.length - same, insert: text.slice(start, text.length - same) },
    userEvent: "input.format",
  });
}
