/**
 * Delimiters with a place in them: for a suffix that every checkpoint of a model has of its own, or for a
 * tool's name.
 *
 * In: the tables of a format that leaves such a place, and a suffix: told, found among the names of special
 * tokens, or read from the text. Out: states and edges with the suffix in their places, each made when it is
 * first asked for.
 *
 *     hy_v4:  `<think{suffix}>` stands in the text as `<think:6124c78e>`, or as `<think>`
 *
 * Note [whose suffix counts]
 * A parser is told the suffix, or finds it among the names of special tokens; then every delimiter has that
 * one. Otherwise the text says it. At message level a delimiter may come with any suffix. The one that is
 * taken binds: inside what it opened only delimiters with the same suffix are any, so that a value may hold
 * the delimiters of other checkpoints. What is given back as text has bound nothing, and a delimiter without
 * a suffix binds no further than what it opened, because a model that has a suffix may still write about
 * `<think>`.
 *
 * Note [the name of the tool is the tag]
 * In `<get_weather><city>Rome</city></get_weather>` the delimiters of a call have its name in them:
 * `<{name}>`. That is a place, too. At message level it may hold the name of any tool that the request
 * declares, and no other text: so `<b>` is no opener, and is known for none at its first character with which
 * no name begins. The one that is taken names the call and binds: inside of it only `</get_weather>` is its
 * closer. Behind the call the place is open again.
 *
 * Promises: a suffix has at most `SUFFIX_MAX` characters; nothing beyond them is looked at.
 */

import { endOf } from "../regex.js";
import { partition, startsWithAny } from "../strings.js";
import { copyOf } from "./copies.js";
import { SUFFIX_MAX } from "./limits.js";
import { Nest } from "./nests.js";
import { matchWithin } from "./search.js";
import { States } from "./states.js";
import type { Edge, State, Tags, Texts } from "./states.js";
import { stemOfCloser } from "./stems.js";

export const SUFFIX_PLACE = "{suffix}";
export const NAME_PLACE = "{name}";
const SUFFIX_CHARACTERS = matchWithin("[A-Za-z0-9_\\-]*");

export const NO_SUFFIX = 0;
export const HAS_SUFFIX = 1;
export const HALF_SUFFIX = 2;

/** Put a suffix, or a name, in its place. */
export function withSuffix(literal: string, suffix: string): string {
  return literal.split(SUFFIX_PLACE).join(suffix).split(NAME_PLACE).join(suffix);
}

/**
 * What stands before the place and behind it; of a literal without a place all, and null.
 *
 *     aroundSuffix("<think{suffix}>")    ["<think", ">"]
 */
export function aroundSuffix(literal: string): readonly [string, string | null] {
  const [head, place, tail] = partition(literal, literal.includes(NAME_PLACE) ? NAME_PLACE : SUFFIX_PLACE);
  return [head, place ? tail : null];
}

/**
 * Read a suffix and the `tail` behind it: [HAS_SUFFIX, where the suffix ends], [HALF_SUFFIX, ...], or
 * NO_SUFFIX.
 */
export function readSuffix(text: string, at: number, begin: string, tail: string): readonly [number, number] {
  let end = at;
  if (text.startsWith(begin, at)) {
    const found = SUFFIX_CHARACTERS(text, at + begin.length, Math.min(text.length, at + SUFFIX_MAX));
    if (found !== null) end = endOf(found);
    if (end === text.length && end - at < SUFFIX_MAX) return [HALF_SUFFIX, end];
    if (end === at + begin.length) return [NO_SUFFIX, end]; // the mark alone
  }
  if (text.startsWith(tail, end)) return [HAS_SUFFIX, end];
  return [tail.startsWith(text.slice(end, end + tail.length)) ? HALF_SUFFIX : NO_SUFFIX, end];
}

/** Whether a text can stand in the place. */
export function isSuffix(text: string, begin: string): boolean {
  if (!text || begin === NAME_PLACE) return true;
  const found = SUFFIX_CHARACTERS(text, begin.length);
  const isWhole = found !== null && endOf(found) === text.length && text.length > begin.length;
  return text.startsWith(begin) && isWhole && text.length <= SUFFIX_MAX;
}

/** What must be right of a misspelt closer: of a name in its place, as much as of any word. */
export function bindStem(stem: string, place: string, suffix: string): string {
  return stem && place === NAME_PLACE ? stemOfCloser(stem, suffix) : stem;
}

/** The suffix that most of the literals have among the names of tokens; null when none of them is there. */
export function findSuffix(
  literals: Iterable<string>,
  names: Iterable<string>,
  begin: string,
): string | null {
  const places = [...literals].map(aroundSuffix).filter(([, tail]) => tail !== null);
  const heads = [...new Set(places.map(([head]) => head))];
  const counts = new Map<string, number>();
  for (const name of heads.length > 0 ? names : []) {
    for (const [head, tail] of startsWithAny(name, heads) ? places : []) {
      if (tail === null || !name.startsWith(head) || !name.endsWith(tail)) continue;
      const suffix = name.slice(head.length, Math.max(0, name.length - tail.length));
      if (isSuffix(suffix, begin)) counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
    }
  }
  let most: string | null = null;
  let times = 0;
  for (const [suffix, count] of counts) {
    if (count > times || (count === times && most !== null && suffix > most)) [most, times] = [suffix, count];
  }
  return most;
}

