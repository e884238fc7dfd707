/**
 * What stands there where an opener is missing: the key of a parameter, or a name and a key without one
 * between them.
 *
 * In: the run's text and a place. Out: YES, NO or WAIT (more text decides), and where the key begins or the
 * name ends.
 *
 *     `city">Tokyo`                      behind `<invoke name="get_weather">`: the key `city`
 *     `name="city">Tokyo`                half of the opener, and the key
 *     `get_weathercity</arg_key>`        the name `get_weather`, and the key `city`
 *
 * Promises: only a key that the tool declares, and that has no value yet, is evidence; at most an opener's
 * length and a name's are looked at.
 */

import { match } from "../regex.js";
import { find, lstrip, partition, rstrip, strip } from "../strings.js";
import { BLANKS, NAME_MAX, PROSE_MAX, TELLING } from "../tables/limits.js";
import type { State } from "../tables/states.js";
import { followVerdict } from "./behind.js";
import type { Run } from "./run.js";
import { NO, skipBlanks, WAIT, YES } from "./verdicts.js";

const WORD_OF_JSON = match("(?:-?[0-9][0-9.eE+-]*|true|false|null)[ \\t\\r\\n]*[,}\\])]|[\"'{\\[]");
// Behind these a delimiter opens a string, and closes none.
const OPENING: readonly string[] = ["", ":", "=", ",", "{", "[", "("];

/** [YES, where it begins] when a declared key stands at `at` of a gap, with what ends a key behind it. */
export function loneKey(run: Run, state: State, at: number): readonly [verdict: number, begin: number] {
  const { buffer, final } = run.text;
  const { machine } = run.place;
  const call = run.open.call;
  const way = state.keyAlone;
  if (call === null || way === null || call.arguments.isCopied) return [NO, at];
  const openers = state.partOpeners;
  const most = at + NAME_MAX + longest(openers);
  const [line] = partition(buffer.slice(at, most), "\n");
  run.work += line.length;
  const ends = machine.states.get(way.to).ownEnds;
  const found = ends.map((until) => line.indexOf(until)).filter((end) => end >= 0);
  if (found.length > 0) {
    const begin = keyIn(run, line.slice(0, Math.min(...found)), openers);
    return begin >= 0 ? [evidenceVerdict(run, at, longest(ends)), at + begin] : [NO, at];
  }
  const waits = at + line.length === buffer.length && !final && mayBecomeKey(run, line, ends, openers);
  return [waits ? WAIT : NO, at];
}

function longest(literals: readonly string[]): number {
  return Math.max(0, ...literals.map((literal) => literal.length));
}

/**
 * Where a key begins with which a text ends, with nothing before it but a piece of an opener; -1: there is
 * none.
 */
function keyIn(run: Run, text: string, openers: readonly string[]): number {
  run.work += lengthOf(openers);
  for (const key of keysIn(text, openers))
    if (isFree(run, key)) return rstrip(text, BLANKS).length - key.length;
  return -1;
}

function lengthOf(literals: readonly string[]): number {
  return literals.reduce((length, literal) => length + literal.length, 0);
}

/** Whether a key is declared, and has no value yet. */
export function isFree(run: Run, key: string): boolean {
  const call = run.open.call;
  return call !== null && !call.arguments.keys.has(key) && run.tools.knows(call.arguments.tool, key);
}

/** The key that has come, up to `at`: it is being read, or has just been. */
export function keySoFar(run: Run, at: number): string {
  const { buffer, position } = run.text;
  const rest = run.place.state.sink === "key" ? buffer.slice(position, at) : "";
  return strip(run.pending.key + rest, BLANKS);
}

/**
 * Whether the text at `at` is a string whose opener is missing: its closer follows before anything opens one.
 *
 * What is JSON by itself, up to a comma or a bracket, is none.
 */
export function loneValue(run: Run, state: State, at: number): number {
  const { buffer, final } = run.text;
  const { machine } = run.place;
  const way = state.valueAlone;
  if (way === null || WORD_OF_JSON(buffer, at) !== null) return NO;
  const end = Math.min(buffer.length, at + PROSE_MAX);
  if (hasNone(run, way.to, at, end)) return end - at < PROSE_MAX && !final ? WAIT : NO;
  const window = buffer.slice(at, end);
  run.work += window.length;
  const closers = machine.states
    .get(way.to)
    .edges.filter((edge) => !edge.rank)
    .map((edge) => ({ edge, place: window.indexOf(edge.literal) }))
    .filter(({ place }) => place >= 0);
  if (closers.length === 0) return NO;
  const { edge, place } = closers.reduce((first, one) => (one.place < first.place ? one : first));
  const before = window.slice(0, place);
  const isBehindToken = [...machine.specialTokens].some((token) => {
    const found = window.indexOf(token);
    return found >= 0 && found < place;
  });
  if (isBehindToken || OPENING.includes(rstrip(before, BLANKS).slice(-1))) return NO;
  return followVerdict(run, edge.follow, at + place + edge.literal.length, edge.rank);
}

