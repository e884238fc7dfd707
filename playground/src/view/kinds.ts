/**
 * What text can become, and how each kind is shown.
 *
 * In: a kind of a trace. Out: its class, the words for it, and its colour. A kind is never told by its colour alone:
 * each has a letter shape of its own, too (app.css).
 */

export interface Kind {
  readonly name: string;
  readonly words: string;
}

/** What the legend shows, in this order. */
export const KINDS: readonly Kind[] = [
  { name: "reasoning", words: "reasoning" },
  { name: "content", words: "content" },
  { name: "markup", words: "markup" },
  { name: "name", words: "name" },
  { name: "key", words: "key" },
  { name: "value", words: "value" },
  { name: "skipped", words: "skipped" },
  { name: "held", words: "held" },
];

// Kinds of a trace that look like another one.
const ALIKE = new Map([
  ["blanks", "markup"],
  ["arguments", "value"],
  ["string", "value"],
  ["json", "value"],
  ["python", "value"],
  ["id", "name"],
  ["type", "key"],
  ["source", "key"],
  ["skip", "skipped"],
  ["citation", "content"],
]);
const SHOWN = new Set(KINDS.map((kind) => kind.name));

export function lookOf(kind: string): string {
  const alike = ALIKE.get(kind) ?? kind;
  return SHOWN.has(alike) ? alike : "markup";
}
