/**
 * Read what stands without quotes: a value that is a bare word, a key of any spelling.
 *
 * In: text that begins with the word or the key. Out: of a value, its JSON; of a key, its text.
 *
 * Promises: a value of at most `SCALAR_MAX` characters and a key of at most `BARE_KEY_MAX` is held until it
 * is whole; a longer one streams, a value as a number if it begins as one, otherwise as a string.
 */

import { SCALAR_MAX } from "../tables/limits.js";
import { escape } from "./escape.js";
import { NumberStream } from "./number_stream.js";
import { halfScalarJson, mayBeNumber, scalarJson } from "./scalars.js";
import { StringReader } from "./strings.js";
import { WordReader } from "./words.js";

export const BARE_KEY_MAX = 256;
const SPELLED_BEHIND = /(?:\\[nrt])+$/;

/** Read one bare value and write it as JSON. */
export class BareValue {
  private readonly python: boolean;
  private readonly reader: WordReader;
  private number: NumberStream | null = null;
  private begun = false;

  constructor(kind: "python" | "member" | "alone") {
    this.python = kind === "python";
    this.reader = new WordReader(kind, SCALAR_MAX);
  }

  get done(): boolean {
    return this.reader.done;
  }

  /** What turned out to be the prefix of a Python string, whose quote comes next. */
  get prefix(): string | null {
    return this.reader.prefix ? this.reader.text : null;
  }

  /** What was written as a number is none, or not all of the word. */
  get isLossy(): boolean {
    return this.number !== null && !this.number.isWhole;
  }

  /** The word, unless it was too long to be held. */
  get text(): string {
    return this.reader.text;
  }

  get long(): boolean {
    return this.reader.long;
  }

  get held(): number {
    return this.reader.held;
  }

  /** Return JSON text, and the place of the first character that was not consumed. */
  feed(text: string, pos: number): readonly [string, number] {
    const [released, end] = this.reader.feed(text, pos);
    if (!released) return ["", end];
    let begin = "";
    if (!this.begun) {
      this.begun = true;
      if (mayBeNumber(released.slice(0, SCALAR_MAX))) this.number = new NumberStream();
      else begin = '"';
    }
    return [begin + (this.number === null ? escape(released) : this.number.write(released)), end];
  }

  /** Return what is left; `half`: the word was cut off, so that `tru` is no string. */
  end(half: boolean): string {
    if (this.begun) return this.number === null ? '"' : this.number.end();
    const { text } = this.reader;
    return (half ? halfScalarJson(text) : null) ?? bareJson(text, this.python);
  }
}

/** Read the key of one member. */
export class KeyReader {
  text = ""; // the key
  long = false; // it streams, and `text` stays empty
  done = false;
  private string: StringReader | null;
  private readonly word: WordReader;

  constructor(
    private readonly python: boolean,
    private bare: boolean,
  ) {
    this.string = bare ? null : new StringReader(python);
    this.word = new WordReader(python ? "python-key" : "key", BARE_KEY_MAX);
  }

  get held(): number {
    return this.text.length + (this.string ?? this.word).held;
  }

  /** Return what is known of a long key, and the place of the first character that was not consumed. */
  feed(text: string, pos: number): readonly [string, number] {
    if (this.string !== null) {
      const [piece, end] = this.string.feed(text, pos);
      this.done = this.string.done;
      return [this.add(piece), end];
    }
    const { word } = this;
    const [piece, end] = word.feed(text, pos);
    if (word.prefix) {
      this.bare = false;
      this.string = new StringReader(this.python, false, word.text);
      return ["", end];
    }
    this.done = word.done;
    return [this.add(word.done ? piece + word.text : piece), end];
  }

  /** Return what is left of a long key that was cut off. */
  end(): string {
    return this.string !== null && !this.done ? this.string.end() : "";
  }

  /** Return the key as `json.dumps` writes it; only Python's keys are literals. */
  name(): string {
    const found = this.bare && this.python ? scalarJson(this.text, true) : null;
    return found === null || (found === "null" && this.text !== "None") ? this.text : found;
  }

  /** Return the JSON of a key without a colon, an element of a set. */
  element(): string {
    return this.bare ? bareJson(this.text, this.python) : `"${escape(this.text)}"`;
  }

  private add(piece: string): string {
    if (this.long) return piece;
    const text = this.text + piece;
    this.long = text.length > BARE_KEY_MAX;
    this.text = this.long ? "" : text;
    return this.long ? text : "";
  }
}

/** Return a scalar as it is, also with blanks spelled out behind it (`3\n`), any other word as a string. */
export function bareJson(text: string, python: boolean): string {
  return scalarJson(text.replace(SPELLED_BEHIND, ""), python) ?? `"${escape(text)}"`;
}
