/**
 * How text is read: emitted up to where an edge stands, held back where one may begin.
 *
 * In: the parser in a state of kind `text` or `word`. Out: text in the state's capture.
 *
 * Promises: what is emitted is text in every continuation; what is held is at most the machine's bound.
 */

import { blanksFrom, findEdge, hasToken, waitFor } from "../core/edges.js";
import { chainVerdict, endsByToken, nestVerdict } from "../core/examples.js";
import { edgeVerdict } from "../core/guards.js";
import { nameBeforeKey } from "../core/left_out.js";
import { stepTo, take } from "../core/moves.js";
import { HELD_SINKS, declaredAt, endBefore, endOfName, isHeld, mayBe } from "../core/names.js";
import { NO_CALL, whyNoText } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { sinkText } from "../core/sinks.js";
import { giveBack } from "../core/tentative.js";
import { NO, WAIT, YES, skipBlanks, startsAny } from "../core/verdicts.js";
import { endOf } from "../regex.js";
import { BLANKS_MAX, NAME_MAX } from "../tables/limits.js";
import type { Edge, State } from "../tables/states.js";
import { MESSAGE_SINKS } from "../tables/states.js";
import { behindCharacter, searchUpTo } from "./characters.js";

const NAME_WINDOW = NAME_MAX + 2 * BLANKS_MAX; // a name, with the blanks around it, is shorter

/** What stands at a place: an edge, or whether more text decides. */
type EdgeFound = readonly [verdict: number, edge: Edge | null];

const WAITS: EdgeFound = [WAIT, null];
const NO_EDGE: EdgeFound = [NO, null];

/** Emit text up to where an edge stands; hold back what may begin one. */
export function stepText(run: Run, state: State): boolean {
  const { text, message } = run;
  const { buffer } = text;
  const isWhole = isHeld(run, state);
  let at = text.looked;
  if (message.wrapper && message.afterCall && state.unknownTags) {
    const closed = closeTag(run, state);
    if (closed !== null) return closed;
  }
  const end = isWhole ? Math.min(buffer.length, text.position + NAME_WINDOW) : buffer.length;
  for (;;) {
    const found = searchUpTo(state.search, buffer, at, end);
    run.work += (found === null ? end : found.index) - at + 1;
    if (found === null) return holdText(run, state, end);
    at = found.index;
    const [verdict, edge] = findInText(run, state, at);
    if (verdict === WAIT) {
      const goesOn = holdText(run, state, at);
      if (!goesOn) waitFor(run, edge, at);
      return goesOn;
    }
    if (edge !== null && verdict === YES) {
      const [ends, behind] = state.sink === "name" ? nameEnd(run, edge, at) : ([YES, at] as const);
      if (ends === WAIT) return holdText(run, state, at);
      if (behind <= at) return leaveText(run, state, edge, behind);
      at = behind; // the delimiter is a part of the name
      continue;
    }
    at = behindCharacter(buffer, at);
    if (isWhole && !mayBe(run, state, buffer.slice(text.position, at))) {
      giveBack(run, text.position, whyNoText(state));
      return true;
    }
  }
}

/**
 * Take the closer of a tag right behind a call, which no search finds; false: more text decides, null: none.
 */
function closeTag(run: Run, state: State): boolean | null {
  const { buffer, position } = run.text;
  const at = skipBlanks(buffer, position);
  run.work += at - position + 1;
  if (buffer[at] !== "<") return null;
  const [verdict, edge] = findEdge(run, state, at);
  if (verdict === WAIT) return holdText(run, state, at);
  if (edge === null || edge.wraps !== "") return null; // the search finds any other
  take(run, edge, at);
  return true;
}

/**
 * Where the name ends in which a delimiter stands at `at`: there, behind what has it in it, or before a key.
 */
function nameEnd(run: Run, edge: Edge, at: number): readonly [verdict: number, end: number] {
  const { buffer, position } = run.text;
  if (edge.guard === "key") return [YES, nameBeforeKey(run, at)];
  if (run.tools.hasUnusual) {
    const [verdict, end] = declaredAt(run, skipBlanks(buffer, position));
    if (verdict === WAIT || (verdict === YES && end > at)) return [verdict, end];
  }
  return endBefore(run, edge.literal, at);
}

function findInText(run: Run, state: State, at: number): EdgeFound {
  if (run.open.nest !== null) return findInNest(run, state, at);
  const verdict = beginNest(run, state, at);
  if (verdict === NO) return findEdge(run, state, at);
  return verdict === WAIT ? WAITS : NO_EDGE;
}

/** Whether a nested example begins at `at`: Note [nested examples]. */
export function beginNest(run: Run, state: State, at: number): number {
  const { buffer } = run.text;
  for (const nest of state.nests.get(buffer[at]) ?? []) {
    if (!nest.mayBegin(buffer, at)) continue;
    const verdict = nestVerdict(run, nest, at);
    if (verdict === YES) run.open.nest = [nest, 1, endsByToken(run, nest, at)];
    if (verdict !== NO) return verdict;
  }
  return NO;
}

