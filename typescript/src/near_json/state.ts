/**
 * What is known of a value while it is scanned: the place, the tokens begun, the containers open, the output.
 *
 * In: nothing. Out: the data that the steps read and change, and the loop that runs them.
 *
 * How: a scan is at one of the places below; for each there is a step, a plain function `(scan, text, pos) ->
 * pos` that consumes what it can and names the next place. The table of steps comes with the scan, so that
 * this module knows none: `between.ts` has the steps between values, `value.ts` those through values,
 * `too_deep.ts` the one through what is nested too deep, and `scan.ts` puts the table together.
 */

import type { BareValue, KeyReader } from "./bare.js";
import { Containers, GROUP_MAX } from "./containers.js";
import { HeldOutput } from "./held_output.js";
import { Evidence } from "./quotes.js";
import type { StringReader } from "./strings.js";

export const AT_VALUE = 0;
export const AT_KEY = 1;
export const AT_COLON = 2;
export const AT_AFTER = 3;
export const IN_STRING = 4;
export const IN_BARE = 5;
export const IN_KEY = 6;
export const IN_JUNK = 7;
export const IN_DEEP = 8;
export const IS_OVER = 9;

export type ScanStep = (scan: Scan, text: string, pos: number) => number;

// Note [how work is counted]
// `work` is what tests compare with the length of a text, to see that no text costs more than linear time.
// Each scan, writer and check of this folder counts the characters that it looks at, once for every time that
// it looks, and one for every step. Copies count where text is held and grows: `HeldText` keeps pieces and
// joins them once, so that a copy costs no more than reading. Tokens of at most a few hundred characters (a
// bare word, a key, an escape, the first word of a typed value) are joined piece by piece: that costs at most
// their bound for each piece, and is not counted.

/** How a value begins; `outermost.ts` says which is which. */
export type Beginning = "object" | "array" | "string" | "tuple" | "prefix" | "word" | "other";

/** What a caller takes for the outermost value; `outermost.ts` has the table. */
export interface Wanted {
  readonly begins: Readonly<Record<Beginning, number>> | null; // what is done with it; null: all is written
  readonly whenEmpty: string; // what is written where there is no value
  readonly noValue: readonly string[]; // words that say that there is none
  readonly unwraps: boolean; // a string is not the value: what is in it is
}

/** One value being scanned. */
export class Scan {
  place = AT_VALUE;
  readonly out = new HeldOutput(GROUP_MAX);
  readonly containers = new Containers(this.out);
  reader: StringReader | null = null;
  bare: BareValue | null = null;
  key: KeyReader | null = null;
  deep: Scan | null = null; // of a container for which there was no room
  decoded: string[] | null = null; // of the string being read, if it is to hold the arguments
  stuck = false; // the next character cannot continue the value
  done = false;
  complete = false; // the value ended by itself
  empty = false; // there was none
  wrong = false; // it is not what is wanted
  lossy = false; // something of the text is not in the value
  mended = false; // the text is no JSON, or no literal of Python, as it stands
  waits = false; // more text decides what a quote is
  final = false; // no text follows
  readonly evidence: Evidence | null;
  work = 0; // Note [how work is counted]

  constructor(
    readonly steps: readonly ScanStep[],
    readonly python: boolean,
    readonly wanted: Wanted,
    readonly room: number, // how many containers may be open
    ends: readonly string[] | null = null,
    around = "",
  ) {
    this.evidence = ends === null ? null : new Evidence(this.containers.kinds, python, ends, around);
  }

  /** Characters consumed whose output is not written yet. */
  get held(): number {
    const { out, reader, bare, key } = this;
    return out.held + (reader?.held ?? 0) + (bare?.held ?? 0) + (key?.held ?? 0);
  }
}

/** Read from `pos` to the value's end; return the place of the first character that was not consumed. */
export function readOn(scan: Scan, text: string, pos: number): number {
  const start = pos;
  let count = 0;
  while (pos < text.length && !scan.stuck && !scan.waits && scan.place !== IS_OVER) {
    pos = scan.steps[scan.place](scan, text, pos);
    count += 1;
  }
  scan.work += pos - start + count;
  return pos;
}

/** A value has ended by itself; if it is the outermost one, nothing more is read. */
export function valueEnded(scan: Scan): void {
  const { containers } = scan;
  containers.ended();
  if (containers.kinds.length > 0) {
    scan.place = AT_AFTER;
  } else {
    scan.done = scan.complete = true;
    scan.place = IS_OVER;
  }
}
