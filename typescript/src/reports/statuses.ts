/**
 * Which status an attempt has.
 *
 * In: what was found of a call or of a stretch that failed, and what stands behind it. Out: a `Status`.
 */

import * as reasons from "../core/reasons.js";
import { NEAR_JSON } from "../core/repairs.js";
import { CALL_CUT, CALL_WHOLE } from "../core/trace.js";
import type { Status } from "./attempt.js";
import { MALFORMED, NOT_JSON, OK, QUOTED, REPAIRED, UNCLOSED, UNKNOWN_TOOL } from "./attempt.js";
import { isJson } from "./members.js";
import type { Found } from "./trace.js";

// It is certain that nothing is called.
const MENTIONS: readonly string[] = [reasons.QUOTED, reasons.THOUGHTS_GO_ON, reasons.SPELLED];
// It did not look like a call.
const NO_ATTEMPT: readonly string[] = [reasons.BARE_BRACKETS, reasons.NO_SOURCE];

/** The status of what the parser took for a call, and of which that was repaired. */
export function statusOfCall(
  found: Found,
  repairs: readonly string[],
  { isDeclared }: { isDeclared: boolean },
): Status {
  if (found.how === CALL_WHOLE) {
    if (!isDeclared) return UNKNOWN_TOOL;
    return repairs.length > 0 ? REPAIRED : OK;
  }
  if (found.how === CALL_CUT || found.isAtEnd) return UNCLOSED;
  return found.json.every(isJson) ? MALFORMED : NOT_JSON;
}

/** What was repaired in a call, or is wrong with it, each kind once; of what failed the reason comes first. */
export function repairsOf(found: Found, raw: string): readonly string[] {
  const kinds = new Set(found.failed ? [found.how, ...found.reasons] : found.reasons);
  if (found.how === CALL_WHOLE && !isWellFormed(found, raw)) kinds.add(NEAR_JSON);
  return [...kinds];
}

/** What is known of the text around something that failed. */
interface Around {
  readonly isClosed: boolean; // a closer of calls stands behind it
  readonly isObject: boolean; // the calls of the format are objects
}

/** The status of what the parser took for text. null: it was no attempt. */
export function statusOfFailed(found: Found, raw: string, { isClosed, isObject }: Around): Status | null {
  if (NO_ATTEMPT.includes(found.how)) return null;
  if (isShown(found)) return QUOTED;
  if (found.how === reasons.END_OF_TEXT || (found.isAtEnd && found.hasBody && !isClosed)) {
    return found.reasons.includes(reasons.JUNK) ? QUOTED : UNCLOSED;
  }
  if (found.how === reasons.NOTHING_CAME) return MALFORMED;
  if (isClosed) {
    const body = objectIn(raw);
    return isObject && (body === null || !isJson(body)) ? NOT_JSON : MALFORMED;
  }
  return found.hasArguments ? MALFORMED : QUOTED;
}

/** Whether it is certain that nothing is called there, whatever stands behind it. */
export function isShown(found: Found): boolean {
  return found.inCode || MENTIONS.includes(found.how);
}

/** Whether what must be JSON is JSON: the object that the call is, or the values in it. */
function isWellFormed(found: Found, raw: string): boolean {
  const body = found.isMember ? objectIn(raw) : null;
  return (body === null ? found.json : [body]).every(isJson);
}

/** What stands from the first bracket of an object to the last. */
function objectIn(text: string): string | null {
  const begin = text.indexOf("{");
  const end = text.lastIndexOf("}");
  return begin < 0 || end < begin ? null : text.slice(begin, end + 1);
}
