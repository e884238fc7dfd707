/**
 * How the place behind a section of calls is read, in formats whose models write a section twice.
 *
 * In: the run in a state of kind `echo`, behind the section's end. Out: the text that repeats the section
 * skipped, once or more often; then the state that would have come without it.
 *
 * Promises: what differs from the section in any character is left to the next state; nothing waits longer
 * than the section is long.
 */

import type { Echo } from "../core/echo.js";
import { stepTo } from "../core/moves.js";
import { ECHO } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { isSpelled } from "../core/spelled.js";
import { NO, WAIT, YES, skipBlanks } from "../core/verdicts.js";
import { BLANKS_MAX } from "../tables/limits.js";
import type { State } from "../tables/states.js";

/** Skip one echo, if one stands here; else go on with what follows. */
export function stepEcho(run: Run, state: State): boolean {
  const { echo } = run;
  const verdict = echo === null || !echo.text ? NO : findEcho(run, echo);
  if (verdict === NO) {
    echo?.forget(run.text);
    stepTo(run, state.done!);
  }
  return verdict !== WAIT;
}

/** Consume the echo that stands here: YES when one stood, WAIT when more text decides. */
function findEcho(run: Run, echo: Echo): number {
  const { buffer, position, final } = run.text;
  const at = skipBlanks(buffer, position);
  const end = at + echo.text.length;
  const more = buffer.slice(at + echo.seen, end);
  run.work += more.length + 1;
  if (at - position === BLANKS_MAX || !echo.text.startsWith(more, echo.seen)) return NO;
  echo.seen += more.length;
  if (echo.seen < echo.text.length) return final ? NO : WAIT;
  echo.seen = 0;
  if (isSpelled(run, echo.closer, end - echo.closer.length)) return NO;
  run.consume("blanks", at);
  run.skip(ECHO, end);
  return YES;
}
