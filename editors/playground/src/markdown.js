// The Markdown that netdsl writes about names and messages, as elements. Anything else stays the text that it is.
import { element } from "./dom.js";

// Elements of a Markdown text: paragraphs, headings, lists, quoted and indented code.
export function markdown(text) {
  const lines = text.split("\n");
  const made = element("div", { class: "prose" });
  while (lines.length) {
    const block = takeBlock(lines);
    if (block) made.append(block);
  }
  return made;
}

function takeBlock(lines) {
  if (!lines[0].trim()) return void lines.shift();
  if (lines[0].startsWith("```")) return fenced(lines);
  if (lines[0].startsWith("    ")) return indented(lines);
  const heading = /^(#{1,6}) +(.*)$/.exec(lines[0]);
  if (heading) {
    lines.shift();
    return element("h3", {}, ...inline(heading[2]));
  }
  if (isItem(lines[0])) return list(lines);
  return paragraph(lines);
}

function fenced(lines) {
  lines.shift();
  const end = lines.findIndex((line) => line.startsWith("```"));
  const inside = lines.splice(0, end < 0 ? lines.length : end);
  lines.shift();
  return element("pre", {}, element("code", {}, inside.join("\n")));
}

function indented(lines) {
  const inside = takeWhile(lines, (line) => line.startsWith("    ") || !line.trim());
  return element("pre", {}, element("code", {}, inside.map((line) => line.slice(4)).join("\n").trimEnd()));
}

function list(lines) {
  const made = element("ul");
  while (lines.length && isItem(lines[0])) {
    const first = lines.shift().replace(/^[-*] +/, "");
    const more = takeWhile(lines, (line) => line.trim() && !isItem(line) && line.startsWith("  "));
    made.append(element("li", {}, ...inline([first, ...more.map((line) => line.trim())].join(" "))));
  }
  return made;
}

function paragraph(lines) {
  const isText = (line) => line.trim() && !line.startsWith("```") && !isItem(line);
  const first = lines.shift();
  return element("p", {}, ...inline([first, ...takeWhile(lines, isText)].join(" ")));
}

function isItem(line) {
  return /^[-*] +/.test(line);
}

function takeWhile(lines, holds) {
  const end = lines.findIndex((line) => !holds(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

// Code, bold and slanted words. Links keep their words and lose their address: a text from a stranger leads nowhere.
const SPAN = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\([^)\s]*\)|\\([\\`*_{}[\]()#+\-.!<>|~])/;

function inline(text) {
  const made = [];
  let rest = text;
  for (let found = SPAN.exec(rest); found; found = SPAN.exec(rest)) {
    made.push(rest.slice(0, found.index), styled(found));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...made, rest];
}

function styled([, code, bold, slanted, link, escaped]) {
  if (code !== undefined) return element("code", {}, code);
  if (bold !== undefined) return element("strong", {}, bold);
  if (slanted !== undefined) return element("em", {}, slanted);
  return link ?? escaped;
}
