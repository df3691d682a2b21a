// Mistakes in the text: underlined, with what is said of them and their fix where somebody points at them.
import { setDiagnostics } from "@codemirror/lint";
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

import { element } from "./dom.js";

const setRelated = StateEffect.define();

// The other places that a message speaks of.
export const related = StateField.define({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setRelated)) now = effect.value;
    return now;
  },
  provide: (marks) => EditorView.decorations.from(marks),
});

// Whether a finding has a place in this text; one of a setting, or of another file, has none.
export function hasPlace(finding) {
  return Number.isInteger(finding.from) && Number.isInteger(finding.to);
}

// Shows the findings of the text that the editor holds.
export function showFindings(view, findings) {
  const { state } = view;
  const length = state.doc.length;
  const placed = findings.filter(hasPlace);
  const diagnostics = placed.map((finding) => ({
    from: Math.min(finding.from, length),
    to: Math.min(finding.to, length),
    severity: severityOf(finding),
    markClass: finding.unused ? "unused" : undefined,
    message: [finding.message, finding.label, finding.help].filter(Boolean).join("\n"),
    renderMessage: () => describe(finding),
    actions: finding.fix ? [{ name: finding.fix.title, apply: () => applyFix(view, finding.fix) }] : [],
  }));
  view.dispatch(setDiagnostics(state, diagnostics), { effects: setRelated.of(relatedMarks(placed, length)) });
}

function severityOf(finding) {
  return finding.severity === "error" || finding.severity === "warning" ? finding.severity : "info";
}

function relatedMarks(findings, length) {
  const marks = findings
    .flatMap((finding) => finding.labels ?? [])
    .filter((label) => hasPlace(label) && label.from < label.to && label.to <= length)
    .map((label) => Decoration.mark({ class: "related", attributes: { title: label.text } }).range(label.from, label.to));
  return Decoration.set(marks, true);
}

// Message, cause and help, as the tooltip and the list below the editor have them.
export function describe(finding) {
  return element(
    "div",
    { class: "finding-text" },
    element("strong", {}, finding.message),
    ...[finding.label, ...(finding.labels ?? []).map((label) => label.text)]
      .filter(Boolean)
      .map((text) => element("div", {}, text)),
    finding.help ? element("div", { class: "help" }, `help: ${finding.help}`) : null,
  );
}

// Makes the edits of a fix, all at once, so that one undo takes them back.
export function applyFix(view, fix) {
  view.dispatch({
    changes: fix.edits.map((edit) => ({ from: edit.from, to: edit.to, insert: edit.text })),
    userEvent: "input.fix",
  });
  view.focus();
}
