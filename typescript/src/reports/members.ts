/**
 * Where the members of a JSON object stand in its text.
 *
 * In: the text of an object, perhaps cut off, perhaps no JSON as it stands. Out: the place of each value, by its
 * key.
 */

import { DIGITS_MAX } from "../near_json/number_stream.js";
import { lstrip, strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";
import type { Span } from "./attempt.js";

const IN_STRING = /^[ \t\r\n]*["'](?=[ \t\r\n]*\{)/;
const QUOTES = "\"'";
const SIGNS = "{[(}]):,"; // brackets, and what parts members and keys
const LONG_NUMBER = new RegExp(`\\d{${DIGITS_MAX + 1}}`);
const NUMBER = /\d+([.eE][\d+-]*)*/y; // group 1: it is no integer
const PLAIN = /[^"'{[(}\]):,]+/y; // is passed over

/** Whether a text is one value of strict JSON, in which no integer has more digits than Python reads. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch (error) {
    return error instanceof RangeError; // deeper than can be read here: nothing speaks against it
  }
  return !(LONG_NUMBER.test(text) && hasLongInteger(text));
}

/** Whether such an integer stands in JSON, and not only in a string of it. */
function hasLongInteger(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfString(text, at) - 1;
    else {
      NUMBER.lastIndex = at;
      const [digits, fraction] = NUMBER.exec(text) ?? ["", ""];
      if (digits.length > DIGITS_MAX && !fraction) return true;
      at += Math.max(0, digits.length - 1);
    }
  }
  return false;
}

/**
 * Return the place of each member's value; the first of two keys counts.
 *
 * Brackets and quotes are all that is looked at, so it finds its way in what is nearly JSON, too. An object that
 * was encoded twice has its quotes behind backslashes.
 *
 *     {'a': [1, 2], b: 3,}    a [6, 12], b [17, 18]
 */
export function membersOf(text: string): Map<string, Span> {
  const found = new Map<string, Span>();
  const note = (key: string | null, span: Span): void => {
    if (key !== null && !found.has(key)) found.set(key, span);
  };
  let depth = 0;
  let begin = 0; // of the key or the value that is read
  let key: string | null = null;
  for (const [sign, at] of signsOf(decoded(text))) {
    const opens = "{[(".includes(sign);
    const closes = "}])".includes(sign);
    if (closes) depth -= 1;
    const isEnd = (closes && depth === 0) || (sign === "," && depth === 1);
    if (isEnd) note(key, trimmed(text, begin, at));
    if (sign === ":" && depth === 1 && key === null) {
      key = keyOf(strip(text.slice(begin, at), BLANKS));
      begin = at + 1;
    } else if (isEnd || (opens && depth === 0)) {
      key = null;
      begin = at + 1;
    }
    if (opens) depth += 1;
    if (closes && depth <= 0) return found;
  }
  note(key, trimmed(text, begin, text.length));
  return found;
}

/**
 * Return the spans of the members of whole arguments, of all the spans that were found in a source behind `at`.
 *
 * Where one parameter holds all of them as an object, they are found in that.
 */
export function spansOf(
  text: string,
  spans: ReadonlyMap<string, Span>,
  source: string,
  at: number,
): ReadonlyMap<string, Span> {
  const keys = new Set(Object.keys(JSON.parse(text) as object));
  if (spans.size === 1 && ![...spans.keys()].some((key) => keys.has(key))) {
    const [[begin, end]] = [...spans.values()];
    const inner = membersOf(source.slice(begin - at, end - at));
    spans = new Map([...inner].map(([key, [first, last]]) => [key, [begin + first, begin + last]]));
  }
  return new Map([...spans].filter(([key]) => keys.has(key)));
}

/**
 * The brackets, colons and commas of a text that stand in no string, each with its place.
 *
 * Where a quote is never closed, no later one of its kind is: so none is looked for twice, and the work is
 * linear.
 */
function* signsOf(text: string): Generator<readonly [sign: string, at: number]> {
  let open = ""; // quotes that are never closed from here on
  let at = 0;
  while (at < text.length) {
    const mark = text[at];
    if (SIGNS.includes(mark)) yield [mark, at];
    else if (QUOTES.includes(mark) && !open.includes(mark)) {
      const end = endOfString(text, at);
      if (end < 0) open += mark;
      at = Math.max(at, end - 1);
    } else if (!QUOTES.includes(mark)) {
      PLAIN.lastIndex = at;
      PLAIN.test(text);
      at = PLAIN.lastIndex - 1;
    }
    at += 1;
  }
}

/** The place behind a string that begins at a quote; -1: it has no end. */
function endOfString(text: string, at: number): number {
  const quote = text[at];
  for (at += 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

/** A key as it is meant, of a key as it stands. */
function keyOf(text: string): string {
  if (text.startsWith('"')) {
    try {
      return String(JSON.parse(text));
    } catch {
      // It is no JSON: what stands between the quotes is meant.
    }
  }
  return strip(text, `${BLANKS}${QUOTES}\\`);
}

/** An object inside of a string, with its quotes bare; no character has another place. */
function decoded(text: string): string {
  const quote = IN_STRING.exec(text)?.[0].length ?? 0;
  return quote === 0 ? text : " ".repeat(quote) + text.slice(quote).replaceAll('\\"', ' "');
}

/** A span without the blanks around its text. */
function trimmed(text: string, begin: number, end: number): Span {
  const value = text.slice(begin, end);
  begin += value.length - lstrip(value, BLANKS).length;
  return [begin, Math.max(begin, begin + strip(value, BLANKS).length)];
}
