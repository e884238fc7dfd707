/**
 * The tools of a request, all of which can be read.
 *
 * In: the `tools` of a request. Out: a `ToolSet`.
 *
 * Note [nothing is kept]
 * The Python twin keeps the sets that it has read, by the content of the tools. Here a key of the content costs
 * as much as reading the tools does, and their identity says nothing: an array that is the same one may have
 * got another tool since. Who reads many messages with the same tools makes a `ToolSet` once and gives that.
 */

import { ToolsError } from "./given.js";
import { ToolSet } from "./tools.js";

/** Read tools all of which can be read; a `ToolSet` is taken as it is. Throws a ToolsError. */
export function wholeToolSet(tools: unknown): ToolSet {
  if (tools instanceof ToolSet) return tools;
  const found = new ToolSet(tools);
  if (found.problems.length > 0) throw new ToolsError(found.problems.join("; "));
  return found;
}
