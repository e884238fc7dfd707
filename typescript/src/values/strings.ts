/**
 * Write the text of one value as a JSON string.
 *
 * In: the text, in pieces. Out: a JSON string of exactly that text, its blanks included.
 *
 * Promises: every piece goes out at once; `special` is in no text that `write` would return unchanged.
 */

import { escape, SPECIAL } from "../near_json/escape.js";

/** Write text as a JSON string. */
export class StringWriter {
  readonly isLossy = false;
  readonly isMended = false;
  readonly held = 0;
  special: RegExp | null = null;
  work = 0;
  private open = false;

  write(text: string): string {
    this.work += text.length;
    if (this.open) return escape(text);
    if (!text) return "";
    this.open = true;
    this.special = SPECIAL;
    return '"' + escape(text);
  }

  end(): string {
    this.special = null;
    return this.open ? '"' : '""';
  }
}
