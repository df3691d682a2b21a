// What may be written at the cursor, asked of netdsl.
import { autocompletion, snippet } from "@codemirror/autocomplete";

import { markdown } from "./markdown.js";

// The extension; `ask` answers {"method": "complete", "at": ...} about the text as it is.
export function completion(ask) {
  const source = async (context) => {
    const word = context.matchBefore(/\w+/);
    const before = context.state.sliceDoc(Math.max(0, context.pos - 3), context.pos);
    if (!context.explicit && !word && !/(->|\(|,) ?$/.test(before)) return null;
    const answer = await ask({ method: "complete", at: context.pos }).catch(() => null);
    if (context.aborted || !answer?.options?.length) return null;
    return { from: answer.from, options: answer.options.map(option), validFor: /^\w*$/ };
  };
  return autocompletion({ override: [source], icons: false, maxRenderedOptions: 200 });
}

function option({ label, type, detail, info, apply, snippet: places, order }) {
  return {
    label,
    type,
    detail: detail || undefined,
    info: info ? () => markdown(info) : undefined,
    apply: places ? snippet(places) : apply,
    // netdsl's own order, where the letters fit equally well.
    boost: -order,
  };
}
