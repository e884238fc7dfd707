/**
 * What each stretch of the text became, and why.
 *
 * In: the entries of a trace. Out: segments that stand one behind the other; neighbours of one kind, read in one
 * state for one reason, are one segment.
 */

import { REASONS } from "#toolgram/core/reason_texts.js";
import type { Entry } from "#toolgram/core/trace.js";

// These say something of a call that has ended, and stand behind it.
const OF_THE_CALL_BEFORE = new Set(["near_json", "cut"]);

export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  /** Why, in words; "" where nothing unusual happened. */
  readonly why: string;
  readonly state: number;
}

/** Something unusual, and the place in the text that it stands before. */
export interface Remark {
  readonly at: number;
  readonly reason: string;
  readonly words: string;
}

export interface Traced {
  readonly segments: readonly Segment[];
  readonly remarks: readonly Remark[];
}

export function segmentsOf(entries: readonly Entry[], stateOf: (entry: Entry) => number): Traced {
  const segments: Segment[] = [];
  const remarks: Remark[] = [];
  let at = 0;
  let why = "";
  for (const entry of entries) {
    const [kind, text] = entry;
    if (text === "") {
      const words = REASONS.get(kind) ?? kind;
      remarks.push({ at, reason: kind, words });
      const last = segments.at(-1);
      if (!OF_THE_CALL_BEFORE.has(kind)) why = words;
      else if (last !== undefined) segments[segments.length - 1] = { ...last, why: words };
      continue;
    }
    const last = segments.at(-1);
    const state = stateOf(entry);
    const end = at + text.length;
    if (last !== undefined && last.kind === kind && last.state === state && why + last.why === "") {
      segments[segments.length - 1] = { ...last, end };
    } else {
      segments.push({ start: at, end, kind, why, state });
    }
    at = end;
    why = "";
  }
  return { segments, remarks };
}

/** The number of the first segment that ends behind a place. */
export function segmentAt(segments: readonly Segment[], at: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.end > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
