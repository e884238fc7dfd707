/**
 * Scan one value of a known kind out of the model's text: any, an object, an array, a string, or a call's
 * arguments.
 *
 * In: raw text that begins with JSON or a Python literal, in pieces of any size. Out: canonical JSON, as
 * Python's `json.dumps(value, ensure_ascii=False)` writes it, numbers with their own digits. Near-JSON is
 * repaired on the way: bare words, missing and doubled commas, wrong closers and so on.
 *
 * How: one step for each place in a value, run by `readOn` (`state.ts`). Arguments may come as a string that
 * holds an object (double-encoded): the string is decoded as it arrives, and what it holds runs through a
 * scanner of its own.
 *
 * Promises: never throws, never recurses on the text; every character is looked at a bounded number of times;
 * every split of a text gives the same output and the same end. Nothing written is ever taken back; what is
 * held is at most `HELD_MAX` characters; from any state, `close` completes what was written to one JSON
 * value. At most `DEPTH_MAX` containers are open: what is nested deeper is one string, its source text.
 *
 * Notes: Python reads a well-formed value, or a long run with escapes, at once where it can, because its
 * `json` is written in C (`whole.py`, `bulk.py`). That gives what the steps give; here there are only those.
 */

import { DEPTH_MAX } from "../tables/limits.js";
import { atAfter, atColon, atKey, finishKey, inJunk, inKey, popInnermost } from "./between.js";
import { characterAt } from "./characters.js";
import { SPECIAL, SPECIAL_SINGLE } from "./escape.js";
import { WANTED } from "./outermost.js";
import { AT_VALUE, IN_BARE, IN_DEEP, IN_STRING, IS_OVER, readOn, Scan } from "./state.js";
import { endDeep, inDeep, skipDeep } from "./too_deep.js";
import { atValue, endBare, endString, inBare, inString, takeString } from "./value.js";

// In the order of the places in `state.ts`; where the value is over, there is no step.
const SCAN_STEPS = [atValue, atKey, atColon, atAfter, inString, inBare, inKey, inJunk, inDeep];

/**
 * Scan one value; `wants` is any, object, array, string, or arguments (an object in every spelling).
 *
 * Where a character cannot continue the value, `stuck` is set: the caller closes the value if a delimiter of
 * its own stands there, and skips the character if none does. `depth` is how many containers are open around
 * the value. With `ends`, the delimiters that may end it early, a quote ends a string only where what follows
 * can follow it: see quotes.ts; `around` are the brackets of the containers that the value stands in. Text
 * that decides is not consumed before it has come, or the text is `final`.
 */
export class ValueScanner {
  special: RegExp | null = null; // what is in no text that is its own output here
  stuck = false; // the next character cannot continue the value
  done = false; // the value has ended, by itself or by `close`
  private readonly scan: Scan;
  private inner: ValueScanner | null = null; // of the arguments in a string
  private plainChars = 0; // that were their own output

  constructor(python = false, wants = "any", depth = 0, ends: readonly string[] | null = null, around = "") {
    this.scan = new Scan(SCAN_STEPS, python, WANTED[wants], DEPTH_MAX - depth, ends, around);
  }

  /** The value has ended by itself. */
  get complete(): boolean {
    return this.scan.complete;
  }

  /**
   * The object has ended, be it inside a string that has not, and its bracket was written: not if it is
   * lossy.
   */
  get hasLastBracket(): boolean {
    return (this.done || !!this.inner?.complete) && !(this.lossy || this.wrong);
  }

  /** The arguments stand in a string, so that their last bracket does not end the value. */
  get isWrapped(): boolean {
    return this.inner !== null;
  }

  /** The value is not what is wanted. */
  get wrong(): boolean {
    return this.scan.wrong;
  }

  /** Something of the text is not in the value. */
  get lossy(): boolean {
    return this.scan.lossy || !!this.inner?.lossy;
  }

  /** The text was no value of its language as it stood. */
  get mended(): boolean {
    return this.scan.mended || !!this.inner?.mended;
  }

  /** `close` has found no value at all. */
  get empty(): boolean {
    return this.scan.empty;
  }

  get work(): number {
    return this.scan.work + this.plainChars;
  }

  /** Characters consumed whose output is not written yet. */
  get held(): number {
    return this.scan.held + (this.inner?.held ?? 0);
  }

  /**
   * Where it waits behind a quote: how many plain characters may come before that is decided, and one more.
   */
  get room(): number {
    return this.scan.waits ? (this.scan.reader?.room ?? 0) : 0;
  }

