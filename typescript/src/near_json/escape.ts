/**
 * Write text as the body of a JSON string.
 *
 * In: decoded text. Out: what stands between the quotes in Python's `json.dumps(text, ensure_ascii=False)`;
 * lone surrogates are escaped besides, so that the result always encodes to UTF-8.
 *
 * Promises: `SPECIAL` is in a text exactly if `escape` changes it; escaping piece by piece and joining is the
 * same as joining and escaping.
 */

import { search } from "../regex.js";

/** What is in no text that is its own output. */
export const SPECIAL = new RegExp('["\\\\\\x00-\\x1f\\ud800-\\udfff]', "u");
/** The same inside a single-quoted string. */
export const SPECIAL_SINGLE = new RegExp("[\"'\\\\\\x00-\\x1f\\ud800-\\udfff]", "u");
export const findSpecial = search(SPECIAL.source, "u");
export const findSpecialSingle = search(SPECIAL_SINGLE.source, "u");

/** Return the body of a JSON string. */
export function escape(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}
