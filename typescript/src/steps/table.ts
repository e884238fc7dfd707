/**
 * How each kind of state reads: one function a kind.
 *
 * In: the run, whose buffer holds what has arrived and is not yet decided. Out: true when the state changed
 * or text was consumed (call again), false when more text is needed.
 *
 * Promises: a step looks at every character a bounded number of times; what it does depends on the text
 * alone, never on where the text was cut.
 */

import { draftStep, isExample } from "../core/drafts.js";
import { hasTooMuchJunk } from "../core/evidence.js";
import { enter } from "../core/moves.js";
import { JUNK, TOO_FAR } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { giveBack } from "../core/tentative.js";
import type { State } from "../tables/states.js";
import { behindCharacter } from "./characters.js";
import { stepEcho } from "./echo.js";
import { stepGap } from "./gap.js";
import { stepMembers, stepString } from "./object_members.js";
import { stepElement } from "./tags.js";
import { stepText, stepWord } from "./text.js";
import { stepUndecided } from "./undecided.js";
import { stepScan } from "./value.js";

export type Step = (run: Run, state: State) => boolean;

/** The end of a rule that was entered from another: go back there, reading nothing. */
export function stepReturn(run: Run): boolean {
  enter(run, run.place.stack.pop() ?? run.place.machine.start);
  return true;
}

export const STEPS: ReadonlyMap<string, Step> = /* @__PURE__ */ new Map<string, Step>([
  ["text", stepText],
  ["word", stepWord],
  ["gap", stepGap],
  ["scan", stepScan],
  ["string", stepString],
  ["members", stepMembers],
  ["element", stepElement],
  ["echo", stepEcho],
  ["return", stepReturn],
]);

export const STALL_MAX = 64; // steps without reading; a machine that passed its checks needs far fewer

/** Read on until more text is needed. */
export function read(run: Run): void {
  const { text } = run;
  let stalled = 0;
  text.rest = "";
  text.room = 0;
  for (;;) {
    const before = text.position;
    const state = run.place.state;
    let step = run.stretch === null || state.region !== "message" ? STEPS.get(state.kind)! : stepUndecided;
    if (run.draft !== null) step = draftStep(run, run.draft) ?? step;
    const goesOn = step(run, state);
    const junkFrom = run.stretch === null ? null : run.stretch.junkFrom;
    if (junkFrom !== null && hasTooMuchJunk(run, junkFrom)) giveBack(run, text.position, TOO_FAR);
    else if (!goesOn && (run.draft === null || !isExample(run))) return;
    if (text.position !== before) stalled = 0;
    else if (stalled < STALL_MAX) stalled += 1;
    else if (text.position === text.buffer.length) return;
    else {
      run.skip(JUNK, behindCharacter(text.buffer, text.position));
      stalled = 0;
    }
  }
}
