/**
 * A text, read step by step: what came of each step, and what was held behind it.
 *
 * In: a format, chunks, and what is known of the request. Out: a `Replay`, from which every moment of the stream
 * can be shown without reading again.
 *
 * How: the parser reads once. Nothing that it has emitted is taken back, so what a character became in the end is
 * what it was shown to be from the moment when it was no longer held. A long text is read in slices, so that the
 * page stays awake; a newer text ends the reading of an older one.
 */

import type { Event, Format, MessageOptions } from "#toolgram/index.js";
import { createPlacedParser } from "./placed.js";
import type { Remark, Segment } from "./segments.js";
import { segmentsOf } from "./segments.js";
import type { Chunk } from "./steps.js";

export interface Replay {
  readonly text: string;
  /** How many steps there are: one for each chunk, and one that says that the text has ended. */
  readonly steps: number;
  /** Where the text ends behind so many steps. */
  readonly ends: Uint32Array;
  /** How many events have come behind so many steps. */
  readonly eventsBy: Uint32Array;
  /** Where the text that is held begins behind so many steps. */
  readonly heldFrom: Uint32Array;
  /** Blanks before that, which wait for what follows, by the number of steps. */
  readonly deferred: ReadonlyMap<number, string>;
  /** Whether it is undecided behind so many steps that a call has begun (1), or that a call is no draft (2). */
  readonly undecided: Uint8Array;
  /** The state behind so many steps. */
  readonly states: Uint16Array;
  /** Which bound holds behind so many steps, as an index of `reads`. */
  readonly bounds: Uint8Array;
  readonly reads: readonly string[];
  readonly events: readonly Event[];
  readonly segments: readonly Segment[];
  readonly remarks: readonly Remark[];
  readonly repairs: readonly string[];
  readonly unread: ReadonlyMap<string, string>;
}

export interface ReplayOptions extends MessageOptions {
  readonly tokenIds?: ReadonlyMap<string, number> | null;
}

const SLICE_MS = 12; // of work between two frames
const CHECK_EVERY = 64; // steps between two looks at the clock

/** Read a text; null where `isStale` says that nobody waits for it any more. */
export async function replay(
  format: Format,
  chunks: readonly Chunk[],
  options: ReplayOptions,
  isStale: () => boolean,
): Promise<Replay | null> {
  const { parser, state, undecided, stateOf } = createPlacedParser(format, options);
  const steps = chunks.length + 1;
  const kept = new Kept(steps);
  const events: Event[] = [];
  let end = 0;
  let since = performance.now();
  for (let step = 1; step <= steps; step += 1) {
    const chunk = chunks[step - 1];
    for (const event of chunk === undefined ? parser.finish() : parser.feed(chunk.text, chunk.ids))
      events.push(event);
    end += chunk?.text.length ?? 0;
    const [deferred, held] = chunk === undefined ? ["", 0] : parser.heldMark;
    kept.note(step, end, events.length, held, deferred, undecided(), state(), parser.reads);
    if (step % CHECK_EVERY === 0 && performance.now() - since > SLICE_MS) {
      await nextTask();
      if (isStale()) return null;
      since = performance.now();
    }
  }
  const text = chunks.map((chunk) => chunk.text).join("");
  const traced = segmentsOf(parser.trace ?? [], stateOf);
  return {
    ...kept.tables(),
    text,
    steps,
    events,
    ...traced,
    repairs: [...parser.repairs],
    unread: parser.unreadNames,
  };
}

/** The tables of a replay while it is made. Row 0 is the moment before the first step. */
class Kept {
  private readonly ends: Uint32Array;
  private readonly eventsBy: Uint32Array;
  private readonly heldFrom: Uint32Array;
  private readonly deferred = new Map<number, string>();
  private readonly undecided: Uint8Array;
  private readonly states: Uint16Array;
  private readonly bounds: Uint8Array;
  private readonly reads: string[] = [""];

  constructor(steps: number) {
    const rows = steps + 1;
    this.ends = new Uint32Array(rows);
    this.eventsBy = new Uint32Array(rows);
    this.heldFrom = new Uint32Array(rows);
    this.undecided = new Uint8Array(rows);
    this.states = new Uint16Array(rows);
    this.bounds = new Uint8Array(rows);
  }

  note(
    step: number,
    end: number,
    events: number,
    held: number,
    deferred: string,
    undecided: string,
    state: number,
    reads: string,
  ): void {
    this.ends[step] = end;
    this.eventsBy[step] = events;
    this.heldFrom[step] = end - held;
    if (deferred !== "") this.deferred.set(step, deferred);
    this.undecided[step] = ["", "call", "draft"].indexOf(undecided);
    this.states[step] = state;
    let bound = this.reads.indexOf(reads);
    if (bound < 0) bound = this.reads.push(reads) - 1;
    this.bounds[step] = bound;
  }

  tables(): Pick<
    Replay,
    "ends" | "eventsBy" | "heldFrom" | "deferred" | "undecided" | "states" | "bounds" | "reads"
  > {
    const { ends, eventsBy, heldFrom, deferred, undecided, states, bounds, reads } = this;
    return { ends, eventsBy, heldFrom, deferred, undecided, states, bounds, reads };
  }
}

/** Let the page do something else. A message is sooner back than a timer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
