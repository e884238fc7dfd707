/**
 * The text that one JSON value stands for, where a message is written as JSON: a string is decoded as it
 * arrives.
 *
 * In: canonical JSON of one value, as `ValueScanner` writes it, in pieces. Out: of a string what it says; of
 * null nothing; of any other value its JSON.
 *
 * Promises: at most one escape is held; the pieces make the same text however they are cut.
 */

import { endOf, match, search } from "../regex.js";
import { rstrip } from "../strings.js";

const BODY_ENDS = search('["\\\\]');
const ESCAPE = match("\\\\(?:[^u]|u[0-9a-fA-F]{4})");

/** Decodes one value. */
export class ValueText {
  private first = ""; // character of the value
  private half = ""; // an escape that is not whole

  /** Characters of an escape that is not whole. */
  get held(): number {
    return this.half.length;
  }

  /** Take more of the value's JSON; return the text that it adds. */
  write(piece: string): string {
    if (!this.first) {
      this.first = piece.slice(0, 1);
      piece = this.first === '"' ? piece.slice(1) : piece;
    }
    if (this.first === "n") return "";
    if (this.first !== '"') return piece;
    piece = this.half + piece;
    const end = bodyEnd(piece);
    this.half = rstrip(piece.slice(end), '"');
    const body = piece.slice(0, end);
    return body.includes("\\") ? String(JSON.parse(`"${body}"`)) : body;
  }
}

/** Where the body of a string ends: at its quote, or before an escape that is not whole. */
function bodyEnd(piece: string): number {
  let at = 0;
  for (;;) {
    const found = BODY_ENDS(piece, at);
    if (found === null) return piece.length;
    const escape = ESCAPE(piece, found.index);
    if (escape === null) return found.index;
    at = endOf(escape);
  }
}
