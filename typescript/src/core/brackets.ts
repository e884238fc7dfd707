/**
 * What a bracket begins that stands where recovery lets it stand: the evidence of the first key behind it.
 *
 * In: the run and the place of `{`. Out: YES, NO or WAIT.
 *
 *     guard       the object behind the bracket is
 *     object      the arguments, where parameters belong: a key or `}` follows, and no argument has come
 *     member      a call: its first key is one of those that a call's object has
 *     same        arguments of another call of the same tool: its first key is one that the tool declares
 *     other       any: it has a first key
 *
 * Promise: at most `JUNK_MAX` characters are looked at, for a further object; a name and blanks, for the
 * first one.
 */

import { BLANKS_MAX, JUNK_MAX, NAME_MAX } from "../tables/limits.js";
import type { Edge } from "../tables/states.js";
import type { Run } from "./run.js";
import { bareKeyEnd, NO, skipBlanks, WAIT, YES } from "./verdicts.js";

/** Guards of edges that begin an object. */
export const OBJECT_GUARDS: readonly (string | null)[] = ["object", "member", "same", "other"];

/** Whether the bracket at `at` begins what the edge leads to. */
export function bracketVerdict(run: Run, edge: Edge, at: number): number {
  if (edge.guard === "object") return objectVerdict(run, at);
  const [verdict, key] = firstKey(run, at);
  if (verdict !== YES || edge.guard === "other") return verdict;
  if (edge.guard === "same") {
    const call = run.open.call;
    return call !== null && run.tools.knows(call.arguments.tool, key) ? YES : NO;
  }
  const { states } = run.place.machine;
  const target = states.get(edge.to);
  const members = target.kind === "members" ? target : states.get(target.edges[0].to);
  return members.keys.has(key) ? YES : NO;
}

/** The first key of an object, or of the first object in a list, and whether there is one. */
function firstKey(run: Run, at: number): readonly [number, string] {
  const buffer = run.text.buffer.slice(at, at + JUNK_MAX);
  run.work += buffer.length;
  let begin = skipBlanks(buffer, 1);
  if (buffer[0] === "[" && buffer[begin] === "{") begin = skipBlanks(buffer, begin + 1);
  const quote = buffer.slice(begin, begin + 1);
  let end: number;
  let behind: number;
  if (quote === '"' || quote === "'") {
    begin += 1;
    end = buffer.indexOf(quote, begin);
    behind = end > 0 ? skipBlanks(buffer, end + 1) : buffer.length;
  } else {
    end = bareKeyEnd(buffer, begin, buffer.length);
    behind = skipBlanks(buffer, end);
  }
  if (behind === buffer.length) return [run.text.final || buffer.length === JUNK_MAX ? NO : WAIT, ""];
  const key = buffer.slice(begin, end);
  return [buffer[behind] === ":" && key ? YES : NO, key];
}

/** Whether the bracket begins the arguments as one object: none have come, and a key or `}` follows. */
function objectVerdict(run: Run, at: number): number {
  const call = run.open.call;
  const { buffer, final } = run.text;
  if (call === null || call.arguments.keys.size > 0 || !call.arguments.isEmpty) return NO;
  const begin = skipBlanks(buffer, at + 1);
  const end = bareKeyEnd(buffer, begin, begin + NAME_MAX);
  const behind = skipBlanks(buffer, end);
  run.work += behind - at + 1;
  if (behind === buffer.length) {
    const isTooLong = behind - begin >= NAME_MAX + BLANKS_MAX || begin - at > BLANKS_MAX;
    return final || isTooLong ? NO : WAIT;
  }
  return (end > begin ? ":" : "}\"'").includes(buffer[behind]) ? YES : NO;
}
