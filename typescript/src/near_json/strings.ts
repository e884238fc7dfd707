/**
 * Read one quoted string of JSON or Python, in pieces.
 *
 * In: text that begins with a quote. Out: the decoded text, or (`encode`) the body of a JSON string.
 *
 * How: a step per kind of place: before the quote, in the body, in an escape, at what may be the closing
 * quote, behind it. A body is one search for the next character that matters and one slice.
 *
 * Promises: never throws; what is held is a half escape, half a surrogate pair, or a closing quote and the
 * blanks behind it. With `evidence` a quote closes only if what follows can follow the string (quotes.ts).
 * Without, so it is in JSON for a single quote, so that `'it's'` survives.
 */

import { match } from "../regex.js";
import { characterAt, skipBlanks } from "./characters.js";
import { findSpecial, findSpecialSingle, SPECIAL, SPECIAL_SINGLE } from "./escape.js";
import {
  AT_JUDGED_QUOTE,
  AT_SINGLE_QUOTE,
  AT_TRIPLE_QUOTE,
  BEFORE_STRING,
  BEHIND_STRING,
  EscapedText,
  IN_ESCAPE,
  IN_FENCE,
  IN_STRING_BODY,
  STRING_CLOSED,
} from "./escaped_text.js";
import {
  BYTES_DIALECT,
  type EscapeDialect,
  JSON_DIALECT,
  PYTHON_DIALECT,
  RAW_DIALECT,
  SINGLE_DIALECT,
} from "./escapes.js";
import { earliest, type Evidence, IS_END, IS_TEXT, IS_UNDECIDED, type Judgement } from "./quotes.js";

export const GAP_MAX = 64; // more blanks than this behind a single quote: it was the closing one
const MAYBE_PREFIX = match("[A-Za-z]{0,2}");
export const STRING_PREFIXES: ReadonlySet<string> = new Set("r b u f t br rb fr rf tr rt".split(" "));
const STRING_FOLLOW = ",:}]";

/**
 * Read one string token; `prefix` is what Python wrote before the quote, if the caller has read it already.
 */
export class StringReader extends EscapedText {
  isDoubtful = false; // a quote in it was none
  waits = false; // what follows a quote, or goes on with a delimiter, decides: nothing of it is consumed
  isBroken = false; // a delimiter stands in the string, behind a quote that was none
  done = false;
  wrong = false;
  private prefix: string;
  private readonly follow: string;
  private triple = false;
  private search = findSpecial;
  private tail = ""; // a single quote and the blanks behind it
  private marks = 0; // quotes seen in a row
  private judgement: Judgement | null = null;
  private final = false;

  constructor(
    python = false,
    encode = false,
    prefix = "",
    follow = "",
    private readonly evidence: Evidence | null = null, // of what may follow it; null: its quote ends it
  ) {
    super(JSON_DIALECT, { python, encode });
    this.prefix = prefix.toLowerCase();
    this.follow = STRING_FOLLOW + follow;
  }

  get held(): number {
    return this.heldText + this.tail.length + this.marks;
  }

  /** Where it waits: how many plain characters may come before anything is decided, and one more. */
  get room(): number {
    return this.judgement?.room ?? 0;
  }

  /** The string's end has been seen, even if more may follow it. */
  get whole(): boolean {
    return [AT_SINGLE_QUOTE, BEHIND_STRING, AT_JUDGED_QUOTE, STRING_CLOSED].includes(this.state);
  }

  /** Inside the body, what is in no text that stands for itself. */
  get special(): RegExp | null {
    if (this.state !== IN_STRING_BODY || this.high || this.isDoubtful) return null;
    return this.search === findSpecial ? SPECIAL : SPECIAL_SINGLE;
  }

  /**
   * Return decoded text, and the place of the first character that was not consumed; `final`: no text
   * follows.
   */
  feed(text: string, pos = 0, final = false): readonly [string, number] {
    const out: string[] = [];
    this.waits = false;
    this.final = final;
    while (pos < text.length && !this.isHalted) pos = this.step(text, pos, out);
    return [out.length === 1 ? out[0] : out.join(""), pos];
  }

  /** What stands in the string is no delimiter after all: go on with its first character. */
  passOver(): void {
    this.isBroken = false;
    this.state = AT_JUDGED_QUOTE;
    this.judgement = null;
  }

  /** Return what was held when the input ended; half an escape or half a closing quote is dropped. */
  end(): string {
    const out: string[] = [];
    this.put("", out);
    this.escape = null;
    this.tail = "";
    this.marks = 0;
    this.finish();
    return out.join("");
  }

  private get isHalted(): boolean {
    return this.done || this.wrong || this.waits || this.isBroken;
  }

  private finish(): void {
    this.done = true;
    this.state = STRING_CLOSED;
  }

  private close(): void {
    this.marks = 0;
    this.tail = this.prefix = "";
    if (this.python) this.state = BEHIND_STRING;
    else this.finish();
  }

  // --- the steps: each consumes what it can and returns the place of the next character --------------------

  private step(text: string, pos: number, out: string[]): number {
    switch (this.state) {
      case BEFORE_STRING:
        return this.before(text, pos);
      case IN_FENCE:
        return this.fence(text, pos);
      case IN_STRING_BODY:
        return this.body(text, pos, out);
      case IN_ESCAPE:
        return this.inEscape(text, pos, out);
      case AT_SINGLE_QUOTE:
        return this.inQuoted(text, pos, out);
      case AT_TRIPLE_QUOTE:
        return this.inTriple(text, pos, out);
      case BEHIND_STRING:
        return this.behind(text, pos);
      default:
        return this.judged(text, pos, out);
    }
  }

