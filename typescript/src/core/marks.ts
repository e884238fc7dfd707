/**
 * Marks in the trace, where one is kept: where calls, names, arguments and values begin and end.
 *
 * In: the run, where one of them does. Out: a mark (trace.ts).
 */

import type { Run } from "./run.js";

/** Mark this place. */
export function mark(run: Run, kind: string, detail: string): void {
  run.trace?.mark(kind, detail);
}

/** Mark the place before the delimiter that was taken; this place, if it was not consumed. */
export function markDelimiter(run: Run, kind: string, detail: string): void {
  run.trace?.mark(kind, detail, run.text.position > run.text.delimiter ? 1 : 0);
}
