/**
 * What becomes of what is half read when the text ends (docs/rules.md, rule 8).
 *
 * In: the run, all its text read. Out: the stretch that was undecided is markup, or text again; whether the
 * call is whole.
 *
 * Promise: no call that was only a guess appears, and half a value never looks like a whole one. A call
 * without any argument is whole only behind something that ends it: a server may have cut it before its
 * first.
 */

import { strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";
import { endCall } from "./actions.js";
import { announce, mayEnd } from "./evidence.js";
import { isProse, mayBe } from "./names.js";
import { END_OF_TEXT } from "./reasons.js";
import type { Run } from "./run.js";
import { drop, giveBack } from "./tentative.js";

/** Settle the stretch that is still open; false when it was given back, so that its text is to be read. */
export function endUndecided(run: Run): boolean {
  const stretch = run.stretch;
  if (stretch === null) return true;
  if (mayEnd(run, stretch)) {
    // Nothing of it has come but the name.
    announce(run);
    endCall(run, false);
    return true;
  }
  const isMarkup = run.place.state.region === "message"; // all of it
  const mayBeCall = (stretch.trusted || stretch.isCutOff) && run.place.machine.commit === "name";
  const holdsText = stretch.isNamed || stretch.proseFrom !== null;
  const name = isMarkup || stretch.closesCitation ? "" : run.pending.name || nameSoFar(run);
  if (mayBeCall && !holdsText && run.tools.means(name)) {
    showUnfinished(run, name);
    return true;
  }
  const isCall = mayBeCall && mayBe(run, run.place.state, name) && !isProse(idSoFar(run));
  if ((isMarkup || isCall || stretch.closesCitation) && !holdsText) {
    return drop(run, run.text.buffer.length, END_OF_TEXT);
  }
  giveBack(run, run.text.buffer.length, END_OF_TEXT);
  return false;
}

/** What has come of the name that is being read. */
function nameSoFar(run: Run): string {
  const state = run.place.state;
  const isText = state.sink === "name" && state.kind !== "string"; // a name in quotes is whole with its quote
  return isText ? strip(run.text.buffer.slice(run.text.position), BLANKS) : "";
}

/** What has come of the id that is being read: prose in its place is text. */
function idSoFar(run: Run): string {
  return run.pending.id + (run.place.state.sink === "id" ? run.text.buffer.slice(run.text.position) : "");
}

/**
 * A special token has opened a call and its name is whole, but nothing came behind it: the call is not
 * complete.
 */
function showUnfinished(run: Run, name: string): void {
  if (run.pending.name) run.skip(END_OF_TEXT, run.text.buffer.length);
  run.consume("name", run.text.buffer.length);
  run.pending.name = name;
  if (run.pending.idIsOpen) run.pending.id = "";
  announce(run);
  endCall(run, false);
}

/** Whether the text ended where nothing of the call is half read. */
export function isBetweenValues(run: Run): boolean {
  const { call, scanner } = run.open;
  if (call === null) return false;
  const args = call.arguments;
  if ((args.parameter.isOpen || args.parameter.skipped) && !args.isWhole) return false;
  if (args.isOpen && !scanner?.hasLastBracket) return false;
  const { machine, stack, state } = run.place;
  const inObject =
    state.kind === "string" ||
    state.kind === "members" ||
    stack.some((number) => machine.states.get(number).kind === "members");
  if (run.open.isCut || args.containers.isDoubtful || state.expects === "more") return false;
  if (inObject && args.loose.isReleased) return false;
  return !(args.isEmpty && (inObject || state.expects !== ""));
}
