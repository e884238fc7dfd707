/**
 * Characters of a text, where one may be a pair of units; and searches that end at a place.
 *
 * In: a text and a place in it. Out: the character there, the place behind it, the first match before an end.
 *
 * Promise: no pair is cut in two. A search that begins in the middle of one would step back to its beginning.
 */

import type { Found, Search } from "../regex.js";
import { match } from "../regex.js";

const LETTER_OR_NUMBER = match("[\\p{L}\\p{N}]", "u");

/** The character at a place; `""` at the end of the text. */
export function characterAt(text: string, at: number): string {
  return text.slice(at, behindCharacter(text, at));
}

/** The place behind the character at a place. */
export function behindCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** Whether a letter or a number stands at a place: Python's `isalnum` of a character. */
export function isAlnumAt(text: string, at: number): boolean {
  return LETTER_OR_NUMBER(text, at) !== null;
}

/** Search from `at` on as if the text ended at `end`: Python's `search(text, at, end)`. */
export function searchUpTo(search: Search, text: string, at: number, end: number): Found | null {
  return search(end < text.length ? text.slice(0, end) : text, at);
}
