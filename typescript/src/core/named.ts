/**
 * Delimiters that hold the name of a tool: Note [the name of the tool is the tag] in tables/suffix.ts.
 *
 * In: the run and a place. Out: whether a tag with the name of a declared tool stands there.
 *
 * Promise: at most `NAME_MAX` characters behind the place are looked at, and none where no name begins so.
 */

import { NAME_MAX } from "../tables/limits.js";
import type { Edge, Texts } from "../tables/states.js";
import { NAME_PLACE } from "../tables/suffix.js";
import type { Run } from "./run.js";
import { NO, WAIT, YES } from "./verdicts.js";

/** [YES, the name] when the edge, whose place is open, stands at `at`; [WAIT, ...] while it may come. */
export function namedAt(run: Run, edge: Edge, at: number): readonly [number, string] {
  const { buffer, final } = run.text;
  const start = at + edge.literal.length;
  const tail = edge.tail ?? "";
  run.work += 1;
  if (!buffer.startsWith(edge.literal, at) || !run.tools.isPrefix(buffer.slice(start, start + 1)))
    return [NO, ""];
  const end = buffer.slice(0, start + NAME_MAX + tail.length).indexOf(tail, start);
  const name = buffer.slice(start, end >= 0 ? end : start + NAME_MAX);
  run.work += name.length;
  if (end >= 0 && run.tools.has(name)) return [YES, name];
  const mayCome = end < 0 && start + name.length === buffer.length && !final;
  return [mayCome && beginsNamed(run, name, tail) ? WAIT : NO, ""];
}

/** Whether a text may become the name of a tool and the `tail` behind it. */
function beginsNamed(run: Run, text: string, tail: string): boolean {
  if (run.tools.isPrefix(text)) return true;
  for (let size = 1; size < tail.length; size += 1) {
    if (text.endsWith(tail.slice(0, size)) && run.tools.has(text.slice(0, -size))) return true;
  }
  return false;
}

/** Whether the call that is open may have an argument of this key. */
export function isKey(run: Run, key: string): boolean {
  const call = run.open.call;
  return call !== null && run.tools.takes(call.arguments.tool, key);
}

/**
 * Whether another call begins at `at`, where the opener of one is in `follow`, bound to the name of this
 * call.
 */
export function nextCallVerdict(run: Run, follow: Texts, at: number): number {
  const { bound, content, unbound } = run.place.machine;
  if (unbound === null || content === null) return NO;
  for (const edge of unbound.states.get(content).edges) {
    if (edge.begin !== NAME_PLACE || !edge.opens) continue;
    if (follow.includes(edge.literal + (bound ?? "") + (edge.tail ?? ""))) {
      const [verdict, name] = namedAt(run, edge, at);
      if (verdict !== NO) return verdict === YES && isKey(run, name) ? NO : verdict;
    }
  }
  return NO;
}
