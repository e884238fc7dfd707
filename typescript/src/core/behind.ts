/**
 * What stands behind a delimiter: the evidence that it is meant, or nearly so.
 *
 * In: the run's text and the end of a delimiter. Out: YES, NO or WAIT (more text decides).
 *
 * Promises: at most a bounded stretch behind the delimiter is looked at; on the last text (`final`) nothing
 * waits.
 */

import { endOf } from "../regex.js";
import { lstrip, rstrip } from "../strings.js";
import { BLANKS, BLANKS_MAX, CLOSERS_MAX, JUNK_MAX, MISSPELT_MAX, NAME_MAX } from "../tables/limits.js";
import type { State, Texts } from "../tables/states.js";
import { isSuffix } from "../tables/suffix.js";
import { nextCallVerdict } from "./named.js";
import type { Run } from "./run.js";
import { standsAny } from "./spelled.js";
import { NO, skipBlanks, WAIT, YES } from "./verdicts.js";

const TAG_ENDS = "<>\n\r";

/** [YES, where it ends] when a closer stands at `at` that is nearly the right one: see `MISSPELT_MAX`. */
export function misspeltEnd(run: Run, right: string, stem: string, at: number): readonly [number, number] {
  const { buffer, final } = run.text;
  if (!buffer.startsWith(stem, at)) return [NO, at];
  let end = at + stem.length;
  const most = at + right.length + MISSPELT_MAX;
  while (end < Math.min(buffer.length, most) && !TAG_ENDS.includes(buffer[end])) end += 1;
  run.work += end - at;
  if (end === most || end === buffer.length) return [final || end === most ? NO : WAIT, end];
  if (buffer[end] === ">") return [isRight(run, buffer.slice(at, end + 1), stem) ? NO : YES, end + 1];
  const written = rstrip(buffer.slice(at, end), BLANKS); // its bracket is missing
  return [written === right.slice(0, -1) ? YES : NO, at + written.length];
}

/**
 * Whether nothing but blanks comes from `at` on: for a misspelt closer the end of the text is no evidence.
 */
export function endsText(run: Run, at: number): boolean {
  return run.text.final && skipBlanks(run.text.buffer, at) === run.text.buffer.length;
}

/** Whether a closer is well spelled, for this call or for another, or for another checkpoint's. */
function isRight(run: Run, closer: string, stem: string): boolean {
  const { hasNames, misspelt, suffix } = run.place.machine;
  if (misspelt.has(closer)) return true;
  return suffix !== "" && !hasNames && isSuffix(closer.slice(stem.length, -1), suffix);
}

/**
 * Whether only junk stands between a closer that is a special token, which ends at `start`, and what may
 * follow it.
 *
 * What follows is a part of the call, or closers that are all that is left of the text.
 */
export function junkVerdict(run: Run, closer: string, follow: Texts, start: number): number {
  const { buffer, final } = run.text;
  if (run.isAllOrNothing) return NO;
  const end = Math.min(buffer.length, start + JUNK_MAX);
  const heads = new Set([closer, ...follow].map((literal) => literal[0]));
  for (let at = start; at < end; at += 1) {
    run.work += 1;
    if (!heads.has(buffer[at])) continue;
    const [again] = standsAny(run, at, [closer]);
    if (again !== NO) return again === WAIT && !final ? WAIT : NO;
    const [verdict] = standsAny(run, at, follow);
    if (verdict === WAIT) return final ? NO : WAIT;
    if (verdict === YES) return closesAll(run, at);
  }
  return final || end === start + JUNK_MAX ? NO : WAIT;
}

/**
 * Whether a closer at `at` is followed by closers alone, up to a token or the end; YES for what is no
 * closer.
 */
function closesAll(run: Run, at: number): number {
  const { buffer, final } = run.text;
  const { closers, specialTokens } = run.place.machine;
  for (let number = 0; number < CLOSERS_MAX; number += 1) {
    at = skipBlanks(buffer, at);
    run.work += 1;
    const [verdict, length] = standsAny(run, at, closers);
    const isOver = at === buffer.length;
    if (isOver || verdict === WAIT) return !final ? WAIT : isOver ? YES : NO;
    if (verdict === NO) {
      if (number === 0) return YES;
      const [token] = standsAny(run, at, specialTokens);
      return token === WAIT && final ? NO : token;
    }
    at += length;
  }
  return NO;
}

