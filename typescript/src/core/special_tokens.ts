/**
 * Special tokens by their ids, where ids are known (docs/rules.md, rule 10).
 *
 * In: each text, with the ids of its tokens. Out: whether the characters of a special token at a place are
 * that token.
 *
 *     "<call>"              [9]               a text of one token: it stands where the text stands
 *     "is <call>, <call>"   [4, 7, 3, 2, 9]   which of the two is token 9? The others spell the first
 *
 * Note [ids and places]
 * An id is bound to the place of its text when both have come, whether anybody asks for it there or not.
 * Where a text has the characters of a token more often than its id has come, the ordinary tokens are
 * decoded: what they spell and the tokens themselves come in the order of the ids. Without `decode` a text of
 * one token tells, and a text that holds none but real tokens; of any other text none counts, because a token
 * that is taken for text calls nothing.
 *
 * A server may hold text back behind its ids, to look for stop strings in it. So what has not come yet is
 * expected, in order, in the next `LAG_MAX` characters.
 *
 * Promises: a place keeps its answer; without ids all characters of a special token are one; what is decoded
 * and searched is linear in the text and its ids.
 */

import type { Text } from "./text.js";

/** Makes text of the ids of ordinary tokens. */
export type Decode = (ids: number[]) => string;

export const LAG_MAX = 256; // characters that a text may come later than its ids
// Texts that are remembered: at one token a text, more than the spelling of any special token has.
export const RECENT = 256;

/**
 * All places at which a literal stands, also where they overlap (`|a|a|` has `|a|` twice), but in a token.
 */
export function placesOf(literal: string, text: string, tokens: ReadonlySet<number> = new Set()): number[] {
  const places: number[] = [];
  let at = text.indexOf(literal);
  while (at >= 0) {
    places.push(at);
    at = text.indexOf(literal, at + (tokens.has(at) ? literal.length : 1));
  }
  return places;
}

/** Where the special tokens stand, as far as text and ids have come. */
export class SpecialTokens {
  private literals: ReadonlyMap<number, string>; // by their ids
  private known: ReadonlySet<string>;
  private longest: number;
  private places: Set<number> = new Set(); // of tokens, counted from the beginning of all text
  // What has come behind the last token, `RECENT` texts at most.
  private recent: [text: string, ids: readonly number[]][] = [];
  // Of each literal whether its next characters are the token, and the ones behind those, and so on.
  private expected: Map<string, boolean[]> = new Map();
  private left = 0; // characters in which they must come
  // Of each literal, where the last token of it ends that was found.
  private ends: Map<string, number> = new Map();
  private noted = 0; // nothing that begins before it is noted again

  constructor(
    tokenIds: ReadonlyMap<string, number> | null = null,
    private decode: Decode | null = null,
  ) {
    this.literals = new Map([...(tokenIds ?? [])].map(([literal, number]) => [number, literal]));
    this.known = new Set(this.literals.values());
    this.longest = Math.max(0, ...[...this.known].map((literal) => literal.length));
  }

  /** Take a text that has gone out without coming into `source`, in which nothing is undecided. */
  passBy(text: string, tokenIds: readonly number[], source: Text): void {
    if (this.expected.size > 0 || this.noted || !this.isPlain(tokenIds)) {
      this.note(text, tokenIds, source.base);
    } else this.remember(text, tokenIds);
    source.passBy(text);
  }

  /** Take a text that begins at `place` of all text, with the ids of its tokens. */
  note(text: string, tokenIds: readonly number[], place: number): void {
    if (place < this.noted) return;
    this.noted = 0;
    const isPlain = this.isPlain(tokenIds);
    if (isPlain && this.expected.size === 0) {
      this.remember(text, tokenIds);
      return;
    }
    const before = this.recent.map(([known]) => known).join("");
    let ids: readonly number[];
    if (!isPlain) {
      this.expect(before, text, tokenIds);
      ids = this.behindLast(tokenIds);
    } else ids = [...this.recentIds(), ...tokenIds];
    const tail = before.slice(Math.max(0, before.length - this.longest + 1));
    const rest = this.bind(tail, text, place);
    this.recent = [[this.expected.size > 0 ? tail + text : (tail + text).slice(rest), ids]];
  }

  /** The same for who reads only the text from `begin` on; up to `end` it has been noted already. */
  behind(begin: number, end: number): SpecialTokens {
    const other = Object.assign(new SpecialTokens(), this);
    other.places = new Set([...this.places].filter((place) => place >= begin).map((place) => place - begin));
    other.ends = new Map([...this.ends].map(([literal, place]) => [literal, place - begin]));
    other.noted = end - begin;
    return other;
  }

