/**
 * How a JSON object is read whose keys mean something, and the short strings in it.
 *
 * In: the parser in a state of kind `members` or `string`. Out: the state that a key leads to; a name or an
 * id.
 *
 * Promises: keys come in any order; an unknown one is skipped with its value, or shows that this is no call;
 * short strings are held whole, so that they can be given back.
 */

import { endVerdict } from "../core/behind.js";
import { announce, skipsJunk } from "../core/evidence.js";
import { enter, stepTo, takeEdge } from "../core/moves.js";
import { NO_CALL, NO_EVIDENCE, NO_MEMBER } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { ShortString } from "../core/short_string.js";
import { sinkShort } from "../core/sinks.js";
import { giveBack } from "../core/tentative.js";
import { BLANK_SET, NO, WAIT, YES, bareKeyEnd, skipBlanks, startsAny } from "../core/verdicts.js";
import { startsWithAny } from "../strings.js";
import { SPELLED_BLANKS, STRING_MAX } from "../tables/limits.js";
import type { Move, State } from "../tables/states.js";
import { behindCharacter } from "./characters.js";

const NULLS = ["null", "None"];

/** Read a short JSON string (a name, an id) in place, so that it can be given back whole. */
export function stepString(run: Run, state: State): boolean {
  const { buffer } = run.text;
  const at = skipBlanks(buffer, run.text.position, buffer.length);
  run.consume("blanks", at);
  if (at === buffer.length) return false;
  const string = shortString(run, at);
  if (string.done) {
    if (sinkShort(run, state, string.text, at + string.end)) stepTo(run, state.done!);
    return true;
  }
  if (!string.wrong && buffer.length - at < STRING_MAX) return false;
  if (run.stretch !== null) giveBack(run, at, NO_CALL);
  else enter(run, state.scanInstead);
  return true;
}

/** Read on in the string that begins at `at` of the buffer. */
function shortString(run: Run, at: number): ShortString {
  const { buffer, base } = run.text;
  let { string } = run.pending;
  if (string === null || string.at !== base + at) string = run.pending.string = new ShortString(base + at);
  const known = string.end;
  string.read(buffer, at, Math.min(buffer.length, at + STRING_MAX));
  run.work += string.end - known + 1;
  if (string.isPlain && run.draft === null) run.text.room = STRING_MAX - string.end;
  return string;
}

/** Inside a JSON object whose keys mean something: read a key, go where it leads. */
export function stepMembers(run: Run, state: State): boolean {
  const { buffer, position, final } = run.text;
  let at = position;
  for (;;) {
    if (BLANK_SET.has(buffer[at]) || buffer[at] === ",") at += 1;
    else if (startsWithAny(buffer, SPELLED_BLANKS, at)) at += 2;
    else break;
  }
  run.work += at - position + 1;
  run.consume("markup", at);
  const left = buffer.length - at;
  if (!left || (left === 1 && buffer[at] === "\\" && !final)) return false;
  if (buffer[at] === "}") return endMembers(run, state, at);
  return takeEdge(run, state, at) ?? member(run, state, at);
}

/** The object ends at `at`: behind a name that is no proof yet, what follows must say that a call does. */
function endMembers(run: Run, state: State, at: number): boolean {
  const done = state.done!;
  const { stretch } = run;
  if (stretch !== null && stretch.isNamed) {
    const verdict = stretch.junkFrom === null ? endVerdict(run, done.to, at + 1) : NO;
    if (verdict === WAIT) return false;
    if (verdict === NO) {
      giveBack(run, at, NO_EVIDENCE);
      return true;
    }
    announce(run);
  }
  run.consume("markup", at + 1);
  stepTo(run, done);
  return true;
}

/** Read `"key" :` and follow it; an unknown key's value is skipped, or shows that this is no call. */
function member(run: Run, state: State, at: number): boolean {
  const { buffer } = run.text;
  const [verdict, key, end] = isKnownText(run, at) ? ([NO, "", at + 1] as const) : readKey(run, at);
  if (verdict === WAIT) return false;
  const step = verdict === YES ? stepOf(run, state, key) : null;
  if (step === null) {
    if (!skipsJunk(run, at)) {
      noteText(run, at, end);
      giveBack(run, at, NO_CALL);
      return true;
    }
    if (run.open.call !== null) run.open.call.arguments.sawJunk = true;
    const behind = Math.max(behindCharacter(buffer, at), end);
    missBehind(run, buffer.slice(at, behind));
    run.skip(NO_MEMBER, behind);
    return true;
  }
  const [isNull, behind] = endOfNull(run, step, end);
  if (isNull === WAIT) return false;
  run.consume("key", isNull === YES ? behind : end);
  if (isNull === NO) {
    run.pending.key = key;
    stepTo(run, step);
  }
  return true;
}

