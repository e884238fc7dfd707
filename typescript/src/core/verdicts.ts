/**
 * Verdicts on what stands at a place of the text: YES, NO, or WAIT, where more text decides.
 *
 * In: a buffer and a place in it. Out: what stands there.
 */

import { endOf, match } from "../regex.js";
import { BLANKS, BLANKS_MAX } from "../tables/limits.js";

export const NO = 0;
export const YES = 1;
export const WAIT = 2;
export const BLANK_SET: ReadonlySet<string> = new Set(BLANKS);

const BARE_KEY = match("[\\p{L}\\p{N}_\\-.]*", "u");

/** Index of the first character that is no blank, at most `most` further. */
export function skipBlanks(buffer: string, at: number, most: number = BLANKS_MAX): number {
  const last = Math.min(buffer.length, at + most);
  while (at < last && BLANK_SET.has(buffer[at])) at += 1;
  return at;
}

/**
 * [YES, length] when one of the literals stands at `at`, [WAIT, 0] when the text may become one, else [NO,
 * 0].
 */
export function startsAny(
  buffer: string,
  at: number,
  literals: Iterable<string>,
): readonly [verdict: number, length: number] {
  const rest = buffer.length - at;
  let verdict = NO;
  for (const literal of literals) {
    if (buffer.startsWith(literal, at)) return [YES, literal.length];
    if (rest < literal.length && literal.startsWith(buffer.slice(at))) verdict = WAIT;
  }
  return [verdict, 0];
}

/** Where a key of JSON without quotes ends that begins at `at`, before `most`. */
export function bareKeyEnd(buffer: string, at: number, most: number): number {
  const found = BARE_KEY(buffer.slice(at, most));
  return at + (found === null ? 0 : endOf(found));
}
