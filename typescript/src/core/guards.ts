/**
 * Whether a delimiter that stands there is meant: the evidence around it.
 *
 * In: the run's text and a position. Out: YES, NO or WAIT (more text decides).
 *
 * Promises: at most a bounded stretch behind the position is looked at, so a WAIT holds back no more than the
 * bound that the compiler prints; on the last text (`final`) nothing waits.
 */

import { endOf } from "../regex.js";
import { partition, strip } from "../strings.js";
import { BLANKS, NAME_MAX, TELLING } from "../tables/limits.js";
import type { Edge, Tags, Texts } from "../tables/states.js";
import { endsText, endVerdict, followVerdict, junkVerdict } from "./behind.js";
import { bracketVerdict, OBJECT_GUARDS } from "./brackets.js";
import { wordVerdict } from "./header_words.js";
import { isFree, keySoFar, loneKeyBehind, nameBeforeKey } from "./left_out.js";
import { isKey } from "./named.js";
import { wellShaped } from "./names.js";
import { noteQuote } from "./quoted.js";
import { SPELLED } from "./reasons.js";
import type { Run } from "./run.js";
import { isQuoted, noteToken, wrapperVerdict } from "./spelled.js";
import { guardVerdict } from "./stray_guards.js";
import { NO, skipBlanks, WAIT, YES } from "./verdicts.js";

/** Whether `edge`, whose literal stands at `at`, is taken. */
export function edgeVerdict(run: Run, edge: Edge, at: number): number {
  if (run.special !== null && !isWritten(run, edge, at)) return NO;
  if (edge.guard !== null) {
    const verdict = guarded(run, edge, edge.guard, at);
    if (verdict !== YES) return verdict;
  }
  const stretch = run.stretch;
  const isShort = edge.literal.length < TELLING;
  const isGuess = edge.rank > 0 && stretch !== null && !stretch.trusted;
  if (isGuess && !OBJECT_GUARDS.includes(edge.guard) && (isShort || run.place.state.vouched)) {
    return NO; // a bare name and a bracket are no call, nor a name without its special token
  }
  const start = at + edge.literal.length;
  if (edge.tags !== null) {
    const [verdict, end] = tagKey(run, edge.tags, edge.tags.openEnd, start);
    const key = run.text.buffer.slice(start, end);
    if (verdict === YES && run.place.machine.hasNames && run.tools.has(key) && !isKey(run, key)) {
      return NO; // the tag of another call
    }
    if (verdict !== YES || edge.keyUntil === null) return verdict === WAIT && run.text.final ? NO : verdict;
  }
  if (edge.keyUntil !== null) return keyVerdict(run, edge, edge.keyUntil, at);
  if (stretch?.isNamed && isShort && edge.does("close_call")) return endVerdict(run, edge.to, start);
  if (edge.rank && edge.follow !== null && isShort) return callEndVerdict(run, edge.follow, start);
  let verdict = followVerdict(run, edge.follow, start, edge.rank);
  if (verdict === NO && edge.isQuote) noteQuote(run, at);
  if (verdict === NO && !edge.rank && edge.follow !== null) {
    verdict = loneKeyBehind(run, edge.to, start);
    if (verdict === NO && edge.special.length > 0) return junkVerdict(run, edge.literal, edge.follow, start);
  }
  return verdict === YES && edge.follow !== null ? wrapperVerdict(run, start) : verdict;
}

/**
 * Whether the model wrote the delimiter as such: as its tokens, and not in an example whose tokens are
 * spelled.
 */
function isWritten(run: Run, edge: Edge, at: number): boolean {
  if (edge.special.length === 0) return !(edge.opens && isQuoted(run, at));
  const isReal = run.isReal(edge, at);
  noteToken(run, edge, at, { isReal });
  if (!isReal) run.because(SPELLED);
  return isReal;
}

/**
 * Whether a bracket in a value ends the call: a token behind it says so, where it would end the call by
 * itself.
 *
 * At the end of the text the bracket may be text of a value that was cut off.
 */
function callEndVerdict(run: Run, follow: Texts, start: number): number {
  if (endsText(run, start)) return NO;
  const verdict = followVerdict(run, follow, start, 1);
  if (verdict !== YES) return verdict;
  const buffer = run.text.buffer;
  const at = skipBlanks(buffer, start);
  for (const edge of run.place.state.byFirst.get(buffer.slice(at, at + 1)) ?? []) {
    if (buffer.startsWith(edge.literal, at) && edge.follow !== null) return edgeVerdict(run, edge, at);
  }
  return verdict;
}

function guarded(run: Run, edge: Edge, guard: string, at: number): number {
  if (OBJECT_GUARDS.includes(guard)) return bracketVerdict(run, edge, at);
  switch (guard) {
    case "header": {
      const state = run.place.machine.states.get(edge.to);
      return wordVerdict(run, state, at + edge.literal.length, { least: 0 })[0];
    }
    case "key":
      return nameBeforeKey(run, at) >= 0 ? YES : NO;
    case "declared":
      return isFree(run, keySoFar(run, at)) ? YES : NO;
    case "lost":
      return YES;
    default:
      return guardVerdict(run, edge, guard, at);
  }
}

/** A parameter's opener inside a value counts when a declared key follows that has no value yet. */
function keyVerdict(run: Run, edge: Edge, keyUntil: Texts, at: number): number {
  const start = at + edge.literal.length;
  const window = run.text.buffer.slice(start, start + NAME_MAX);
  run.work += window.length;
  const [line, broken] = partition(window, "\n");
  const call = run.open.call;
  const [end, until] = firstOf(line, keyUntil);
  if (end < 0) {
    const waits = window.length < NAME_MAX && !run.text.final && !broken;
    const mayCome =
      edge.then.length === 0 ||
      (call !== null && run.tools.beginsKey(call.arguments.tool, strip(line, BLANKS)));
    return waits && mayCome ? WAIT : NO;
  }
  let key = strip(line.slice(0, end), BLANKS);
  if (key.length > 1 && key.startsWith('"') && key.endsWith('"')) key = key.slice(1, -1);
  if (call === null || call.arguments.keys.has(key)) return NO;
  const { parameter, tool } = call.arguments;
  if (run.tools.knows(tool, key)) {
    const behind = start + end + until.length;
    const verdict = edge.then.length > 0 ? followVerdict(run, edge.then, behind, edge.rank) : YES;
    parameter.doubtful = parameter.doubtful || verdict === NO;
    return verdict;
  }
  return run.tools.open(tool) && wellShaped(key) && edge.then.length === 0 ? YES : NO;
}

/** The first place of a line at which one of some texts stands, and which; of several there the shortest. */
function firstOf(line: string, texts: Texts): readonly [number, string] {
  let found: readonly [number, string] = [-1, ""];
  for (const text of texts) {
    const at = line.indexOf(text);
    const isFirst = found[0] < 0 || at < found[0] || (at === found[0] && text.length < found[1].length);
    if (at >= 0 && isFirst) found = [at, text];
  }
  return found;
}

/** [YES, where it ends] when the key of a tag stands at `start`, and `ending` behind it. */
export function tagKey(run: Run, tags: Tags, ending: string, start: number): readonly [number, number] {
  const buffer = run.text.buffer;
  const found = tags.key(buffer.slice(0, start + NAME_MAX), start);
  const end = found === null ? start : endOf(found);
  run.work += end - start + 1;
  if (end > start && buffer.startsWith(ending, end)) return [YES, end];
  const rest = buffer.length - end;
  const mayCome = rest < ending.length && ending.startsWith(buffer.slice(end));
  return [mayCome && (end > start || !rest) ? WAIT : NO, end];
}
