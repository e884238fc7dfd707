/**
 * Objects and arrays that a format's own rules build, one inside the other.
 *
 * In: brackets and closers, in order. Out: what stands before the next value in the innermost one: a comma,
 * a key.
 *
 *     {a:[1,{b:2}]}    frames behind `b`: `{`, `[`, `{`
 *
 * What is nested deeper than `DEPTH_MAX` is carried as one string of its source: readers of JSON have a
 * limit, too.
 *
 * Promise: everything inside a container that is left out, or carried as its source, is left out as well.
 */

import { escape } from "../near_json/escape.js";
import type { ValueSchema } from "../schema/value_schema.js";
import { DEPTH_MAX } from "../tables/limits.js";
import type { Text } from "./text.js";
import { Recording } from "./text.js";

/** Takes JSON text. */
export type Write = (text: string) => void;

/** One container. `bracket` is empty where it is left out. */
class Frame {
  isEmpty = true;
  readonly keys: Set<string> = new Set(); // of the members that have come
  source: SourceString | null = null; // it is carried as its source

  constructor(
    readonly bracket: string,
    readonly schema: ValueSchema,
  ) {}
}

/** Writes source as it is read, as the text of a JSON string. */
class SourceString extends Recording {
  constructor(
    private readonly text: Text,
    private readonly write: Write,
  ) {
    super(text.position);
    text.recordings.push(this);
  }

  override keep(source: string): void {
    this.write(escape(source));
    this.begin = 0; // nothing is kept: it has gone out
  }

  /** Write what has come up to the delimiter that ends it. */
  end(): void {
    const { begin, text } = this;
    text.forget(this);
    this.write(escape(text.buffer.slice(begin, Math.max(begin, text.delimiter))));
  }
}

/** The containers that are open inside one parameter. */
export class BuiltContainers {
  isDoubtful = false; // more came behind a mixed one: which of the two it was says where that belongs
  private frames: Frame[] = [];
  // How many are open around one that is written as the text of a string: the schema allows only that.
  private quotedIn: number | null = null;
  // One was closed by a bracket of another kind, or the closer of that one is missing.
  private isMixed = false;

  /** Whether none is open. */
  get isEmpty(): boolean {
    return this.frames.length === 0;
  }

  /** How many are open around the next value. */
  get depth(): number {
    return this.frames.length;
  }

  /** What is written is the text of a string. */
  get isQuoted(): boolean {
    return this.quotedIn !== null;
  }

  /** The innermost one; there is one. */
  private get innermost(): Frame {
    return this.frames[this.frames.length - 1];
  }

  /** What stands before the next value in the innermost one; null when it is not to be written. */
  lead(key: string | null): string | null {
    const { bracket, source, isEmpty } = this.innermost;
    const isObject = bracket === "{";
    if (!bracket || source !== null || (isObject && key === null)) return null;
    return (isEmpty ? "" : ", ") + (isObject && key !== null ? `"${escape(key)}": ` : "");
  }

  /** The key of the next member of the innermost one; null if it has come: the first counts. */
  takeKey(key: string): string | null {
    const { keys } = this.innermost;
    if (keys.has(key)) return null;
    keys.add(key);
    return key;
  }

  /** A value has begun in the innermost one, if one is open: the next has a comma before it. */
  hasItem(): void {
    this.isDoubtful = this.isMixed;
    if (!this.isEmpty) this.innermost.isEmpty = false;
  }

  /** What the schema says of the next value in the innermost one; without a key it is an item. */
  schemaInside(key: string | null): ValueSchema {
    const { schema } = this.innermost;
    return key === null ? schema.item() : schema.member(key);
  }

  /** A container begins behind its `lead`. */
  open(bracket: string, lead: string | null, schema: ValueSchema, text: Text, write: Write): void {
    if (lead !== null && this.quotedIn === null && !schema.allows(bracket === "{" ? "object" : "array")) {
      write(lead + '"');
      lead = "";
      this.quotedIn = this.depth;
    }
    const frame = new Frame(lead === null ? "" : bracket, schema);
    this.hasItem();
    if (lead !== null && this.depth >= DEPTH_MAX) {
      write(`${lead}"${bracket}`);
      frame.source = new SourceString(text, write);
    } else if (lead !== null) write(lead + bracket);
    this.frames.push(frame);
  }

  /** The innermost one ends. There is one. `wrong`: its closer is of another kind. */
  close(write: Write, { wrong = false }: { wrong?: boolean } = {}): void {
    const { bracket, source } = this.innermost;
    this.frames.pop();
    this.isMixed ||= wrong;
    source?.end();
    if (bracket) write((bracket === "{" ? "}" : "]") + (source === null ? "" : '"'));
    if (this.quotedIn === this.depth) {
      this.quotedIn = null;
      write('"');
    }
  }

  /** All end. */
  closeAll(write: Write): void {
    while (!this.isEmpty) this.close(write);
  }
}
