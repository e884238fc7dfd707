/**
 * Spans of characters as spans of tokens, for the masks of a loss.
 *
 * In: where each token stands in the text. Out: which tokens a span has.
 */

import type { Span } from "./attempt.js";

const HALF = "\ufffd"; // what decoders write for a character of which tokens are missing
const HALF_MAX = 8; // tokens that one character may have

/**
 * Return the tokens, `[first, behind the last]`, that have a character of the span; of none, an empty span.
 *
 * `offsets` are the places of the tokens in the text, in order, as `offsetsOf` returns them.
 *
 *     tokensOf([4, 9], [[0, 4], [4, 6], [6, 10]])    [1, 3]
 */
export function tokensOf([begin, end]: Span, offsets: readonly Span[]): Span {
  const first = firstWhere(offsets, (place) => place[1] > begin);
  return [
    first,
    end > begin
      ? Math.max(
          first,
          firstWhere(offsets, (place) => place[0] >= end),
        )
      : first,
  ];
}

/**
 * Return the text of tokens, and the place of each in it; `decode` is the tokenizer's, special tokens included.
 *
 * Where several tokens make one character, each has the place of that character.
 */
export function offsetsOf(
  ids: readonly number[],
  decode: (ids: number[]) => string,
): readonly [text: string, offsets: Span[]] {
  const offsets: Span[] = [];
  let all = "";
  let before = 0; // the first token of the window
  let waiting = 0; // the first token that waits for its text
  let known = ""; // the text of the window up to `waiting`
  for (let end = 1; end <= ids.length; end += 1) {
    const text = decode(ids.slice(before, end));
    if (text.endsWith(HALF) && end < ids.length && end - waiting < HALF_MAX) continue;
    const begin = all.length;
    all += text.slice(known.length);
    for (let token = waiting; token < end; token += 1) offsets.push([begin, all.length]);
    before = waiting;
    waiting = end;
    known = decode(ids.slice(before, end));
  }
  return [all, offsets];
}

/** The first place of a list for which a claim holds, that holds for all behind it. */
function firstWhere(places: readonly Span[], claim: (place: Span) => boolean): number {
  let from = 0;
  let to = places.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (claim(places[middle])) to = middle;
    else from = middle + 1;
  }
  return from;
}
