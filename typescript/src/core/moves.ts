/**
 * The moves of a machine: an edge is taken, a move that reads nothing is made, a state is entered, a call
 * ends.
 *
 * In: the run, and what was found at its place. Out: the run in the next state, the actions of the way done.
 *
 * Promises: an action that gives text back ends the move, and nothing that stood behind it happens; back at
 * message level a stretch of text that might have been a call is settled, but for `[]`, which may still be
 * nothing.
 */

import { TELLING } from "../tables/limits.js";
import type { Actions, Edge, Move, State } from "../tables/states.js";
import { ACTIONS, endCall } from "./actions.js";
import { beginDraft, rejectDraft } from "./drafts.js";
import { findEdge, waitFor } from "./edges.js";
import { goesOn } from "./evidence.js";
import { missDelimiters } from "./losses.js";
import { ALL_OR_NOTHING, NO_CALL, NO_EVIDENCE, QUOTED, THOUGHTS_GO_ON } from "./reasons.js";
import { noteMissing } from "./repairs.js";
import type { Run, Stretch } from "./run.js";
import { draftVerdict } from "./stray_guards.js";
import { beginStretch, endStretch, giveBack, keepsTag } from "./tentative.js";
import { WAIT, YES } from "./verdicts.js";

/** Consume the blanks up to `at` and the literal there, and follow the edge. */
export function take(run: Run, edge: Edge, at: number): void {
  const region = run.place.state.region;
  if (edge.rank && region !== "message" && run.isAllOrNothing) {
    giveBack(run, at, ALL_OR_NOTHING);
    return;
  }
  const draft = run.draft;
  if (draft !== null && (draftVerdict(run, edge, at) === YES || draft.around.showsExample(draft.begin))) {
    rejectDraft(run, at, draft.around.showsExample(draft.begin) ? QUOTED : THOUGHTS_GO_ON);
    return;
  }
  if (run.stretch?.isNamed && !goesOn(run, run.stretch, edge)) {
    giveBack(run, at, NO_EVIDENCE);
    return;
  }
  const text = run.text;
  if (edge.rank) missDelimiters(run, edge);
  if (run.stretch !== null || edge.opens || run.citations !== null) noteEvidence(run, edge, at);
  if (edge.rank) noteMissing(run, edge);
  if (edge.wraps !== null) noteTag(run, edge.wraps, at);
  if (region === "message") {
    const isVisible = run.place.state.sink !== "reasoning";
    run.output.boundary(isVisible ? text.buffer.slice(text.position, at) : "");
  }
  if (edge.binds !== null) run.place.machine = run.place.machine.entering(edge.to, edge.binds);
  text.delimiter = at;
  if (at > text.position) run.consume("blanks", at);
  if (!edge.peek) run.consume("markup", at + edge.literal.length);
  follow(run, edge.actions, edge.to, null);
}

/** Follow the edge at `at`: true when taken, false when more text decides, null when none stands there. */
export function takeEdge(run: Run, state: State, at: number): boolean | null {
  const [verdict, edge] = findEdge(run, state, at);
  if (verdict === WAIT) {
    waitFor(run, edge, at);
    return false;
  }
  if (edge === null) return null;
  take(run, edge, at);
  return true;
}

/**
 * The same among blanks that stand in front of `end`, of a delimiter that begins with one of them.
 *
 * `keeps`: more text decides on the blanks before it as well.
 */
export function takeEdgeInBlanks(
  run: Run,
  state: State,
  begin: number,
  end: number,
  { keeps }: { keeps: boolean },
): boolean | null {
  if (!state.beginsBlank) return null;
  for (let at = begin; at < end; at += 1) {
    const taken = state.byFirst.has(run.text.buffer[at]) ? takeEdge(run, state, at) : null;
    if (taken === false && !keeps) run.consume("blanks", at);
    if (taken !== null) return taken;
  }
  return null;
}

/** Begin a stretch where a call or a citation may begin, and note what the edge says for it. */
function noteEvidence(run: Run, edge: Edge, at: number): void {
  let stretch = run.stretch;
  if (stretch === null) {
    const region = run.place.machine.states.get(edge.to).region;
    const cites = region === "citation";
    // A bracket around calls, or behind them, in a section of which something has come.
    const isInner = run.place.state.region === "section" && region !== "call" && run.message.afterCall;
    if (!(edge.opens || cites) || isInner) return;
    const closesCitation = cites && edge.rank === 0 && run.message.cited !== null;
    const isSetOff = run.message.fresh || run.text.buffer.slice(run.text.position, at).includes("\n");
    if (run.draft === null) beginDraft(run, edge, at);
    stretch = beginStretch(run);
    stretch.isSetOff = isSetOff;
    run.message.sawReasoning = run.message.sawReasoning && !edge.drafts; // its closer may still come
    stretch.closesCitation = closesCitation;
  }
  stretch.wordFrom = null;
  stretch.lacksOpener = stretch.lacksOpener || (edge.rank > 0 && edge.guard !== "lost");
  if (edge.special.length > 0) {
    const { special } = run;
    stretch.trusted = true;
    stretch.isVouched =
      stretch.isVouched || (special !== null && edge.special.some(([token]) => special.knows(token)));
  }
  stretch.tells = stretch.tells || edge.literal.length >= TELLING;
}

/** Remember a tag before a call until its closer comes; "": it has come. */
function noteTag(run: Run, tag: string, at: number): void {
  run.message.wrapper = tag;
  if (tag && run.stretch !== null && run.stretch.tagEnd === null) {
    run.stretch.tagEnd = run.text.base + at + tag.length;
  }
}

/** Follow a move that reads nothing. */
export function stepTo(run: Run, step: Move): void {
  if (run.stretch === null) {
    const region = run.place.state.region;
    const to = run.place.machine.states.get(step.to).region;
    if ((region === "message" && to !== "message") || (region === "section" && to === "call")) {
      beginStretch(run);
    }
  }
  run.text.delimiter = run.text.position;
  follow(run, step.actions, step.to, step.push);
}

function follow(run: Run, actions: Actions, to: number, push: number | null): void {
  if (push !== null) run.place.stack.push(push);
  for (const [verb, rest] of actions) if (ACTIONS[verb](run, rest) === false) return;
  enter(run, to);
}

/** Enter a state. Back at message level, a stretch is settled. */
export function enter(run: Run, number: number): void {
  const { place, text } = run;
  if (place.machine.suffix) place.machine = place.machine.entering(number);
  const state = (place.state = place.machine.states.get(number));
  text.looked = text.position;
  if (state.region !== "message") return;
  if (run.stretch !== null) settle(run, run.stretch);
  // No call is open where text is read, whatever has led here.
  else if (run.open.call !== null) endCall(run, false);
}

/** Decide on a stretch that has come to its end: a call, markup without one, or text. */
function settle(run: Run, stretch: Stretch): void {
  let isSettled = true;
  if (run.place.machine.commit === "section") isSettled = run.message.calls > stretch.message.calls;
  else if (stretch.sawCall) isSettled = stretch.trusted && !stretch.sawBody;
  else if (!stretch.trusted && !stretch.tells) {
    return; // nothing but brackets: what comes behind them says what they were (steps/undecided.ts)
  }
  if (!isSettled) giveBack(run, run.text.position, NO_CALL);
  else if (!keepsTag(run, stretch)) endStretch(run);
}
