/**
 * How the places between the parts are read: delimiters, and what does not belong there.
 *
 * In: the run in a state of kind `gap`. Out: the next state; junk skipped, given back, or left to the text
 * behind.
 *
 * Promises: inside a call junk costs nothing but itself (docs/rules.md, rule 5); what was only a guess is
 * given back.
 */

import { hasToken } from "../core/edges.js";
import { skipsJunk } from "../core/evidence.js";
import { wordVerdict } from "../core/header_words.js";
import { loneKey, loneValue } from "../core/left_out.js";
import { enter, stepTo, takeEdge, takeEdgeInBlanks } from "../core/moves.js";
import { NAME_KINDS, declaredAt } from "../core/names.js";
import { sectionCallVerdict } from "../core/openerless.js";
import { ALL_OR_NOTHING, JUNK, NO_CALL, NO_EVIDENCE } from "../core/reasons.js";
import { MISSING_OPENER, noteRepair } from "../core/repairs.js";
import type { Run, Stretch } from "../core/run.js";
import { SKIPS_PIECE, SKIPS_REST, SKIPS_WORD } from "../core/run.js";
import { giveBack } from "../core/tentative.js";
import { NO, WAIT, YES, skipBlanks } from "../core/verdicts.js";
import { endOf, match } from "../regex.js";
import { BLANKS_MAX, TELLING } from "../tables/limits.js";
import type { Move, State } from "../tables/states.js";
import { MESSAGE_SINKS } from "../tables/states.js";
import { leaveCall } from "./behind_calls.js";
import { behindCharacter, characterAt, isAlnumAt, searchUpTo } from "./characters.js";
import { stepProse } from "./prose.js";

const JUNK_WORD = match("[\\p{L}\\p{N}_.\\-]+", "u");

/** Expect one of the edges; else go on without reading, or deal with what does not belong there. */
export function stepGap(run: Run, state: State): boolean {
  const { text } = run;
  const { buffer, position: start, final } = text;
  if (run.open.skipping) return skip(run, state);
  const isBounded = state.thens.length > 0 || run.stretch !== null || state.leave !== null;
  const at = gapBlanks(run, state, start, isBounded);
  if (at < 0) return false;
  const taken = takeEdgeInBlanks(run, state, start, at, { keeps: isBounded });
  if (taken !== null) return taken;
  if (!isBounded) run.consume("blanks", at); // whether more has come or not: what is held does not depend on that
  if (at === buffer.length) {
    // Also behind as many blanks as there may be: the next character says whether there are more.
    if (final && !state.keepBlanks) run.consume("blanks", at);
    return final && atEnd(run, state);
  }
  if (run.tools.hasUnusual && state.byFirst.has(buffer[at])) {
    const verdict = namedHere(run, state, at);
    if (verdict !== NO) return verdict === YES && goOn(run, state, at);
  }
  return takeEdge(run, state, at) ?? goOn(run, state, at);
}

/**
 * Whether a declared name stands where a delimiter begins: `{x}`, where an object may be the call as well.
 */
function namedHere(run: Run, state: State, at: number): number {
  const { buffer } = run.text;
  if (!beginsName(run, state)) return NO;
  const [verdict, end] = declaredAt(run, at);
  const name = buffer.slice(at, end);
  const begins = state.byFirst.get(buffer[at])?.some((edge) => edge.literal.startsWith(name));
  return verdict === YES && begins ? NO : verdict;
}

/** Whether the name of a call may begin in a state. */
function beginsName(run: Run, state: State): boolean {
  const { states } = run.place.machine;
  return state.thens.some((step) => {
    const { sink, kind } = states.get(step.to);
    return sink === "name" && NAME_KINDS.includes(kind);
  });
}

/** The next place from `at` on where a delimiter or a name may begin; -1 if there is none. */
function endOfJunk(run: Run, state: State, at: number): number {
  const { buffer } = run.text;
  const found = state.search(buffer, at);
  const begin = run.tools.unusualBegin;
  const end = found === null ? buffer.length : found.index;
  const other = begin !== null && beginsName(run, state) ? searchUpTo(begin, buffer, at, end) : null;
  return (other ?? found)?.index ?? -1;
}

/** Skip the rest of a word that cannot be a name, and at least one character. */
function skipWord(run: Run): boolean {
  const { buffer, position: start, final } = run.text;
  if (start === buffer.length && !final) return false;
  const found = JUNK_WORD(buffer, start);
  const least = run.open.skipping === SKIPS_WORD ? behindCharacter(buffer, start) : start;
  const end = found === null ? Math.min(least, buffer.length) : endOf(found);
  run.work += end - start + 1;
  run.skip(JUNK, end);
  const goesOn = found !== null && end === buffer.length && !final;
  run.open.skipping = goesOn ? SKIPS_REST : "";
  return !goesOn;
}

