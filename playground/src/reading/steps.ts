/**
 * How a text is cut into the steps of a replay.
 *
 * In: a text, or the chunks of a recorded stream, and the name of a way. Out: what each step feeds.
 *
 * Promise: joined, the steps are the text.
 */

/** A chunk of a recorded stream: its text, perhaps with the ids of its tokens. */
export interface Chunk {
  readonly text: string;
  readonly ids: readonly number[] | null;
}

export const RECORDED = "recorded";
/** The ways, and what they are called. */
export const WAYS: ReadonlyMap<string, string> = new Map([
  ["1", "1 character"],
  ["3", "3 characters"],
  ["12", "12 characters"],
  ["words", "words"],
  [RECORDED, "as recorded"],
]);

const WORDS = /\s*\S+|\s+/gu;

export function cut(text: string, way: string, recorded: readonly Chunk[] | null): readonly Chunk[] {
  if (way === RECORDED && recorded !== null) return recorded;
  if (way === "words") return (text.match(WORDS) ?? []).map(plain);
  const size = Number(way) || 1;
  const chunks: Chunk[] = [];
  let chunk = "";
  let count = 0;
  for (const character of text) {
    chunk += character;
    count += 1;
    if (count % size === 0) {
      chunks.push(plain(chunk));
      chunk = "";
    }
  }
  if (chunk !== "") chunks.push(plain(chunk));
  return chunks;
}

function plain(text: string): Chunk {
  return { text, ids: null };
}
