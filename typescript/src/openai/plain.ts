/**
 * JSON as it came over the wire: what it is, and what Python takes for nothing.
 *
 * In: values of JSON. Out: claims about them, and copies.
 */

/** An object of JSON, of which nobody has said what is in it. */
export type Plain = Readonly<Record<string, unknown>>;

const SPACES = /^[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/; // what Python strips

export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text is there, and is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Whether there is nothing but blanks in a text. */
export function isBlank(text: string): boolean {
  return SPACES.test(text);
}

/** Whether Python takes a value for false. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value;
}

/** Whether a value says nothing: it is missing, null, an empty text or an empty list. */
export function saysNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

/** A copy of an object without some of its members. */
export function without(owner: Plain, names: readonly string[]): Plain {
  return Object.fromEntries(Object.entries(owner).filter(([name]) => !names.includes(name)));
}

/** The same text under each of these names. */
export function underEach(names: readonly string[], text: string): Plain {
  return Object.fromEntries(names.map((name) => [name, text]));
}
