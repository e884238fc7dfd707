/**
 * What the machine can do besides reading: the closed set of actions.
 *
 * In: the run and the action's argument. Out: the call being read, and the registers of the run, changed.
 *
 * Promises: an action reads no text; every one is safe in every state, so that recovery may repeat or omit
 * any; it returns false when it gave text back, so that what would have followed must not happen.
 */

import {
  begin,
  beginElement,
  closeArguments,
  closeContainer,
  closeParameter,
  end,
  endElement,
  endKey,
  endType,
  goWithoutId,
  openArguments,
  openContainer,
  openLoose,
  openParameter,
} from "./argument_actions.js";
import { Call } from "./call.js";
import { announce, lacksArguments, waitsForPart } from "./evidence.js";
import { lose, noValue, spoil } from "./losses.js";
import { mark, markDelimiter } from "./marks.js";
import {
  beginText,
  closeCitation,
  closeSection,
  dropCitation,
  forgetSection,
  openCitation,
  openSection,
  reasoning,
} from "./message_actions.js";
import { accepts, namedTool } from "./names.js";
import { NO_CALL, NOT_DECLARED, NOTHING_CAME } from "./reasons.js";
import { CUT, NEAR_JSON, noteRepair } from "./repairs.js";
import { Open, Pending, type Run } from "./run.js";
import { drop, giveBack } from "./tentative.js";
import {
  CALL_BEGINS,
  CALL_BROKEN,
  CALL_CUT,
  CALL_ENDS,
  CALL_NAMED,
  CALL_VANISHED,
  CALL_WHOLE,
} from "./trace.js";

/** Only `false` says something: text was given back. */
export type Action = (run: Run, rest: string) => unknown;

/** A call begins; one that is still open ends as it is, and is nothing if it was never finished. */
function openCall(run: Run): void {
  if (run.open.call !== null) endCall(run, !lacksArguments(run));
  if (run.stretch !== null) {
    run.stretch.sawCall = true;
    run.stretch.isNamed = false;
  }
  const place = run.place;
  markDelimiter(run, CALL_BEGINS, "");
  run.pending = new Pending();
  const call = new Call(run.message.calls, run.output, run.tools, place.machine.unwrap);
  run.open = new Open(call, place.stack.length);
}

/** Another call of the same tool begins; `wrong`: no arguments of it stand there, and it is not complete. */
function openAgain(run: Run, wrong: string): void {
  const tool = run.open.call?.arguments.tool ?? "";
  closeCall(run, "");
  openCall(run);
  run.pending.name = tool;
  announce(run);
  if (run.open.call !== null) run.open.call.arguments.isWrong = wrong !== "";
}

/**
 * The name (and an id around it) is whole: announce the call, or wait for a part of it (evidence.ts).
 *
 * `header`: it stands in the header of a message, which is no call before the header is whole. `id`: the id
 * may come.
 */
function commit(run: Run, where: string): void {
  const { pending, stretch } = run;
  const call = run.open.call;
  pending.idFollows = where === "id" && pending.id === "";
  const waits = where === "header" || pending.idFollows || waitsForPart(run);
  if (call !== null && pending.name !== "" && waits && (stretch !== null || pending.idFollows)) {
    call.arguments.tool = namedTool(run);
    if (stretch !== null) stretch.isNamed = true;
  } else {
    announce(run);
  }
}

/**
 * Close the call; one that was never announced vanishes.
 *
 * In a text that was cut nothing has closed a call that ends with the text, unless its arguments are an
 * object of their own: more of them could have come.
 */
export function endCall(run: Run, complete: boolean): void {
  goWithoutId(run);
  const call = run.open.call;
  run.open = new Open();
  let isWhole = false;
  if (call?.isAnnounced) {
    if (call.arguments.isMended) noteRepair(run, NEAR_JSON);
    const mayGoOn = run.text.isCut && (call.arguments.isEmpty || !call.arguments.isCopied);
    isWhole = call.end({ complete: complete && !mayGoOn });
    if (!isWhole) noteRepair(run, CUT);
  }
  if (call !== null && run.trace !== null) {
    const ended = !call.isAnnounced ? CALL_VANISHED : call.arguments.isWrong ? CALL_BROKEN : CALL_CUT;
    run.trace.mark(CALL_ENDS, isWhole ? CALL_WHOLE : ended);
  }
}

/**
 * The call ends: with that it is one, though it may have nothing but a name.
 *
 * `early`: another one begins. If this one has no arguments, though its tool takes some, it was never
 * finished.
 */
function closeCall(run: Run, how: string): boolean {
  const isBroken = how === "early" && lacksArguments(run);
  if (isBroken && run.stretch?.isNamed) {
    drop(run, run.text.position, NOTHING_CAME);
    return false;
  }
  announce(run);
  endCall(run, !isBroken);
  return true;
}

/**
 * The header of a message breaks off: with a special token in it, it is markup, and else the text that it
 * was.
 */
function dropHeader(run: Run): boolean {
  const stretch = run.stretch;
  if (stretch === null) {
    endCall(run, false);
    return true;
  }
  if (stretch.trusted) drop(run, run.text.position, NOTHING_CAME);
  else giveBack(run, run.text.position, NO_CALL);
  return false;
}

/** The delimiter that opened the call has its name in it. */
function nameOfTag(run: Run): void {
  run.pending.name = run.place.machine.bound ?? "";
  mark(run, CALL_NAMED, run.pending.name);
}

function openId(run: Run): void {
  run.pending.id = "";
  run.pending.idIsOpen = true;
}

function closeId(run: Run): void {
  run.pending.idIsOpen = false;
}

/** A literal inside an id is part of it. */
function idText(run: Run, text: string): void {
  run.pending.id += text;
}

/** A delimiter of the call itself ends all that was entered inside it. */
function unwind(run: Run): void {
  run.place.stack.splice(run.open.callDepth);
}

/** A member's key is the function's name; false when that is none, and the text was given back. */
function takeName(run: Run): boolean {
  if (run.open.call !== null && !run.open.call.isAnnounced) {
    run.pending.name = run.pending.key;
    mark(run, CALL_NAMED, run.pending.name);
    if (run.stretch !== null && !accepts(run, run.pending.name)) {
      giveBack(run, run.text.position, NOT_DECLARED);
      return false;
    }
  }
  return true;
}

export const ACTIONS: Readonly<Record<string, Action>> = Object.assign(
  Object.create(null) as Record<string, Action>,
  {
    open_call: openCall,
    open_again: openAgain,
    commit,
    close_call: closeCall,
    drop_header: dropHeader,
    open_id: openId,
    close_id: closeId,
    id_text: idText,
    open_parameter: openParameter,
    open_loose: openLoose,
    end_key: endKey,
    end_type: endType,
    begin,
    end,
    lose,
    no_value: noValue,
    spoil,
    begin_element: beginElement,
    end_element: endElement,
    open_container: openContainer,
    close_container: closeContainer,
    close_parameter: closeParameter,
    open_arguments: openArguments,
    close_arguments: closeArguments,
    reasoning,
    begin_text: beginText,
    open_citation: openCitation,
    close_citation: closeCitation,
    drop_citation: dropCitation,
    take_name: takeName,
    name_of_tag: nameOfTag,
    unwind,
    open_section: openSection,
    close_section: closeSection,
    forget_section: forgetSection,
  },
);
