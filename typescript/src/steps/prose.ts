/**
 * How prose between the openers of a call is read: the model has begun a call, says what it does, and goes on
 * with it.
 *
 * In: the run in a gap inside a stretch that has no name yet, where something else stands than what the call
 * needs. Out: the prose is content and the openers are markup, once the call is certain; or it is no prose of
 * this kind.
 *
 *     <tool_call>Let me look.<function=ls>...     content "Let me look.", and the call
 *     The tag `<tool_call>` opens a call.         a sentence: something else comes before an opener of a part
 *
 * Promises: at most `PROSE_MAX` characters are looked at, each once; if no call comes of the stretch, all of
 * it is text.
 */

import { blanksFrom, findEdge } from "../core/edges.js";
import { outerOpeners } from "../core/evidence.js";
import { REASONING } from "../core/output.js";
import type { Run, Stretch } from "../core/run.js";
import { NO, WAIT, YES } from "../core/verdicts.js";
import { match } from "../regex.js";
import { find } from "../strings.js";
import { JUNK_MAX, PROSE_MAX, TELLING } from "../tables/limits.js";
import type { Edge, State } from "../tables/states.js";
import { behindCharacter, characterAt, isAlnumAt, searchUpTo } from "./characters.js";

const QUOTES = "`'\""; // right behind an opener they show that it is quoted
const BRACKETS = "{[";
const SPACES = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const WORD = "[\\p{L}\\p{N}][\\p{L}\\p{N}_'\\u2019\\-]*";
// Three words, or eight letters of a script that has no blanks between words; and the beginning of that.
const IS_PROSE = match(
  `${WORD}(?:[,.:;!?]?[${SPACES}]+${WORD}){2}|(?:(?![A-Za-z])[\\p{L}\\p{Nl}\\p{No}]){8}`,
  "u",
);
const MAY_BE_PROSE = match(`[\\p{L}\\p{N}][\\p{L}\\p{N}_${SPACES},.:;!?'\\u2019\\-]*$`, "u");

/** Whether prose stands at `at` between the calls of a section: YES, NO or WAIT. */
export function proseVerdict(run: Run, at: number): number {
  const { buffer, final } = run.text;
  if (!isAlnumAt(buffer, at)) return NO; // as most junk begins
  const window = buffer.slice(at, at + JUNK_MAX);
  run.work += window.length;
  if (IS_PROSE(window) !== null) return YES;
  return window.length < JUNK_MAX && !final && MAY_BE_PROSE(window) !== null ? WAIT : NO;
}

/** True when prose was read at `at`, false when more text decides, null when none stands there. */
export function stepProse(run: Run, stretch: Stretch, state: State, at: number): boolean | null {
  if (!mayStand(run, stretch, state, at)) return null;
  const { buffer, base, final } = run.text;
  const end = Math.min(buffer.length, at + PROSE_MAX);
  let looked = Math.max(at, stretch.looked - base);
  for (;;) {
    const found = searchUpTo(state.search, buffer, looked, end);
    const place = found === null ? end : found.index;
    run.work += place - looked + 1;
    if (otherOpener(run, looked, place)) return null;
    stretch.looked = base + place;
    if (found === null) return end - at < PROSE_MAX && !final ? false : null;
    const [verdict, edge] = findEdge(run, state, place);
    if (verdict === WAIT) return false;
    if (edge !== null) return opensPart(run, edge) ? readProse(run, stretch, at, place) : null;
    looked = behindCharacter(buffer, place);
  }
}

/**
 * Whether the call was begun as one is: by a token whose id is known, or where a line or the answer begins.
 *
 * In a line, a sentence about an opener goes on behind it with a blank, a quote or a comma; prose stands
 * close to it.
 */
function mayStand(run: Run, stretch: Stretch, state: State, at: number): boolean {
  if (run.pending.name || stretch.proseFrom !== null || run.isAllOrNothing) return false;
  if (stretch.place.state.region !== "message") return false; // it began in a section
  if (state.vouched) return false; // behind a word of a header
  const { buffer, position } = run.text;
  const first = characterAt(buffer, at);
  if (stretch.isSetOff || stretch.isVouched) return !QUOTES.includes(first);
  return buffer.slice(position, at).includes("\n") || (at === position && isAlnumAt(buffer, at));
}

/** Whether something of its own begins in the text: what stands before that is no part of the call. */
function otherOpener(run: Run, begin: number, end: number): boolean {
  const { buffer, position } = run.text;
  const { machine } = run.place;
  if (machine.content === null) return true;
  run.work += end - begin;
  return outerOpeners(machine).some(
    (opener) => find(buffer, opener, Math.max(begin - opener.length, position), end) >= 0,
  );
}

function opensPart(run: Run, edge: Edge): boolean {
  const tells = edge.literal.length >= TELLING || BRACKETS.includes(edge.literal);
  return tells && !edge.rank && ["section", "call"].includes(run.place.machine.states.get(edge.to).region);
}

function readProse(run: Run, stretch: Stretch, at: number, end: number): boolean {
  const { buffer, base } = run.text;
  stretch.proseFrom = base + at;
  const last = blanksFrom(buffer, at, end, "any");
  run.consume("blanks", at);
  const isReasoning = stretch.place.state.sink === "reasoning";
  const prose = buffer.slice(at, last);
  if (isReasoning) run.output.write(REASONING, prose);
  else {
    run.output.content(prose);
    run.output.boundary(buffer.slice(last, end));
  }
  run.consume(isReasoning ? "reasoning" : "content", last);
  run.consume("blanks", end);
  return true;
}
