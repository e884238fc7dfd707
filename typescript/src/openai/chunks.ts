/**
 * Events as the chunk deltas of OpenAI's chat completions.
 *
 * In: the events that a parser returns, batch after batch. Out: `delta` objects for `choices[0]`, and the
 * reason to finish.
 *
 * Promises: no delta is empty; a call's first delta has its index, id, type, whole name and `arguments: ""`,
 * each later one its index and arguments alone, as OpenAI's own API writes them; the joined arguments are the
 * call's. A citation of the content is an `annotations` delta behind the text that it speaks of; in
 * `start_index` and `end_index` characters of all of the content are counted.
 */

import type { ArgumentsDelta, CallEnd, CallStart, Event } from "../events.js";
import type { Annotation } from "../message.js";
import { annotation, DROP, KEEP, newId } from "../message.js";

/** A part of a call. Its first one has `id`, `type` and the name. */
export interface CallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: "function";
  readonly function: { name?: string; arguments: string };
}

/** What a chunk says: one of these. */
export interface Delta {
  content?: string;
  reasoning?: string;
  tool_calls?: [CallDelta];
  annotations?: Annotation[];
}

/** How deltas are made. */
export interface ChunkOptions {
  /** So many letters and digits has an id that is made up; null: as OpenAI's. */
  readonly callIdLength?: number | null;
  /**
   * With `"drop"` a call waits for its end, and is sent if it is complete then; those that are sent are numbered
   * without gaps.
   */
  readonly incomplete?: string;
}

/** Turns the events of one answer into deltas. */
export class ChunkBuilder {
  private hasCompleteCall = false;
  private waiting: (CallStart | ArgumentsDelta)[] = []; // of a call that has not ended
  private sent = 0; // calls, of those that had to wait
  private readonly idLength: number | null;
  private readonly drops: boolean;

  constructor({ callIdLength = null, incomplete = KEEP }: ChunkOptions = {}) {
    this.idLength = callIdLength;
    this.drops = incomplete === DROP;
  }

  /** Turn one batch of events into deltas, as few as their order allows; nothing gives none. */
  delta(events: Iterable<Event>): Delta[] {
    const deltas: Delta[] = [];
    for (const event of this.drops ? this.wholeCalls(events) : events) {
      if (event.type === "CallEnd") {
        this.hasCompleteCall ||= event.complete;
        continue;
      }
      const delta = deltaOf(event, this.idLength);
      const last = deltas.at(-1);
      if (delta !== null && !(last !== undefined && join(last, delta))) deltas.push(delta);
    }
    return deltas;
  }

  /** The same events, with each call at its end, if it is complete, and else without it. */
  private *wholeCalls(events: Iterable<Event>): Iterable<Event> {
    for (const event of events) {
      if (event.type === "CallStart" || event.type === "ArgumentsDelta") {
        this.waiting.push({ ...event, index: this.sent });
        continue;
      }
      if (event.type === "CallEnd") {
        if (event.complete) {
          yield* this.waiting;
          this.sent += 1;
        }
        this.waiting = [];
      }
      yield event;
    }
  }

  /**
   * Return why the answer ended, from the engine's own reason.
   *
   * A cut answer stays `length`, or whatever else the engine stopped it for; `tool_calls` is said only of an
   * answer that came to its own end with at least one complete call, because clients run the calls that it
   * announces.
   */
  finishReason<Reason>(engineReason: Reason): Reason | "tool_calls" | "stop" {
    if (engineReason === "stop" && this.hasCompleteCall) return "tool_calls";
    if (engineReason === "tool_calls" && !this.hasCompleteCall) return "stop";
    return engineReason;
  }
}

function deltaOf(event: Exclude<Event, CallEnd>, idLength: number | null): Delta | null {
  switch (event.type) {
    case "ContentDelta":
      return event.text ? { content: event.text } : null;
    case "ReasoningDelta":
      return event.text ? { reasoning: event.text } : null;
    case "CallStart": {
      const made = { name: event.name, arguments: "" };
      const id = event.id || newId(idLength);
      return { tool_calls: [{ index: event.index, id, type: "function", function: made }] };
    }
    case "ArgumentsDelta":
      return event.text
        ? { tool_calls: [{ index: event.index, function: { arguments: event.text } }] }
        : null;
    case "Citation":
      return event.capture === "content" ? { annotations: [annotation(event)] } : null;
  }
}

/** Add a delta to the one before it, if the two are more of the same text. */
function join(last: Delta, delta: Delta): boolean {
  for (const key of ["content", "reasoning"] as const) {
    const [before, more] = [last[key], delta[key]];
    if (before !== undefined && more !== undefined) {
      last[key] = before + more;
      return true;
    }
  }
  if (last.annotations && delta.annotations) {
    last.annotations.push(...delta.annotations);
    return true;
  }
  if (!last.tool_calls || !delta.tool_calls) return false;
  const [before] = last.tool_calls;
  const [entry] = delta.tool_calls;
  if (before.index !== entry.index || entry.id !== undefined || before.id !== undefined) return false;
  before.function.arguments += entry.function.arguments;
  return true;
}
