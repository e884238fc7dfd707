/**
 * The steps between values: keys, colons, commas, closers, and what stands where it should not.
 *
 * In: a scan at such a place, and the text. Out: members and elements begun and ended in the scan's
 * `Containers`.
 *
 * Promises: a key without a colon is no member; a comma too many, one too few and a wrong closer do no harm;
 * behind a Python value, an operator and its operand are dropped.
 */

import { endOf, match } from "../regex.js";
import { startsWithAny } from "../strings.js";
import { SPELLED_BLANKS } from "../tables/limits.js";
import { BareValue, KeyReader } from "./bare.js";
import { skipBlanks, WORD } from "./characters.js";
import { escape, findSpecial, findSpecialSingle } from "./escape.js";
import { AT_AFTER, AT_COLON, AT_KEY, AT_VALUE, IN_JUNK, IN_KEY, type Scan, valueEnded } from "./state.js";

const WORD_START = match(`[${WORD}$+.@#%&~^*!\\-]`, "u");
const SHORT_STRING_MAX = 256;
const OPENED_BY: Record<string, string> = { "}": "{?", "]": "[", ")": "()" };

/** Whether a word may begin at a place. */
export function isWordStart(text: string, pos: number): boolean {
  return WORD_START(text, pos) !== null;
}

export function isQuote(mark: string): boolean {
  return mark === '"' || mark === "'";
}

/** Whether a closer is one of this value's: a `)` that nothing in it has opened is the call's. */
export function isCloser(scan: Scan, mark: string): boolean {
  return mark === "}" || mark === "]" || (mark === ")" && scan.python && scan.containers.openParens > 0);
}

/**
 * The place behind a blank spelled out at `pos`, such as `\n`; 0 where none is, and the scan is stuck or
 * waits.
 */
export function spelledBlank(scan: Scan, text: string, pos: number): number {
  if (scan.evidence !== null && text[pos] === "\\") {
    if (startsWithAny(text, SPELLED_BLANKS, pos)) return pos + 2;
    scan.waits = pos + 1 === text.length && !scan.final;
  }
  scan.stuck = !scan.waits;
  return 0;
}

/**
 * Write the JSON of a word; in Python only what is no literal is mended, in JSON whatever is written
 * otherwise.
 */
export function putWord(scan: Scan, word: string, json: string): void {
  scan.mended ||= scan.python ? json.startsWith('"') : json !== word;
  scan.out.put(json);
}

/** A closer ends the innermost container, be it the closer of another kind. */
export function closeInnermost(scan: Scan, mark: string): void {
  scan.mended ||= !OPENED_BY[mark].includes(scan.containers.top);
  popInnermost(scan);
  valueEnded(scan);
}

/** Write a closer. Arguments that have lost something stay open, so that they never look whole. */
export function popInnermost(scan: Scan): void {
  if (scan.lossy && scan.wanted.whenEmpty && scan.containers.kinds.length === 1) scan.out.mute(0);
  scan.containers.pop();
}

/** Return the place behind the string at `pos`, if it is short, plain and whole; else 0. */
export function shortStringEnd(text: string, pos: number): number {
  const found = (text[pos] === '"' ? findSpecial : findSpecialSingle)(text, pos + 1);
  if (found === null || found[0] !== text[pos]) return 0;
  return endOf(found) <= pos + SHORT_STRING_MAX ? endOf(found) : 0;
}

// --- keys --------------------------------------------------------------------------------------------------

