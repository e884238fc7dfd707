/**
 * Where examples of calls begin and end whose special tokens are only spelled: see Note [spelled tokens] in
 * spelled.ts.
 *
 * In: places of the text, in any order. Out: whether one of them lies in an example.
 *
 * Promise: these are facts of the text, by places that are counted from its beginning; they stay true when
 * text is given back, and the order in which they are found changes nothing.
 */

export const MARKS_MAX = 64; // then those are forgotten that count no more

/** The places where examples were opened or closed, as far as they may count. */
export class ExamplesSeen {
  private opens: Map<number, boolean> = new Map();

  /** Note that an example begins or ends at a place; nobody asks for a place before `base` any more. */
  note(place: number, base: number, { opens }: { opens: boolean }): void {
    this.opens.set(place, opens);
    if (this.opens.size > MARKS_MAX) {
      const last = this.lastBefore(base) ?? base;
      this.opens = new Map([...this.opens].filter(([known]) => known >= last));
    }
  }

  /** Whether a place lies in an example. */
  hold(place: number): boolean {
    const last = this.lastBefore(place);
    return last !== null && this.opens.get(last) === true;
  }

  private lastBefore(place: number): number | null {
    let last: number | null = null;
    for (const known of this.opens.keys()) if (known < place && (last === null || known > last)) last = known;
    return last;
  }
}
