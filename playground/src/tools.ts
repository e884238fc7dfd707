/**
 * The tools of the request, as they are typed.
 *
 * In: a text that may be JSON, and the text of the model. Out: tools, or what is wrong with them.
 */

import type { ToolSet } from "#toolgram/index.js";
import { readTools } from "#toolgram/index.js";

export interface Read {
  readonly tools: ToolSet | null;
  /** The same as JSON, for a case; null: none are declared. */
  readonly listed: readonly unknown[] | null;
  readonly problem: string;
}

const WORD = /[\p{L}\p{Nl}_][\p{L}\p{N}_.-]*/gu;
const TOOLS_MAX = 500; // as `toolgram parse --any-tool` takes

export function read(typed: string, anyTool: boolean, text: string): Read {
  if (anyTool) {
    const words = [...new Set(text.match(WORD) ?? [])].slice(0, TOOLS_MAX);
    const listed = words.map((name) => ({ type: "function", function: { name } }));
    return { tools: readTools(listed), listed: null, problem: "" };
  }
  if (typed.trim() === "") return { tools: null, listed: null, problem: "" };
  try {
    const value: unknown = JSON.parse(typed);
    if (!Array.isArray(value)) return { tools: null, listed: null, problem: "a list of tools is wanted" };
    return { tools: readTools(value), listed: value as unknown[], problem: "" };
  } catch (problem) {
    return { tools: null, listed: null, problem: (problem as Error).message };
  }
}

/** Tools as a text that is easy to read: a line for each. */
export function written(tools: readonly unknown[]): string {
  if (tools.length === 0) return "";
  return `[\n${tools.map((tool) => `  ${JSON.stringify(tool)}`).join(",\n")}\n]\n`;
}
