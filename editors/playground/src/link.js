// A text as a part of a link: JSON, compressed, in the letters that an address may have. It stands behind the #, which
// browsers send to no server.

// Larger than any text that somebody writes; a link from a stranger must not fill the memory.
const LARGEST = 2_000_000;

// The text with its name, the net that is shown and its settings.
export async function pack(state) {
  const { name, text, net, settings } = state;
  const bytes = new TextEncoder().encode(JSON.stringify({ name, text, net, settings }));
  const packed = await through(bytes, new CompressionStream("deflate-raw"), Infinity);
  let letters = "";
  for (const byte of packed) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// What `pack` was given; raises where it is something else.
export async function unpack(packed) {
  const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const json = await through(bytes, new DecompressionStream("deflate-raw"), LARGEST);
  const state = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  if (typeof state?.text !== "string") throw new Error("the link holds no text");
  return {
    name: typeof state.name === "string" ? state.name : "shared.net",
    text: state.text,
    net: typeof state.net === "string" ? state.net : null,
    settings: onlyTexts(state.settings),
  };
}

function onlyTexts(settings) {
  const pairs = Object.entries(settings ?? {});
  return Object.fromEntries(pairs.filter(([, value]) => typeof value === "string"));
}

async function through(bytes, stream, largest) {
  const parts = [];
  let length = 0;
  for await (const part of reading(new Blob([bytes]).stream().pipeThrough(stream))) {
    length += part.length;
    if (length > largest) throw new Error("the link holds too much");
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function* reading(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
