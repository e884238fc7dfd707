/**
 * The citation being read: where its text begins, and the text so far.
 *
 * In: the pieces of a text as they are written, with the place of each. Out: the cited part of it.
 *
 * Promises: no text waits for a citation; what is kept of one is at most `CITED_MAX` characters, a longer one
 * is none.
 */

import { codePoints } from "../strings.js";
import { CITED_MAX, SOURCE_MAX } from "../tables/limits.js";

const PAIR = /^[\ud800-\udbff][\udc00-\udfff]/;

/** What has come of a text since a citation was opened in it. */
export class CitedText {
  size = 0; // in code points
  private parts: string[] = [];

  /** `start` counts code points of all the text of the channel. */
  constructor(
    readonly channel: number,
    readonly start: number,
  ) {}

  /**
   * Take a piece that stands at a place of the text; false when it is too much for a citation.
   *
   * A piece may begin before the citation: blanks that waited for more text come with it.
   */
  add(text: string, at: number): boolean {
    const part = behind(text, this.start - at);
    this.parts.push(part);
    this.size += codePoints(part);
    return this.size <= CITED_MAX;
  }

  text(): string {
    return this.parts.join("");
  }
}

/** A text without its first code points. */
function behind(text: string, count: number): string {
  for (; count > 0 && text; count -= 1) text = text.slice(PAIR.test(text) ? 2 : 1);
  return text;
}

/** Whether a text can be the source of a citation, or the beginning of one. */
export function isSource(text: string): boolean {
  return text.length <= SOURCE_MAX && !text.includes("\n") && !text.includes("\r");
}
