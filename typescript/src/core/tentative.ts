/**
 * The stretch in which it is undecided whether a call has begun: its source is kept, to be given back.
 *
 * In: the run where a call's opener stands, or a delimiter of a citation that holds the source. Out: a call,
 * markup without a call, or the text that it was.
 *
 *     `<tool_call>{"name": "weather"` + a tool of that name   the stretch is over: a call is announced
 *     `<tool_call>{"nam` + `me` ...                           given back: text up to where it failed
 *
 * Promises: what is given back is the source, character for character, and is read as text up to the place
 * that failed: no call is made of it, and giving back costs no more than reading did. Whatever the run knew
 * before the stretch, it knows again: the groups of registers that were kept are put back (run.ts), and what
 * began to record the source since then records no more.
 */

import { BLANKS_MAX } from "../tables/limits.js";
import type { State } from "../tables/states.js";
import { MESSAGE_SINKS } from "../tables/states.js";
import { UNKNOWN_TAG } from "./reasons.js";
import { CUT, noteGivenBack, noteRepair } from "./repairs.js";
import type { Before, Run } from "./run.js";
import { Open, Pending, Place, SKIPS_WORD, Stretch } from "./run.js";
import { skipBlanks } from "./verdicts.js";

/** From here on everything may have to be given back. */
export function beginStretch(run: Run): Stretch {
  const stretch = new Stretch(run);
  const { machine, state, stack } = run.place;
  run.stretch = stretch;
  run.place = new Place(machine, state, [...stack]);
  run.pending = new Pending();
  run.open = new Open();
  run.message = run.output.message = stretch.message.copy();
  run.text.recordings.push(stretch.source);
  return stretch;
}

/** It is decided: what has been read is what it seemed to be. */
export function endStretch(run: Run): Stretch | null {
  const stretch = run.stretch;
  run.stretch = null;
  if (stretch !== null) run.text.forget(stretch.source);
  return stretch;
}

/** It is no call: what was read up to `at` is text, for a reason; go on reading at `at`. */
export function giveBack(run: Run, at: number, why: string): void {
  const stretch = endStretch(run);
  if (stretch === null) return;
  const found = begins(stretch);
  putBack(run, stretch, found === null ? at : found - run.text.base, why);
}

/** Be again where the run was before; what was read since then, up to `at`, is text, for a reason. */
export function putBack(run: Run, before: Before, at: number, why: string): void {
  const text = run.text;
  const kept = before.source.kept;
  knowAgain(run, before, kept.length + at - before.source.begin, why);
  noteGivenBack(run);
  run.because(why);
  at += kept.length;
  text.putBack(kept, before.source.begin, before.tail);
  run.work += kept.length;
  const place = run.place;
  const base = textState(place);
  if (base !== null && base.sink === "content") run.consume("blanks", behindBlanks(run, place.state, at));
  if (base === null) {
    // A word that is no name: the rest of it is none either.
    if (at === text.position) run.open.skipping = SKIPS_WORD;
    run.skip(why, at);
  }
  text.looked = at;
  place.state = base ?? place.state;
  place.machine = place.machine.entering(place.state.number);
  place.state = place.machine.states.get(place.state.number);
}

/**
 * Behind the blanks that are markup in front of a text, as they are where the text begins with anything else.
 */
function behindBlanks(run: Run, state: State, end: number): number {
  const { buffer, position: start } = run.text;
  if (state.kind !== "gap" || state.keepBlanks || state.blanks === "none") return start;
  if (state.blanks === "any") return skipBlanks(buffer, start, Math.min(BLANKS_MAX, end - start));
  const at = buffer.startsWith("\r\n", start) ? start + 1 : start;
  return buffer.startsWith("\n", at) ? at + 1 : start;
}

/**
 * Where a call may begin in what is given back: behind prose, in junk, at a word that was none of a header.
 */
function begins(stretch: Stretch): number | null {
  if (stretch.proseFrom !== null) return stretch.proseFrom;
  return stretch.junkFrom === null && !stretch.isNamed ? stretch.wordFrom : stretch.junkFrom;
}

/**
 * No call came of the stretch: a tag that it begins with is text, and what stands behind that is read again.
 */
export function keepsTag(run: Run, stretch: Stretch): boolean {
  if (stretch.tagEnd === null || run.message.calls > stretch.message.calls) return false;
  endStretch(run);
  putBack(run, stretch, stretch.tagEnd - run.text.base, UNKNOWN_TAG);
  return true;
}

/**
 * What was read up to `at` is markup of something that never came: a call, a citation, a message.
 *
 * False: it began with a tag, and is read again behind that.
 */
export function drop(run: Run, at: number, why: string): boolean {
  const { stretch, text } = run;
  if (stretch === null) return true;
  if (keepsTag(run, stretch)) return false;
  const { begin, kept } = stretch.source;
  endStretch(run);
  knowAgain(run, stretch, kept.length + at - begin, why);
  noteRepair(run, CUT);
  run.because(why);
  run.trace?.add("skipped", kept + text.buffer.slice(begin, at));
  text.position = text.looked = at;
  run.place.state = textState(run.place) ?? run.place.state;
  return true;
}

/** Know what was known before a stretch of so many characters, which has failed for a reason. */
function knowAgain(run: Run, before: Before, chars: number, why: string): void {
  const { place, pending, open, message, recordings } = before;
  run.place = place;
  run.pending = pending;
  run.open = open;
  run.message = message;
  run.output.rewind(before.events, message);
  run.echo?.forget(run.text);
  run.text.recordings = run.text.recordings.filter((one) => recordings.includes(one));
  run.trace?.fail(before.traced, chars, why, { inCode: message.code.inSpan || message.code.inBlock });
  const draft = run.draft;
  if (draft !== null && draft.message === message) {
    // the first call of it was none
    run.draft = null;
    run.text.forget(draft.source);
  }
}

/** Where rejected text belongs: the text it was found in, or that may stand in its place. */
function textState({ state: base, machine }: Place): State | null {
  const states = machine.states;
  if (base.kind === "text") return base;
  for (const step of base.thens) {
    const state = states.get(step.to);
    if (state.kind !== "scan" && MESSAGE_SINKS.includes(state.sink)) return state;
  }
  const isAtMessageLevel = base.region === "message" || base.number === machine.start;
  return machine.content !== null && isAtMessageLevel ? states.get(machine.content) : null;
}
