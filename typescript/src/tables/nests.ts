/**
 * How a call would begin inside a value: what is looked for where a value may hold a whole example of a call.
 *
 * In: the delimiters of a call, as the tables have them. Out: whether the first of them may stand at a place.
 */

import type { Texts } from "./table.js";

/**
 * How a call would begin inside a value: delimiters up to its name, what ends the name, what closes the call.
 */
export class Nest {
  constructor(
    readonly path: Texts,
    readonly until: Texts,
    readonly closer: string,
  ) {}

  /**
   * Whether its first delimiter stands at a place of a text, or is cut off there: what nearly nowhere is so.
   */
  mayBegin(text: string, at: number): boolean {
    const first = this.path[0];
    return first.startsWith(text.slice(at, at + first.length));
  }
}
