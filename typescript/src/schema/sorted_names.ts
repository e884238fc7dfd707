/**
 * Names in order: which of them a text begins with, or may become, at a cost that hardly grows with their
 * number.
 *
 * In: names, a text. Out: the names.
 *
 * How: of all names that a text begins with, each but the longest is a beginning of the next longer one, and
 * the longest is the last name in order that is not behind the text, or a beginning of that. So one bisection
 * finds the last name, and links lead from each name to the next shorter one that it begins with.
 *
 *     a   a.b   a.c   b        the text `a.bc` stands behind `a.b`, and begins with it and with `a`
 *
 * Promise: a question costs one bisection, and a step for each name on the way, of which there are at most as
 * many as the last name has characters.
 */

const HEAD_CHARS_MAX = 4; // of names that are compared first

/** Some names, put in order once. */
export class SortedNames implements Iterable<string> {
  private readonly names: readonly string[];
  private readonly headChars: number;
  private readonly heads: ReadonlySet<string>;
  /** A name -> the longest other that it begins with. */
  private readonly shorter = new Map<string, string | null>();

  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)].sort();
    const least = this.names.reduce((size, name) => Math.min(size, name.length), HEAD_CHARS_MAX);
    this.headChars = this.isEmpty ? 0 : least;
    this.heads = new Set(this.names.map((name) => name.slice(0, least)));
    const open: string[] = [];
    for (const name of this.names) {
      while (open.length > 0 && !name.startsWith(open[open.length - 1])) open.pop();
      this.shorter.set(name, open[open.length - 1] ?? null);
      open.push(name);
    }
  }

  [Symbol.iterator](): Iterator<string> {
    return this.names[Symbol.iterator]();
  }

  get isEmpty(): boolean {
    return this.names.length === 0;
  }

  /** Whether the first characters at a place of a text are those of some name: what nearly all are not. */
  mayBegin(text: string, at: number): boolean {
    return this.heads.has(text.slice(at, at + this.headChars));
  }

  /** Whether a text is the beginning of some name, or all of it. */
  anyBeginsWith(text: string): boolean {
    return this.beginsAt(
      this.bisect((name) => name < text),
      text,
    );
  }

  /** Whether a text is the beginning of some name, and not all of it. */
  anyGoesOnFrom(text: string): boolean {
    return this.beginsAt(
      this.bisect((name) => name <= text),
      text,
    );
  }

  /** The names that a text begins with, the longest first. */
  beginningsOf(text: string): string[] {
    const found: string[] = [];
    let name: string | null = this.names[this.bisect((one) => one <= text) - 1] ?? null;
    for (; name !== null; name = this.shorter.get(name) ?? null) {
      if (text.startsWith(name)) found.push(name);
    }
    return found;
  }

  private beginsAt(place: number, text: string): boolean {
    return place < this.names.length && this.names[place].startsWith(text);
  }

  /** How many names, from the first on, are before a place in the order. */
  private bisect(isBefore: (name: string) => boolean): number {
    let [low, high] = [0, this.names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.names[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
