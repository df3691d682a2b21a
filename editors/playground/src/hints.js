// The shape that flows on, after each statement.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

import { element } from "./dom.js";

const setHints = StateEffect.define();

class HintWidget extends WidgetType {
  constructor(hint) {
    super();
    this.hint = hint;
  }

  eq(other) {
    return other.hint.text === this.hint.text && other.hint.tooltip === this.hint.tooltip;
  }

  toDOM() {
    return element("span", { class: "hint", title: this.hint.tooltip }, `\u2192 ${this.hint.text}`);
  }
}

const field = StateField.define({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setHints)) now = effect.value;
    return now;
  },
  provide: (hints) => EditorView.decorations.from(hints),
});

// The extension that shows them.
export const hints = field;

// The effect that puts other hints in their place. The length is that of the text that they are for.
export function hintsOf(found, length) {
  const widgets = found.map((hint) =>
    Decoration.widget({ widget: new HintWidget(hint), side: 1 }).range(Math.min(hint.at, length)),
  );
  return setHints.of(Decoration.set(widgets, true));
}
