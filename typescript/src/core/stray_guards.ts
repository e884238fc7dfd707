/**
 * What must stand around a delimiter at message level: closers of nothing, reasoning that comes again,
 * drafts.
 *
 * In: the run and an edge with a guard. Out: YES, NO or WAIT (more text decides).
 */

import { rstrip, strip } from "../strings.js";
import { BLANKS, BLANKS_MAX, DANGLING_MAX, DRAFT_MAX } from "../tables/limits.js";
import type { Edge } from "../tables/states.js";
import { aloneVerdict } from "./openerless.js";
import type { Run } from "./run.js";
import { NO, skipBlanks, WAIT, YES } from "./verdicts.js";

export function guardVerdict(run: Run, edge: Edge, guard: string, at: number): number {
  if (guard === "again") return againVerdict(run, edge, at);
  if (guard === "alone") return beginsLine(run, at) ? aloneVerdict(run, edge, at) : NO;
  const verdict = draftVerdict(run, edge, at);
  return verdict === NO ? strayVerdict(run, guard, at) : verdict;
}

/**
 * Whether the closer of the thoughts that stands at `at` shows that all since a call's opener was thoughts.
 *
 * See Note [drafts] in drafts.ts.
 */
export function draftVerdict(run: Run, edge: Edge, at: number): number {
  const draft = run.draft;
  const { base, buffer, final } = run.text;
  if (
    draft === null ||
    !draft.inThoughts ||
    edge.guard !== "reasoning" ||
    base + at - draft.begin > DRAFT_MAX
  ) {
    return NO;
  }
  if (!isBesideMarkup(run, at)) return YES;
  const start = at + edge.literal.length;
  const behind = skipBlanks(buffer, start);
  run.work += behind - start + 1;
  if (behind < buffer.length || behind - start === BLANKS_MAX) return YES;
  return final ? NO : WAIT;
}

/** A closer of nothing vanishes only where it could have closed something. */
function strayVerdict(run: Run, guard: string, at: number): number {
  if (guard === "quote") {
    // An opener in a sentence: a closer behind it is part of what is said.
    run.message.sawReasoning = true;
    return NO;
  }
  const isBeside = isBesideMarkup(run, at);
  if (guard === "call") return isBeside && run.message.afterCall ? YES : NO;
  return isBeside || !run.message.sawReasoning ? YES : NO;
}

/** Whether nothing but blanks has come since the last markup, or since the beginning. */
export function isBesideMarkup(run: Run, at: number): boolean {
  const { buffer, position: begin } = run.text;
  const isNear = at === begin || BLANKS.includes(buffer[begin]);
  return run.message.fresh && isNear && !strip(buffer.slice(begin, at), BLANKS);
}

// Note [thinking again]
// Behind the beginning of a message an opener of reasoning counts at the start of a line, beside a call or
// other markup, and at the very end, where nothing can come of it. Whether it is ever closed cannot be asked:
// that would hold the rest of the answer. Anywhere else it is quoted, and so is the closer that comes behind
// it: also where it is the token, for a tokenizer makes the token of what a model quotes.

/** Whether a line begins at `at`, or nothing but blanks and markup has come before it. */
export function beginsLine(run: Run, at: number): boolean {
  const window = run.text.buffer.slice(Math.max(run.text.position, at - BLANKS_MAX), at);
  const blanks = window.slice(rstrip(window, BLANKS).length);
  run.work += window.length + 1;
  return /[\n\r]/.test(blanks) || isBesideMarkup(run, at);
}

/** Whether an opener opens reasoning in the middle of a message: see Note [thinking again]. */
function againVerdict(run: Run, edge: Edge, at: number): number {
  if (edge.special.length > 0 && !run.isReal(edge, at)) return NO;
  const { buffer, final } = run.text;
  if (beginsLine(run, at)) return YES;
  const start = at + edge.literal.length;
  const behind = skipBlanks(buffer, start, DANGLING_MAX);
  if (behind === buffer.length && (final || behind - start < DANGLING_MAX)) return final ? YES : WAIT;
  run.message.sawReasoning = true;
  return NO;
}
