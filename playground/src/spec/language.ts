/**
 * The language of specs, for the editor: what a word of a line is.
 *
 * In: nothing. Out: a language for CodeMirror, after `src/toolgram/spec/dialect.lark`.
 */

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { StringStream } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

interface Where {
  inMetadata: boolean;
}

function word(stream: StringStream, where: Where): string | null {
  if (stream.sol() && stream.match(/#\s*\/\/\/.*/)) {
    where.inMetadata = !where.inMetadata;
    return "processingInstruction";
  }
  if (where.inMetadata) return metadata(stream);
  if (stream.eatSpace()) return null;
  if (stream.match(/\/\/.*|#.*/)) return "comment";
  if (stream.match(/"(?:[^"\\]|\\.)*"i?/)) return "string";
  if (stream.match(/\/(?:[^/\\]|\\.)+\/[a-z]*/)) return "regexp";
  if (stream.match(/%[a-z]+/)) return "keyword";
  if (stream.sol() && stream.match(/[a-z_]\w*(?=(?:\{[^}]*\})?\s*:)/)) return "definition";
  if (stream.match(/_?[A-Z][A-Z0-9_]*\b/)) return "constant";
  if (stream.match(/[a-z_]\w*/)) return "variableName";
  if (stream.match(/[|?*+~]|\.\./)) return "operator";
  stream.next();
  return null;
}

function metadata(stream: StringStream): string | null {
  if (stream.sol() && stream.match(/#\s*/)) return "comment";
  if (stream.match(/"(?:[^"\\]|\\.)*"|'[^']*'/)) return "string";
  if (stream.match(/[\w-]+(?=\s*=)/)) return "propertyName";
  if (stream.match(/\b(?:true|false)\b|\b\d+\b/)) return "constant";
  stream.next();
  return null;
}

const language = StreamLanguage.define<Where>({
  name: "lark",
  startState: () => ({ inMetadata: false }),
  copyState: (where) => ({ ...where }),
  token: word,
  tokenTable: { definition: tags.definition(tags.variableName), constant: tags.constant(tags.variableName) },
  languageData: { commentTokens: { line: "//" } },
});

const style = HighlightStyle.define([
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: tags.processingInstruction, color: "var(--faint)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.regexp, color: "var(--code-string)" },
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.definition(tags.variableName), color: "var(--code-name)", fontWeight: "600" },
  { tag: tags.constant(tags.variableName), color: "var(--code-constant)" },
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.number, color: "var(--code-constant)" },
  { tag: tags.bool, color: "var(--code-constant)" },
  { tag: tags.null, color: "var(--code-constant)" },
  { tag: tags.operator, color: "var(--code-keyword)" },
]);

export const larkLanguage: Extension = language;
export const codeColours: Extension = syntaxHighlighting(style);
