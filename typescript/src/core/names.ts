/**
 * What can be a name, a key or a source: the evidence that a short text gives for a call.
 *
 * In: the run and the text. Out: whether it can be one.
 *
 * Promises: a call's name is one where a special token stands beside it, or where the request declares it
 * (docs/rules.md, rule 4); a text of which no beginning can be a name is known at its first character that
 * shows it.
 */

import { endOf, match } from "../regex.js";
import { NAMESPACE, type ToolSet } from "../schema/tools.js";
import { rfind, strip } from "../strings.js";
import { BLANKS, NAME_MAX } from "../tables/limits.js";
import type { PreparedMachine } from "../tables/machine.js";
import { NAME_CHARACTERS } from "../tables/search.js";
import type { State } from "../tables/states.js";
import { isSource } from "./cited_text.js";
import { mayBeNameAndKey } from "./left_out.js";
import type { Run } from "./run.js";
import { NO, startsAny, WAIT, YES } from "./verdicts.js";

const WITH_NAMESPACES = match("[\\p{L}\\p{N}_.\\-:/@]+", "u");
// All that Unicode calls a space: docs/machine.md, `characters`.
const SPACE = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const NO_NAME = new RegExp(`[${SPACE}<>"'\`{}()[\\],;=|]`); // what the name of no function holds
const NO_KEY = new RegExp(`[${SPACE}<>"'\`]`); // ... and no key that the tool does not declare
const SEVERAL_WORDS = new RegExp(`[^${SPACE}][${SPACE}]+[^${SPACE}]`);
/** Kinds of states that read a name as it is, and not as a string. */
export const NAME_KINDS: readonly string[] = ["text", "word"];
/** Held whole, for they may turn out to be text. */
export const HELD_SINKS: readonly string[] = ["name", "source"];

/** Whether a text can be the name of a function that the request does not declare. */
export function wellShaped(name: string): boolean {
  return name.length > 0 && name.length <= NAME_MAX && !NO_NAME.test(name);
}

/** Whether a text can be the key of an argument that the tool does not declare. */
function keyShaped(key: string): boolean {
  return key.length <= NAME_MAX && !NO_KEY.test(key);
}

/** Whether a text is more than one word. */
export function isProse(text: string): boolean {
  return SEVERAL_WORDS.test(text);
}

/** Whether a short text is read as a whole: what it is, or the key that is to show that a call goes on. */
export function isHeld(run: Run, state: State): boolean {
  return HELD_SINKS.includes(state.sink) || (state.sink === "key" && run.stretch !== null);
}

/**
 * Whether a name, the source of a citation, or a call's first key that begins with `text` could be accepted.
 */
export function mayBe(run: Run, state: State, text: string): boolean {
  if (state.sink === "source") return isSource(text);
  text = strip(text, BLANKS);
  if (state.sink === "key") {
    const call = run.open.call;
    return !text || keyShaped(text) || (call !== null && run.tools.beginsKey(call.arguments.tool, text));
  }
  if (text.length > NAME_MAX) return false;
  if (!text || run.tools.isPrefix(text) || (isMarked(run) && wellShaped(text))) return true;
  return mayBeNameAndKey(run, state, text);
}

/**
 * Whether a name is that of a call. With `unknown_tools = "content"` only a declared name counts.
 *
 * A declared name with a namespace around it is one where more than a bracket, or the key of a JSON member,
 * says so. Behind prose, in which a word may stand behind a bracket as well, only a declared name counts.
 */
export function accepts(run: Run, name: string): boolean {
  if (name.length > NAME_MAX) return false;
  const { tools, stretch } = run;
  const isFree = stretch === null || stretch.proseFrom === null;
  if (tools.has(tools.single(name)) || (isFree && takesAny(run) && wellShaped(name))) return true;
  return (run.place.state.kind === "string" || isMarked(run)) && tools.means(name);
}

/** The tool that the name means; where it means none, the one whose name stands in the id around it. */
export function namedTool(run: Run): string {
  const { tools, pending } = run;
  const name = tools.resolve(pending.name);
  if (tools.has(name)) return name;
  const inside = tools.resolve(strip(pending.id, BLANKS)); // in other separators than the format's
  return tools.has(inside) ? inside : name;
}

/**
 * [YES, its end] when a declared name that the class `NAME` does not hold stands at `start` of the buffer.
 *
 * The longest counts; [WAIT, ...]: more text decides.
 */
export function declaredAt(run: Run, start: number): readonly [number, number] {
  const { buffer, final } = run.text;
  const text = buffer.slice(start, start + NAME_MAX);
  const { unusual } = run.tools;
  run.work += 1;
  if (start + text.length === buffer.length && !final && unusual.anyGoesOnFrom(text))
    return [WAIT, buffer.length];
  for (const name of unusual.beginningsOf(text)) {
    const end = start + name.length;
    run.work += 1;
    if (end === buffer.length && !final) return [WAIT, end];
    if (nameEnd(buffer.slice(0, end + 2), end) === end) return [YES, end]; // 2: a pair of surrogates
  }
  return [NO, start];
}

/** Where the characters of the class `NAME` end that stand at a place. */
function nameEnd(text: string, at: number): number {
  const found = NAME_CHARACTERS(text, at);
  return found === null ? at : endOf(found);
}

