/**
 * Read a number of any length in pieces, and write it as JSON as it goes.
 *
 * In: runs of digits, signs, points, exponents. Out: `+007.` -> `7.0`.
 *
 *     3, 1e5, 4,300 digits      numbers
 *     4,301 digits, 1e999       none: Python's `json.loads` refuses the one, and the other is infinite to it
 *
 * Promises: linear; what has been written together with `end` is always a JSON number, and if `isWhole` all
 * of the text.
 */

import { match } from "../regex.js";
import { lstrip } from "../strings.js";

export const DIGITS_MAX = 4300; // an integer of more digits is refused by Python (sys.get_int_max_str_digits)
const LEADING_MAX = 20; // digits that are kept to see how large a number is: more than a double has
const EXPONENT_MAX = 8; // digits of an exponent that are kept for it

const DIGIT_RUN = match("[0-9]+");

const AT_START = 0;
const AT_SIGN = 1;
const AT_ZERO = 2;
const IN_WHOLE = 3;
const AT_DOT = 4;
const IN_FRACTION = 5;
const AT_POWER = 6;
const IN_POWER = 7;

/** Read one number; what does not belong to it is dropped and sets `bad`. */
export class NumberStream {
  bad = false;
  seen = false; // there was a digit
  private state = AT_START;
  private power = ""; // `e` and its sign, until a digit follows
  private leading = ""; // the first digits of it but zeros
  // How many digits stand before the point, from the first of these on; zeros behind it count less.
  private scale = 0;
  private powerDigits = ""; // the first digits of its exponent but zeros

  /** What has been read so far is a number, and readers of JSON take it. */
  get isWhole(): boolean {
    const { state } = this;
    const mayEnd = state === IN_POWER || (state >= AT_ZERO && state <= IN_FRACTION);
    return this.seen && !this.bad && mayEnd && !this.isInfinite;
  }

  /** Whether no double is so large. An integer may be. */
  private get isInfinite(): boolean {
    if (this.state === AT_ZERO || this.state === IN_WHOLE || !this.leading) return false;
    const power = Number(this.powerDigits) * (this.power[1] === "-" ? -1 : 1);
    return Number(`0.${this.leading}e${power + this.scale}`) === Infinity;
  }

  write(text: string): string {
    let out = "";
    let at = 0;
    while (at < text.length && !this.bad) {
      const run = DIGIT_RUN(text, at)?.[0];
      if (run !== undefined) {
        this.seen = true;
        out += this.digits(run);
        at += run.length;
      } else {
        out += this.mark(text[at]);
        at += 1;
      }
    }
    return out;
  }

  /** Return what makes it a number. */
  end(): string {
    if (this.state <= AT_ZERO) return "0";
    return this.state === AT_DOT ? ".0" : "";
  }

  private digits(run: string): string {
    const { state } = this;
    if (state <= AT_ZERO) {
      run = lstrip(run, "0");
      this.state = run ? IN_WHOLE : AT_ZERO;
    } else if (state === AT_DOT) {
      this.state = IN_FRACTION;
      return "." + this.inFraction(run);
    } else if (state === IN_FRACTION) {
      return this.inFraction(run);
    } else if (state >= AT_POWER) {
      this.state = IN_POWER;
      this.powerDigits = lstrip(this.powerDigits + run, "0").slice(0, EXPONENT_MAX);
      return (state === AT_POWER ? this.power : "") + run;
    }
    const kept = run.slice(0, DIGITS_MAX - this.scale);
    this.bad = kept.length < run.length;
    this.scale += kept.length;
    this.leading = (this.leading + kept).slice(0, LEADING_MAX);
    return kept;
  }

  private inFraction(run: string): string {
    const known = this.leading ? run : lstrip(run, "0");
    if (!known || !this.leading) this.scale -= run.length - known.length;
    this.leading = (this.leading + known).slice(0, LEADING_MAX);
    return run;
  }

  private mark(mark: string): string {
    const { state } = this;
    const zero = state <= AT_ZERO ? "0" : "";
    const isSign = mark === "+" || mark === "-";
    if (isSign && state === AT_START) {
      this.state = AT_SIGN;
      return mark === "-" ? "-" : "";
    }
    if (isSign && state === AT_POWER && this.power.length === 1) {
      this.power += mark;
    } else if (mark === "." && state <= IN_WHOLE) {
      this.state = AT_DOT;
      return zero;
    } else if ((mark === "e" || mark === "E") && state >= AT_ZERO && state <= IN_FRACTION) {
      this.state = AT_POWER;
      this.power = mark;
      return zero || (state === AT_DOT ? ".0" : "");
    } else {
      this.bad = true;
    }
    return "";
  }
}
