/**
 * How the place behind `[]` is read, of which it is undecided whether it says "no calls" or is text.
 *
 * In: the run back at message level, with a stretch that holds nothing but brackets. Out: nothing, when that
 * is all of the text; else the brackets are given back.
 */

import { BARE_BRACKETS } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { giveBack } from "../core/tentative.js";
import { skipBlanks } from "../core/verdicts.js";
import { BLANKS_MAX } from "../tables/limits.js";

/** Wait while nothing but blanks comes; an empty array with text behind it is text. */
export function stepUndecided(run: Run): boolean {
  const { buffer, position } = run.text;
  const at = skipBlanks(buffer, position);
  run.work += at - position + 1;
  if (at === buffer.length && at - position < BLANKS_MAX) return false;
  giveBack(run, position, BARE_BRACKETS);
  return true;
}
