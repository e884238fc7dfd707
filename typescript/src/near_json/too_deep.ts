/**
 * The step through a container that is nested too deep: it becomes one string, its source text.
 *
 * In: a scan with no room for one more container, and the text from its bracket on. Out: a JSON string of all
 * characters from that bracket to the closer that ends it, or to where the input ends.
 *
 *     [[[1, {'a': 2}]]]    with room for two:    [["[1, {'a': 2}]"]]
 *
 * How: a second scan reads the container by the same rules as any other, with room enough and its output
 * muted; what it consumes is the source. So quotes, wrong closers and junk inside mean what they mean
 * everywhere, and a delimiter behind a container that is not closed is seen.
 *
 * Promises: no recursion, for the second scan never starts a third; all that is consumed is written at once.
 */

import { escape } from "./escape.js";
import { ANY_VALUE } from "./outermost.js";
import { IN_DEEP, readOn, Scan, valueEnded } from "./state.js";

/** Begin the string; the bracket at `pos` is read by the next step. */
export function beginDeep(scan: Scan, pos: number): number {
  scan.deep = new Scan(scan.steps, scan.python, ANY_VALUE, Infinity);
  scan.deep.out.mute(0);
  scan.out.put('"');
  scan.place = IN_DEEP;
  return pos;
}

export function inDeep(scan: Scan, text: string, pos: number): number {
  const { deep } = scan;
  if (deep === null) return pos;
  const end = readOn(deep, text, pos);
  scan.out.put(escape(text.slice(pos, end)));
  scan.stuck = deep.stuck;
  if (deep.done) {
    endDeep(scan);
    valueEnded(scan);
  }
  return end;
}

/** Go on behind a character that no value can have there: it belongs to the source. */
export function skipDeep(scan: Scan, mark: string): void {
  if (scan.deep === null) return;
  scan.deep.stuck = false;
  scan.out.put(escape(mark));
}

/** End the string. */
export function endDeep(scan: Scan): void {
  const { deep } = scan;
  scan.deep = null;
  if (deep === null) return;
  scan.work += deep.work;
  scan.out.put('"');
}
