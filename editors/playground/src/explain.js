// What a message means, in a dialog.
import { part } from "./dom.js";
import { markdown } from "./markdown.js";

// Opens the dialog with the explanation of a code.
export async function explain(ask, code) {
  const answer = await ask({ method: "explain", code });
  part("explanation").replaceChildren(markdown(answer.markdown ?? answer.error ?? ""));
  part("explain").showModal();
}
