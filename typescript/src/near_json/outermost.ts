/**
 * What the outermost value may be: the table of what callers want, and what is done with anything else.
 *
 * In: the first character of the outermost value, then its string or its word. Out: whether it is read,
 * whether it is written, whether it is wrong.
 *
 *     wants        is                                             anything else
 *     any          every value                                    -
 *     object       a value that begins with `{`                   wrong, and not read
 *     array        ... with `[`                                   wrong, and not read
 *     string       ... with a quote, or a Python string's prefix  wrong, and not read
 *     arguments    an object; a string that holds one; `null`     wrong: read to its end, nothing written
 *     wrapped      the same without the string                    as for `arguments`
 *
 * `wrapped` is what the scanner itself wants of the content of a string that should hold the arguments.
 */

import type { BareValue } from "./bare.js";
import { isQuote, isWordStart, putWord } from "./between.js";
import { NOT_MUTED } from "./held_output.js";
import { type Beginning, IN_STRING, IS_OVER, type Scan, valueEnded, type Wanted } from "./state.js";
import { STRING_PREFIXES, StringReader } from "./strings.js";

// A value is written; or read and dropped; or read and not written until it shows what it is; or not read at
// all.
const WRITTEN = 0;
const DROPPED = 1;
const UNCERTAIN = 2;
const REFUSED = 3;
const BEHIND_OUTERMOST = "<);"; // besides what may stand behind any string

const NOT_READ: Record<Beginning, number> = {
  object: REFUSED,
  array: REFUSED,
  string: REFUSED,
  tuple: REFUSED,
  prefix: REFUSED,
  word: REFUSED,
  other: REFUSED,
};
const ARGUMENTS: Record<Beginning, number> = {
  object: WRITTEN,
  string: WRITTEN,
  array: DROPPED,
  tuple: DROPPED,
  prefix: UNCERTAIN,
  word: UNCERTAIN,
  other: WRITTEN,
};
export const ANY_VALUE: Wanted = { begins: null, whenEmpty: "", noValue: [], unwraps: false };
const IS_ARGUMENTS: Wanted = {
  begins: ARGUMENTS,
  whenEmpty: "{}",
  noValue: ["null", "None"],
  unwraps: true,
};
export const WANTED: Readonly<Record<string, Wanted>> = {
  any: ANY_VALUE,
  object: { ...ANY_VALUE, begins: { ...NOT_READ, object: WRITTEN } },
  array: { ...ANY_VALUE, begins: { ...NOT_READ, array: WRITTEN } },
  string: { ...ANY_VALUE, begins: { ...NOT_READ, string: WRITTEN, prefix: UNCERTAIN } },
  arguments: IS_ARGUMENTS,
  wrapped: { ...IS_ARGUMENTS, begins: { ...ARGUMENTS, string: DROPPED }, unwraps: false },
};

/** Say whether the outermost value, which begins at `pos`, is read. */
export function admit(scan: Scan, text: string, pos: number): boolean {
  const { begins } = scan.wanted;
  if (begins === null) return true;
  const verdict = begins[beginning(scan, text, pos)];
  scan.wrong = verdict === DROPPED || verdict === REFUSED;
  if (verdict === REFUSED) scan.place = IS_OVER;
  else if (verdict !== WRITTEN) scan.out.mute(0);
  return verdict !== REFUSED;
}

function beginning(scan: Scan, text: string, pos: number): Beginning {
  const mark = text[pos];
  if (isQuote(mark)) return "string";
  if (mark === "{") return "object";
  if (mark === "[") return "array";
  if (scan.python && mark === "(") return "tuple";
  if (scan.python && STRING_PREFIXES.has(mark.toLowerCase())) return "prefix";
  return isWordStart(text, pos) ? "word" : "other";
}

/** Begin the string that is the outermost value; `prefix` is what Python wrote before its quote. */
export function beginOutermostString(scan: Scan, prefix: string, pos: number): number {
  const { wanted } = scan;
  if (wanted.begins !== null && !scan.wrong) {
    scan.out.mutedAt = NOT_MUTED; // Python's prefix was no word
    scan.decoded = wanted.unwraps ? [] : null;
  }
  const isWritten = scan.decoded === null;
  if (isWritten) scan.out.put('"');
  scan.reader = new StringReader(scan.python, isWritten, prefix, BEHIND_OUTERMOST, scan.evidence);
  scan.place = IN_STRING;
  return pos;
}

/** End the bare word that is the outermost value; `half`: it may have been cut off. */
export function endOutermostWord(scan: Scan, bare: BareValue, half: boolean): void {
  const { wanted } = scan;
  if (wanted.begins === null) {
    putWord(scan, bare.text, bare.end(half));
  } else if (bare.long || !wanted.noValue.includes(bare.text)) {
    scan.wrong = true; // it was muted
  } else {
    scan.out.mutedAt = NOT_MUTED;
    scan.out.put(wanted.whenEmpty);
  }
  valueEnded(scan);
}
