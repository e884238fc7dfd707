/**
 * The body of a quoted string: its escapes, and halves of characters, as text or as the body of a JSON
 * string.
 *
 * In: the text of a string from a backslash on. Out: what it stands for.
 *
 * Promises: what is held is a half escape or half a surrogate pair.
 */

import { characterAt } from "./characters.js";
import { escape } from "./escape.js";
import { type EscapeDialect, EscapeReader } from "./escapes.js";

// The places in a string: see strings.ts, which has a step for each.
export const BEFORE_STRING = 0;
export const IN_FENCE = 1;
export const IN_STRING_BODY = 2;
export const IN_ESCAPE = 3;
export const AT_SINGLE_QUOTE = 4;
export const AT_TRIPLE_QUOTE = 5;
export const BEHIND_STRING = 6;
export const AT_JUDGED_QUOTE = 7;
export const STRING_CLOSED = 8;

const HIGH = /^[\ud800-\udbff]$/; // half of a character, which is no text of a source file

/** What a reader of strings knows of the text in them. */
export class EscapedText {
  protected escape: EscapeReader | null = null;
  protected high = ""; // half a surrogate pair
  protected quote = "";
  protected state = BEFORE_STRING;
  protected readonly python: boolean;
  private readonly encode: boolean;

  constructor(
    protected dialect: EscapeDialect,
    { python, encode }: { python: boolean; encode: boolean },
  ) {
    this.python = python;
    this.encode = encode;
  }

  /** Characters of an escape or of half a pair that wait. */
  protected get heldText(): number {
    return (this.escape?.held.length ?? 0) + (this.high ? 6 : 0);
  }

  protected put(text: string, out: string[]): void {
    if (this.high) {
      text = this.high + text;
      this.high = "";
    }
    out.push(this.encode ? escape(text) : text);
  }

  protected backslash(text: string, at: number, out: string[]): number {
    if (!this.high) {
      const simple = this.encode ? this.dialect.coded : this.dialect.simple;
      const known = simple.get(text.slice(at + 1, at + 2));
      if (known !== undefined) {
        out.push(known);
        return at + 2;
      }
    }
    this.escape = new EscapeReader(this.dialect);
    this.state = IN_ESCAPE;
    return at + 1;
  }

  protected inEscape(text: string, pos: number, out: string[]): number {
    const reader = this.escape;
    if (reader === null) {
      this.state = IN_STRING_BODY;
      return pos;
    }
    const mark = characterAt(text, pos);
    if (reader.take(mark)) pos += mark.length;
    if (reader.text !== null) {
      this.escape = null;
      this.state = IN_STRING_BODY;
      this.decoded(reader.text, out);
    }
    return pos;
  }

  /** Put what an escape stands for; two that are halves of one character are put as that. */
  private decoded(text: string, out: string[]): void {
    if (HIGH.test(text)) {
      this.put("", out);
      this.high = text;
    } else {
      this.put(text, out);
    }
  }
}
