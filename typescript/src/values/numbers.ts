/**
 * Write a number too long to be held.
 *
 * In: the text of one value, known to begin as a number, in pieces. Out: one JSON number.
 *
 * Promises: linear; blanks around the number are dropped. Whatever else stands behind it is dropped as
 * well, and said: `isLossy`.
 */

import { NumberStream } from "../near_json/number_stream.js";
import { lstrip, strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";
import { wordEnd } from "./cut.js";

/** Write one number. */
export class NumberWriter {
  readonly special = null;
  readonly held = 2; // at most: an exponent's letter and sign
  isLossy = false; // something of the text is not in the number, or readers of JSON refuse it
  work = 0;
  private number = new NumberStream();
  private isOver = false; // a blank has come behind it

  write(text: string): string {
    this.work += text.length;
    const body = this.number.seen || this.isOver ? text : lstrip(text, BLANKS);
    const end = this.isOver ? 0 : wordEnd(body);
    const out = this.isOver ? "" : this.number.write(body.slice(0, end));
    this.isLossy ||= this.number.bad || strip(body.slice(end), BLANKS) !== "";
    this.isOver ||= end < body.length;
    return out;
  }

  end(): string {
    this.isLossy ||= !this.number.isWhole;
    return this.number.end();
  }
}
