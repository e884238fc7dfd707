/**
 * Write text as the body of a JSON string.
 *
 * In: decoded text. Out: what stands between the quotes in Python's `json.dumps(text, ensure_ascii=False)`;
 * lone surrogates are escaped besides, so that the result always encodes to UTF-8.
 *
 * Promises: `PLAIN(text)` is null exactly where `escape` changes nothing; escaping piece by piece and joining
 * is the same as joining and escaping.
 */

import { type Search, search } from "../regex.js";

/** Finds nothing in text that is its own output. */
export type PlainSearch = Search;

export const PLAIN: PlainSearch = search('["\\\\\\x00-\\x1f\\ud800-\\udfff]', "u");
/** The same inside a single-quoted string. */
export const PLAIN_SINGLE: PlainSearch = search("[\"'\\\\\\x00-\\x1f\\ud800-\\udfff]", "u");

/** Return the body of a JSON string. */
export function escape(text: string): string {
  return PLAIN(text) === null ? text : JSON.stringify(text).slice(1, -1);
}
