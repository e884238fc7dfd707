/**
 * Texts cut short: at the first blank, or behind so many characters.
 *
 * In: a text. Out: where it is cut, or what stands before that.
 *
 * Promise: no cut parts the two halves of one character.
 */

import { search } from "../regex.js";
import { BLANKS } from "../tables/limits.js";

const findBlank = search(`[${BLANKS}]`);

/** Where the first word of a text ends: at its first blank. */
export function wordEnd(text: string): number {
  return findBlank(text)?.index ?? text.length;
}

/** The first `size` units of a text, and one more where the last is half of a character. */
export function firstChars(text: string, size: number): string {
  if (size <= 0) return "";
  const isHalf = (text.codePointAt(size - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalf ? size + 1 : size);
}
