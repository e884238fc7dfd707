/**
 * How values that end by themselves are read: JSON and Python, by a scanner.
 *
 * In: the parser in a state of kind `scan`. Out: canonical JSON in the arguments.
 *
 * Promises: a delimiter is looked for only where the value cannot go on, never inside its strings.
 */

import { findEdge } from "../core/edges.js";
import { announce, endsAsCall, isInObject, skipsJunk } from "../core/evidence.js";
import { stepTo, take } from "../core/moves.js";
import { JUNK, NO_CALL, NO_EVIDENCE } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { beginScan, closeScan, endScan, sinkScan } from "../core/sinks.js";
import { giveBack } from "../core/tentative.js";
import { NO, WAIT, YES, skipBlanks } from "../core/verdicts.js";
import type { State } from "../tables/states.js";

/** Read one JSON or Python value; its own structure says where it ends. */
export function stepScan(run: Run, state: State): boolean {
  const { text } = run;
  const { buffer, final } = text;
  let scanner = run.open.scanner;
  if (scanner === null) {
    const start = skipBlanks(buffer, text.position, buffer.length);
    run.consume("blanks", start);
    if (start === buffer.length) return false;
    const [around, edge] = findEdge(run, state, start);
    if (around === WAIT) return false;
    if (edge !== null) {
      endScan(run, state);
      take(run, edge, start);
      return true;
    }
    const verdict = beginVerdict(run, state, start);
    if (verdict !== YES) {
      if (verdict === NO) giveBack(run, start, NO_EVIDENCE);
      return verdict === NO;
    }
    scanner = beginScan(run, state);
  }
  const before = text.position;
  const [json, position] = run.open.scanned ?? scanner.feed(buffer, before, final);
  run.open.scanned = null;
  run.work += position - before + 1;
  sinkScan(run, state, json, position);
  if (scanner.done) return endValue(run, state);
  if (scanner.stuck) return stuck(run, state, position);
  if (run.draft === null) text.room = scanner.room;
  return false;
}

/**
 * Whether a value may begin at `at`: behind a name that is no proof yet a string must hold an object.
 *
 * A list is none, and what is quoted in one that never ends would be read as its text.
 */
function beginVerdict(run: Run, state: State, at: number): number {
  const { buffer, final } = run.text;
  if (run.stretch === null || !run.stretch.isNamed || state.sink !== "arguments") return YES;
  if (buffer[at] === "[") return isInObject(run) ? YES : NO;
  if (buffer[at] !== '"' && buffer[at] !== "'") return YES;
  const behind = skipBlanks(buffer, at + 1);
  if (behind === buffer.length) return final ? NO : WAIT;
  return buffer[behind] === "{" ? YES : NO;
}

function endValue(run: Run, state: State): boolean {
  const { stretch } = run;
  const isWrong = run.open.scanner !== null && run.open.scanner.wrong;
  if (stretch !== null && (isWrong || (stretch.isNamed && state.sink === "arguments"))) {
    if (!endsAsCall(run, stretch)) {
      giveBack(run, run.text.position, NO_EVIDENCE);
      return true;
    }
    announce(run);
  }
  endScan(run, state);
  stepTo(run, state.done!);
  return true;
}

/** The value cannot go on here: a delimiter ends it, or the character is junk. */
function stuck(run: Run, state: State, at: number): boolean {
  const [verdict, edge] = findEdge(run, state, at);
  if (verdict === WAIT) return false;
  if (edge !== null) {
    closeScan(run, state);
    take(run, edge, at);
    return true;
  }
  const { scanner, call } = run.open;
  if (scanner !== null && scanner.isInString) {
    scanner.passOver();
    return true;
  }
  if (run.stretch !== null && !skipsJunk(run, at)) {
    giveBack(run, at, NO_CALL);
    return true;
  }
  if (scanner !== null) {
    const end = scanner.skip(run.text.buffer, at);
    call?.arguments.skipInValue(run.text.buffer.slice(at, end));
    run.skip(JUNK, end);
  }
  return true;
}