export function atKey(scan: Scan, text: string, pos: number): number {
  pos = skipBlanks(text, pos);
  if (pos === text.length) return pos;
  const mark = text[pos];
  if (isQuote(mark)) {
    scan.mended ||= mark === "'" && !scan.python;
    return shortKey(scan, text, pos) || beginKey(scan, false, pos);
  }
  if (mark === ",") {
    scan.mended = true;
    return pos + 1;
  }
  if (isCloser(scan, mark)) {
    scan.mended ||= scan.containers.hasItems && !scan.python; // behind a comma
    closeInnermost(scan, mark);
    return pos + 1;
  }
  const isOpener = "{[(".includes(mark);
  if (isOpener && scan.containers.top === "?") {
    scan.place = AT_VALUE; // no key of JSON: the brace is a set
  } else if (isWordStart(text, pos) || (scan.python && isOpener)) {
    return beginKey(scan, true, pos);
  } else {
    return spelledBlank(scan, text, pos) || pos;
  }
  return pos;
}

/**
 * Copy a key that stands whole and plain in the text, its colon behind it; return its end, 0 if there is
 * none.
 */
function shortKey(scan: Scan, text: string, pos: number): number {
  const end = shortStringEnd(text, pos);
  if (!end || text[end] !== ":") return 0;
  scan.containers.member(text.slice(pos + 1, end - 1));
  scan.place = AT_VALUE;
  return end + 1;
}

function beginKey(scan: Scan, isBare: boolean, pos: number): number {
  scan.key = new KeyReader(scan.python, isBare);
  scan.place = IN_KEY;
  scan.mended ||= isBare && !scan.python;
  return pos;
}

export function inKey(scan: Scan, text: string, pos: number): number {
  const { key } = scan;
  if (key === null) return pos;
  const [piece, end] = key.feed(text, pos);
  if (piece) scan.containers.longKey(escape(piece));
  if (key.done) scan.place = AT_COLON;
  return end;
}

export function atColon(scan: Scan, text: string, pos: number): number {
  pos = skipBlanks(text, pos);
  if (pos === text.length) return pos;
  const { key } = scan;
  const mark = text[pos];
  if (mark === ":") {
    if (key !== null && !key.long) scan.containers.member(key.name());
    finishKey(scan, '": ');
    scan.place = AT_VALUE;
    return pos + 1;
  }
  if (mark !== "," && !isCloser(scan, mark)) return spelledBlank(scan, text, pos) || pos;
  if (key !== null && scan.containers.top === "?") {
    scan.containers.item();
    scan.out.put(key.element());
  } else {
    scan.lossy = scan.mended = true;
  }
  finishKey(scan, '": null');
  valueEnded(scan);
  return pos;
}

/** Write what follows a key that was long; a short one without a colon was no member. */
export function finishKey(scan: Scan, behind: string): void {
  const { key } = scan;
  scan.key = null;
  if (!key?.long) return;
  scan.containers.longKey(escape(key.end()));
  scan.containers.endLongKey(behind);
}

// --- behind a value ----------------------------------------------------------------------------------------

export function atAfter(scan: Scan, text: string, pos: number): number {
  pos = skipBlanks(text, pos);
  if (pos === text.length) return pos;
  const mark = text[pos];
  const { top } = scan.containers;
  const following = top === "{" || top === "?" ? AT_KEY : AT_VALUE;
  if (mark === ",") {
    scan.containers.comma();
    scan.place = following;
    return pos + 1;
  }
  if (isCloser(scan, mark)) {
    closeInnermost(scan, mark);
    return pos + 1;
  }
  scan.mended = true;
  if (isQuote(mark) || ((mark === "{" || mark === "[") && following === AT_VALUE)) {
    scan.place = following; // a missing comma
  } else if (scan.python && !"<:;)".includes(mark)) {
    scan.bare = new BareValue("python"); // `+ x`: the value was written already
    scan.place = IN_JUNK;
    scan.lossy = true;
  } else if (isWordStart(text, pos)) {
    scan.place = following;
  } else {
    return spelledBlank(scan, text, pos) || pos;
  }
  return pos;
}

export function inJunk(scan: Scan, text: string, pos: number): number {
  const { bare } = scan;
  if (bare === null) return pos;
  const [, end] = bare.feed(text, pos);
  if (bare.done) {
    scan.bare = null;
    scan.place = AT_AFTER;
  }
  return end;
}
