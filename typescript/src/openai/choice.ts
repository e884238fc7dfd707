/**
 * One text of an answer on its way: what a choice of a chat has said, as deltas of chunks.
 */

import type { Delta } from "./chunks.js";
import { Answer } from "./answer.js";
import { ChunkBuilder } from "./chunks.js";
import type { Plan } from "./plan.js";

export { LENGTH } from "./answer.js";

/** Reads one text. `whole` is all of it, where all of it is there. */
export class Choice extends Answer<Delta> {
  constructor(plan: Plan, whole: string | null = null) {
    const { callIdLength } = plan.machine;
    super(plan, new ChunkBuilder({ callIdLength, incomplete: plan.incomplete }), whole);
  }
}
