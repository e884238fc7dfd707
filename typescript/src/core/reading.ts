/**
 * Which kind of text is being read: the name of the bound that holds for it (docs/hold-back.md).
 *
 * In: the run between two deltas. Out: a key of the machine's `bounds`, or "" where nothing is bounded.
 */

import { StringWriter } from "../values/strings.js";
import type { Run } from "./run.js";

const VALUE_SINKS = ["value", "string", "json", "python"];

/** The bound of what is being read; none while it is undecided whether a call has begun, or counts. */
export function whatIsRead(run: Run): string {
  const { kind, sink, region, leave } = run.place.state;
  const { call, element } = run.open;
  if (run.undecided !== null) return "";
  if (call !== null && call.arguments.loose.isHolding) return "loose argument";
  if (kind === "scan" && sink !== "skip") return "copied JSON";
  if (kind === "element") {
    return element !== null && element.streams ? "string argument" : "nested argument";
  }
  if (kind === "text" && (sink === "content" || sink === "reasoning")) return sink;
  if (kind === "text" && VALUE_SINKS.includes(sink)) {
    const writer = call === null ? null : call.arguments.writer;
    return writer === null || writer instanceof StringWriter ? "string argument" : "typed argument";
  }
  return region === "message" || leave !== null ? "content" : "";
}
