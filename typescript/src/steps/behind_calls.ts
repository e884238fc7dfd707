/**
 * What stands between a call and its closer, or between the calls of a section, where no text belongs.
 *
 * In: the run in a gap with `leave`: the call's last part has been read. Out: the delimiter that comes soon,
 * and prose before it as content; or text, if none comes.
 *
 *     {"name": "f", "arguments": {}} Done.</call>     content "Done.", behind the call
 *     [{"name": "f", "arguments": {}}, Now I wait     the section is over: content "Now I wait"
 *     [{"name": "f", "arguments": {}}, {"x": 1}, ...  a call that went wrong: junk
 *
 * Promises: at most `JUNK_MAX` characters are held; text without markup in it is never lost.
 */

import { OBJECT_GUARDS } from "../core/brackets.js";
import { findEdge } from "../core/edges.js";
import { stepTo, take } from "../core/moves.js";
import { JUNK } from "../core/reasons.js";
import { MISSING_CLOSER, noteRepair } from "../core/repairs.js";
import type { Run } from "../core/run.js";
import { NO, WAIT, YES, skipBlanks } from "../core/verdicts.js";
import { rstrip } from "../strings.js";
import { BLANKS, JUNK_MAX, TELLING } from "../tables/limits.js";
import type { Edge, Move, State } from "../tables/states.js";
import { behindCharacter, isAlnumAt, searchUpTo } from "./characters.js";
import { proseVerdict } from "./prose.js";

const OPEN_SIGNS = /[[{(]/;
const MARKUP_SIGNS = /[<>[\]{}|`]/; // what prose between a call and its closer does not have

/**
 * Read up to the delimiter that comes soon, or leave the call; false where more text decides.
 *
 * null: between the parts of a list, or before a word, something else stands than prose, and that is junk.
 */
export function leaveCall(run: Run, state: State, leave: Move, at: number): boolean | null {
  const { buffer, final } = run.text;
  let end = Math.min(buffer.length, at + JUNK_MAX);
  const prose = state.thens.length > 0 || isListed(state) ? proseVerdict(run, at) : YES;
  if (prose !== YES) return prose === WAIT ? false : null;
  run.work += end - at;
  let found = searchUpTo(state.search, buffer, behindCharacter(buffer, at), end);
  while (found !== null) {
    const place = found.index;
    const [verdict, edge] = edgeBehind(run, state, at, place);
    if (verdict === WAIT) return false;
    if (edge !== null) {
      if (verdict === YES) {
        readBehind(run, edge, at, place);
        return true;
      }
      end = at + JUNK_MAX; // what stands here belongs behind the call
      break;
    }
    found = searchUpTo(state.search, buffer, behindCharacter(buffer, place), end);
  }
  if (end - at < JUNK_MAX && !final) return false;
  const args = run.open.call === null ? null : run.open.call.arguments;
  if (args !== null && args.parameter.isOpen && !args.isWhole) {
    args.isWrong = true; // the text may be the rest of its value
  }
  noteRepair(run, MISSING_CLOSER);
  stepTo(run, leave);
  return true;
}

/**
 * Whether commas or brackets stand between the calls here: they tell little, as does what stands before them.
 */
function isListed({ region, edges }: State): boolean {
  return region === "section" && edges.some((edge) => edge.literal.length < TELLING && !edge.rank);
}

function beginsObject({ guard }: Edge): boolean {
  return guard !== null && OBJECT_GUARDS.includes(guard);
}

/** The delimiter at `place`, behind junk, and whether the call goes on with it; null: none is meant there. */
function edgeBehind(
  run: Run,
  state: State,
  at: number,
  place: number,
): readonly [verdict: number, edge: Edge | null] {
  const [verdict, edge] = findEdge(run, state, place);
  if (edge === null || verdict === WAIT) return [verdict, null];
  if (!(edge.rank === 0 || edge.stem || beginsObject(edge))) return [NO, edge];
  const meant = isMeant(run, edge, at, place);
  return [meant, meant === YES ? edge : null];
}

/** Whether a delimiter behind junk is meant: of a comma or a bracket what stands around it must say so. */
function isMeant(run: Run, edge: Edge, at: number, place: number): number {
  const { buffer, final } = run.text;
  const target = run.place.machine.states.get(edge.to);
  if (edge.literal.length >= TELLING || beginsObject(edge)) return YES;
  if (OPEN_SIGNS.test(buffer.slice(at, place))) return NO;
  if (target.region === "message") return YES;
  const behind = skipBlanks(buffer, place + edge.literal.length);
  run.work += behind - at;
  if (behind === buffer.length) return final ? NO : WAIT;
  return target.byFirst.get(buffer[behind])?.some((one) => !one.rank) ? YES : NO;
}

/** What stands at `at` before a delimiter that ends a call, or begins another: prose, or pieces of markup. */
function readBehind(run: Run, edge: Edge, at: number, end: number): void {
  const text = rstrip(run.text.buffer.slice(at, end), BLANKS);
  if (!isAlnumAt(text, 0) || MARKUP_SIGNS.test(text)) {
    run.skip(JUNK, end);
    return;
  }
  run.consume("blanks", at);
  run.consume("content", at + text.length);
  run.consume("blanks", end);
  if (edge.does("close_call")) take(run, edge, end); // the call ends before the text
  setOff(run);
  run.output.content(text);
  setOff(run);
}

/** Nothing joins this text to another one. */
function setOff(run: Run): void {
  if (!run.message.deferred) run.output.boundary("\n");
}
