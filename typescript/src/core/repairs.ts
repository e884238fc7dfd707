/**
 * What has been recovered of a message, by kind: for those who count how well a model keeps to its format.
 *
 * In: the run, where a recovery happens. Out: its kind, noted once a message.
 *
 *     missing_opener    a call whose opener is missing, or a part of it
 *     missing_closer    a call or a part of it that something else has ended, or the end of the text
 *     stray_delimiter   a delimiter that opens or closes nothing, and is left out
 *     near_json         a value that is no JSON as it stands: bare words, commas, quotes, brackets
 *     given_back        what looked like the beginning of a call, and was text
 *     open_thoughts     thoughts that a call has ended
 *     given_back_in_thoughts
 *     cut               a call that is not complete: its text ended or broke off; it may not be shown
 *
 * Nothing of this decides how a text is read. A value's raw line ends and its escapes are repaired without a
 * note.
 *
 * Promise: what is noted of a stretch that turns out to be text is forgotten with it. So the kinds of a
 * message are the same however its text is cut.
 */

import type { Edge } from "../tables/states.js";
import type { Run } from "./run.js";

export const MISSING_OPENER = "missing_opener";
export const MISSING_CLOSER = "missing_closer";
export const STRAY_DELIMITER = "stray_delimiter";
export const NEAR_JSON = "near_json";
export const GIVEN_BACK = "given_back";
export const CUT = "cut";
export const OPEN_THOUGHTS = "open_thoughts";
export const GIVEN_BACK_IN_THOUGHTS = "given_back_in_thoughts";

/** Note that something of this kind was recovered. */
export function noteRepair(run: Run, kind: string): void {
  const message = run.message;
  // What is given back is no reason: it has one of its own.
  if (kind !== GIVEN_BACK && kind !== GIVEN_BACK_IN_THOUGHTS) run.because(kind);
  if (!message.repairs.has(kind)) message.repairs = new Set(message.repairs).add(kind);
}

/** A delimiter is about to be followed before which others are missing. */
export function noteMissing(run: Run, edge: Edge): void {
  const state = run.place.state;
  if (state.sink === "reasoning") noteRepair(run, edge.opens ? OPEN_THOUGHTS : STRAY_DELIMITER);
  else if (edge.opens && run.open.call === null) noteRepair(run, MISSING_OPENER);
  else noteRepair(run, state.region === "message" ? STRAY_DELIMITER : MISSING_CLOSER);
}

/** Note that a stretch was text; the run is again where it was before it. */
export function noteGivenBack(run: Run): void {
  noteRepair(run, run.place.state.sink === "reasoning" ? GIVEN_BACK_IN_THOUGHTS : GIVEN_BACK);
}