/** Inside a nested example only its own end counts, or the end of everything: Note [nested examples]. */
export function findInNest(run: Run, state: State, at: number): EdgeFound {
  const { buffer, final } = run.text;
  const example = run.open.nest!;
  const [nest, depth, byToken] = example;
  for (const edge of state.byFirst.get(buffer[at]) ?? []) {
    const { literal } = edge;
    if (buffer.startsWith(literal, at)) {
      const ends = byToken && edge.special.length > 0;
      const verdict = ends ? edgeVerdict(run, edge, at) : chainVerdict(run, example, at);
      if (verdict === WAIT) return WAITS;
      if (verdict === YES) {
        run.open.nest = null;
        return [YES, edge];
      }
      break;
    }
    if (buffer.length - at < literal.length && !final && literal.startsWith(buffer.slice(at))) return WAITS;
  }
  const [verdict] = startsAny(buffer, at, [nest.closer, nest.path[0]]);
  if (verdict === WAIT && !final) return WAITS;
  if (buffer.startsWith(nest.closer, at)) run.open.nest = depth > 1 ? [nest, depth - 1, byToken] : null;
  else if (buffer.startsWith(nest.path[0], at)) {
    const inner = nestVerdict(run, nest, at);
    if (inner === WAIT) return WAITS;
    if (inner === YES) run.open.nest = [nest, depth + 1, byToken];
  }
  return NO_EDGE;
}

/** Emit what is certain; keep from `at` on, and the blanks before it. */
function holdText(run: Run, state: State, at: number): boolean {
  const { text } = run;
  const { buffer, position, final } = text;
  let keep = blanksFrom(buffer, position, at, state.holdBlanks);
  if (final) {
    if (MESSAGE_SINKS.includes(state.sink) && run.message.cited === null) {
      keep = cutBeforePartial(run, state, buffer.length, { isCertain: true });
    } else if (run.stretch === null && at === buffer.length) at = keep = cutBeforePartial(run, state, at);
  }
  if (isHeld(run, state)) {
    // held whole until it is known: see `mayBe`
    if (final && state.sink === "name") keep = cutBeforePartial(run, state, buffer.length);
    text.looked = at;
    const isShort = at - position < NAME_WINDOW;
    if (isShort && mayBe(run, state, buffer.slice(position, keep))) return false;
    giveBack(run, position, whyNoText(state));
    return true;
  }
  if (keep > position) sinkText(run, state, keep);
  text.looked = Math.max(at, text.position);
  return false;
}

/**
 * At the end of the stream: where a delimiter begins that was cut off, else the end.
 *
 * `isCertain`: only one of which a special token has come whole, because the rest may be text.
 */
function cutBeforePartial(run: Run, state: State, at: number, { isCertain = false } = {}): number {
  const { buffer, position } = run.text;
  for (let back = Math.max(position, at - state.longest); back < at; back += 1) {
    const rest = buffer.slice(back);
    for (const edge of state.byFirst.get(buffer[back]) ?? []) {
      const isCut = edge.literal.startsWith(rest) && (!isCertain || edge.literal !== rest);
      if (isCut && (!isCertain || hasToken(run, edge, back))) {
        return blanksFrom(buffer, position, back, state.holdBlanks);
      }
    }
  }
  return at;
}

function leaveText(run: Run, state: State, edge: Edge, at: number): boolean {
  const { buffer, position } = run.text;
  const begin = blanksFrom(buffer, position, at, edge.blanks);
  if (state.sink === "name" && begin === position && !run.isAllOrNothing && isStray(run, edge)) {
    run.consume("markup", at + edge.literal.length);
    return true;
  }
  if (sinkText(run, state, begin, true)) take(run, edge, at);
  return true;
}

/** Whether a special token goes on with a call that has no name yet: nothing but a slip is written so. */
function isStray(run: Run, edge: Edge): boolean {
  const { stretch } = run;
  const isInside = run.place.machine.states.get(edge.to).region === "call";
  return edge.special.length > 0 && isInside && stretch !== null && stretch.trusted && !stretch.sawBody;
}

/** Text of a closed set of characters (a Python name, digits): it ends at the first other character. */
export function stepWord(run: Run, state: State): boolean {
  const { text, stretch } = run;
  const { buffer, position, looked, final } = text;
  const matched = state.charset!(buffer, looked);
  let end = matched === null ? looked : endOf(matched);
  run.work += end - looked + 1;
  if (state.sink === "name" && end < buffer.length) {
    let verdict: number;
    [verdict, end] = endOfName(run, state, end);
    if (verdict === WAIT) return holdName(run, state, end);
  }
  const isGoingOn = end === buffer.length && !final;
  const isHeader = !state.sink && stretch !== null; // nothing that the call keeps
  if (isHeader && end - position > NAME_MAX) {
    giveBack(run, position, NO_CALL);
    return true;
  }
  if (isGoingOn && isHeader) {
    text.looked = end;
    return false;
  }
  if (isGoingOn && HELD_SINKS.includes(state.sink)) return holdName(run, state, end);
  if (isHeader) stretch.wordFrom = text.base + position;
  if (!sinkText(run, state, end)) return true;
  if (isGoingOn) return false;
  stepTo(run, state.done!);
  return true;
}

/** Wait for more of a name, of which the text up to `end` is known, unless it can be none. */
function holdName(run: Run, state: State, end: number): boolean {
  const { text } = run;
  const { buffer, position } = text;
  text.looked = end;
  const isOne = (until: number) => mayBe(run, state, buffer.slice(position, until));
  if (isOne(buffer.length) || (end > position && isOne(end))) return false;
  giveBack(run, position, whyNoText(state));
  return true;
}