  /** Whether both know the same ids. */
  isLike(other: SpecialTokens): boolean {
    const { literals } = other;
    return (
      literals.size === this.literals.size &&
      [...this.literals].every(([number, literal]) => literals.get(number) === literal)
    );
  }

  /** Whether the id of this special token is known. */
  knows(literal: string): boolean {
    return this.known.has(literal);
  }

  /** Whether the literal at a place of all text came as that token. */
  isReal(literal: string, place: number): boolean {
    return this.places.has(place) || !this.known.has(literal);
  }

  /** Whether none of these ids is one of a special token. */
  private isPlain(tokenIds: readonly number[]): boolean {
    return !tokenIds.some((number) => this.literals.has(number));
  }

  private remember(text: string, tokenIds: readonly number[]): void {
    this.recent.push([text, tokenIds]);
    if (this.recent.length > RECENT) this.recent.shift();
  }

  private recentIds(): number[] {
    return this.recent.flatMap(([, numbers]) => numbers);
  }

  /** Say what the characters of tokens will be that come next, or have come with the ids. */
  private expect(before: string, text: string, tokenIds: readonly number[]): void {
    const verdicts = this.byDecoding(before, tokenIds) ?? this.byCounting(before, text, tokenIds);
    for (const [literal, found] of verdicts) {
      if (found.length > 0) this.expected.set(literal, [...(this.expected.get(literal) ?? []), ...found]);
    }
    this.left = LAG_MAX;
  }

  /**
   * Of each literal what its characters are, in order; those behind the last token are none. null: no
   * telling.
   */
  private byDecoding(before: string, tokenIds: readonly number[]): Map<string, boolean[]> | null {
    if (this.decode === null) return null;
    let run = this.recentIds();
    let text = ""; // what the ids spell up to the last token
    // Where the tokens stand in it.
    const tokens = new Map([...this.known].map((literal) => [literal, new Set<number>()]));
    try {
      for (const number of tokenIds) {
        const literal = this.literals.get(number);
        if (literal === undefined) {
          run.push(number);
          continue;
        }
        text += run.length > 0 ? this.decode(run) : "";
        tokens.get(literal)?.add(text.length);
        text += literal;
        run = [];
      }
    } catch {
      return null; // it is not ours: ids that it does not know, for one
    }
    const seen = this.expected.size > 0 ? "" : before;
    const verdicts = new Map<string, boolean[]>();
    for (const [literal, real] of tokens) {
      const found = placesOf(literal, text, real).map((at) => real.has(at));
      verdicts.set(literal, found.slice(placesOf(literal, seen).length));
    }
    return verdicts;
  }

  /** The same as far as the text alone tells. */
  private byCounting(before: string, text: string, tokenIds: readonly number[]): Map<string, boolean[]> {
    const verdicts = new Map<string, boolean[]>();
    const counts = new Map<string, number>();
    for (const number of tokenIds) {
      const literal = this.literals.get(number);
      if (literal !== undefined) counts.set(literal, (counts.get(literal) ?? 0) + 1);
    }
    for (const [literal, count] of counts) {
      const tail = before.slice(Math.max(0, before.length - literal.length + 1));
      const come = placesOf(literal, tail + text).length - (this.expected.get(literal)?.length ?? 0);
      if (come <= count) verdicts.set(literal, new Array<boolean>(count).fill(true));
      else if (tokenIds.length === 1 && text.endsWith(literal)) {
        verdicts.set(literal, [...new Array<boolean>(come - 1).fill(false), true]);
      }
    }
    return verdicts;
  }

  /** Find what is expected in a text and the `tail` before it; return where the last token in them ends. */
  private bind(tail: string, text: string, place: number): number {
    const window = tail + text;
    const begin = place - tail.length;
    let end = 0;
    for (const [literal, verdicts] of [...this.expected]) {
      for (const at of placesOf(literal, window)) {
        const behind = at + literal.length;
        const isNew = behind > tail.length && begin + at >= (this.ends.get(literal) ?? 0);
        if (isNew && verdicts.shift() === true) {
          this.places.add(begin + at);
          end = Math.max(end, behind);
          this.ends.set(literal, begin + behind);
        }
      }
      if (verdicts.length === 0) this.expected.delete(literal);
    }
    this.left -= text.length;
    if (this.left < 0) this.expected.clear();
    return end;
  }

  /** The ordinary ids behind the last special token. */
  private behindLast(tokenIds: readonly number[]): readonly number[] {
    let last = tokenIds.length;
    while (last > 0 && !this.literals.has(tokenIds[last - 1])) last -= 1;
    return tokenIds.slice(last);
  }
}
