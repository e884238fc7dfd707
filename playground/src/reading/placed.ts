/**
 * A parser that also says in which state each part of the text was read.
 *
 * In: what `createParser` takes. Out: a parser with a trace, and the number of the state of each entry.
 *
 * How: the trace is told what the run consumes before the run moves on, so the state is still the one in which
 * it was read. The parser's registers are private; only this file looks at them.
 */

import { createParser } from "#toolgram/index.js";
import type { Format, ParserOptions } from "#toolgram/index.js";
import type { Entry } from "#toolgram/core/trace.js";
import { Trace } from "#toolgram/core/trace.js";
import type { Parser } from "#toolgram/parser.js";

/** A trace that keeps, beside each entry, the state in which its text was read. */
class PlacedTrace extends Trace {
  readonly states = new WeakMap<Entry, number>();

  constructor(private readonly state: () => number) {
    super();
  }

  override add(kind: string, text: string): void {
    super.add(kind, text);
    const entry = this.entries.at(-1);
    if (entry !== undefined) this.states.set(entry, this.state());
  }
}

export interface PlacedParser {
  readonly parser: Parser;
  /** The state that the parser is in. */
  readonly state: () => number;
  /** Whether it is undecided that a call has begun, or that a call is no draft. */
  readonly undecided: () => "" | "call" | "draft";
  /** The state in which the text of an entry was read; -1: none is known. */
  readonly stateOf: (entry: Entry) => number;
}

export function createPlacedParser(format: Format, options: ParserOptions): PlacedParser {
  const parser = createParser(format, { ...options, trace: true });
  const run = parser["run"];
  const state = (): number => run.place.state.number;
  const trace = new PlacedTrace(state);
  run.trace = trace;
  const undecided = (): "" | "call" | "draft" =>
    run.draft !== null ? "draft" : run.stretch !== null ? "call" : "";
  return { parser, state, undecided, stateOf: (entry) => trace.states.get(entry) ?? -1 };
}
