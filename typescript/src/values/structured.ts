/**
 * Write the object, the array or the quoted string that the text of one argument begins with.
 *
 * In: the text in pieces. Out: one JSON value.
 *
 *     {"a": 1}                 {"a": 1}
 *     {1, 2} or {not json}     "{1, 2} or {not json}": only brackets could be made of it, so it is a string
 *     [{\"id\": 1}]            [{"id": 1}]: JSON that was escaped once too often
 *
 * How: while nothing but brackets has been made of the text, both are held, and the text is read character by
 * character, so that it is a string for every split or for none.
 *
 * Promises: all `write`s and `end` joined are one JSON value, the same for every split; `special` is in no
 * text that `write` would return unchanged; at most `UNION_MAX` characters are held.
 */

import { escape } from "../near_json/escape.js";
import { ValueScanner } from "../near_json/scan.js";
import { rstrip, strip } from "../strings.js";
import { BLANKS, UNION_MAX } from "../tables/limits.js";
import { HeldText } from "./held_text.js";

const IS_ESCAPED = /^[[{ \t\n\r]*\\"/;
const IS_HALF_ESCAPED = /^[[{ \t\n\r]*\\$/;
const ESCAPES = /\\(["\\])/g;
const BRACKETS_ONLY = "[{";

/**
 * Write the first structured value of the text; nothing in it is a delimiter, so that junk is skipped.
 *
 * `depth` is how many containers are open around the value.
 */
export class ScanWriter {
  private scanner: ValueScanner;
  private skips = false; // something was skipped
  private source: HeldText | null = new HeldText(); // while nothing but brackets has been made of it
  private out = "";
  private isText = false; // it is no structured value: it goes out as a string
  private isEscaped = false; // its quotes are escaped
  private backslash = ""; // the half of an escape

  constructor(
    private readonly python: boolean,
    private readonly depth = 0,
  ) {
    this.scanner = this.newScanner();
  }

  private newScanner(): ValueScanner {
    return new ValueScanner(this.python, "any", this.depth);
  }

  /** Something of the text is not in the value. */
  get isLossy(): boolean {
    return !this.isText && (this.skips || this.scanner.lossy);
  }

  /** The text is no value of its language as it stands. */
  get isMended(): boolean {
    return !this.isText && (this.skips || this.scanner.mended);
  }

  get special(): RegExp | null {
    return this.source !== null || this.isText || this.isEscaped ? null : this.scanner.special;
  }

  get held(): number {
    const source = this.source === null ? 0 : this.source.size;
    return this.scanner.held + source + this.backslash.length;
  }

  get work(): number {
    return this.scanner.work;
  }

  /** The value has ended by itself. */
  get whole(): boolean {
    return this.scanner.complete && !this.isText;
  }

  write(text: string): string {
    let at = 0;
    while (this.source !== null && at < text.length) {
      const mark = String.fromCodePoint(text.codePointAt(at) ?? 0);
      this.readFirst(this.source, mark);
      at += mark.length;
    }
    return this.source === null ? this.takeOut() + this.write_(text.slice(at)) : "";
  }

  end(): string {
    const source = this.source;
    if (source !== null) {
      if (this.scanner.lossy || strip(source.text(), "[]{}," + BLANKS)) this.becomeText(source);
      else this.settle();
    }
    return this.takeOut() + (this.isText ? '"' : this.scanner.close());
  }

  private takeOut(): string {
    const out = this.out;
    this.out = "";
    return out;
  }

  /** Read one character more, while nothing but brackets has been made of the text. */
  private readFirst(source: HeldText, mark: string): void {
    source.add(mark);
    this.out += this.scan(mark);
    if (this.skips || this.scanner.lossy) {
      const text = source.text();
      if (!this.isEscaped && IS_ESCAPED.test(text)) this.readEscaped(text);
      else if (!IS_HALF_ESCAPED.test(text)) this.becomeText(source);
    } else if (this.scanner.done || strip(this.out, BRACKETS_ONLY) || source.size >= UNION_MAX) {
      this.settle();
    }
  }

  private settle(): void {
    this.source = null;
  }

  private becomeText(source: HeldText): void {
    this.isText = true;
    this.out = '"' + escape(source.take());
    this.settle();
  }

  /** Read it again, as what its escapes stand for. */
  private readEscaped(text: string): void {
    this.scanner = this.newScanner();
    this.skips = false;
    this.isEscaped = true;
    this.out = this.write_(text);
    this.settle();
  }

  private write_(text: string): string {
    if (this.isText) return escape(text);
    return this.scan(this.isEscaped ? this.unescaped(text) : text);
  }

  private unescaped(text: string): string {
    text = this.backslash + text;
    this.backslash = "";
    if ((text.length - rstrip(text, "\\").length) % 2) {
      text = text.slice(0, -1);
      this.backslash = "\\";
    }
    return text.replace(ESCAPES, "$1");
  }

  private scan(text: string): string {
    const scanner = this.scanner;
    let [out, at] = scanner.feed(text);
    if (at === text.length) return out;
    while (at < text.length && !scanner.done) {
      if (scanner.stuck) {
        at = scanner.skip(text, at);
        this.skips = true;
      }
      const [more, end] = scanner.feed(text, at);
      out += more;
      at = end;
    }
    this.skips ||= strip(text.slice(at), BLANKS) !== "";
    return out;
  }
}
