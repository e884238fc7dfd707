/**
 * Schemas of any objects as plain ones: what has keys as a plain object, other collections as arrays.
 *
 * In: a schema as `JSON.parse` makes it, or with anything else in it: maps, sets, objects of somebody's own
 * classes. Out: a schema of plain objects, arrays and what JSON has besides.
 *
 * Promises: a plain schema is given back as it is; whatever throws in foreign code is `null`, and so is what
 * JSON cannot say.
 */

/** What has keys: of a plain schema, a plain object. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys, and no array. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it is one of no class: what is written in braces, or read from JSON. */
export function isPlainMapping(value: unknown): value is Mapping {
  if (!isMapping(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Return a schema that is made of plain objects and arrays; null where it cannot be read. */
export function plainSchema(value: unknown): unknown {
  try {
    return isPlain(value) ? value : JSON.parse(JSON.stringify(value, opened));
  } catch {
    return null; // foreign code may throw anything
  }
}

function isPlain(value: unknown): boolean {
  const seen = new Set([value]); // it grows while it is read
  for (const one of seen) {
    if (typeof one === "function" || typeof one === "bigint" || typeof one === "symbol") return false;
    if (typeof one !== "object" || one === null) continue;
    if (!Array.isArray(one) && !isPlainMapping(one)) return false;
    for (const part of Object.values(one)) seen.add(part);
  }
  return true;
}

/** What JSON has in the place of a value. */
function opened(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value) as unknown;
  if (value instanceof Set) return [...value] as unknown;
  return typeof value === "bigint" ? Number(value) : value;
}