/**
 * Whether neither a delimiter that ends the text of a state nor a special token stands from `at` to `end`.
 *
 * What has been searched for that state is remembered, so that each character is looked at once.
 */
function hasNone(run: Run, number: number, at: number, end: number): boolean {
  const { text } = run;
  const { machine } = run.place;
  const ends = [...machine.states.get(number).ownEnds, ...machine.specialTokens];
  const [known, since, until] = text.noEnd;
  const isKnown = known === number && since <= text.base + at && text.base + at <= until;
  const begin = isKnown ? Math.max(at, until - text.base - (longest(ends) || 1) + 1) : at;
  run.work += Math.max(0, end - begin) + 1;
  if (ends.some((literal) => find(text.buffer, literal, begin, end) >= 0)) return false;
  const from = isKnown ? since : text.base + at;
  text.noEnd = [number, from, Math.max(text.base + end, isKnown ? until : 0)];
  return true;
}

/** Whether more text may make a key of it. */
function mayBecomeKey(run: Run, text: string, ends: readonly string[], openers: readonly string[]): boolean {
  const call = run.open.call;
  for (const until of ends) {
    // the end may have come by half
    let half = until.length - 1;
    while (half > 0 && !text.endsWith(until.slice(0, half))) half -= 1;
    if (half > 0 && keyIn(run, text.slice(0, text.length - half), openers) >= 0) return true;
  }
  run.work += lengthOf(openers);
  return call !== null && anyKey(text, openers, (key) => run.tools.beginsKey(call.arguments.tool, key));
}

/**
 * Whether a key at `at` tells enough: behind a name that is no proof yet, by its end, or by a closer
 * further on.
 */
function evidenceVerdict(run: Run, at: number, length: number): number {
  const { stretch } = run;
  if (stretch === null || !stretch.isNamed || stretch.trusted || length > TELLING) return YES;
  const window = run.text.buffer.slice(at, at + PROSE_MAX);
  run.work += window.length;
  if (run.place.machine.closers.some((closer) => window.includes(closer))) return YES;
  return window.length < PROSE_MAX && !run.text.final ? WAIT : NO;
}

/**
 * Whether a value's closer that ends at `start` is meant: the key of a further parameter stands behind it.
 */
export function loneKeyBehind(run: Run, number: number, start: number): number {
  const { buffer } = run.text;
  const state = run.place.machine.states.get(number);
  if (state.keyAlone === null) return NO;
  const behind = skipBlanks(buffer, start);
  run.work += behind - start + 1;
  return behind < buffer.length ? loneKey(run, state, behind)[0] : NO;
}

/**
 * Where the name ends that is read, when a key that its tool declares goes from there to `end`; -1: it does
 * not.
 *
 * Of several names that may be meant none is.
 */
export function nameBeforeKey(run: Run, end: number): number {
  const { text, tools } = run;
  const begin = skipBlanks(text.buffer, text.position);
  const whole = rstrip(text.buffer.slice(begin, end), BLANKS);
  run.work += whole.length;
  const openers = run.place.state.partOpeners;
  const found = [...tools.declared.beginningsOf(whole)].filter((name) =>
    anyKey(whole.slice(name.length), openers, (key) => tools.knows(name, key)),
  );
  return found.length === 1 && !tools.has(whole) ? begin + found[0].length : -1;
}

/**
 * Whether a text may become a declared name, and a key of its tool without the opener, or with a piece of it.
 */
export function mayBeNameAndKey(run: Run, state: State, text: string): boolean {
  const { tools } = run;
  if (!state.edges.some((edge) => edge.guard === "key")) return false;
  return [...tools.declared.beginningsOf(text)].some((name) =>
    anyKey(text.slice(name.length), state.partOpeners, (key) => tools.beginsKey(name, key)),
  );
}

/** Whether what may be the key at the end of a text is one. */
function anyKey(text: string, openers: readonly string[], isKey: (key: string) => boolean): boolean {
  for (const key of keysIn(text, openers)) if (isKey(key)) return true;
  return false;
}

/** What may be the key at the end of a text that has nothing before it but a piece of an opener. */
function* keysIn(text: string, openers: readonly string[]): Generator<string> {
  text = strip(text, BLANKS);
  // without an opener a comma is missing
  for (const opener of openers.length > 0 ? openers : [""]) {
    for (let begin = 0; begin <= Math.min(text.length, opener.length); begin += 1) {
      if (opener.includes(strip(text.slice(0, begin), BLANKS))) yield lstrip(text.slice(begin), BLANKS);
    }
  }
}