  private before(text: string, pos: number): number {
    pos = skipBlanks(text, pos);
    if (pos === text.length) return pos;
    if (this.begins(text[pos])) return pos + 1;
    this.wrong = true;
    return pos;
  }

  /** Take an opening quote or a character of Python's prefix. */
  private begins(mark: string): boolean {
    if (mark === '"' || mark === "'") this.open(mark);
    else if (this.python && STRING_PREFIXES.has((this.prefix + mark).toLowerCase())) {
      this.prefix += mark.toLowerCase();
    } else return false;
    return true;
  }

  private open(quote: string): void {
    this.quote = quote;
    this.triple = false;
    this.search = quote === '"' ? findSpecial : findSpecialSingle;
    this.dialect = this.findDialect();
    this.state = this.python ? IN_FENCE : IN_STRING_BODY;
    this.marks = this.python ? 1 : 0;
  }

  private findDialect(): EscapeDialect {
    if (!this.python) return this.quote === '"' ? JSON_DIALECT : SINGLE_DIALECT;
    if (this.prefix.includes("r")) return RAW_DIALECT;
    return this.prefix.includes("b") ? BYTES_DIALECT : PYTHON_DIALECT;
  }

  /** Tell one opening quote from an empty string and from three. */
  private fence(text: string, pos: number): number {
    const same = text[pos] === this.quote;
    if (same && this.marks === 1) {
      this.marks = 2;
      return pos + 1;
    }
    if (this.marks === 2 && !same) {
      this.close();
      return pos;
    }
    this.triple = this.marks === 2;
    this.marks = 0;
    this.state = IN_STRING_BODY;
    return this.triple ? pos + 1 : pos;
  }

  private body(text: string, pos: number, out: string[]): number {
    if (this.high && text[pos] !== "\\") this.put("", out);
    let found = this.search(text, pos);
    let at = found === null ? text.length : found.index;
    if (this.isDoubtful && this.evidence !== null) {
      const [place, isBroken] = earliest(text, pos, at, this.evidence.ends);
      this.isBroken = isBroken;
      if (place < at) {
        this.waits = !isBroken && !this.final;
        if (isBroken || this.waits) {
          found = null;
          at = place;
        }
      }
    }
    if (at > pos) out.push(text.slice(pos, at));
    if (found === null) return at;
    const mark = text[at];
    if (mark === "\\") return this.backslash(text, at, out);
    if (mark !== this.quote) {
      this.put(mark, out);
    } else if (this.evidence !== null && !this.triple) {
      this.judgement = this.evidence.judgement();
      this.state = AT_JUDGED_QUOTE;
      return at;
    } else {
      this.mayClose();
    }
    return at + 1;
  }

  private mayClose(): void {
    if (this.triple) {
      this.marks = 1;
      this.state = AT_TRIPLE_QUOTE;
    } else if (this.quote === "'" && !this.python) {
      this.tail = "'";
      this.state = AT_SINGLE_QUOTE;
    } else {
      this.close();
    }
  }

  /** A quote has been seen: what follows says whether it ends the string. */
  private judged(text: string, pos: number, out: string[]): number {
    const mark = characterAt(text, pos); // or what looked like a delimiter begins with it
    const verdict = this.judgement?.look(text, pos + 1, this.final) ?? IS_TEXT;
    if (verdict === IS_UNDECIDED) {
      this.waits = true;
      return pos;
    }
    this.judgement = null;
    if (verdict === IS_END) {
      this.close();
    } else {
      this.isDoubtful = true;
      this.state = IN_STRING_BODY;
      this.put(mark, out);
    }
    return pos + mark.length;
  }

  /** A single quote of JSON has been seen: what follows says whether it closes. */
  private inQuoted(text: string, pos: number, out: string[]): number {
    const end = skipBlanks(text, pos, pos + GAP_MAX + 1 - this.tail.length);
    this.tail += text.slice(pos, end);
    if (this.tail.length > GAP_MAX) {
      this.close();
    } else if (end < text.length) {
      if (this.follow.includes(text[end])) {
        this.close();
      } else {
        const { tail } = this;
        this.tail = "";
        this.state = IN_STRING_BODY;
        this.put(tail, out);
      }
    }
    return end;
  }

  private inTriple(text: string, pos: number, out: string[]): number {
    if (text[pos] !== this.quote) {
      this.put(this.quote.repeat(this.marks), out);
      this.marks = 0;
      this.state = IN_STRING_BODY;
      return pos;
    }
    this.marks += 1;
    if (this.marks === 3) this.close();
    return pos + 1;
  }

  /**
   * Python joins adjacent strings: only what is no further string ends this one.
   *
   * A letter before a quote is a string's prefix. Without one it is text of whatever follows, and stays
   * there; a caller without `evidence` has read all text of a value, and is never asked to wait.
   */
  private behind(text: string, pos: number): number {
    if (!this.prefix) pos = skipBlanks(text, pos);
    if (pos === text.length) return pos;
    if (this.evidence !== null && text[pos] !== '"' && text[pos] !== "'") {
      const letters = MAYBE_PREFIX(text, pos)?.[0] ?? "";
      const behind = pos + letters.length;
      const isPrefix = STRING_PREFIXES.has(letters.toLowerCase());
      if (isPrefix && behind === text.length && !this.final) {
        this.waits = true;
        return pos;
      }
      if (!isPrefix || (text[behind] !== '"' && text[behind] !== "'")) {
        this.finish();
        return pos;
      }
    }
    if (this.begins(text[pos])) return pos + 1;
    this.finish();
    return pos;
  }
}
