/**
 * Find what a JSON schema says: of which types a value may be, which members and items it may have.
 *
 * In: a schema, and the root that its `$ref`s point into. Out: names of types, schemas of members and items.
 *
 * Promises: never throws, whatever the schema holds; what cannot be understood is ignored; `$ref` cycles end,
 * and one search looks at no more than `SCHEMA_NODES_MAX` schemas.
 */

import { partition, strip } from "../strings.js";
import { isMapping } from "./plain.js";
import type { Mapping } from "./plain.js";

const SCHEMA_NODES_MAX = 1000; // schemas looked at for the types of one argument
const SCHEMA_DEPTH_MAX = 32;

const JSON_TYPES: readonly string[] = ["string", "null", "boolean", "integer", "number", "object", "array"];
// Beginnings of type names that request schemas use; the first that fits counts. `enum` and the like: vLLM's
// own list, https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/utils.py
const TYPE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:str|text|varchar|char|enum)/, "string"],
  [/^(?:none|null)/, "null"],
  [/^bool/, "boolean"],
  [/^(?:int|uint|unsigned|long|short)/, "integer"],
  [/^(?:num|float|double|decimal)/, "number"],
  [/^(?:dict|map|obj)/, "object"],
  [/^(?:list|arr|tuple|set|sequence)/, "array"],
];
const SHAPE_KEYWORDS: readonly (readonly [string, readonly string[]])[] = [
  ["object", ["properties", "additionalProperties", "patternProperties", "required"]],
  ["array", ["items", "prefixItems"]],
];
// What Python's `strip` takes for blanks.
const SPACES =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680" +
  "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
  "\u2028\u2029\u202f\u205f\u3000";

/** One walk through a schema; `root` is where its `$ref`s point into. */
export class SchemaSearch {
  private budget = SCHEMA_NODES_MAX;

  constructor(private readonly root: unknown) {}

  /** Return the schemas of all properties that the root or what it is made of declares; the first counts. */
  properties(root: unknown): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (const schema of this.madeOf(root)) {
      const declared = isMapping(schema.properties) ? Object.entries(schema.properties) : [];
      for (const [key, value] of declared) if (!found.has(key)) found.set(key, value);
    }
    return found;
  }

  /** Return the schema under a keyword of the root or of what it is made of; the first counts. */
  keyword(root: unknown, name: string): Mapping | null {
    for (const schema of this.madeOf(root)) {
      const found = schema[name];
      if (isMapping(found)) return found;
    }
    return null;
  }

  /** Walk a schema and those that it is made of, the nearest first. */
  private *madeOf(root: unknown): Generator<Mapping> {
    const waiting = [root];
    for (const schema of waiting) {
      if (this.budget <= 0) return;
      this.budget -= 1;
      if (!isMapping(schema)) continue;
      yield schema;
      for (const part of parts(schema, ["allOf", "anyOf", "oneOf"])) waiting.push(part);
      waiting.push(this.target(schema));
    }
  }

  /** Return every type the schema allows, none where it does not say. */
  types(schema: unknown, depth: number): ReadonlySet<string> {
    this.budget -= 1;
    if (!isMapping(schema) || this.budget < 0 || depth > SCHEMA_DEPTH_MAX) return new Set();
    let found = new Set([...namedTypes(schema.type), ...typesOfMembers(schema)]);
    for (const part of [this.target(schema), ...parts(schema, ["anyOf", "oneOf"])]) {
      for (const name of this.types(part, depth + 1)) found.add(name);
    }
    for (const part of parts(schema, ["allOf"])) {
      const narrow = this.types(part, depth + 1);
      const both = [...found].filter((name) => narrow.has(name));
      found = new Set(both.length > 0 ? both : [...found, ...narrow]);
    }
    if (found.size === 0) {
      for (const [name, keywords] of SHAPE_KEYWORDS) {
        if (keywords.some((keyword) => schema[keyword] !== undefined)) found.add(name);
      }
    }
    if (schema.nullable === true) {
      if (found.size === 0) found.add("string");
      found.add("null");
    }
    return found;
  }

  private target(schema: Mapping): unknown {
    return findTarget(this.root, schema.$ref);
  }
}

function parts(schema: Mapping, keywords: readonly string[]): unknown[] {
  return keywords.flatMap((keyword): unknown[] => {
    const group = schema[keyword];
    return Array.isArray(group) ? group : [];
  });
}

/** Follow the JSON pointer of a `$ref` into the root; null when it leads nowhere. */
export function findTarget(root: unknown, pointer: unknown): unknown {
  if (typeof pointer !== "string" || !pointer.startsWith("#")) return null;
  let node = root;
  for (const step of pointer.slice(1).split("/").slice(1)) {
    const name = unquoted(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (isMapping(node)) node = Object.hasOwn(node, name) ? node[name] : null;
    else if (Array.isArray(node) && /^[0-9]{1,8}$/.test(name)) node = node[Number(name)] as unknown;
    else return null;
  }
  return node ?? null;
}

function unquoted(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step; // no encoding of any text
  }
}

/** Return the JSON types that a schema's `type` names. */
export function namedTypes(names: unknown): string[] {
  return (Array.isArray(names) ? names : [names]).flatMap((name: unknown) => {
    if (isMapping(name)) return typeof name.type === "string" ? namedTypes(name.type) : [];
    if (typeof name !== "string") return [];
    const word = strip(name, SPACES).toLowerCase();
    if (JSON_TYPES.includes(word)) return [word];
    return TYPE_NAMES.filter(([begins]) => begins.test(word)).map(([, kind]) => kind);
  });
}

/**
 * The type that a text names, none where it names no single one: of `array[string]` what stands before the
 * bracket.
 *
 *     wireTypes(" Array[string]")    array
 *     wireTypes("any")               none
 */
export function wireTypes(name: string): ReadonlySet<string> {
  return new Set(namedTypes(partition(name, "[")[0]));
}

/** Return the types of the values that `enum` and `const` list. */
function typesOfMembers(schema: Mapping): string[] {
  const values: unknown[] = Array.isArray(schema.enum) ? [...(schema.enum as unknown[])] : [];
  if (schema.const !== undefined) values.push(schema.const);
  return values.map(typeOf);
}

/** Return the JSON type of a value. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "boolean" || typeof value === "string") return typeof value;
  return Array.isArray(value) ? "array" : "object";
}
