// The list below the editor: every finding with its line, its help and its fix.
import { applyFix, describe, hasPlace } from "./findings.js";
import { element, part } from "./dom.js";
import { goTo } from "./lines.js";

// Shows the findings; `explain` is called with a code.
export function showProblems(view, findings, explain) {
  const errors = findings.filter((finding) => finding.severity === "error").length;
  part("problems-title").textContent = headline(errors, findings.length - errors);
  part("problems").dataset.state = errors ? "wrong" : findings.length ? "doubtful" : "right";
  part("problems-list").replaceChildren(...findings.map((finding) => entry(view, finding, explain)));
}

function headline(errors, others) {
  if (!errors && !others) return "No mistakes";
  const counted = (count, word) => (count ? [`${count} ${word}${count === 1 ? "" : "s"}`] : []);
  return [...counted(errors, "error"), ...counted(others, "warning")].join(", ");
}

function entry(view, finding, explain) {
  const placed = hasPlace(finding);
  const line = placed ? view.state.doc.lineAt(Math.min(finding.from, view.state.doc.length)).number : 0;
  const place = placed
    ? element("button", { type: "button", class: "place", onclick: () => goTo(view, finding.from) }, `line ${line}`)
    : element("span", { class: "place" }, "elsewhere");
  const file = finding.file ? element("span", { class: "place" }, `in ${finding.file}`) : null;
  const code = element(
    "button",
    { type: "button", class: "code", title: "What this message means", onclick: () => explain(finding.code) },
    finding.code,
  );
  const fix = finding.fix
    ? element("button", { type: "button", class: "fix", onclick: () => applyFix(view, finding.fix) }, finding.fix.title)
    : null;
  return element("li", { class: finding.severity }, element("div", { class: "where" }, code, place, file), describe(finding), fix);
}
