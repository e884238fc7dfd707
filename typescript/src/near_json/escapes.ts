/**
 * Read one backslash escape of JSON or Python, character by character.
 *
 * In: the characters behind a backslash. Out: the text they stand for; the escape as it is written where it
 * means nothing, so that a regex or a path with single backslashes survives.
 *
 * Promises: at most `NAME_ESCAPE_MAX` characters are held; never throws.
 *
 * Notes: JavaScript has no table of the names of characters, so `\N{BULLET}` stays as it is written.
 */

import { escape } from "./escape.js";

const NAME_ESCAPE_MAX = 100; // longer than any Unicode name
const HEX_DIGIT = /[0-9a-fA-F]/;
const OCTAL_DIGITS = "01234567";
const MAYBE_IN_NAME = /^[0-9A-Za-z -]$/;

const PYTHON_ESCAPES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["\\", "\\"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["'", "'"],
  ["a", "\x07"],
  ["v", "\v"],
  ["\n", ""],
];
const SLASH = ["/", "/"] as const;
const JSON_ESCAPES = [...PYTHON_ESCAPES.slice(0, 8), SLASH];

/** The escapes there are. */
export class EscapeDialect {
  readonly simple: ReadonlyMap<string, string>; // of one character
  readonly coded: ReadonlyMap<string, string>; // the same as JSON text

  constructor(
    simple: readonly (readonly [string, string])[],
    readonly longer: string, // what the longer ones begin with
  ) {
    this.simple = new Map(simple);
    this.coded = new Map(simple.map(([key, text]) => [key, escape(text)]));
  }
}

export const JSON_DIALECT = new EscapeDialect(JSON_ESCAPES, "ux"); // `\x`: a Python string in double quotes
export const PYTHON_DIALECT = new EscapeDialect(PYTHON_ESCAPES, "xuUN01234567");
export const BYTES_DIALECT = new EscapeDialect(PYTHON_ESCAPES, "x01234567");
// JavaScript or Python, in JSON.
export const SINGLE_DIALECT = new EscapeDialect([...PYTHON_ESCAPES, SLASH], "xuUN01234567");
export const RAW_DIALECT = new EscapeDialect([], "");

/** Read one escape; the backslash has been read. */
export class EscapeReader {
  held = "\\";
  text: string | null = null; // what it stands for, once that is known

  constructor(private readonly dialect: EscapeDialect) {}

  /** Read one more character; false if it does not belong to the escape. */
  take(mark: string): boolean {
    switch (this.held[1]) {
      case undefined:
        return this.begin(mark);
      case "u":
        return this.hex(mark, 6);
      case "U":
        return this.hex(mark, 10);
      case "x":
        return this.hex(mark, 4);
      case "N":
        return this.name(mark);
    }
    const isOctal = OCTAL_DIGITS.includes(mark);
    if (isOctal) this.held += mark;
    if (!isOctal || this.held.length === 4) {
      this.text = String.fromCharCode(Number.parseInt(this.held.slice(1), 8));
    }
    return isOctal;
  }

  private begin(mark: string): boolean {
    this.held += mark;
    if (!this.dialect.longer.includes(mark)) this.text = this.dialect.simple.get(mark) ?? this.held;
    return true;
  }

  private hex(mark: string, length: number): boolean {
    if (!HEX_DIGIT.test(mark)) return this.isNone();
    this.held += mark;
    if (this.held.length === length) {
      const code = Number.parseInt(this.held.slice(2), 16);
      this.text = code <= 0x10ffff ? String.fromCodePoint(code) : this.held;
    }
    return true;
  }

  private name(mark: string): boolean {
    const isInside = this.held.length > 2;
    const belongs = isInside ? this.held.length < NAME_ESCAPE_MAX && MAYBE_IN_NAME.test(mark) : mark === "{";
    if (!belongs) return this.isNone();
    this.held += mark;
    return true;
  }

  /** It means nothing, and stays as it is written. */
  private isNone(): boolean {
    this.text = this.held;
    return false;
  }
}
