/**
 * The actions that say that a call has lost something, so that it is not complete.
 *
 * In: the run. Out: its call, which will not be complete.
 *
 *     `<invoke name="f">the a">x</parameter>`     `lose`, at `</parameter>`: text was skipped before it
 *
 * Promise: what has been written stays; a call that has lost nothing stays as it is.
 */

import type { Edge } from "../tables/states.js";
import type { Run } from "./run.js";

/**
 * What is missing cannot be known: the call will not be complete. `how`: `doubt`, only where there is a
 * doubt.
 */
export function spoil(run: Run, how: string): void {
  const { call } = run.open;
  if (call !== null && (!how || call.arguments.parameter.doubtful)) call.arguments.isWrong = true;
}

/** A delimiter of a parameter that was not read: what was skipped before it is missing in the arguments. */
export function lose(run: Run): void {
  const { call } = run.open;
  if (call !== null && call.arguments.parameter.skipped && !call.arguments.isCopied) {
    call.arguments.isWrong = true;
  }
}

/** A parameter ends of which no value has begun. */
export function noValue(run: Run): void {
  run.open.call?.arguments.missValue("");
}

/**
 * A delimiter is taken although others are missing before it: what they would have told is not known.
 *
 * Neither the opener of a parameter's key has come nor its closer; or the call ends without one of its
 * closers, and a container in it was closed by the bracket of another kind: that one may have lacked its
 * closer.
 */
export function missDelimiters(run: Run, edge: Edge): void {
  const { call } = run.open;
  if (call === null) return;
  const { parameter, containers } = call.arguments;
  const isUnknown = parameter.isAlone && edge.does("end");
  const isOutside = containers.isDoubtful && edge.does("close_call");
  if (isUnknown || isOutside) call.arguments.isWrong = true;
}
