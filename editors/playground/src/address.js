// What the page's address says: the server's token, and a text that somebody sends along.
import { unpack } from "./link.js";

const TOKEN = "netdsl-token";

// The token of `netdsl play`. It leaves the address, which people copy, and stays in this tab.
export function takeToken() {
  const address = new URL(window.location.href);
  const fragment = new URLSearchParams(address.hash.slice(1));
  const token = fragment.get("token");
  if (token === null) return sessionStorage.getItem(TOKEN) ?? "";
  sessionStorage.setItem(TOKEN, token);
  fragment.delete("token");
  address.hash = fragment.toString();
  window.history.replaceState(null, "", address);
  return token;
}

// The text of a link, or null where the address has none; raises where it can't be read.
export async function sharedText() {
  const packed = new URLSearchParams(window.location.hash.slice(1)).get("text");
  return packed === null ? null : unpack(packed);
}

// The page's address with a text in it.
export function addressWith(packed) {
  const address = new URL(window.location.href);
  address.hash = new URLSearchParams({ text: packed }).toString();
  return address.href;
}

// Forgets the text of the address, which is no longer the one that is shown.
export function forgetShared() {
  if (!window.location.hash) return;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}