/** The declared names that this format cannot carry, each with the reason. */
export function unreadNames(machine: PreparedMachine, tools: ToolSet): Map<string, string> {
  const found = new Map(tools.unread);
  const literals = tools.hasUnusual ? [...new Set(beforeNames(machine))].sort() : [];
  for (const literal of literals.reverse()) {
    for (const name of tools.unusual.beginningsOf(literal)) {
      found.set(name, `the format reads it as the beginning of ${JSON.stringify(literal)}`);
    }
  }
  return found;
}

/**
 * The delimiters that may stand where a name may begin. The tables are asked, so that no state is made of
 * them.
 */
function* beforeNames(machine: PreparedMachine): Generator<string> {
  const { tables } = machine.states;
  for (const table of tables) {
    const targets = (table.moves ?? []).map((move) => tables[move.to]);
    if (targets.some((target) => target.sink === "name" && NAME_KINDS.includes(target.kind))) {
      for (const edge of table.edges ?? []) yield edge.literal;
    }
  }
}

/**
 * Where a name ends whose first part, in the class `NAME`, ends at `end`: behind namespaces and what is
 * declared.
 *
 * [WAIT, how far was looked] while more of it may come.
 */
export function endOfName(run: Run, state: State, end: number): readonly [number, number] {
  const text = run.text;
  const buffer = text.buffer;
  const [unusual, declared] = run.tools.hasUnusual ? declaredAt(run, text.position) : [NO, text.position];
  if (unusual === WAIT) return [WAIT, end];
  const follow = behindName(run, state).byFirst;
  while (end < buffer.length && ":/@".includes(buffer[end]) && !follow.has(buffer[end]) && isMarked(run)) {
    const behind = nameEnd(buffer, end + 1);
    run.work += behind - end;
    if (behind === buffer.length && !text.final) return [WAIT, end];
    if (behind === end + 1) break;
    end = behind;
  }
  let verdict = unusual;
  if (end < buffer.length && follow.has(buffer[end])) [verdict, end] = endBefore(run, buffer[end], end);
  if (verdict !== WAIT && declared <= end) [verdict, end] = withoutGlued(run, state, end);
  return [verdict === WAIT ? verdict : YES, Math.max(end, declared)];
}

/** The state behind a word that is a name: there is one. */
function behindName(run: Run, state: State): State {
  return run.place.machine.states.get(state.done!.to);
}

/**
 * Where a name ends that has a delimiter of letters close behind it: `bashjson<|message|>`, for a tool
 * `bash`.
 */
function withoutGlued(run: Run, state: State, end: number): readonly [number, number] {
  const { text, tools } = run;
  const { buffer, position } = text;
  for (const edge of behindName(run, state).edges) {
    const size = edge.rank ? 0 : nameEnd(edge.literal, 0);
    const at = end - size;
    run.work += size;
    if (
      !size ||
      buffer.slice(at, end) !== edge.literal.slice(0, size) ||
      !tools.has(buffer.slice(position, at))
    ) {
      continue;
    }
    if (!tools.has(buffer.slice(position, end))) {
      const [verdict] = startsAny(buffer, at, [edge.literal]);
      if (verdict === YES) return [YES, at];
      if (verdict === WAIT && !text.final) return [WAIT, end];
    }
  }
  return [YES, end];
}

/**
 * Where a name ends that the delimiter at `at` would end, when it is one that namespaces are written with.
 *
 * `google:mcp:exec:0`, read up to a colon, ends before the last colon if `exec` is declared and `google` is
 * not.
 */
export function endBefore(run: Run, literal: string, at: number): readonly [number, number] {
  const { text, tools } = run;
  const { buffer, position: start } = text;
  if (!NAMESPACE.includes(literal) || !isMarked(run) || tools.has(strip(buffer.slice(start, at), BLANKS))) {
    return [YES, at];
  }
  const found = WITH_NAMESPACES(buffer.slice(0, start + NAME_MAX), start);
  const end = found === null ? at : endOf(found);
  run.work += Math.max(0, end - start);
  if (end === buffer.length && end - start < NAME_MAX && !text.final) return [WAIT, at];
  const meant = tools.firstThatMeans(buffer.slice(start, end), endsBefore(run, literal, at, end));
  return [YES, meant === null ? at : start + meant];
}

/** Yield where a delimiter stands between two places, the last first, counted from where the name begins. */
function* endsBefore(run: Run, literal: string, at: number, end: number): Generator<number> {
  const { buffer, position } = run.text;
  let behind = rfind(buffer, literal, at, end);
  while (behind > at) {
    run.work += NAME_MAX;
    yield behind - position;
    behind = rfind(buffer, literal, at, behind);
  }
}

/** Whether a special token stands beside the name that is read. */
function isTrusted(run: Run): boolean {
  return run.stretch === null || run.stretch.trusted || run.place.state.vouched;
}

/** Whether more than a bracket stands before the name that is read. */
function isMarked(run: Run): boolean {
  return isTrusted(run) || run.stretch?.tells === true;
}

function takesAny(run: Run): boolean {
  return run.stretch === null || (isTrusted(run) && run.place.machine.takesUnknown);
}
