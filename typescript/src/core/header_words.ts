/**
 * A word in a header that no header has: it is markup where a delimiter of the header follows it.
 *
 * In: the run and a place behind a special token. Out: YES, NO or WAIT (more text decides), and where the
 * word ends.
 *
 *     `<|channel|>bash<|channel|>commentary`     the word is skipped
 *     The token <|channel|> names a channel.     no word stands close to the token, so this is a sentence
 */

import { endOf } from "../regex.js";
import { DANGLING_MAX, NAME_MAX, TELLING } from "../tables/limits.js";
import { NAME_CHARACTERS } from "../tables/search.js";
import type { State } from "../tables/states.js";
import type { Run } from "./run.js";
import { NO, WAIT, YES, skipBlanks, startsAny } from "./verdicts.js";

/**
 * Whether a word of at least so many characters stands at `start`, and behind it a delimiter that `state`
 * reads.
 *
 * A few blanks may stand between the two. Without a word it must be a special token, at once.
 */
export function wordVerdict(
  run: Run,
  state: State,
  start: number,
  { least }: { least: number },
): readonly [verdict: number, end: number] {
  const { buffer, final } = run.text;
  const found = NAME_CHARACTERS(buffer.slice(start, start + NAME_MAX));
  const end = found === null ? start : start + endOf(found);
  const at = end > start ? skipBlanks(buffer, end, DANGLING_MAX) : end;
  run.work += at - start + 1;
  if (end - start < least || end - start === NAME_MAX) {
    return [end === buffer.length && !final && end - start < least ? WAIT : NO, end];
  }
  if (at === buffer.length) {
    const atEnd = end > start ? YES : NO;
    return [final ? atEnd : WAIT, end];
  }
  const edges = state.edges.filter(
    (edge) => edge.special.length > 0 || (end > start && edge.literal.length >= TELLING),
  );
  let [verdict] = startsAny(
    buffer,
    at,
    edges.map((edge) => edge.literal),
  );
  run.work += edges.length;
  const isReal = () => edges.some((edge) => buffer.startsWith(edge.literal, at) && run.isReal(edge, at));
  if (verdict === YES && !isReal()) verdict = NO;
  return [verdict === WAIT && final && end > start ? YES : verdict, end];
}
