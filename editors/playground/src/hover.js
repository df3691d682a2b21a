// What is known of the word under the pointer.
import { forEachDiagnostic } from "@codemirror/lint";
import { hoverTooltip } from "@codemirror/view";

import { element } from "./dom.js";
import { markdown } from "./markdown.js";

// The extension; `ask` answers {"method": "hover", "at": ...} about the text as it is.
export function hover(ask) {
  return hoverTooltip(async (view, at) => {
    if (hasFinding(view.state, at)) return null;
    const answer = await ask({ method: "hover", at }).catch(() => null);
    if (!answer?.markdown) return null;
    const create = () => ({ dom: element("div", { class: "hover" }, markdown(answer.markdown)) });
    return { pos: answer.from, end: answer.to, above: true, create };
  });
}

// Where a mistake stands, what is said of it is more urgent than what the word is.
function hasFinding(state, at) {
  let found = false;
  forEachDiagnostic(state, (_, from, to) => {
    found ||= from <= at && at <= to;
  });
  return found;
}
