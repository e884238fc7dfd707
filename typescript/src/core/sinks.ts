/**
 * Where text goes once it is read: the state's capture.
 *
 * In: the run and how far the text reaches. Out: content, reasoning, registers, arguments.
 *
 * Promises: all text that is read passes here exactly once, or through `Run.consume`, in order.
 */

import { ValueScanner } from "../near_json/scan.js";
import { ValueText } from "../near_json/value_text.js";
import { rpartition, strip } from "../strings.js";
import { BLANKS, KEY_MAX } from "../tables/limits.js";
import { MESSAGE_SINKS, type State } from "../tables/states.js";
import { EntityDecoder } from "../values/entities.js";
import type { Call } from "./call.js";
import { isSource } from "./cited_text.js";
import { announce, isInObject } from "./evidence.js";
import { HalfObject } from "./half_object.js";
import { accepts, HELD_SINKS, isHeld, mayBe } from "./names.js";
import { CONTENT, REASONING } from "./output.js";
import { NO_EVIDENCE, NO_MEMBER, NO_SOURCE, NOT_DECLARED } from "./reasons.js";
import type { Run } from "./run.js";
import { giveBack } from "./tentative.js";

/** JSON that a sentence in braces may have become: no key, and perhaps the end. */
const HALF_OBJECTS: readonly string[] = ["", "{", "}", "{}"];

/** Consume up to `end` into the state's capture; false when that gave text back. */
export function sinkText(run: Run, state: State, end: number, last = false): boolean {
  const { sink } = state;
  let text = run.text.buffer.slice(run.text.position, end);
  if (HELD_SINKS.includes(sink)) return sinkShort(run, state, text, end);
  if (state.entities) text = decoded(run, text, { last });
  if (sink === "content") {
    run.output.content(text);
  } else if (sink === "reasoning") {
    run.output.write(REASONING, text);
  } else if (sink === "id" || sink === "key" || sink === "type") {
    return sinkShort(run, state, text, end);
  } else if (run.open.call !== null) {
    const { arguments: args } = run.open.call;
    if (args.writer !== null) args.write(args.writer.write(text));
  }
  run.consume(sink || "markup", end);
  return true;
}

/**
 * Text with its XML entities decoded; what may begin an entity waits, unless it is the `last` of its text.
 */
export function decoded(run: Run, text: string, { last }: { last: boolean }): string {
  const entities = (run.open.entities ??= new EntityDecoder());
  return entities.write(text) + (last ? entities.end() : "");
}

/** Take text as a name or a source, or as more of an id or a key; false when it gave text back. */
export function sinkShort(run: Run, state: State, text: string, end: number): boolean {
  const { pending } = run;
  if (state.sink === "source") {
    if (run.stretch !== null && !isSource(text)) {
      giveBack(run, run.text.position, NO_SOURCE);
      return false;
    }
    pending.source = text;
  }
  if (state.sink === "name") {
    const name = strip(text, BLANKS);
    if (run.stretch !== null && !accepts(run, name)) {
      giveBack(run, run.text.position, NOT_DECLARED);
      return false;
    }
    pending.name = name;
  }
  if (state.sink === "key") {
    if (isHeld(run, state) && !mayBe(run, state, text)) {
      giveBack(run, run.text.position, NO_EVIDENCE);
      return false;
    }
    pending.key = bounded(pending.key + text);
  } else if (state.sink === "type") {
    pending.type = bounded(pending.type + text);
  } else if (pending.idIsOpen) {
    pending.id = bounded(pending.id + text);
  }
  run.consume(state.sink, end);
  return true;
}

/** The first `KEY_MAX` characters of a text; one more where they would end in half a pair of surrogates. */
function bounded(text: string): string {
  const isHalf = (text.codePointAt(KEY_MAX - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalf ? KEY_MAX + 1 : KEY_MAX);
}

/** Consume what a scanner has read; its JSON goes to the arguments. */
export function sinkScan(run: Run, state: State, text: string, end: number): void {
  if (MESSAGE_SINKS.includes(state.sink)) {
    tell(run, state, text);
  } else if (state.sink !== "skip" && run.open.call !== null) {
    copy(run, run.open.call, text, end);
    if (run.stretch?.isNamed && !HALF_OBJECTS.includes(text)) announce(run);
  }
  if (state.sink === "skip") run.skip(NO_MEMBER, end);
  run.consume(state.sink, end);
}

/** Write what the JSON of a part of the message says. */
function tell(run: Run, state: State, text: string): void {
  if (run.open.told !== null) {
    run.output.exact(state.sink === "content" ? CONTENT : REASONING, run.open.told.write(text));
  }
}

/** Write the JSON that was made of the source up to `end`. */
function copy(run: Run, call: Call, text: string, end: number): void {
  const { half, scanner } = run.open;
  const args = call.arguments;
  const source = run.text.buffer.slice(run.text.position, end);
  if (args.isRaw) args.copyValue(text, source, { isLast: scanner !== null && scanner.done });
  else if (half !== null)
    args.copy(half.write(source, text), { isLast: scanner !== null && scanner.hasLastBracket });
}

/** Whether a value is a member of an object, or a closing bracket may stand behind it. */
function isInBrackets(run: Run, state: State): boolean {
  const ends = state.done === null ? [] : run.place.machine.states.get(state.done.to).ownEnds;
  return ends.includes("]") || ends.includes("}") || isInObject(run);
}

/** A value begins that ends by itself. */
export function beginScan(run: Run, state: State): ValueScanner {
  const [language, , wants] = rpartition(state.scan, "-");
  const depth = run.open.call === null ? 0 : run.open.call.arguments.containers.depth;
  const isMessage = MESSAGE_SINKS.includes(state.sink);
  const isPython = language === "python";
  const around = (isMessage || isPython) && isInBrackets(run, state) ? "{" : "";
  const scanner = new ValueScanner(isPython, wants, depth, state.ends, around);
  run.open.scanner = scanner;
  run.open.half = state.sink === "arguments" ? new HalfObject() : null;
  run.open.told = isMessage ? new ValueText() : null;
  return scanner;
}

/** A delimiter ends the value: write what makes it whole. */
export function closeScan(run: Run, state: State): void {
  const { call, scanner } = run.open;
  if (scanner !== null && MESSAGE_SINKS.includes(state.sink)) {
    tell(run, state, scanner.close());
  } else if (scanner !== null && state.sink !== "skip" && call !== null) {
    copy(run, call, scanner.close(), run.text.position);
    call.arguments.isMended = true;
  }
  endScan(run, state);
}

/** The value has ended, or did not come at all: then the member that should hold it is broken off. */
export function endScan(run: Run, state: State): void {
  const { call, half, scanner } = run.open;
  run.open.scanner = run.open.half = run.open.told = null;
  if (scanner !== null) run.work += scanner.work;
  if (call === null || state.sink === "skip") return;
  const args = call.arguments;
  const isLossy = scanner !== null && scanner.lossy;
  args.isMended = args.isMended || (scanner !== null && scanner.mended);
  if (state.sink !== "arguments") {
    args.isWrong = args.isWrong || (isLossy && args.isRaw);
    return;
  }
  const left = half !== null ? half.end() : isInObject(run) ? null : "";
  args.copy(left ?? "", { isLast: true });
  args.endObject({ wrong: left === null || isLossy || (scanner !== null && scanner.wrong) });
}
