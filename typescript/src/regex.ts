/**
 * Python's `re` on top of RegExp: a search from a place, a match at a place.
 *
 * In: a pattern that both languages read alike (docs/machine.md, Patterns). Out: functions that take a text and a place.
 */

export type Found = RegExpExecArray;

/** Finds the first match at or behind a place: Python's `re.compile(pattern).search(text, at)`. */
export type Search = (text: string, at?: number) => Found | null;

/** Make a search. Patterns with `\p{...}` need the flag `u`. */
export function search(pattern: string, flags = ""): Search {
  const compiled = new RegExp(pattern, `g${flags}`);
  return (text, at = 0) => {
    compiled.lastIndex = at;
    return compiled.exec(text);
  };
}

/** Make a match at a place: Python's `re.compile(pattern).match(text, at)`. */
export function match(pattern: string, flags = ""): Search {
  const compiled = new RegExp(pattern, `y${flags}`);
  return (text, at = 0) => {
    compiled.lastIndex = at;
    return compiled.exec(text);
  };
}

/** Where a match ends. */
export function endOf(found: Found): number {
  return found.index + found[0].length;
}

/** A text as a pattern that matches it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
