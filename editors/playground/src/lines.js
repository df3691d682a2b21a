// Lines of the editor that something beside it speaks of.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

const setLines = StateEffect.define();
const mark = Decoration.line({ class: "pointed" });

// The extension that marks them.
export const pointedLines = StateField.define({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setLines)) now = Decoration.set(effect.value.map((start) => mark.range(start)));
    }
    return now;
  },
  provide: (lines) => EditorView.decorations.from(lines),
});

// Marks lines, by their numbers from 1.
export function pointAt(view, numbers) {
  const there = [...new Set(numbers)].filter((each) => each >= 1 && each <= view.state.doc.lines);
  const starts = there.sort((one, other) => one - other).map((each) => view.state.doc.line(each).from);
  view.dispatch({ effects: setLines.of(starts) });
}

// Puts the cursor at the beginning of what stands in a line, and shows it.
export function goToLine(view, number) {
  if (number < 1 || number > view.state.doc.lines) return;
  const line = view.state.doc.line(number);
  goTo(view, line.from + line.text.search(/\S|$/));
}

// Puts the cursor at an offset, and shows it.
export function goTo(view, from, to = from) {
  const length = view.state.doc.length;
  const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
  view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "nearest", yMargin: 40 }) });
  view.focus();
}
