/**
 * Write the text of one value as a JSON string.
 *
 * In: the text, in pieces. Out: a JSON string of exactly that text, its blanks included.
 *
 * Promises: every piece goes out at once; `plain` finds nothing in text that `write` would return unchanged.
 */

import type { PlainSearch } from "../near_json/escape.js";
import { escape, PLAIN } from "../near_json/escape.js";

/** Write text as a JSON string. */
export class StringWriter {
  readonly isLossy = false;
  readonly isMended = false;
  readonly held = 0;
  plain: PlainSearch | null = null;
  work = 0;
  private open = false;

  write(text: string): string {
    this.work += text.length;
    if (this.open) return escape(text);
    if (!text) return "";
    this.open = true;
    this.plain = PLAIN;
    return '"' + escape(text);
  }

  end(): string {
    this.plain = null;
    return this.open ? '"' : '""';
  }
}
