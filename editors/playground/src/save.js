// What leaves the page: a file, a link.
import { addressWith } from "./address.js";
import { element } from "./dom.js";
import { pack } from "./link.js";

// Has the browser save the text under its name.
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const file = name.split("/").pop();
  element("a", { href: address, download: file.endsWith(".net") ? file : `${file}.net` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// Puts a link to the text into the address bar, and on the clipboard where the browser lets it.
export async function shareLink(state) {
  const address = addressWith(await pack(state));
  window.history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    return "Link copied";
  } catch {
    return "The address bar has the link";
  }
}
