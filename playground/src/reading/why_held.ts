/**
 * Why text is held, in words.
 *
 * In: a replay, a step, and the tables of the format. Out: what is held, since where, and what it waits for.
 *
 * docs/hold-back.md has the rules; this file only says which of them is at work.
 */

import type { MachineTable, StateTable } from "#toolgram/tables/table.js";
import type { Range } from "../spec/rules.js";
import type { Replay } from "./replay.js";

export interface Held {
  readonly text: string;
  /** The place of its first character. */
  readonly from: number;
  /** The step that brought its first character. */
  readonly since: number;
  readonly why: string;
  /** The most characters that can be held here; null: nothing bounds it. */
  readonly bound: number | null;
  /** Blanks behind an earlier text, which are content if more content comes; they may be all that is held. */
  readonly blanks: Range | null;
}

const BLANKS = "blanks beside a delimiter are markup, and between two texts they are text";
const NAMED_MAX = 3; // delimiters that one sentence names
const UNDECIDED = [
  "",
  "a call may have begun, and its name is not certain yet",
  "the call may be a draft or an example, which is text: what follows decides",
];

/** What is held behind so many steps; null: nothing. */
export function heldAt(replay: Replay, step: number, machine: MachineTable & Bounded): Held | null {
  const end = replay.ends[step]!;
  const deferred = replay.deferred.get(step) ?? "";
  const last = replay.heldFrom[step]!;
  const blanks = deferred === "" ? null : placeOf(replay, step, deferred);
  const what = replay.reads[replay.bounds[step]!]!;
  const bound = machine.bounds?.[what] ?? null;
  if (last < end) {
    const text = replay.text.slice(last, end);
    const state = machine.states[replay.states[step]!];
    const why = UNDECIDED[replay.undecided[step]!] || whyHere(text, state, what);
    return { text, from: last, since: stepOf(replay, last), why, bound, blanks };
  }
  if (blanks === null) return null;
  const { from } = blanks;
  return { text: deferred, from, since: stepOf(replay, from), why: BLANKS, bound, blanks };
}

interface Bounded {
  readonly bounds?: Readonly<Record<string, number>>;
}

/** Where blanks stand that wait before what is held: right before it, markup aside. */
function placeOf(replay: Replay, step: number, deferred: string): Range {
  const held = replay.heldFrom[step]!;
  const found = replay.text.lastIndexOf(deferred, held - deferred.length);
  const from = found < 0 ? held : found;
  return { from, to: from + deferred.length };
}

/** The first step behind which the text is longer than so much. */
export function stepOf(replay: Replay, place: number): number {
  let low = 1;
  let high = replay.steps;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (replay.ends[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function whyHere(text: string, state: StateTable | undefined, what: string): string {
  if (/^[ \t\r\n]+$/.test(text)) return BLANKS;
  const begun = text.replace(/^[ \t\r\n]+/, "");
  const edges = (state?.edges ?? []).filter((edge) => edge.literal.startsWith(begun));
  const whole = (state?.edges ?? []).find(
    (edge) => begun.startsWith(edge.literal) && edge.literal.length > 1,
  );
  if (edges.length > 0) return `it may be the beginning of ${listed(edges.map((edge) => edge.literal))}`;
  if (whole !== undefined)
    return `\`${whole.literal}\` has come, and what stands behind it decides whether it counts`;
  if (what === "typed argument") return "the value may be of several types: its closer decides";
  if (what === "copied JSON") return "a word of JSON is copied when it is whole";
  if (state?.sink === "name") return "a name is told when it is whole";
  if (state?.sink === "key") return "a key is told when it is whole";
  return "it may be the beginning of a delimiter";
}

function listed(literals: readonly string[]): string {
  const named = [...new Set(literals)].map((literal) => `\`${literal}\``);
  const more = named.length - NAMED_MAX;
  if (more > 0) return `${named.slice(0, NAMED_MAX).join(", ")} or ${more} others`;
  return named.length < 2 ? named.join("") : `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}
