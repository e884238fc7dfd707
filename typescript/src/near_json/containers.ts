/**
 * Write the containers of one JSON value: brackets, commas and keys, in canonical form.
 *
 * In: values, keys and closers as they are read. Out: JSON text, put to a `HeldOutput`.
 *
 * How: a stack of open containers with the number of their items, so that a comma is written before an item
 * and never behind one. Python has two brackets that do not say at once what they open. A parenthesis is a
 * tuple or only a group (`(1, 2)` and `(1)`): what is in it is held, at most `GROUP_MAX` characters, until a
 * comma or its end decides. A brace is an object or a set (`{1: 2}` and `{1, 2}`): what follows its first key
 * decides.
 *
 * Where a mark is open in the output, the last one is that of the innermost `PAREN`: those around it were
 * opened before.
 *
 * Promises: everything written, followed by a `pop` of every open container, is one JSON value; of the
 * members of one object with the same key, the first is written; keys that are too long to be held are not
 * compared.
 */

import { escape } from "./escape.js";
import { type HeldOutput, NOT_MUTED } from "./held_output.js";

export const GROUP_MAX = 256; // characters of output held while a parenthesis is undecided

// What a container is. An undecided parenthesis whose content was too long to be held stays `(`: it is a
// group.
const OBJECT = "{";
const ARRAY = "[";
const BRACE = "?";
const PAREN = "(";
const TUPLE = ")";
const CLOSERS: Record<string, string> = { [OBJECT]: "}", [ARRAY]: "]", [TUPLE]: "]", [BRACE]: "{}" };

/** The open containers of one value. */
export class Containers {
  readonly kinds: string[] = []; // of the containers that are open, the outermost first
  openParens = 0; // how many of them began with a parenthesis
  private readonly counts: number[] = [];
  private readonly keys: (Set<string> | null)[] = []; // of each of them, those that have come
  private inLongKey = false;

  constructor(private readonly out: HeldOutput) {}

  get top(): string {
    return this.kinds.at(-1) ?? "";
  }

  /** The innermost one is not empty. */
  get hasItems(): boolean {
    return this.count > 0;
  }

  /** Open a container inside the innermost one; `item` has been called before. */
  push(kind: string): void {
    if (kind === PAREN) {
      this.openParens += 1;
      if (this.out.mutedAt >= 0) kind = TUPLE;
      else this.out.mark();
    } else if (kind !== BRACE) {
      this.out.put(kind);
    }
    this.kinds.push(kind);
    this.counts.push(0);
    this.keys.push(null);
  }

  /** An item of the innermost container begins, or the value of its member. */
  item(): void {
    const last = this.kinds.length - 1;
    if (last < 0) return;
    const { count } = this;
    if (count && this.kinds[last] === PAREN) this.comma(); // a missing one
    const kind = this.kinds[last];
    if (kind === BRACE) {
      this.kinds[last] = ARRAY;
      this.out.put("[");
    } else if (count && (kind === ARRAY || kind === TUPLE)) {
      this.out.put(", ");
    } else if (count && kind === PAREN) {
      this.out.mute(this.kinds.length); // it was held too long to become a tuple
    }
    this.counts[last] = count + 1;
  }

  /** A member of the innermost object begins. */
  member(key: string): void {
    this.braceIsObject();
    const last = this.keys.length - 1;
    const keys = this.keys[last];
    if (keys === null) {
      this.keys[last] = new Set([key]);
    } else if (keys.has(key)) {
      this.out.mute(this.kinds.length);
      return;
    } else {
      keys.add(key);
    }
    this.memberComma();
    this.out.put(`"${escape(key)}": `);
  }

  /** Write a piece of a key that is too long to be held; the first one begins the member. */
  longKey(piece: string): void {
    if (!this.inLongKey) {
      this.braceIsObject();
      this.memberComma();
      this.out.put('"');
      this.inLongKey = true;
    }
    this.out.put(piece);
  }

  endLongKey(behind: string): void {
    this.inLongKey = false;
    this.out.put(behind);
  }

  /** A comma was read: it makes a tuple of a parenthesis with an item in it. */
  comma(): void {
    if (this.top === PAREN && this.hasItems && this.out.openMarks) {
      this.kinds[this.kinds.length - 1] = TUPLE;
      this.out.settle("[");
    }
  }

  /** A value has ended; if it was left out, what comes behind it is not. */
  ended(): void {
    if (this.out.mutedAt === this.kinds.length) this.out.mutedAt = NOT_MUTED;
  }

  /** Close the innermost container. */
  pop(): void {
    const { count } = this;
    const kind = this.kinds.pop() ?? "";
    this.counts.pop();
    this.keys.pop();
    if (kind === PAREN || kind === TUPLE) this.openParens -= 1;
    if (kind !== PAREN) this.out.put(CLOSERS[kind]);
    else if (this.out.openMarks) this.out.settle(count ? "" : "[]");
    this.ended();
  }

  /** How many items the innermost one has. */
  private get count(): number {
    return this.counts.at(-1) ?? 0;
  }

  private braceIsObject(): void {
    if (this.top !== BRACE) return;
    this.kinds[this.kinds.length - 1] = OBJECT;
    this.out.put("{");
  }

  private memberComma(): void {
    const { count } = this;
    if (count) this.out.put(", ");
    this.counts[this.counts.length - 1] = count + 1;
  }
}
