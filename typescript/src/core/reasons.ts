/**
 * Why a part of a text became what it became: for people who look at a trace, and for nothing else.
 *
 * In: what is decided otherwise than the text seemed to say. Out: a reason, of which `Run.because` makes an
 * entry of the trace that has no text, `[reason, ""]`: in front of what was given back, skipped, or read
 * although something is missing, and behind a call that is not complete.
 *
 *     ["not_declared", ""]  ["content", "<tool_call>\n{\"name\": \"f\""]
 *
 * Without a trace nothing is kept, and nothing is asked that reading would not ask. `core/repairs.ts` has the
 * kinds of recovery, which are reasons, too; `core/reason_texts.ts` says what each means.
 */

import type { State } from "../tables/states.js";

// Why it is text:
export const NOT_DECLARED = "not_declared";
export const NO_EVIDENCE = "no_evidence";
export const NO_CALL = "no_call";
export const ALL_OR_NOTHING = "all_or_nothing";
export const QUOTED = "quoted";
export const THOUGHTS_GO_ON = "thoughts_go_on";
export const UNKNOWN_TAG = "unknown_tag";
export const BARE_BRACKETS = "bare_brackets";
export const NO_SOURCE = "no_source";
export const TOO_FAR = "too_far";
export const END_OF_TEXT = "end_of_text";
export const SPELLED = "spelled";
export const IN_SENTENCE = "in_sentence";
// Why it is skipped:
export const JUNK = "junk";
export const NO_MEMBER = "no_member";
export const NOTHING_CAME = "nothing_came";
export const STRAY_TAG = "stray_tag";
export const ECHO = "echo";

/** Why a short text is not taken for what a state reads. */
export function whyNoText(state: State): string {
  if (state.sink === "name") return NOT_DECLARED;
  return state.sink === "source" ? NO_SOURCE : NO_EVIDENCE;
}
