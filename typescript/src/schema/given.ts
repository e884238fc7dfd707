/**
 * The tools of a request as they are given: which functions there are, and which tools cannot be read.
 *
 * In: what a caller gives for `tools`: chat tools, flat Responses tools, or objects with the same members, in
 * anything that can be iterated. `parameters` may be JSON text, or what `plain.ts` makes plain. Out: names
 * and schemas, and a sentence for each thing that is none.
 *
 * Promises: never throws, whatever is given; nothing is ignored in silence but tools that have no function,
 * such as the web search of the Responses API, which a server runs by itself.
 */

import { isMapping, isPlainMapping, plainSchema } from "./plain.js";
import type { Mapping } from "./plain.js";

const PROBLEMS_MAX = 20; // that are told of one request
const A_LIST_IS_WANTED =
  'a list of tools is wanted, such as [{"type": "function", "function": {"name": "f"}}]';

/** Tools of a request that cannot be read: which, and why. */
export class ToolsError extends Error {
  override readonly name = "ToolsError";
}

/** One function: its name, and the schema of its arguments, which is empty where none is given. */
export interface GivenTool {
  readonly name: string;
  readonly parameters: Mapping;
}

type Problem = string | null;

/** Return the functions in the order of the tools, and what is wrong with the others. */
export function readGiven(tools: unknown): readonly [readonly GivenTool[], readonly string[]] {
  const [items, none] = itemsOf(tools);
  const found: GivenTool[] = [];
  const problems: string[] = none === null ? [] : [none];
  items.forEach((tool, place) => {
    const [one, problem] = readTool(tool, `tool ${place + 1}`);
    if (one !== null) found.push(one);
    if (problem !== null && problems.length < PROBLEMS_MAX) problems.push(problem);
  });
  return [found, problems];
}

/** Return the tools as an array, which is empty where they are none, and why they are none. */
export function itemsOf(tools: unknown): readonly [readonly unknown[], Problem] {
  if (tools === null || tools === undefined) return [[], null];
  try {
    if (isIterable(tools)) return [Array.from(tools), null];
  } catch {
    // Foreign code: whatever it throws, these are no tools.
  }
  return [[], `the tools are ${kindOf(tools)}: ${A_LIST_IS_WANTED}`];
}

function isIterable(value: unknown): value is Iterable<unknown> {
  const isObject = typeof value === "object" && value !== null && !(value instanceof Map);
  return isObject && Symbol.iterator in value;
}

/** What says the name: a tool of the Responses API itself, the `function` of a chat tool. */
export function bodyOfTool(tool: unknown): unknown {
  const body = memberOf(tool, "function");
  const isEmpty = Array.isArray(body) || isPlainMapping(body) ? Object.keys(body).length === 0 : !body;
  return isEmpty ? tool : body;
}

/** Return a member, null where there is none or reading it fails. */
export function memberOf(owner: unknown, name: string): unknown {
  if (!isMapping(owner)) return null;
  try {
    return (owner instanceof Map ? (owner.get(name) as unknown) : owner[name]) ?? null;
  } catch {
    return null; // a request may bring objects of any class; a broken one is no tool
  }
}

/** Return the schema of a function's arguments, and why it is none; no schema at all is an empty one. */
export function parametersOf(body: unknown): readonly [Mapping, Problem] {
  const value = memberOf(body, "parameters");
  if (value === null) return [{}, null];
  if (typeof value === "string") return schemaOfText(value);
  const found = plainSchema(value);
  return isMapping(found) ? [found, null] : [{}, `has parameters that are no schema, but ${kindOf(value)}`];
}

function readTool(tool: unknown, place: string): readonly [GivenTool | null, Problem] {
  try {
    return readFunction(tool, place);
  } catch {
    return [null, `${place} cannot be read`]; // an object that does not even say of which class it is
  }
}

/** Read one tool: a function, or what is wrong with it, or both, or neither. */
function readFunction(tool: unknown, place: string): readonly [GivenTool | null, Problem] {
  const body = bodyOfTool(tool);
  const name = memberOf(body, "name");
  if (typeof name === "string" && name) {
    const [parameters, problem] = parametersOf(body);
    return [{ name, parameters }, problem === null ? null : `${place}, '${name}', ${problem}`];
  }
  const kind = memberOf(tool, "type");
  if (name !== null)
    return [null, `${place} has ${name === "" ? "an empty name" : "a name that is no text"}`];
  const isOther = body === tool && typeof kind === "string" && kind !== "function";
  return [null, isOther ? null : `${place} has no name, in ${kindOf(body)}`];
}

function schemaOfText(text: string): readonly [Mapping, Problem] {
  try {
    const found: unknown = text.trim() ? JSON.parse(text) : {};
    return isMapping(found) ? [found, null] : [{}, "has parameters in a text that is no JSON object"];
  } catch {
    return [{}, "has parameters in a text that is not JSON"];
  }
}

/** What a value is, for a sentence; an object may throw when it is asked. */
function kindOf(value: unknown): string {
  try {
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
  } catch {
    return "something that cannot be read";
  }
}
