// Elements without markup: what a text says is always text.

// An element with attributes (`on...` are listeners, those that are false or null are left out) and children.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

// An element of index.html.
export function part(id) {
  return document.getElementById(id);
}
