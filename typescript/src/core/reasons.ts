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
 * kinds of recovery, which are reasons, too.
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

/** What each reason says. No parser needs it. */
export const REASONS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["not_declared", "what stands where a name belongs is the name of no declared tool"],
  ["no_evidence", "behind the name nothing shows that a call follows: it is mentioned"],
  ["no_call", "what stands there is no part of a call"],
  ["all_or_nothing", "the section has something in it that is no call, so all of it is text"],
  ["quoted", "it stands in a span or in a block of code"],
  ["thoughts_go_on", "thoughts go on behind the call: it was a draft"],
  ["unknown_tag", "no call came behind a tag that the format does not know"],
  ["bare_brackets", "text stands behind brackets that hold no call"],
  ["no_source", "what stands where a source belongs is none"],
  ["too_far", "too much stands between the name and what follows it"],
  ["end_of_text", "the text ended before it was a call"],
  ["in_sentence", "a part of the message begins on a line of its own, and this stands in a sentence"],
  ["spelled", "the characters of a special token, spelled by others"],
  ["junk", "it stands between the parts of a call and is none"],
  ["no_member", "a member of an object that the format does not know"],
  ["nothing_came", "markup of a call that never came"],
  ["stray_tag", "a tag that closes nothing here"],
  ["echo", "the section of calls, written a second time"],
  ["missing_opener", "its opener is missing, or a part of it"],
  ["missing_closer", "a closer is missing before it: what stands here implies it"],
  ["stray_delimiter", "it opens or closes nothing"],
  ["near_json", "a value of the call before it is no JSON as it stands"],
  ["cut", "the call before it is not complete, or nothing of it could be shown"],
  ["open_thoughts", "the call ends thoughts that nothing has closed"],
]);

/** Why a short text is not taken for what a state reads. */
export function whyNoText(state: State): string {
  if (state.sink === "name") return NOT_DECLARED;
  return state.sink === "source" ? NO_SOURCE : NO_EVIDENCE;
}
