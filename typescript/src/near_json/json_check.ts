/**
 * Say whether text is still the beginning of strict JSON.
 *
 * In: text in pieces. Out: whether all of it may begin one JSON value, and whether that value is complete.
 *
 * Promises: no repairs, so that what is prose, or code, shows at its first impossible character; linear.
 */

import { search } from "../regex.js";
import { BLANKS } from "../tables/limits.js";

const CHECK_BODY = search('["\\\\\\x00-\\x1f]');
const CHECK_NAMES = ["true", "false", "null"];
const CHECK_ESCAPES = '"\\/bfnrt';
const HEX_DIGIT = /[0-9a-fA-F]/;
const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/; // what Python strips
// A number, one class of character a step: digits are `0` and `1` (any other). Keys are single characters of
// the text.
const NUMBER_MOVES: Record<string, Record<string, string | undefined>> = {
  "": { "-": "-", 0: "zero", 1: "whole" },
  "-": { 0: "zero", 1: "whole" },
  zero: { ".": ".", e: "e" },
  whole: { 0: "whole", 1: "whole", ".": ".", e: "e" },
  ".": { 0: "part", 1: "part" },
  part: { 0: "part", 1: "part", e: "e" },
  e: { "+": "sign", "-": "sign", 0: "power", 1: "power" },
  sign: { 0: "power", 1: "power" },
  power: { 0: "power", 1: "power" },
};
const NUMBER_ENDS = ["zero", "whole", "part", "power"];

type Expected = "value" | "item" | "key" | "member" | "colon" | "next" | "end";

/** Check one value. */
export class JsonCheck {
  possible = true;
  work = 0;
  private readonly stack: string[] = [];
  private expects: Expected = "value"; // what may come next
  private isInBody = false; // of a string
  private isKey = false;
  private escape = "";
  private word = ""; // of a literal or a number; `#` stands for a number's characters
  private number = ""; // its place in `NUMBER_MOVES`

  get complete(): boolean {
    return this.possible && this.expects === "end" && !this.word;
  }

  /** Read on; return whether the text is still possible. */
  feed(text: string): boolean {
    let at = 0;
    while (at < text.length && this.possible) {
      if (this.isInBody) {
        at = this.inBody(text, at);
      } else {
        this.take(text[at]);
        at += 1;
      }
    }
    this.work += at;
    return this.possible;
  }

  private inBody(text: string, at: number): number {
    if (this.escape) {
      this.inEscape(text[at]);
      return at + 1;
    }
    const found = CHECK_BODY(text, at);
    if (found === null) return text.length;
    const mark = found[0];
    if (mark === "\\") {
      this.escape = mark;
    } else if (mark === '"') {
      this.isInBody = false;
      this.ended(this.isKey ? "colon" : null);
    } else {
      this.possible = false;
    }
    return found.index + 1;
  }

  private inEscape(mark: string): void {
    const isFirst = this.escape.length === 1;
    if (!isFirst || mark === "u") {
      this.possible = isFirst || HEX_DIGIT.test(mark);
      this.escape = this.escape.length < 5 ? this.escape + mark : "";
    } else {
      this.possible = CHECK_ESCAPES.includes(mark);
      this.escape = "";
    }
  }

  /** A token has ended: behind a value comes a comma or a closer. */
  private ended(expects: Expected | null = null): void {
    this.expects = expects ?? (this.stack.length > 0 ? "next" : "end");
  }

  private take(mark: string): void {
    if (this.word && this.inWord(mark)) return;
    if (!this.possible || BLANKS.includes(mark)) return;
    const { expects } = this;
    const isValue = expects === "value" || expects === "item";
    const isKey = expects === "key" || expects === "member";
    const isClosable = expects === "next" || expects === "item" || expects === "member";
    if (mark === '"' && (isValue || isKey)) {
      this.isInBody = true;
      this.isKey = isKey;
    } else if ((mark === "{" || mark === "[") && isValue) {
      this.stack.push(mark === "{" ? "}" : "]");
      this.expects = mark === "{" ? "member" : "item";
    } else if ((mark === "}" || mark === "]") && isClosable && this.stack.at(-1) === mark) {
      this.stack.pop();
      this.ended();
    } else if (mark === "," && expects === "next") {
      this.expects = this.stack.at(-1) === "}" ? "key" : "value";
    } else if (mark === ":" && expects === "colon") {
      this.expects = "value";
    } else if (isValue) {
      this.number = "";
      this.word = " ";
      this.possible = this.inWord(mark);
    } else {
      this.possible = false;
    }
  }

  /** Take one more character of a word; false where it does not belong to it. */
  private inWord(mark: string): boolean {
    const kind = mark >= "1" && mark <= "9" ? "1" : mark === "E" ? "e" : mark;
    const name = (this.word === " " ? "" : this.word) + (SPACE.test(mark) ? "" : mark);
    const next = this.word === " " || this.word === "#" ? NUMBER_MOVES[this.number][kind] : undefined;
    if (next !== undefined) {
      this.number = next;
      this.word = "#";
    } else if (CHECK_NAMES.some((known) => known.startsWith(name))) {
      this.word = name;
    } else {
      this.possible = this.word === "#" ? NUMBER_ENDS.includes(this.number) : CHECK_NAMES.includes(this.word);
      this.word = "";
      if (this.possible) this.ended();
      return false;
    }
    return true;
  }
}
