/**
 * What the reasons of a trace say to people.
 *
 * In: nothing. Out: each reason (reasons.ts, repairs.ts) with its meaning.
 *
 * Notes: no parser needs it, so it stands in a file of its own: who asks for no report does not load it.
 */

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
