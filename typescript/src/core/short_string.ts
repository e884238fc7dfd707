/**
 * A short string that is read in place: a name, an id, a key. It stays in the buffer until it is whole.
 *
 * In: the buffer, in which the string begins, again and again with more text. Out: its text, when its end
 * has come.
 *
 * How: one search for the closing quote; a reader of escapes only where there is one.
 *
 * Promise: each character is looked at twice at most.
 */

import { findSpecial } from "../near_json/escape.js";
import { StringReader } from "../near_json/strings.js";

/** A string that begins at `at` of the whole text, and what is known of it. */
export class ShortString {
  text = ""; // once it is done
  end = 0; // of what has been read, from `at` on
  done = false;
  wrong = false; // it is no string
  private reader: StringReader | null = null;

  constructor(readonly at: number) {}

  /** Whether its end has not come, and every character of it stands for itself. */
  get isPlain(): boolean {
    return this.reader === null && !this.done;
  }

  /** Read on in the buffer, in which it begins at `begin`, up to `most`; what is done stays as it is. */
  read(buffer: string, begin: number, most: number): void {
    if (this.done) return;
    if (this.reader === null && buffer[begin] === '"') {
      const from = begin + (this.end || 1);
      const found = findSpecial(buffer.slice(from, most));
      if (found === null) {
        this.end = most - begin;
        return;
      }
      if (found[0] === '"') {
        const quote = from + found.index;
        this.text = buffer.slice(begin + 1, quote);
        this.end = quote + 1 - begin;
        this.done = true;
        return;
      }
      this.end = 0;
    }
    this.reader ??= new StringReader();
    const [text, end] = this.reader.feed(buffer.slice(begin + this.end, most));
    this.text += text;
    this.end += end;
    this.done = this.reader.done;
    this.wrong = this.reader.wrong;
  }
}
