/**
 * Whether an example of a call stands in a value, and whether it is over.
 *
 * In: the run's text and a position in a value. Out: YES, NO or WAIT (more text decides).
 *
 * Promises: at most a bounded stretch behind the position is looked at; on the last text (`final`) nothing
 * waits.
 */

import { strip } from "../strings.js";
import { BLANKS, NAME_MAX } from "../tables/limits.js";
import type { Nest } from "../tables/nests.js";
import { wellShaped } from "./names.js";
import type { Example, Run } from "./run.js";
import { isSpelled, tokensIn } from "./spelled.js";
import { NO, WAIT, YES, skipBlanks, startsAny } from "./verdicts.js";

// Note [nested examples]
// A value may hold a whole example of a call (a file about this very format). From the example's opener,
// taken for one only when a name follows it as in a call, up to its own closer everything is the value's
// text, closers of the enclosing call included. An example that is opened and never closed would swallow the
// real end, so it gives way when the enclosing call's closers, all of them, are the last thing in the stream.

/** Whether a call of this shape begins at `at`: see Note [nested examples]. */
export function nestVerdict(run: Run, nest: Nest, at: number): number {
  const { buffer, final } = run.text;
  for (const [number, literal] of nest.path.entries()) {
    if (number) at = skipBlanks(buffer, at);
    const [verdict, length] = startsAny(buffer, at, [literal]);
    if (verdict !== YES) return final ? NO : verdict;
    at += length;
  }
  const window = buffer.slice(at, at + NAME_MAX);
  run.work += window.length;
  const places = nest.until.map((until) => window.indexOf(until[0])).filter((place) => place >= 0);
  const end = Math.min(window.length, ...places);
  const name = strip(window.slice(0, end), BLANKS);
  if (end === window.length) {
    return window.length < NAME_MAX && !final && (!name || wellShaped(name)) ? WAIT : NO;
  }
  if (!wellShaped(name)) return NO; // as it was before `until` began to come
  const [verdict] = startsAny(window, end, nest.until);
  return verdict === WAIT && final ? NO : verdict;
}

/** Whether a real token ends the example that begins at `at`: ids are known, and its own opener has none. */
export function endsByToken(run: Run, nest: Nest, at: number): boolean {
  if (run.special === null) return false;
  for (const literal of nest.path) {
    at = skipBlanks(run.text.buffer, at);
    if (tokensIn(run, literal).length > 0 && !isSpelled(run, literal, at)) return false;
    at += literal.length;
  }
  return true;
}

/**
 * Whether only closers stand from `at` to the end of the stream, too few for the example and the call around
 * it.
 *
 * Where a token ends the example, they may also end with that: see Note [spelled tokens] in spelled.ts.
 */
export function chainVerdict(run: Run, [nest, depth, byToken]: Example, at: number): number {
  const { buffer, final } = run.text;
  let closed = 0;
  for (;;) {
    at = skipBlanks(buffer, at);
    run.work += 1;
    if (at === buffer.length) {
      if (!final) return WAIT;
      return 1 <= closed && closed <= depth ? YES : NO;
    }
    const [verdict, length] = startsAny(buffer, at, run.place.machine.closers);
    if (verdict === WAIT) return final ? NO : WAIT;
    const closer = buffer.slice(at, at + length);
    if (verdict === NO || closed > depth || isSpelled(run, closer, at)) return NO;
    if (byToken && tokensIn(run, closer).length > 0) return YES;
    if (buffer.startsWith(nest.closer, at)) closed += 1;
    at += length;
  }
}