/** Whether a bracket ends a call without arguments: the text at `start` can follow it in the state behind. */
export function endVerdict(run: Run, number: number, start: number): number {
  const { stack } = run.place;
  const { states } = run.place.machine;
  let behind = states.get(number);
  if (behind.kind === "return" && stack.length > 0) behind = states.get(stack[stack.length - 1]);
  const word = behind.thens.map((move) => states.get(move.to)).find((state) => state.kind === "word");
  return word === undefined
    ? followVerdict(run, ownLiterals(behind), start, 1)
    : wordVerdict(run, behind, word, start);
}

/** The delimiters of a state before which none is missing. */
function ownLiterals(state: State): Texts {
  return state.edges.filter((edge) => !edge.rank).map((edge) => edge.literal);
}

/**
 * The same where another call may begin with its name: a line, a comma, a delimiter, or a name as in a call.
 */
function wordVerdict(run: Run, behind: State, word: State, start: number): number {
  const { buffer, final } = run.text;
  const at = skipBlanks(buffer, start);
  run.work += at - start + 1;
  if (at === buffer.length) return final ? YES : WAIT;
  if (buffer.slice(start, at).includes("\n") || ",;".includes(buffer[at])) return YES;
  const [verdict] = standsAny(run, at, ownLiterals(behind));
  const found = word.charset === null ? null : word.charset(buffer.slice(0, at + NAME_MAX), at);
  const end = found === null ? at : endOf(found);
  if (verdict !== NO || end === at || word.done === null) return verdict === WAIT && final ? YES : verdict;
  run.work += end - at;
  if (end === buffer.length) return final ? NO : WAIT;
  return followVerdict(run, ownLiterals(run.place.machine.states.get(word.done.to)), end, 1);
}

/** Whether what must stand behind a closer that ends at `start` does; null: anything may. */
export function followVerdict(run: Run, follow: Texts | null, start: number, rank: number): number {
  if (follow === null) return YES;
  const { buffer, final } = run.text;
  const { hasNames, misspelt } = run.place.machine;
  const behind = skipBlanks(buffer, start);
  if (behind === buffer.length) return final ? YES : blanksVerdict(rank, behind - start);
  if (behind - start === BLANKS_MAX) return blanksVerdict(rank, BLANKS_MAX);
  let [verdict] = standsAny(run, behind, follow);
  run.work += behind - start + 1;
  if (verdict === NO && behind > start) verdict = blankFirstVerdict(run, follow, start, behind);
  if (verdict !== YES && hasNames) verdict = nextCallVerdict(run, follow, behind) || verdict;
  if (verdict === NO && misspelt.size > 0) return misspeltBehind(run, follow, behind);
  return verdict === WAIT && final ? YES : verdict;
}

/** Whether a delimiter that begins with blanks stands there: its blanks are the last ones before `behind`. */
function blankFirstVerdict(run: Run, follow: Texts, start: number, behind: number): number {
  const blanks = run.text.buffer.slice(start, behind);
  let found: number = NO;
  for (const literal of follow) {
    const rest = lstrip(literal, BLANKS);
    const lead = literal.slice(0, literal.length - rest.length);
    if (lead && (rest ? blanks.endsWith(lead) : blanks.includes(lead))) {
      const verdict = rest ? standsAny(run, behind, [rest])[0] : YES;
      if (verdict === YES || found === NO) found = verdict;
    }
  }
  return found;
}

/** Whether one of the closers that must stand at `at` stands there misspelt. */
function misspeltBehind(run: Run, follow: Texts, at: number): number {
  for (const literal of follow) {
    const stem = run.place.machine.misspelt.get(literal);
    if (stem !== undefined) {
      const [verdict] = misspeltEnd(run, literal, stem, at);
      if (verdict !== NO) return verdict;
    }
  }
  return NO;
}

function blanksVerdict(rank: number, count: number): number {
  if (count < BLANKS_MAX) return WAIT;
  return rank === 0 ? YES : NO;
}
