/**
 * Where the rules of a spec stand, and what stands at a place that a machine names.
 *
 * In: the text of a spec. Out: ranges of it. A machine says where a state comes from as `line:column`, with the name
 * of the file before it where that is another one.
 */

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Rule extends Range {
  readonly name: string;
}

const HEAD = /^(?:%override[ \t]+)?([A-Za-z_]\w*)(?:\{[^}\n]*\})?[ \t]*:/gm;
const ITEM = /"(?:[^"\\\n]|\\.)*"i?|\/(?:[^/\\\n]|\\.)+\/|[A-Za-z_]\w*/y;

/** The rules, in their order, each from its name to the end of its last line. */
export function rulesOf(spec: string): readonly Rule[] {
  const heads = [...spec.matchAll(HEAD)];
  return heads.map((head, number) => {
    const until = heads[number + 1]?.index ?? spec.length;
    const text = spec.slice(head.index, until).replace(/(?:\s|^\s*(?:\/\/|%import|%ignore).*$)+$/m, "");
    return { name: head[1]!, from: head.index, to: head.index + text.trimEnd().length };
  });
}

export function ruleAt(rules: readonly Rule[], place: number): Rule | null {
  return rules.findLast((rule) => rule.from <= place && place <= rule.to) ?? null;
}

/** The place that a state names; null: it is in another file. */
export function placeOf(spec: string, at: string): number | null {
  const found = /^(\d+):(\d+)$/.exec(at);
  if (found === null) return null;
  let start = 0;
  for (let line = 1; line < Number(found[1]); line += 1) {
    start = spec.indexOf("\n", start) + 1;
    if (start === 0) return null;
  }
  const points = [...spec.slice(start, start + 1000)].slice(0, Number(found[2]) - 1).join("");
  return start + points.length;
}

/** The word, the literal or the pattern that begins at a place. */
export function itemAt(spec: string, place: number): Range {
  ITEM.lastIndex = place;
  const found = ITEM.exec(spec);
  return { from: place, to: place + (found?.[0].length ?? 1) };
}

/** Where a delimiter is written, near a place if it is there more than once. */
export function literalIn(spec: string, literal: string, near: number): Range | null {
  let best: Range | null = null;
  const written = JSON.stringify(literal);
  for (let at = spec.indexOf(written); at >= 0; at = spec.indexOf(written, at + 1)) {
    const isComment = /^\s*(?:\/\/|#)/.test(spec.slice(spec.lastIndexOf("\n", at) + 1, at + 1));
    const range = { from: at, to: at + written.length };
    if (!isComment && (best === null || Math.abs(at - near) < Math.abs(best.from - near))) best = range;
  }
  return best;
}