// --- states and edges with a suffix in their places
// -----------------------------------------------------------------

/** Put a suffix in the place of each literal. */
export function bindAll<Found extends Texts | null>(literals: Found, suffix: string): Found | Texts {
  return literals === null ? literals : literals.map((literal) => withSuffix(literal, suffix));
}

/** The same edge with its place open: its literal ends there, and `tail` is what stands behind the suffix. */
export function leaveOpen(edge: Edge, begin: string): Edge {
  const [head, tail] = aroundSuffix(edge.literal);
  if (tail === null) return edge;
  return copyOf(edge, { literal: head, tail, begin });
}

/** The same edge with a suffix in its places. */
export function bindEdge(edge: Edge, suffix: string): Edge {
  const places = [...(edge.follow ?? []), ...(edge.keyUntil ?? []), ...edge.then];
  if (edge.tail === null && places.length === 0 && edge.tags === null) return edge;
  const bound = copyOf(edge);
  if (edge.tail !== null) {
    bound.literal = edge.literal + suffix + edge.tail;
    bound.tail = null;
    bound.stem = bindStem(edge.stem, edge.begin, suffix);
    const tokens = edge.special.map(([token]) => withSuffix(token, suffix));
    bound.special = tokens.map((token) => [token, bound.literal.indexOf(token)]);
  }
  bound.follow = bindAll(edge.follow, suffix);
  bound.keyUntil = bindAll(edge.keyUntil, suffix);
  bound.then = bindAll(edge.then, suffix);
  bound.tags = bindTags(edge.tags, suffix);
  return bound;
}

/**
 * Read the suffix of an edge whose literal stands at `at`: with HAS_SUFFIX, the edge bound to it.
 *
 * The bound edge `binds` its suffix: whoever takes it goes on with the tables of that suffix. An edge without
 * an open place is what it is.
 */
export function boundAt(edge: Edge, text: string, at: number): readonly [number, Edge] {
  if (edge.tail === null) return [HAS_SUFFIX, edge];
  const start = at + edge.literal.length;
  const [verdict, end] = readSuffix(text, start, edge.begin, edge.tail);
  return [verdict, verdict === HAS_SUFFIX ? binding(edge, text.slice(start, end)) : edge];
}

/** The same edge with a suffix in its places, which it binds. */
export function binding(edge: Edge, suffix: string): Edge {
  const bound = bindEdge(edge, suffix);
  bound.binds = edge.peek ? null : suffix;
  return bound;
}

/** States whose delimiters may come with any suffix. */
export class OpenStates extends States {
  constructor(
    states: States,
    private readonly begin: string,
  ) {
    super(states.tables, states.shared);
  }

  /** Make a state of its table, and leave the places open. */
  override make(number: number): State {
    const state = super.make(number);
    state.setEdges(state.edges.map((edge) => leaveOpen(edge, this.begin)));
    state.longest = longestOf(state.edges);
    return state;
  }
}

/** States with a suffix in their places. Their searches serve every suffix. */
export class BoundStates extends States {
  constructor(
    private readonly open: States,
    private readonly suffix: string,
  ) {
    super(open.tables, open.shared);
  }

  /** Make a state of the one with open places. */
  override make(number: number): State {
    const bound = copyOf(this.open.get(number));
    bound.setEdges(bound.edges.map((edge) => this.bound(edge)));
    bound.callUntil = bindAll(bound.callUntil, this.suffix);
    bound.tags = bindTags(bound.tags, this.suffix);
    bound.longest = longestOf(bound.edges);
    const nests = [...bound.nests].map(([first, same]) => {
      return [first, same.map((nest) => bindNest(nest, this.suffix))] as const;
    });
    bound.nests = new Map(nests);
    return bound;
  }

  /** The edge bound; where the place holds a name, the next call has one of its own. */
  private bound(edge: Edge): Edge {
    const isNext = edge.begin === NAME_PLACE && (edge.peek || edge.does("open_call"));
    return isNext ? edge : bindEdge(edge, this.suffix);
  }
}

function longestOf(edges: readonly Edge[]): number {
  return Math.max(0, ...edges.map((edge) => edge.literal.length));
}

function bindTags(tags: Tags | null, suffix: string): Tags | null {
  if (tags === null) return null;
  return copyOf(tags, { follow: bindAll(tags.follow, suffix), beside: bindAll(tags.beside, suffix) });
}

function bindNest(nest: Nest, suffix: string): Nest {
  return new Nest(bindAll(nest.path, suffix), bindAll(nest.until, suffix), withSuffix(nest.closer, suffix));
}