  /** What stands in the way stands in a string: a delimiter, behind a quote that was none. */
  get isInString(): boolean {
    return !!this.scan.reader?.isBroken;
  }

  /** Return JSON text, and the place of the first character that was not consumed. */
  feed(text: string, pos = 0, final = false): readonly [string, number] {
    if (this.special !== null && pos === 0 && !this.special.test(text)) {
      this.plainChars += text.length;
      return [text, text.length];
    }
    const { scan } = this;
    scan.final = final;
    scan.waits = false;
    pos = readOn(scan, text, pos);
    if (scan.decoded !== null) this.unwrap(scan.decoded);
    this.stuck = scan.stuck;
    this.done = scan.done;
    this.special = this.findSpecial();
    return [scan.out.take(), pos];
  }

  /** It is no delimiter: go on with it as text of the string. */
  passOver(): void {
    const { scan } = this;
    if (scan.reader === null) return;
    scan.reader.passOver();
    scan.stuck = this.stuck = false;
  }

  /** Drop the character that stands in the way; return the place behind it. */
  skip(text: string, pos: number): number {
    const { scan } = this;
    const mark = pos < text.length ? characterAt(text, pos) : "";
    this.stuck = scan.stuck = false;
    scan.mended = true;
    skipDeep(scan, mark);
    return pos + mark.length;
  }

  /** End the input; return what makes one value of what was written, nothing if nothing was read. */
  close(): string {
    const { scan } = this;
    if (this.isInString) {
      scan.lossy = true; // its end is not known, so it is not ended
      scan.out.mute(0);
    }
    if (scan.place === IS_OVER) return "";
    this.special = null;
    endScanInput(scan);
    if (scan.decoded !== null) this.unwrap(scan.decoded);
    this.done = true;
    return scan.out.take();
  }

  /** Scan what has been decoded of the string that holds the arguments. */
  private unwrap(decoded: string[]): void {
    const { scan } = this;
    const inner = (this.inner ??= new ValueScanner(false, "wrapped"));
    for (const piece of decoded) {
      let at = 0;
      while (at < piece.length && !inner.done) {
        const [out, end] = inner.feed(piece, at);
        scan.out.put(out);
        at = inner.stuck ? inner.skip(piece, end) : end; // no delimiter can stand inside the string
      }
    }
    decoded.length = 0;
    if (scan.reader !== null) return;
    scan.out.put(inner.close());
    scan.wrong = inner.wrong;
    scan.lossy ||= inner.lossy;
    scan.mended = true; // arguments are no string
    scan.work += inner.work;
    scan.decoded = this.inner = null;
  }

  /** Text may be its own output in the body of a string only. */
  private findSpecial(): RegExp | null {
    const { scan } = this;
    if (scan.place !== IN_STRING && scan.place !== IN_DEEP) return null;
    const reader = (scan.deep ?? scan).reader;
    if (reader === null || !scan.out.isClear) return null;
    const outer = reader.special;
    if (this.inner === null || outer === null) return outer;
    const inner = this.inner.special;
    return inner === null || outer === SPECIAL ? inner : SPECIAL_SINGLE;
  }
}

/** The input has ended: write what makes one value of what was written. */
function endScanInput(scan: Scan): void {
  const { containers, wanted } = scan;
  const isInner = containers.kinds.length > 0;
  if (!isInner && scan.reader === null && scan.bare === null && scan.deep === null) {
    scan.out.put(wanted.whenEmpty);
    scan.empty = !wanted.whenEmpty;
  } else if (scan.place === AT_VALUE && containers.top === "{") {
    scan.out.put("null");
    containers.ended();
  } else if (scan.key !== null) {
    scan.lossy ||= !scan.key.long;
    finishKey(scan, '": null');
    containers.ended();
  } else if (scan.place === IN_BARE && scan.bare !== null) {
    endBare(scan, scan.bare, isInner);
  } else if (scan.reader !== null) {
    endHalfString(scan);
  } else if (scan.deep !== null) {
    endDeep(scan);
    containers.ended();
  }
  while (containers.kinds.length > 0) popInnermost(scan);
  scan.done = true;
  scan.place = IS_OVER;
}

/** End a string that is not done; its closing quote may have been seen, where more could follow it. */
function endHalfString(scan: Scan): void {
  const { reader } = scan;
  if (reader === null) return;
  scan.complete = reader.whole && scan.containers.kinds.length === 0;
  takeString(scan, reader.end());
  endString(scan);
  scan.containers.ended();
}
