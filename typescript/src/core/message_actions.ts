/**
 * The actions outside of calls: reasoning, citations, sections that may be written twice.
 *
 * In: the run and the action's argument. Out: what is known of the message, changed.
 *
 * Promises: as those of `actions.ts`.
 */

import { endDraft } from "./drafts.js";
import { IN_SENTENCE } from "./reasons.js";
import type { Run } from "./run.js";
import { endStretch, giveBack } from "./tentative.js";

/** A reasoning block has begun: whatever was open before it is over. */
export function reasoning(run: Run): void {
  endDraft(run);
  run.message.sawReasoning = true;
}

/**
 * A part of the message begins that is one JSON value: it is decided, unless it stands in a sentence.
 *
 * False: it is text, and was given back.
 */
export function beginText(run: Run): boolean {
  const stretch = run.stretch;
  if (stretch !== null && !(stretch.trusted || stretch.tells || stretch.isSetOff)) {
    giveBack(run, run.text.position, IN_SENTENCE);
    return false;
  }
  endStretch(run);
  run.message.afterCall = true; // what comes behind the value is markup
  return true;
}

/** What follows in a text is cited. */
export function openCitation(run: Run, capture: string): void {
  run.pending.source = "";
  run.citations?.open(capture);
}

/** The cited text ends, and its source is known. */
export function closeCitation(run: Run): void {
  run.citations?.close(run.pending.source);
  run.pending.source = "";
}

/** A citation was never closed: its text is text like any other. */
export function dropCitation(run: Run): void {
  run.message.cited = null;
}

/** A section of calls begins that may be written a second time. */
export function openSection(run: Run): void {
  run.echo?.begin(run.text);
}

/** The section has ended with a delimiter: what comes next may be its echo. */
export function closeSection(run: Run, closer: string): void {
  run.echo?.end(run.text, closer);
}

/** The section has ended otherwise: it has no echo. */
export function forgetSection(run: Run): void {
  run.echo?.forget(run.text);
}
