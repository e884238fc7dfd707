/**
 * Which edge stands at a place, and which blanks belong to it.
 *
 * In: the run's text and a position. Out: an edge, or whether to wait for more text.
 *
 * Promises: the longest literal wins, whatever the order in the spec; on the last text nothing waits.
 */

import { rstrip } from "../strings.js";
import { copyOf } from "../tables/copies.js";
import { BLANKS, BLANKS_MAX, SUFFIX_MAX } from "../tables/limits.js";
import type { Edge, State } from "../tables/states.js";
import { binding, boundAt, HALF_SUFFIX, HAS_SUFFIX, NAME_PLACE } from "../tables/suffix.js";
import { endsText, misspeltEnd } from "./behind.js";
import { edgeVerdict } from "./guards.js";
import { isKey, namedAt } from "./named.js";
import type { Run } from "./run.js";
import { closerOfTag, tagBefore, withTag } from "./unknown_tags.js";
import { NO, startsAny, WAIT, YES } from "./verdicts.js";

/** A verdict, and the edge that it is of. */
export type FoundEdge = readonly [verdict: number, edge: Edge | null];

/** Where the blanks begin that belong to the delimiter at `at`; not before `start`. */
export function blanksFrom(buffer: string, start: number, at: number, policy: string): number {
  if (policy === "none" || at <= start) return at;
  if (policy === "any") {
    const low = Math.max(start, at - BLANKS_MAX);
    return low + rstrip(buffer.slice(low, at), BLANKS).length;
  }
  const last = buffer[at - 1];
  if (last === "\n") return at - 1 > start && buffer[at - 2] === "\r" ? at - 2 : at - 1;
  return last === "\r" && at === buffer.length ? at - 1 : at; // half a line end
}

/** Whether of a delimiter that the end of the buffer cuts off at least the first special token came whole. */
export function hasToken(run: Run, edge: Edge, at: number): boolean {
  if (edge.special.length === 0 || edge.guard !== null) return false;
  const [token, place] = edge.special.reduce((first, found) => (found[1] < first[1] ? found : first));
  const isWhole = at + place + token.length <= run.text.buffer.length;
  return isWhole && (run.special === null || run.special.isReal(token, run.text.base + at + place));
}

/** The edge whose literal stands at `at` (the longest first), or whether to wait for one. */
export function findEdge(run: Run, state: State, at: number): FoundEdge {
  const { buffer, final } = run.text;
  const rest = buffer.length - at;
  if (!rest) return [NO, null];
  const edges = state.byFirst.get(buffer[at]) ?? [];
  for (const edge of edges) {
    run.work += 1;
    const literal = edge.literal;
    if (buffer.startsWith(literal, at)) {
      const found =
        edge.tail === null ? ([edgeVerdict(run, edge, at), edge] as const) : boundVerdict(run, edge, at);
      if (found[0] !== NO) return found;
    } else if (rest < literal.length && !final && literal.startsWith(buffer.slice(at))) {
      return [WAIT, edge];
    }
  }
  if (state.hasStems) {
    for (const edge of edges) {
      if (edge.stem && edge.tail === null) {
        const found = misspeltVerdict(run, edge, at);
        if (found[0] !== NO) return found;
      }
    }
  }
  if (buffer[at] === "<" && (state.unknownTags || run.message.wrapper)) {
    const found = closerOfTag(run, state, at);
    return found[0] === NO ? taggedEdge(run, state, at) : found;
  }
  return [NO, null];
}

/** More text decides which edge stands at `at`; where that is the rest of one delimiter, say so. */
export function waitFor(run: Run, edge: Edge | null, at: number): void {
  const text = run.text;
  const begun = text.buffer.length - at;
  if (edge !== null && edge.tail === null && begun < edge.literal.length && run.draft === null) {
    text.rest = edge.literal.slice(begun);
  }
}

/** The opener of a call with a tag before it that the format does not know. */
function taggedEdge(run: Run, state: State, at: number): FoundEdge {
  const [tagVerdict, place] = tagBefore(run, state, at);
  if (tagVerdict !== YES) return [tagVerdict, null];
  const buffer = run.text.buffer;
  const { content, states } = run.place.machine;
  const drafts = state.edges.some((edge) => edge.drafts);
  // Behind a tag a call's own opener counts in the thoughts as well.
  const around = state.sink === "reasoning" && content !== null ? states.get(content) : state;
  const openers = (around.byFirst.get(buffer[place]) ?? []).filter(
    (edge) => edge.opens && edge.guard === null,
  );
  const [verdict] = startsAny(
    buffer,
    place,
    openers.map((edge) => edge.literal),
  );
  if (verdict !== YES) return [verdict === WAIT && !run.text.final ? WAIT : NO, null];
  const [found, edge] = findEdge(run, around, place);
  if (found !== YES || edge === null || !edge.opens || edge.guard !== null) {
    return [found === WAIT ? WAIT : NO, null];
  }
  return [YES, withTag(run, edge, at, place, { drafts })];
}

/**
 * Whether the closer of an edge stands there misspelt, and the edge as it is spelled; the end is no
 * evidence.
 */
function misspeltVerdict(run: Run, edge: Edge, at: number): FoundEdge {
  const [verdict, end] = misspeltEnd(run, edge.literal, edge.stem, at);
  if (verdict !== YES) return [verdict, edge];
  if (edge.follow !== null && endsText(run, end)) return [NO, edge];
  const written = spelledAs(edge, run.text.buffer.slice(at, end));
  return [edgeVerdict(run, written, at), written];
}

/** The same edge with a misspelt closer for its literal. */
function spelledAs(edge: Edge, literal: string): Edge {
  const special = edge.special.filter(([token, place]) => place + token.length <= edge.stem.length);
  return copyOf(edge, { literal, rank: 1, special });
}

/** The same for an edge whose suffix the text says: see Note [whose suffix counts] in tables/suffix.ts. */
function boundVerdict(run: Run, edge: Edge, at: number): FoundEdge {
  if (edge.begin === NAME_PLACE) return namedVerdict(run, edge, at);
  const [verdict, found] = boundAt(edge, run.text.buffer, at);
  run.work += SUFFIX_MAX;
  if (verdict === HALF_SUFFIX && !run.text.final) return [WAIT, edge];
  return [verdict === HAS_SUFFIX ? edgeVerdict(run, found, at) : NO, found];
}

/**
 * The same for an edge with a place for a name; a tag that is a key of the call that is open begins no
 * other.
 */
function namedVerdict(run: Run, edge: Edge, at: number): FoundEdge {
  const [verdict, name] = namedAt(run, edge, at);
  if (verdict !== YES) return [verdict, edge];
  if (edge.peek && isKey(run, name)) return [NO, edge];
  const bound = binding(edge, name);
  return [edgeVerdict(run, bound, at), bound];
}
