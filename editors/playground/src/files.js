// The texts that can be opened: packaged networks, and the files of the served folder.
import { element, part } from "./dom.js";

// The choice as it stands before one is made.
const NONE = "";

// Fills the choice; `open` is called with the name of a file, and of one of its nets or null.
export function offerFiles({ packaged, files }, open) {
  const choice = part("files");
  const offered = [];
  const option = (words, name, net, doc) => {
    offered.push({ name, net });
    return element("option", { value: offered.length - 1, title: doc || null }, words);
  };
  const group = (label, options) => element("optgroup", { label }, ...options);
  choice.replaceChildren(element("option", { value: NONE }, "Open\u2026"));
  if (files.length) choice.append(group("this folder", files.map((name) => option(name, name, null))));
  for (const [name, nets] of Map.groupBy(packaged, (each) => each.name)) {
    choice.append(group(name, nets.map(({ net, doc }) => option(net, name, net, doc))));
  }
  choice.addEventListener("change", () => {
    const chosen = offered[Number(choice.value)];
    choice.value = NONE;
    open(chosen.name, chosen.net);
  });
}
