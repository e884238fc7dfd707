/**
 * A call inside of thoughts that are still open: a draft of a call, or the call that ends the thoughts.
 *
 * In: the run where such a call opens, and where the closer of the thoughts comes behind it after all. Out:
 * the call with what stands behind it, or the thoughts that all of it was.
 *
 *     <think>Perhaps <call>f</call>? No. </think>   `Perhaps <call>f</call>? No.` is reasoning
 *     <think>Now I call it. <call>f</call>          the thoughts are never closed, so the call ends them
 *     <think>Now I call it. <call>f</call></think>  nothing comes behind it: the turn was for the call
 *
 * Note [drafts]
 * Nothing in the call itself tells the two apart; only what comes behind it does. So everything from the
 * call's opener on is read as ever, and its events are held: until the closer of the thoughts shows that they
 * went on, until thoughts are opened again, for as many characters as `DRAFT_MAX`, or until the text ends. A
 * closer right behind the calls, with nothing behind itself, is a slip: what else would the turn have been
 * for?
 *
 * Promise: to hold the events changes nothing of how the text is read; so when they are let go changes
 * nothing either.
 */

import { DRAFT_MAX } from "../tables/limits.js";
import type { Edge, State } from "../tables/states.js";
import { CodeAround } from "./code_blocks.js";
import { QUOTED } from "./reasons.js";
import type { Run } from "./run.js";
import { Draft } from "./run.js";
import { putBack } from "./tentative.js";

/** A call opens at `at`: hold it if thoughts are open, or code is; a stretch begins right behind this. */
export function beginDraft(run: Run, edge: Edge, at: number): void {
  const state = run.place.state;
  let code = run.message.code;
  if (at > run.text.position) code = code.with({ ticks: 0 }); // blanks stand before it
  // What stands behind the thoughts says more.
  if (state.sink === "reasoning") code = code.with({ fences: 0 });
  const inThoughts = edge.drafts && run.holdsDrafts;
  if (edge.opens && state.region === "message" && (inThoughts || code.inSpan || code.inBlock)) {
    run.draft = new Draft(run, new CodeAround(code), { inThoughts });
    run.text.recordings.push(run.draft.source);
  }
}

/** How to go on at message level behind a call that is held; null: as ever. See Note [calls in code]. */
export function draftStep(run: Run, draft: Draft): ((run: Run, state: State) => boolean) | null {
  if (draft.around.inSpan && isBehindCall(run)) return stepBehindSpan;
  return isExample(run) ? stepBehindBlock : null;
}

/** Whether what has been read last shows that the call that is held is an example. */
export function isExample(run: Run): boolean {
  const draft = run.draft;
  return draft !== null && isBehindCall(run) && draft.around.showsExample(draft.begin);
}

function isBehindCall(run: Run): boolean {
  return run.stretch === null && run.open.call === null && run.place.state.region === "message";
}

/** A backtick right behind the call makes it an example. */
export function stepBehindSpan(run: Run): boolean {
  const { text, draft } = run;
  if (draft === null || (text.position === text.buffer.length && !text.final)) return false;
  const isShort = text.base + text.position - draft.begin <= DRAFT_MAX;
  if (isShort && text.buffer.startsWith("`", text.position)) {
    rejectDraft(run, text.position, QUOTED);
    return true;
  }
  draft.around.inSpan = false;
  if (!(draft.inThoughts || draft.around.hasBlock)) endDraft(run);
  return true;
}

/** The block in which the call stands is closed, and there is more than calls. */
export function stepBehindBlock(run: Run): boolean {
  rejectDraft(run, run.text.position, QUOTED);
  return true;
}

/** What was read since the call opened is what it seemed to be. */
export function endDraft(run: Run): void {
  if (run.draft !== null) run.text.forget(run.draft.source);
  run.draft = null;
}

/** Whether so much has come since the call opened that nothing behind it can make it a draft any more. */
export function outgrown(run: Run): boolean {
  const draft = run.draft;
  return draft !== null && run.text.base + run.text.position - draft.begin > DRAFT_MAX;
}

/** The call was none: all from its opener up to `at` is text, for a reason; go on reading at `at`. */
export function rejectDraft(run: Run, at: number, why: string): void {
  const draft = run.draft;
  if (draft === null) return;
  endDraft(run);
  run.stretch = null; // of a call behind the opener: it is text with all the rest
  putBack(run, draft, at, why);
}
