// What is known of the word under the pointer.
import { hoverTooltip } from "@codemirror/view";

import { element } from "./dom.js";
import { markdown } from "./markdown.js";

// The extension; `ask` answers {"method": "hover", "at": ...} about the text as it is.
export function hover(ask) {
  return hoverTooltip(async (view, at) => {
    const answer = await ask({ method: "hover", at }).catch(() => null);
    if (!answer?.markdown) return null;
    const create = () => ({ dom: element("div", { class: "hover" }, markdown(answer.markdown)) });
    return { pos: answer.from, end: answer.to, above: true, create };
  });
}
