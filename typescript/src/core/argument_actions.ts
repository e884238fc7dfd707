/**
 * What the machine can do with arguments: parameters, keys, values, and the objects around them.
 *
 * In: the run and the action's argument. Out: the arguments of the call that is open, changed.
 *
 * Promises: those of actions.ts, which has the table of them all.
 */

import { NO_SCHEMA } from "../schema/value_schema.js";
import { strip } from "../strings.js";
import { BLANKS, KEY_MAX } from "../tables/limits.js";
import { ElementWriter } from "../values/elements.js";
import { announce, showsCall } from "./evidence.js";
import { mark, markDelimiter } from "./marks.js";
import { stopWatching, watchQuotes } from "./quoted.js";
import { ALL_OR_NOTHING, NO_EVIDENCE } from "./reasons.js";
import type { Run } from "./run.js";
import { giveBack } from "./tentative.js";
import { ARGUMENT_BEGINS, VALUE_BEGINS, VALUE_ENDS, VALUE_TEXT } from "./trace.js";

/** The arguments begin, or the call ends: an id that comes behind that comes too late. */
export function goWithoutId(run: Run): void {
  if (run.pending.idFollows && run.stretch === null) announce(run);
}

export function openParameter(run: Run): void {
  goWithoutId(run);
  run.pending.key = run.pending.type = "";
  run.open.call?.arguments.openParameter();
}

/** A member beside the name of a call begins, whose key has been read. */
export function openLoose(run: Run): void {
  run.open.call?.arguments.openLoose(run.pending.key);
  run.pending.key = "";
}

/**
 * Name a parameter; false when a section was given back: its name is missing, or was there before.
 *
 * `how`: `guess` where a delimiter is missing behind it. What came before the next one is a key if it is
 * declared.
 */
export function endKey(run: Run, how: string): boolean {
  const call = run.open.call;
  const key = run.pending.key.length < KEY_MAX ? strip(run.pending.key, BLANKS) : "";
  run.pending.key = "";
  if (call === null) return true;
  if (run.isAllOrNothing && !call.arguments.mayName(key)) {
    giveBack(run, run.text.position, ALL_OR_NOTHING);
    return false;
  }
  if (run.stretch?.isNamed && key) {
    if (!showsCall(run, run.stretch, key)) {
      giveBack(run, run.text.position, NO_EVIDENCE);
      return false;
    }
    announce(run);
  }
  call.arguments.setKey(key);
  if (call.arguments.containers.depth === 0) mark(run, ARGUMENT_BEGINS, key);
  if (how && key && !run.tools.takes(call.arguments.tool, key)) call.arguments.isWrong = true;
  return true;
}

/** The text itself says of which type the next value is. */
export function endType(run: Run): void {
  if (run.open.call !== null) run.open.call.arguments.parameter.wireType = run.pending.type;
  run.pending.type = "";
}

/** A value begins. */
export function begin(run: Run, sink: string): void {
  watchQuotes(run);
  mark(run, VALUE_TEXT, "");
  run.open.call?.arguments.beginValue(sink);
}

/** A value ends. */
export function end(run: Run): void {
  stopWatching(run);
  run.open.nest = null;
  run.open.call?.arguments.endValue();
}

export function beginElement(run: Run): void {
  const names = run.place.machine.elementNames;
  mark(run, VALUE_BEGINS, "");
  run.open.element =
    run.open.call === null
      ? new ElementWriter("", NO_SCHEMA, names, false, true)
      : run.open.call.arguments.beginElement(names);
}

export function endElement(run: Run): void {
  const element = run.open.element;
  run.open.element = run.open.nest = null;
  markDelimiter(run, VALUE_ENDS, "");
  if (element !== null) run.open.call?.arguments.endElement(element);
}

/** An object or an array begins that is built by rules. */
export function openContainer(run: Run, bracket: string): void {
  const call = run.open.call;
  if (call === null) return;
  if (call.arguments.containers.depth === 0) markDelimiter(run, VALUE_BEGINS, "");
  call.arguments.beginContainer(bracket, run.text);
}

/** The innermost one ends; `how`: `wrong`, with the closer of another kind. */
export function closeContainer(run: Run, how: string): void {
  const call = run.open.call;
  if (call === null) return;
  call.arguments.endContainer({ wrong: how !== "" });
  if (call.arguments.containers.depth === 0) mark(run, VALUE_ENDS, "");
}

export function closeParameter(run: Run): void {
  run.open.call?.arguments.closeParameter();
}

/** The arguments begin, as one object. */
export function openArguments(run: Run): void {
  goWithoutId(run);
  run.open.call?.arguments.beginObject();
}

export function closeArguments(run: Run): void {
  run.open.call?.arguments.endObject({ wrong: false });
}
