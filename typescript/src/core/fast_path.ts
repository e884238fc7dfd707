/**
 * The fast path of the next delta: one test that says whether it is plain text here, and what it is then.
 *
 * In: the run between two deltas. Out: a pattern that is in no plain text, and a maker of the event.
 *
 * How: nothing may be held or undecided; then the kind of the state says where plain text may go, and what
 * reads there says whether its text goes out as it comes: each writer has such a pattern (`special`), or null.
 *
 * Promise: the event is what the steps would have made of the text, and they would have changed nothing that
 * counts.
 */

import type { Event } from "../events.js";
import { argumentsDelta, contentDelta, reasoningDelta } from "../events.js";
import { ANYTHING } from "../tables/search.js";
import type { State } from "../tables/states.js";
import { MESSAGE_SINKS } from "../tables/states.js";
import { StringWriter } from "../values/strings.js";
import { CONTENT, REASONING } from "./output.js";
import type { Run } from "./run.js";

export type Delta = (text: string) => Event;
export type FastPath = readonly [mark: RegExp, delta: Delta];

export const NO_FAST_PATH: FastPath = [ANYTHING, contentDelta];

/** Choose by the state that the next delta finds; nothing is held or undecided. */
export function chooseFastPath(run: Run): FastPath {
  const state = run.place.state;
  if (run.trace !== null && state.sink !== "reasoning") return NO_FAST_PATH;
  return PLAIN_PATHS.get(state.kind)?.(run, state) ?? NO_FAST_PATH;
}

const PLAIN_PATHS: ReadonlyMap<string, (run: Run, state: State) => FastPath | null> = new Map([
  ["text", inText],
  ["element", inElement],
  ["scan", inValue],
]);

function inText(run: Run, state: State): FastPath | null {
  const { call, entities } = run.open;
  if (MESSAGE_SINKS.includes(state.sink)) {
    if (run.message.code.waits || (entities !== null && entities.held > 0)) return null;
    if (state.sink === "content" && (run.message.fresh || !run.message.hasContent)) return null;
    return [state.mark, asMessage(run, state.sink)];
  }
  const writer = call === null ? null : call.arguments.writer;
  if (!(writer instanceof StringWriter) || writer.special === null) return null;
  return inArguments(run, state.stringMark);
}

function inElement(run: Run, state: State): FastPath | null {
  const element = run.open.element;
  return element !== null && element.streams ? inArguments(run, state.stringMark) : null;
}

function inValue(run: Run, state: State): FastPath | null {
  const { scanner, call, told } = run.open;
  const mark = scanner === null ? null : scanner.special;
  if (mark === null) return null;
  if (told !== null) {
    const { deferred, hasContent } = run.message;
    if (told.held > 0 || (state.sink === "content" && (deferred !== "" || !hasContent))) return null;
    return [mark, asMessage(run, state.sink)];
  }
  return call !== null && call.arguments.isPlain ? inArguments(run, mark) : null;
}

/** Text that is content or reasoning as it stands. */
function asMessage(run: Run, sink: string): Delta {
  if (sink === "content") return counted(run, CONTENT, contentDelta);
  return traced(run, counted(run, REASONING, reasoningDelta));
}

/** Text that goes to the arguments of an announced call, unless an entity is held before it. */
function inArguments(run: Run, mark: RegExp): FastPath | null {
  const { call, entities } = run.open;
  if (call === null || !call.isAnnounced || (entities !== null && entities.held > 0)) return null;
  const { index } = call.channel;
  return [mark, recorded(run, (text) => argumentsDelta(index, text))];
}

/** Where there are citations every character counts: they say where they stand. */
function counted(run: Run, channel: number, delta: Delta): Delta {
  return run.citations === null ? delta : run.citations.counted(channel, delta);
}

/** Reasoning where a trace is kept. */
function traced(run: Run, delta: Delta): Delta {
  const trace = run.trace;
  if (trace === null) return delta;
  return (text) => {
    trace.add("reasoning", text);
    return delta(text);
  };
}

/** Where the source is recorded, text that does not come through the buffer is recorded as well. */
function recorded(run: Run, delta: Delta): Delta {
  const recordings = [...run.text.recordings];
  if (recordings.length === 0) return delta;
  return (text) => {
    for (const recording of recordings) recording.keep(text);
    return delta(text);
  };
}
