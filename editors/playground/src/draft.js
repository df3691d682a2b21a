// What was written, for when the page is loaded anew: it stays in this tab.

const DRAFT = "netdsl-draft";

export function keepDraft(state) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(state));
  } catch {
    sessionStorage.removeItem(DRAFT); // A text that is too long is not kept, and neither is an older one.
  }
}

// The text that was kept, or null.
export function draft() {
  const kept = sessionStorage.getItem(DRAFT);
  return kept === null ? null : JSON.parse(kept);
}
