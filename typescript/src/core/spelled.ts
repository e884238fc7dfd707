/**
 * Delimiters that are only spelled: where ids are known, the characters of a special token by ordinary
 * tokens.
 *
 * In: the run and a place of its text. Out: whether a delimiter there is spelled, or quoted, or one behind it
 * says so.
 *
 * Note [spelled tokens]
 * A model that calls writes the token. A model that quotes (a manual, a test, a file that it copies) mostly
 * gets the same characters by ordinary tokens. So a spelled token in the place of the real one shows that
 * what stands around it is quoted, though that may be ordinary text: `<function=ping>` right behind a spelled
 * `<tool_call>` opens no call, and `</parameter>` before a spelled `</tool_call>` ends no argument. An
 * example goes on to its spelled closer, and a real token ends it. Where no opener at all stands in front, a
 * call whose opener was forgotten is read as ever.
 *
 * Promises: without ids nothing is spelled; at most `CLOSERS_MAX` closers behind a place are looked at, and
 * `BACK_MAX` characters before it.
 */

import { match } from "../regex.js";
import { rstrip } from "../strings.js";
import { BLANKS, BLANKS_MAX, CLOSERS_MAX, TAG_MAX } from "../tables/limits.js";
import type { Edge } from "../tables/states.js";
import type { Run } from "./run.js";
import { NO, WAIT, YES, skipBlanks, startsAny } from "./verdicts.js";

// A tag of one word, perhaps of several parts, perhaps between bars:
// `<tool_calls>`, `<|tools|>`, `<｜DSML｜ calls>`.
export const TAG_WORD = "[\\p{L}\\p{N}_:.▁\\-]+(?:[|｜][ \\p{L}\\p{N}_:.▁\\-]*)*";
export const IS_TAG = match(`<[|｜]?${TAG_WORD}>`, "u");

/** The special tokens in a delimiter. */
export function tokensIn(run: Run, literal: string): string[] {
  return [...run.place.machine.specialTokens].filter((token) => literal.includes(token));
}

/** Whether a special token in the delimiter at `at` did not come as a token. */
export function isSpelled(run: Run, literal: string, at: number): boolean {
  const special = run.special;
  const place = run.text.base + at;
  if (special === null) return false;
  return tokensIn(run, literal).some((token) => !special.isReal(token, place + literal.indexOf(token)));
}

/** `startsAny` in the text of the run; a delimiter that is only spelled does not stand there. */
export function standsAny(
  run: Run,
  at: number,
  literals: Iterable<string>,
): readonly [verdict: number, length: number] {
  const buffer = run.text.buffer;
  const found = startsAny(buffer, at, literals);
  if (found[0] !== YES || !isSpelled(run, buffer.slice(at, at + found[1]), at)) return found;
  const others = [...literals].filter((one) => !buffer.startsWith(one, at));
  return startsAny(buffer, at, others);
}

/** Note where an example ends: at a closer, or at a real token. In a call none is read. */
export function noteToken(run: Run, edge: Edge, at: number, { isReal }: { isReal: boolean }): void {
  if (run.examples !== null && run.place.state.region !== "call") {
    if (isReal || run.place.machine.closers.includes(edge.literal)) {
      run.examples.note(run.text.base + at, run.text.base, { opens: false });
    }
  }
}

/** Whether a call's opener at `at` stands in an example, or begins one: see Note [spelled tokens]. */
export function isQuoted(run: Run, at: number): boolean {
  if (run.examples === null) return false;
  const base = run.text.base;
  if (run.examples.hold(base + at)) return true;
  const isFirst = standsBehindSpelled(run, at);
  if (isFirst) run.examples.note(base + at, base, { opens: true });
  return isFirst;
}

/**
 * Whether a spelled token stands right before `at`: blanks aside, and the openers between it and a call's
 * own.
 */
function standsBehindSpelled(run: Run, at: number): boolean {
  const machine = run.place.machine;
  const text = run.text.before(at);
  const begin = at - text.length;
  run.work += text.length;
  let rest = rstrip(text, BLANKS);
  while (rest) {
    const token = lastOf(rest, machine.tokenOpeners);
    if (token !== undefined) return isSpelled(run, token, begin + rest.length - token.length);
    const inner = lastOf(rest, machine.innerOpeners) ?? wrapperAtEnd(rest);
    if (inner === undefined) return false;
    rest = rstrip(rest.slice(0, rest.length - inner.length), BLANKS);
  }
  return false;
}

function lastOf(text: string, literals: readonly string[]): string | undefined {
  return literals.find((one) => text.endsWith(one));
}

/** A wrapper of another name at the end of a text: see unknown_tags.ts. */
function wrapperAtEnd(text: string): string | undefined {
  const found = text.endsWith(">") ? IS_TAG(text, Math.max(0, text.lastIndexOf("<"))) : null;
  return found !== null && found[0].length <= TAG_MAX ? found[0] : undefined;
}

/**
 * Whether what stands from `at` on shows that a closer before it is quoted: closers, and a token that is
 * spelled.
 *
 * NO where it does; YES where the first token is real, or something else follows.
 */
export function wrapperVerdict(run: Run, at: number): number {
  const { buffer, final } = run.text;
  const machine = run.place.machine;
  for (let count = run.special === null ? 0 : CLOSERS_MAX; count > 0; count -= 1) {
    const start = at;
    at = skipBlanks(buffer, start);
    run.work += at - start + 1;
    let [verdict, length] = startsAny(buffer, at, machine.closers);
    if (verdict === NO) [verdict, length] = startsAny(buffer, at, machine.specialTokens);
    if (verdict === WAIT && at - start < BLANKS_MAX) return final ? YES : WAIT;
    if (verdict !== YES) return YES;
    const literal = buffer.slice(at, at + length);
    if (tokensIn(run, literal).length > 0) return isSpelled(run, literal, at) ? NO : YES;
    at += length;
  }
  return YES;
}