/** At the end of the stream blanks that a text may begin with are that text. */
function atEnd(run: Run, state: State): boolean {
  if (run.text.position === run.text.buffer.length) return false;
  for (const step of state.thens) {
    const { kind, sink } = run.place.machine.states.get(step.to);
    if (kind !== "scan" && MESSAGE_SINKS.includes(sink)) {
      stepTo(run, step);
      return true;
    }
  }
  return false;
}

/** Skip the blanks that are markup here; -1 when a line end may still be coming. */
function gapBlanks(run: Run, state: State, start: number, isBounded: boolean): number {
  const { text } = run;
  const { buffer } = text;
  if (state.blanks === "none") return start;
  if (state.blanks === "any") {
    const known = text.looked; // up to here they have been seen to be blanks
    const most = isBounded ? start + BLANKS_MAX - known : buffer.length;
    const at = (text.looked = skipBlanks(buffer, known, most));
    run.work += at - known;
    return at;
  }
  if (buffer.startsWith("\r\n", start)) return start + 2;
  if (buffer.startsWith("\n", start)) return start + 1;
  return start === buffer.length - 1 && buffer[start] === "\r" && !text.final ? -1 : start;
}

/** No edge stands here: enter what follows without reading, leave the call, give back, or skip junk. */
function goOn(run: Run, state: State, at: number): boolean {
  const { machine } = run.place;
  let goesOn =
    state.callAlone === null
      ? withoutOpener(run, state, at)
      : callWithoutOpener(run, state, state.callAlone, at);
  if (goesOn !== null) return goesOn;
  if (run.stretch === null && state.leave !== null) {
    goesOn = leaveCall(run, state, state.leave, at);
    if (goesOn !== null) return goesOn;
  }
  for (const step of state.thens) {
    const verdict = mayBegin(run, step, at);
    if (verdict === WAIT) return false;
    if (verdict === YES) {
      if (!state.keepBlanks) run.consume("blanks", at);
      stepTo(run, step);
      return true;
    }
  }
  if (run.stretch !== null) {
    goesOn = goOnUndecided(run, run.stretch, state, at);
    if (goesOn !== null) return goesOn;
  }
  if (state.number === machine.start && machine.content !== null) {
    if (!state.keepBlanks) run.consume("blanks", at);
    enter(run, machine.content); // a reply that begins as none should is text
    return true;
  }
  noteJunk(run, state, at);
  const { buffer } = run.text;
  if (state.quotedJunk && (buffer[at] === "'" || buffer[at] === '"')) {
    run.skip(JUNK, at + 1);
    run.open.skipping = buffer[at];
    return true;
  }
  const end = endOfJunk(run, state, behindCharacter(buffer, at));
  run.skip(JUNK, end >= 0 ? end : buffer.length);
  if (end < 0 && state.leave !== null) run.open.skipping = SKIPS_PIECE;
  return true;
}

/** Skip more of the junk that is being skipped. */
function skip(run: Run, state: State): boolean {
  const { skipping } = run.open;
  if (skipping === SKIPS_PIECE) return skipPiece(run, state);
  return skipping === SKIPS_WORD || skipping === SKIPS_REST ? skipWord(run) : skipQuoted(run);
}

/** Skip the rest of a piece of a call that went wrong, up to where a delimiter may begin. */
function skipPiece(run: Run, state: State): boolean {
  const { buffer, position } = run.text;
  const found = endOfJunk(run, state, position);
  const end = found >= 0 ? found : buffer.length;
  run.work += end - position + 1;
  run.skip(JUNK, end);
  run.open.skipping = found < 0 ? SKIPS_PIECE : "";
  return found >= 0;
}

/** The same inside a stretch: a word of a header, prose, or no call at all; null: junk to be skipped. */
function goOnUndecided(run: Run, stretch: Stretch, state: State, at: number): boolean | null {
  const { position, final } = run.text;
  if (final && isCutOff(run, stretch, state, at)) {
    stretch.isCutOff = true;
    return false; // the text ended in the markup of a call: nothing is lost with it
  }
  if (state.header && stretch.trusted && (at === position || state.region === "call")) {
    const [verdict, end] = wordVerdict(run, state, at, { least: 1 });
    if (verdict !== NO) {
      run.skip(JUNK, verdict === YES ? end : position);
      return verdict === YES;
    }
  }
  const prose = stepProse(run, stretch, state, at);
  if (prose !== null) return prose;
  if (skipsJunk(run, at)) return null;
  giveBack(run, at, stretch.isNamed ? NO_EVIDENCE : NO_CALL);
  return true;
}

