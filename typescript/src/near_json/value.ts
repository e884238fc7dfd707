/**
 * The steps through values: what begins at a value's place, strings and bare words.
 *
 * In: a scan at such a place, and the text. Out: JSON as Python's `json.dumps(value, ensure_ascii=False)`
 * writes it, numbers with their own digits, put to the scan's output.
 *
 * How: `strings.ts`, `words.ts` and `bare.ts` read the tokens. A short token that stands whole in the text is
 * copied at once, without a reader.
 *
 * Promises: as those of `scan.ts`.
 */

import { endOf, match } from "../regex.js";
import { BareValue, bareJson } from "./bare.js";
import {
  closeInnermost,
  isCloser,
  isQuote,
  isWordStart,
  putWord,
  shortStringEnd,
  spelledBlank,
} from "./between.js";
import { skipBlanks, WORD } from "./characters.js";
import { admit, beginOutermostString, endOutermostWord } from "./outermost.js";
import { IS_END } from "./quotes.js";
import { AT_KEY, AT_VALUE, IN_BARE, IN_STRING, type Scan, valueEnded } from "./state.js";
import { StringReader } from "./strings.js";
import { beginDeep } from "./too_deep.js";

const SHORT_WORD = match(`[${WORD}.+\\-]{1,64}`, "u"); // at most SCALAR_MAX

export function atValue(scan: Scan, text: string, pos: number): number {
  pos = skipBlanks(text, pos);
  if (pos === text.length) return pos;
  const { containers } = scan;
  const mark = text[pos];
  const isInner = containers.kinds.length > 0;
  if (!isInner && !admit(scan, text, pos)) return pos;
  if (isQuote(mark)) {
    scan.mended ||= mark === "'" && !scan.python;
    containers.item();
    return copyString(scan, text, pos) || beginString(scan, "", pos);
  }
  if (mark === "{" || mark === "[" || (mark === "(" && scan.python)) {
    containers.item();
    return open(scan, mark, pos);
  }
  if (isWordStart(text, pos)) {
    containers.item();
    return copyWord(scan, text, pos) || beginBare(scan, pos);
  }
  if (isInner && (mark === "," || isCloser(scan, mark))) return noValue(scan, mark, pos);
  return spelledBlank(scan, text, pos) || pos;
}

function open(scan: Scan, mark: string, pos: number): number {
  const depth = scan.containers.kinds.length;
  if (depth >= scan.room) return beginDeep(scan, pos);
  const mayBeSet = scan.python && (depth > 0 || scan.wanted.begins === null);
  scan.containers.push(mark === "{" && mayBeSet ? "?" : mark);
  scan.place = mark === "{" ? AT_KEY : AT_VALUE;
  return pos + 1;
}

/** A comma or a closer stands where a value should. */
function noValue(scan: Scan, mark: string, pos: number): number {
  const { containers } = scan;
  const isMember = containers.top === "{";
  scan.mended ||= mark === "," || isMember || (containers.hasItems && !scan.python);
  if (isMember) {
    scan.out.put("null");
    valueEnded(scan);
    return pos;
  }
  if (mark !== ",") closeInnermost(scan, mark);
  return pos + 1;
}

/** Whether what stands at a place ends an item, and cannot be part of it. */
function endsItem(text: string, at: number): boolean {
  return at < text.length && ",]}".includes(text[at]);
}

// --- strings -----------------------------------------------------------------------------------------------

/** Copy an inner string that stands whole and plain in the text; return its end, 0 if there is none. */
function copyString(scan: Scan, text: string, pos: number): number {
  const end = scan.containers.kinds.length > 0 ? shortStringEnd(text, pos) : 0;
  if (!end || ((scan.python || text[pos] === "'") && !endsItem(text, end))) {
    return 0; // a longer one, or what follows may be part of it
  }
  if (scan.evidence !== null && scan.evidence.judgement().look(text, end, scan.final) !== IS_END) return 0;
  scan.out.put('"' + text.slice(pos + 1, end - 1) + '"');
  valueEnded(scan);
  return end;
}

function beginString(scan: Scan, prefix: string, pos: number): number {
  if (scan.containers.kinds.length === 0) return beginOutermostString(scan, prefix, pos);
  scan.out.put('"');
  scan.reader = new StringReader(scan.python, true, prefix, "", scan.evidence);
  scan.place = IN_STRING;
  return pos;
}

export function inString(scan: Scan, text: string, pos: number): number {
  const { reader } = scan;
  if (reader === null) return pos;
  const [piece, end] = reader.feed(text, pos, scan.final);
  takeString(scan, piece);
  scan.waits = reader.waits;
  if (reader.isBroken) scan.stuck = true;
  scan.mended ||= reader.isDoubtful;
  if (reader.done) {
    endString(scan);
    valueEnded(scan);
  }
  return end;
}

/** Write a piece of a string's body; where the string holds the arguments, keep it for who scans them. */
export function takeString(scan: Scan, piece: string): void {
  if (scan.decoded === null) scan.out.put(piece);
  else scan.decoded.push(piece);
}

export function endString(scan: Scan): void {
  scan.reader = null;
  if (scan.decoded === null) scan.out.put('"');
}

// --- bare words --------------------------------------------------------------------------------------------

/** Copy an inner word that stands whole in the text; return its end, 0 if there is none. */
function copyWord(scan: Scan, text: string, pos: number): number {
  const found = scan.containers.kinds.length > 0 ? SHORT_WORD(text, pos) : null;
  if (found === null || !endsItem(text, endOf(found))) return 0;
  putWord(scan, found[0], bareJson(found[0], scan.python));
  valueEnded(scan);
  return endOf(found);
}

function beginBare(scan: Scan, pos: number): number {
  scan.bare = new BareValue(scan.python ? "python" : scan.containers.kinds.length > 0 ? "member" : "alone");
  scan.place = IN_BARE;
  return pos;
}

export function inBare(scan: Scan, text: string, pos: number): number {
  const { bare } = scan;
  if (bare === null) return pos;
  const [piece, end] = bare.feed(text, pos);
  scan.out.put(piece);
  if (bare.prefix !== null) {
    scan.bare = null;
    return beginString(scan, bare.prefix, end);
  }
  if (bare.done) endBare(scan, bare, false);
  return end;
}

/** End a bare word; `half`: the input has ended, and the word may have been cut off. */
export function endBare(scan: Scan, bare: BareValue, half: boolean): void {
  scan.bare = null;
  scan.lossy ||= bare.isLossy;
  if (scan.containers.kinds.length === 0) {
    endOutermostWord(scan, bare, half);
    return;
  }
  putWord(scan, bare.text, bare.end(half));
  valueEnded(scan);
}
