/**
 * Calls whose own opener is missing: what stands where it should must vouch for the call.
 *
 * In: the run's text and a place. Out: YES, NO or WAIT (more text decides).
 *
 *   `functions.get_weather:0<|argument|>`   in an open section: a declared name, and the delimiter behind it
 *   `call:get_weather{city:<|"|>`           at the start of a line: the same, and a special token in the call
 *
 * Promises: at most a name and `PROSE_MAX` characters are looked at.
 */

import { endOf, match } from "../regex.js";
import { endsWithAny, rstrip } from "../strings.js";
import { BLANKS, NAME_MAX, NUMBER_MAX, PROSE_MAX } from "../tables/limits.js";
import type { Edge, State, Texts } from "../tables/states.js";
import type { Run } from "./run.js";
import { standsAny } from "./spelled.js";
import { NO, skipBlanks, startsAny, WAIT, YES } from "./verdicts.js";

const NUMBERED = match("[:.#\\-]?[\\p{L}\\p{N}_\\-]*", "u");
const IN_CALL: readonly string[] = [...":={[(,}])"];

/** Whether a call stands at `at` of a section, without its opener. */
export function sectionCallVerdict(run: Run, state: State, at: number): number {
  const way = state.callAlone;
  if (way === null) return NO;
  const edges = run.place.machine.states.get(way.to).edges.filter((edge) => !edge.rank);
  const words = ["", ...edges.map((edge) => edge.literal)];
  const verdicts = words.map((word) => {
    const [verdict, length] = word ? startsAny(run.text.buffer, at, [word]) : [YES, 0];
    return verdict === YES ? nameVerdict(run, at + length, state.callUntil)[0] : verdict;
  });
  if (verdicts.includes(YES)) return YES;
  return verdicts.includes(WAIT) && !run.text.final ? WAIT : NO;
}

/**
 * Whether the word at `at` of a text begins a call without its opener: a token must stand in what follows.
 */
export function aloneVerdict(run: Run, edge: Edge, at: number): number {
  const buffer = run.text.buffer;
  let start = at + edge.literal.length;
  if (buffer.startsWith(":", start) && !/[:.]$/.test(edge.literal)) start += 1;
  const [verdict, end] = nameVerdict(run, skipBlanks(buffer, start), edge.then);
  if (verdict !== YES) return verdict === NO || run.text.final ? NO : WAIT;
  const window = buffer.slice(end, end + PROSE_MAX);
  run.work += window.length;
  let place = -1;
  let token = "";
  for (const one of run.place.machine.specialTokens) {
    const found = window.indexOf(one);
    // The first of them; of several at one place the shortest.
    if (found >= 0 && (place < 0 || found < place || (found === place && one.length < token.length))) {
      [place, token] = [found, one];
    }
  }
  if (place < 0) return window.length < PROSE_MAX && !run.text.final ? WAIT : NO;
  if (run.special !== null && !run.special.isReal(token, run.text.base + end + place)) return NO;
  const before = rstrip(buffer.slice(start, end + place), BLANKS);
  return endsWithAny(before, IN_CALL) || edge.then.some((until) => until.startsWith(token)) ? YES : NO;
}

/** [YES, its end] when a declared name stands at `at`, perhaps with a number, and a delimiter behind it. */
function nameVerdict(run: Run, at: number, until: Texts): readonly [number, number] {
  const buffer = run.text.buffer;
  const text = buffer.slice(at, at + NAME_MAX);
  const { declared } = run.tools;
  run.work += 1;
  let waits = at + text.length === buffer.length && declared.anyGoesOnFrom(text);
  for (const name of declared.beginningsOf(text)) {
    run.work += 1;
    const end = at + name.length;
    const number = NUMBERED(buffer.slice(0, end + NUMBER_MAX), end);
    const behind = skipBlanks(buffer, number === null ? end : endOf(number));
    for (const place of [skipBlanks(buffer, end), behind]) {
      const [verdict] = standsAny(run, place, until);
      if (verdict === YES) return [YES, place];
      waits = waits || verdict === WAIT;
    }
  }
  return [waits ? WAIT : NO, at];
}