/**
 * Go on with a call in a section without its opener: false where more text decides, null where there is none.
 */
function callWithoutOpener(run: Run, state: State, callAlone: Move, at: number): boolean | null {
  const verdict = sectionCallVerdict(run, state, at);
  if (verdict === NO || (run.open.call !== null && run.pending.name)) return null;
  if (verdict === YES) {
    run.consume("blanks", at);
    if (run.stretch !== null) run.stretch.lacksOpener = true;
    noteRepair(run, MISSING_OPENER);
    stepTo(run, callAlone);
  }
  return verdict === YES;
}

/**
 * Go on with a key, or a value, without its opener: false where more text decides, null where there is none.
 */
function withoutOpener(run: Run, state: State, at: number): boolean | null {
  const { call } = run.open;
  if (call === null || at === run.text.buffer.length || call.arguments.parameter.skipped) return null;
  let step = state.valueAlone;
  if (step !== null && state.thens.length > 0) {
    const verdict = loneValue(run, state, at);
    if (verdict !== YES) return verdict === WAIT ? false : null;
  }
  if (state.keyAlone !== null) {
    const [verdict, begin] = loneKey(run, state, at);
    if (verdict === WAIT) return false;
    if (verdict === YES) {
      step = state.keyAlone;
      at = begin;
    }
  }
  if (step === null) return null;
  if (run.isAllOrNothing) {
    giveBack(run, at, ALL_OR_NOTHING);
    return true;
  }
  if (run.stretch !== null) run.stretch.lacksOpener = true;
  noteRepair(run, MISSING_OPENER);
  run.consume("markup", at);
  stepTo(run, step);
  call.arguments.parameter.isAlone = step === state.keyAlone;
  return true;
}

/** Junk stands at `at` inside a call: what it says of the arguments. */
function noteJunk(run: Run, state: State, at: number): void {
  const { call } = run.open;
  if (call === null) return;
  const args = call.arguments;
  if (state.expects) args.sawJunk = true;
  args.parameter.skipped = true;
  const own = state.edges.filter((edge) => !edge.rank);
  if (own.length > 0 && args.parameter.isBare && own.every((edge) => edge.literal.length < TELLING)) {
    args.isWrong = true; // where commas and brackets are all there is, junk is a part that went wrong
  }
  args.missValue(run.pending.key);
  run.pending.key = "";
  if (!run.text.final) return;
  const rest = run.text.buffer.slice(at);
  const isCut = state.byFirst
    .get(rest[0])
    ?.some(
      (edge) =>
        edge.does("open_parameter", "open_arguments") &&
        (edge.literal.startsWith(rest) || rest.startsWith(edge.literal)),
    );
  run.open.isCut ||= isCut ?? false;
}

/**
 * Whether the stream ended in a delimiter that could stand here, behind a special token or with one in it.
 */
function isCutOff(run: Run, stretch: Stretch, state: State, at: number): boolean {
  const rest = run.text.buffer.slice(at);
  const edges = state.byFirst.get(rest[0]) ?? [];
  return edges.some(
    (edge) =>
      edge.literal.startsWith(rest) &&
      edge.literal !== rest &&
      (stretch.trusted || stretch.isNamed || hasToken(run, edge, at)),
  );
}

/** Whether what a step leads to can begin at `at`: YES, NO or WAIT. */
function mayBegin(run: Run, step: Move, at: number): number {
  const { buffer } = run.text;
  const { charset, sink } = run.place.machine.states.get(step.to);
  const character = characterAt(buffer, at);
  if (charset !== null) {
    const isWord = character === "_" || isAlnumAt(buffer, at);
    if (isWord && charset(character)?.[0]) return YES;
    return sink === "name" ? declaredAt(run, at)[0] : NO;
  }
  return step.first === null || step.first.includes(character) ? YES : NO;
}

/** Skip junk that stands in quotes whole, so that nothing is made of what it quotes. */
function skipQuoted(run: Run): boolean {
  const { buffer, position } = run.text;
  const end = buffer.indexOf(run.open.skipping, position);
  run.work += 1;
  if (end < 0) {
    run.work += buffer.length - position;
    run.skip(JUNK, buffer.length);
    return false;
  }
  run.skip(JUNK, end + 1);
  run.open.skipping = "";
  return true;
}
