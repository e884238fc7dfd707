/**
 * What a prompt has opened: the capture that an answer begins in.
 *
 * In: a format's tables, and a prompt. Out: `"reasoning"`, or null.
 *
 * Promise: only the last turn counts: a user may write about `<think>`.
 */

import type { Format } from "../format.js";
import { tableOf } from "../format.js";
import { REASONING } from "../openai/plan.js";
import { withSuffix } from "../tables/suffix.js";

/** What a prompt has opened and not closed, in the turn that it begins for the model. */
export function openedBy(format: Format, prompt: string): string | null {
  const table = tableOf(format);
  const marks = [...(table.turn_openers ?? []), ...(table.end_tokens ?? [])];
  const turn = Math.max(
    0,
    ...marks.map((mark) => prompt.lastIndexOf(mark) + mark.length).filter((at, i) => at >= marks[i]!.length),
  );
  const last = (literals: readonly string[] = []): number =>
    Math.max(-1, ...literals.map((literal) => prompt.slice(turn).lastIndexOf(withSuffix(literal, ""))));
  const isOpen = last(table.reasoning_openers) > last(table.reasoning_closers);
  return isOpen && REASONING in (table.inside ?? {}) ? REASONING : null;
}
