/**
 * Arguments that come as one object, while nothing of them has come but brackets: they may turn out to be
 * no object.
 *
 * In: the source of an object and the JSON that was made of it, in pieces, side by side. Out: what may be
 * written of it.
 *
 *     source                 JSON made of it     what goes out
 *     `{"city": "Rome"}`     the same            the same; its `{` waits for the key
 *     `{}`, `null`           `{}`                `{}`
 *     `{not json}`           `{}`                nothing: what stood in them must not be lost in silence
 *
 * Promise: at most one bracket is held.
 */

import { strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";

// What may stand between the brackets or the quotes of no arguments.
const NO_ARGUMENTS: readonly string[] = ["", "null", "None"];
const SEEN_MAX = 16;
// All that Unicode calls a space (docs/machine.md, `space`).
const SPACES = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** The beginning of one object, up to its first key. */
export class HalfObject {
  isOver = false; // a key has come
  private json = "";
  private seen = ""; // of the source, without blanks

  get held(): number {
    return this.isOver ? 0 : this.json.length;
  }

  /** Take more; return what goes out. */
  write(source: string, json: string): string {
    if (this.isOver) return json;
    if (this.seen.length < SEEN_MAX) {
      this.seen = (this.seen + source.replace(SPACES, "")).slice(0, SEEN_MAX);
    }
    this.json += json;
    this.isOver = !["", "{", "{}"].includes(this.json);
    return this.isOver ? this.json : "";
  }

  /** What is left; null: the brackets held something, and none of it is an argument. */
  end(): string | null {
    if (this.isOver) return "";
    return NO_ARGUMENTS.includes(strip(this.seen, "{}\"'," + BLANKS)) ? this.json : null;
  }
}
