/**
 * What Python means by a letter, a digit and a blank, and a character that is no half of a pair.
 *
 * In: text and a place. Out: a character, a place, a claim.
 *
 * Notes: a place counts UTF-16 units. Where a step takes one character of a model, it takes both halves of a
 * pair.
 */

import { BLANKS } from "../tables/limits.js";

/** The inside of a class of characters: Python's `\w`. It needs the flag `u`. */
export const WORD = "\\p{L}\\p{N}_";

// What `str.isdigit` takes: decimal digits, and those that stand in a circle or above the line.
const DIGIT = new RegExp(
  "[\\p{Nd}\xb2\xb3\xb9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c" +
    "\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792" +
    "\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]",
  "u",
);

/** The character at a place, which lies in the text. */
export function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** Whether a character is a digit to Python. */
export function isDigit(mark: string): boolean {
  return DIGIT.test(mark);
}

/** The place behind the blanks that stand at `at`. */
export function skipBlanks(text: string, at: number, end = text.length): number {
  const last = Math.min(end, text.length);
  while (at < last && BLANKS.includes(text[at])) at += 1;
  return at;
}
