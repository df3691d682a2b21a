// Colours: what each word of a .net text is, from the words that the language's own tables give.
import { HighlightStyle, LanguageSupport, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

import words from "./words.json";

const KINDS = new Map(Object.entries(words).flatMap(([kind, list]) => list.map((word) => [word, kind])));

// Names of the stream's tokens, which CodeMirror maps to tags.
const STYLES = {
  declaration: "definitionKeyword",
  keyword: "controlKeyword",
  operator: "operatorKeyword",
  constant: "bool",
  flowing: "self",
  function: "standard",
  layer: "layer",
};

const parser = StreamLanguage.define({
  name: "netdsl",
  startState: () => ({ naming: false }),
  token: readToken,
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
  tokenTable: { layer: tags.function(tags.variableName), standard: tags.standard(tags.variableName) },
  indent: (state, textAfter, context) => indentation(textAfter, context),
});

function readToken(stream, state) {
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return "comment";
  if (stream.match(/^"[^"]*"?/)) return "string";
  if (stream.match(/^\d+(x\d+)+/) || stream.match(/^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/)) return "number";
  if (stream.match(/^[A-Za-z_]\w*/)) return wordStyle(stream, state);
  if (stream.match(/^(->|\*\*|\/\/|==|!=|<=|>=|[-+*/%<>=])/)) return "operator";
  stream.next();
  return "punctuation";
}

function wordStyle(stream, state) {
  const word = stream.current();
  const naming = state.naming;
  state.naming = word === "net" || word === "block";
  if (naming) return "className";
  if (/^\s*=(?!=)/.test(stream.string.slice(stream.pos))) return "propertyName";
  const kind = KINDS.get(word);
  if (kind) return STYLES[kind];
  return /^[A-Z]/.test(word) ? "className" : "variableName";
}

// A line stands four places further in for each brace that is open before it.
function indentation(textAfter, context) {
  const before = context.state.doc.sliceString(0, context.pos).replace(/#.*|"[^"\n]*"/g, "");
  const open = (before.match(/[{([]/g) ?? []).length - (before.match(/[})\]]/g) ?? []).length;
  return Math.max(0, open - (/^\s*[})\]]/.test(textAfter) ? 1 : 0)) * context.unit;
}

const colours = HighlightStyle.define(
  [
    [tags.comment, "comment"],
    [tags.string, "string"],
    [tags.number, "number"],
    [tags.bool, "number"],
    [tags.definitionKeyword, "keyword"],
    [tags.controlKeyword, "keyword"],
    [tags.operatorKeyword, "keyword"],
    [tags.operator, "operator"],
    [tags.className, "type"],
    [tags.propertyName, "property"],
    [tags.self, "builtin"],
    [tags.standard(tags.variableName), "builtin"],
    [tags.function(tags.variableName), "layer"],
  ].map(([tag, name]) => ({ tag, class: `tok-${name}` })),
);

// The language with its colours, whose rules stand in playground.css.
export function netdsl() {
  return new LanguageSupport(parser, [syntaxHighlighting(colours)]);
}
