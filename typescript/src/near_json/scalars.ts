/**
 * Turn the text of a bare scalar into JSON: numbers that keep their digits, literals by their many names.
 *
 * In: the characters of one unquoted word. Out: JSON, or null where the word is no scalar.
 *
 * Promise: a number that readers of JSON take as no number (`1e999`) is none.
 */

import { SCALAR_MAX } from "../tables/limits.js";
import { NumberStream } from "./number_stream.js";

export const SCALAR_NAMES: ReadonlyMap<string, string> = named({
  null: ["null", "None", "NaN", "Infinity", "-Infinity", "+Infinity", "undefined"],
  true: ["true", "True"],
  false: ["false", "False"],
});
export const PYTHON_NAMES: ReadonlyMap<string, string> = named({ null: ["nan", "inf", "-inf", "+inf"] });
const PYTHON_RADIX = /^0(?:x(?:_?[0-9a-f])+|o(?:_?[0-7])+|b(?:_?[01])+)[\t-\r ]*$/i;
const BEGINS_WITH_RADIX = /^0[xob]/i;

function named(names: Record<string, string[]>): Map<string, string> {
  return new Map(Object.keys(names).flatMap((json) => names[json].map((name) => [name, json] as const)));
}

/**
 * Return the number as JSON, its digits kept: `+007` is `7`, `.5` is `0.5`; `1e`, `12 km` and `1e999` are
 * none.
 */
export function numberJson(text: string): string | null {
  const number = new NumberStream();
  const out = number.write(text);
  return number.isWhole ? out + number.end() : null;
}

/** Say whether text begins a number and has a digit already. */
export function mayBeNumber(text: string): boolean {
  const number = new NumberStream();
  number.write(text);
  return number.seen && !number.bad;
}

/**
 * Return the JSON of a literal or a number, null for any other word: `None` is `null`, in Python `0x1F` is
 * `31`.
 */
export function scalarJson(text: string, python = false): string | null {
  if (text.length <= SCALAR_MAX && /^[1-9][0-9]*$/.test(text)) return text;
  const found = SCALAR_NAMES.get(text);
  if (found !== undefined) return found;
  return python ? (PYTHON_NAMES.get(text) ?? pythonNumberJson(text)) : numberJson(text);
}

/**
 * Return what a scalar that was cut off stands for: `tru` -> `true`, `1e` -> `1`, `-` -> `null`, `for` ->
 * none.
 */
export function halfScalarJson(text: string): string | null {
  if (["-", "+", ".", "-.", "+."].includes(text)) return "null";
  if (mayBeNumber(text)) {
    const number = new NumberStream();
    return number.write(text) + number.end();
  }
  for (const [name, json] of SCALAR_NAMES) if (text && name.startsWith(text)) return json;
  return null;
}

function pythonNumberJson(text: string): string | null {
  const sign = /^[+-]?/.exec(text)?.[0] ?? "";
  let body = text.slice(sign.length);
  if (BEGINS_WITH_RADIX.test(body) && body.length <= SCALAR_MAX) {
    if (!PYTHON_RADIX.test(body)) return null;
    const digits = BigInt(body.trimEnd().replaceAll("_", "").toLowerCase());
    return (sign === "-" ? sign : "") + digits.toString();
  }
  if (body.includes("_")) {
    if (!body.split("_").every((part) => /^[0-9]/.test(part) && /[0-9]$/.test(part))) return null;
    body = body.replaceAll("_", "");
  }
  return numberJson(sign + body);
}