/**
 * [YES, index behind it] where a member that holds something in brackets is `null`: it has nothing to say.
 */
function endOfNull(run: Run, step: Move, at: number): readonly [verdict: number, end: number] {
  const { buffer, final } = run.text;
  const { kind, thens, edges } = run.place.machine.states.get(step.to);
  if (kind !== "gap" || thens.length > 0 || edges.length === 0) return [NO, at];
  const begin = skipBlanks(buffer, at);
  const [verdict, length] = startsAny(buffer, begin, NULLS);
  return [verdict === WAIT && final ? NO : verdict, begin + length];
}

// Note [a key is looked for once]
// A quote at the beginning of an object begins a key of up to `STRING_MAX` characters. If it is none, the
// object is text again, and so is the next quote in that text, which may stand in an object, too. A string
// that begins there ends where the first one ends. So it is no key either, and is not read a second time:
// else `;{'` again and again would cost `STRING_MAX` looks for every quote. Where the first one has no end
// within `STRING_MAX`, the others there have none.

/** What was read from `at` on is no key, up to `end`: Note [a key is looked for once]. */
function noteText(run: Run, at: number, end: number): void {
  const { text } = run;
  const quote = text.buffer[at];
  if (isQuote(quote) && !isKnownText(run, at)) text.noKey = [quote, text.base + end];
}

/** Whether a quote at `at` stands in what was no key. */
function isKnownText(run: Run, at: number): boolean {
  const { buffer, base, noKey } = run.text;
  const [quote, end] = noKey;
  return buffer[at] === quote && base + at < end;
}

function isQuote(unit: string): boolean {
  return unit === '"' || unit === "'";
}

/** Junk is skipped: behind the arguments it may be a part of them. */
function missBehind(run: Run, junk: string): void {
  const { call } = run.open;
  if (call !== null && call.arguments.isCopied && /[\p{L}\p{N}]/u.test(junk)) call.arguments.isWrong = true;
}

/** Where a key leads; null: it shows that this is no call. */
function stepOf(run: Run, state: State, key: string): Move | null {
  const { stretch } = run;
  const step = state.keys.get(key);
  if (step !== undefined) return step;
  const isTrusted = stretch === null || stretch.trusted || stretch.isNamed;
  const isMarked = isTrusted || stretch.tells;
  if (isMarked && state.loose !== null && mayBeArgument(run, key)) return state.loose;
  return state.keys.get("*") ?? (isTrusted ? state.anyKey : null);
}

/**
 * Whether a member beside the name is an argument that the tool declares, or may be one while no name has
 * come.
 */
function mayBeArgument(run: Run, key: string): boolean {
  const { tools } = run;
  const { call } = run.open;
  // The member that should hold them has come.
  if (call === null || call.arguments.isCopied || call.arguments.isWrong) return false;
  const { tool } = call.arguments;
  if (!tool) return tools.anyKnows(key);
  if (!tools.knows(tool, key)) return false;
  announce(run);
  return true;
}

/** [YES, key, index behind its colon], [WAIT, ...], or [NO, "", index behind what is no key]. */
function readKey(run: Run, at: number): readonly [verdict: number, key: string, end: number] {
  const { text } = run;
  const { buffer, final } = text;
  const most = at + STRING_MAX;
  const last = Math.min(most, buffer.length);
  let key: string;
  let end: number;
  if (isQuote(buffer[at])) {
    const string = shortString(run, at);
    if (!string.done) return [final || last === most ? NO : WAIT, "", last];
    key = string.text;
    end = at + string.end;
  } else {
    const start = Math.max(at, text.looked);
    end = bareKeyEnd(buffer, start, last);
    key = buffer.slice(at, end);
    text.looked = end;
    run.work += end - start;
  }
  run.work += 1;
  const colon = skipBlanks(buffer, end);
  if (colon === buffer.length && !final) return [WAIT, "", at];
  return key && buffer[colon] === ":" ? [YES, key, colon + 1] : [NO, "", end];
}
