/**
 * Which rule stands behind a character, and which characters stand behind a rule.
 *
 * In: a spec, the machine that was made of it, a replay. Out: ranges of the one for places of the other.
 *
 * How: a segment knows the state that read it, and a state knows its place in the spec. A delimiter is found by its
 * literal, near the place of that state.
 */

import type { Table } from "./formats.js";
import type { Replay } from "./reading/replay.js";
import type { Segment } from "./reading/segments.js";
import { segmentAt } from "./reading/segments.js";
import type { Range, Rule } from "./spec/rules.js";
import { itemAt, literalIn, placeOf, ruleAt, rulesOf } from "./spec/rules.js";

const MARKUP = new Set(["markup", "blanks"]);
const LIT_MAX = 3000; // ranges
const STRING = /"(?:[^"\\\n]|\\.)*"/g;

export interface Behind {
  readonly item: Range | null;
  readonly rule: Rule | null;
  /** Where the rule stands, if that is another file. */
  readonly elsewhere: string | null;
}

export interface Pointing {
  /** What stands in the spec behind a segment. */
  readonly behind: (segment: Segment, replay: Replay) => Behind;
  /** The characters behind a place of the spec. */
  readonly lit: (place: number, replay: Replay) => readonly Range[];
}

export function pointing(spec: string, machine: Table): Pointing {
  const rules = rulesOf(spec);
  const places = machine.states.map((state) => placeOf(spec, state.at));
  return {
    behind: (segment, replay) => {
      const place = places[segment.state] ?? null;
      const text = replay.text.slice(segment.start, segment.end);
      const literal = MARKUP.has(segment.kind) ? literalIn(spec, text, place ?? 0) : null;
      const at = literal?.from ?? place;
      const state = machine.states[segment.state];
      if (at === null) return { item: null, rule: null, elsewhere: state?.at || null };
      const item = literal ?? (MARKUP.has(segment.kind) ? null : itemAt(spec, at));
      return { item, rule: ruleAt(rules, at), elsewhere: null };
    },
    lit: (place, replay) => {
      const literal = literalAt(spec, place);
      if (literal !== null)
        return ranges(replay, (segment, text) => MARKUP.has(segment.kind) && text === literal);
      const word = /\w+$/.exec(spec.slice(Math.max(0, place - 80), place))?.[0].length ?? 0;
      const item = itemAt(spec, place - word);
      const states = statesIn(places, item);
      if (states.size > 0) return ranges(replay, (one) => states.has(one.state) && !MARKUP.has(one.kind));
      const rule = ruleAt(rules, place);
      if (rule === null) return [];
      const inRule = statesIn(places, rule);
      const body = spec.slice(rule.from, rule.to);
      return ranges(replay, (one, text) =>
        MARKUP.has(one.kind) ? body.includes(JSON.stringify(text)) : inRule.has(one.state),
      );
    },
  };
}

/** The characters that were read in a state. */
export function readIn(state: number, replay: Replay): readonly Range[] {
  return ranges(replay, (segment) => segment.state === state);
}

export function segmentUnder(replay: Replay, place: number): Segment | null {
  return replay.segments[segmentAt(replay.segments, place)] ?? null;
}

function ranges(replay: Replay, test: (segment: Segment, text: string) => boolean): readonly Range[] {
  const found: Range[] = [];
  for (const segment of replay.segments) {
    const { start, end } = segment;
    if (test(segment, end - start < 200 ? replay.text.slice(start, end) : ""))
      found.push({ from: start, to: end });
    if (found.length === LIT_MAX) break;
  }
  return found;
}

function statesIn(places: readonly (number | null)[], { from, to }: Range): ReadonlySet<number> {
  return new Set(
    [...places.keys()].filter(
      (state) => places[state] !== null && places[state]! >= from && places[state]! < to,
    ),
  );
}

/** The literal that a place stands in; null: in none. */
function literalAt(spec: string, place: number): string | null {
  const start = spec.lastIndexOf("\n", place - 1) + 1;
  const end = spec.indexOf("\n", place);
  const line = spec.slice(start, end < 0 ? spec.length : end);
  if (/^\s*(?:\/\/|#)/.test(line)) return null;
  for (const found of line.matchAll(STRING)) {
    const from = start + found.index;
    if (from <= place && place <= from + found[0].length) {
      try {
        return JSON.parse(found[0]) as string;
      } catch {
        return null; // an escape that JSON does not have
      }
    }
  }
  return null;
}
