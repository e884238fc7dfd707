/**
 * A delta in the middle of arguments: what the value's reader makes of it is all that becomes of it.
 *
 * In: a delta, while nothing is held or undecided. Out: its event, without a way through the buffer and the
 * sinks; or null, and the steps go on from there.
 *
 * Promise: the events are those that the steps would have made, and what they would have changed is changed.
 */

import type { Event } from "../events.js";
import { argumentsDelta } from "../events.js";
import type { ValueScanner } from "../near_json/scan.js";
import type { State } from "../tables/states.js";
import { SHORT_SINKS } from "../tables/states.js";
import { StringWriter } from "../values/strings.js";
import type { Writer } from "../values/writers.js";
import type { Call } from "./call.js";
import type { Run } from "./run.js";
import { BLANK_SET } from "./verdicts.js";

/** Copies arguments that come as JSON, as long as what their scanner makes goes out as it is made. */
export class JsonCopier {
  private readonly special: RegExp | null;

  constructor(
    private readonly run: Run,
    private readonly scanner: ValueScanner,
    private readonly index: number,
  ) {
    this.special = scanner.special;
  }

  /** Whether another kind of text is read now: the body of a string, or what is none. */
  get hasMoved(): boolean {
    return this.scanner.special !== this.special;
  }

  /**
   * The events of a delta; null where the value ends in it, or waits: `scanned` says what has been made of
   * it.
   */
  copy(source: string): Event[] | null {
    const { run, scanner } = this;
    const [text, position] = scanner.feed(source);
    if (position < source.length || scanner.done || scanner.stuck) {
      run.open.scanned = [text, position];
      return null;
    }
    passBy(run, source);
    return text ? [argumentsDelta(this.index, text)] : [];
  }
}

/** Copies the text of a value: what is no delimiter, and no blanks before one, is for its writer. */
export class TextCopier {
  readonly hasMoved = false;
  private readonly isDirect: boolean;

  constructor(
    private readonly run: Run,
    private readonly state: State,
    private readonly call: Call,
    private readonly writer: Writer,
  ) {
    this.isDirect = goesOut(call, writer);
  }

  /**
   * The event of a delta; null where a delimiter may begin in it, or blanks before one, and nothing is read.
   */
  copy(source: string): Event[] | null {
    const { run, state, call } = this;
    if (state.holdBlanks !== "none" && BLANK_SET.has(source.slice(-1))) return null;
    if (state.search(source) !== null) return null;
    passBy(run, source);
    const text = this.writer.write(source);
    if (this.isDirect || !text) return text ? [argumentsDelta(call.channel.index, text)] : [];
    call.arguments.write(text);
    return run.output.takeAll();
  }
}

/** Whether what the writer gives goes out as it is: the text of a string of which something has come. */
function goesOut(call: Call, writer: Writer): boolean {
  const { loose, containers, isUnwrapped } = call.arguments;
  const isChanged = loose.isHolding || containers.isQuoted || isUnwrapped;
  return writer instanceof StringWriter && writer.special !== null && !isChanged;
}

export type Copier = JsonCopier | TextCopier;

/** Count a text that is read beside the buffer. */
function passBy(run: Run, source: string): void {
  run.work += source.length + 1;
  if (run.special !== null) run.text.passBy(source); // the places of tokens are counted in all text
}

/** Who copies the next delta; null where its text is held, or somebody listens to the source. */
export function chooseCopier(run: Run): Copier | null {
  const { call, scanner, half, nest } = run.open;
  const { state } = run.place;
  if (call === null || !call.isAnnounced || run.trace !== null || run.text.recordings.length > 0) return null;
  const { isActive, isWrong, writer } = call.arguments;
  if (scanner !== null) {
    const isCopied = isActive && !isWrong && !scanner.isWrapped && half !== null && half.isOver;
    return isCopied ? new JsonCopier(run, scanner, call.channel.index) : null;
  }
  if (state.kind !== "text" || SHORT_SINKS.includes(state.sink) || state.entities || nest !== null)
    return null;
  return writer === null ? null : new TextCopier(run, state, call, writer);
}
