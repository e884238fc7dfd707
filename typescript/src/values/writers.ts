/**
 * Choose what writes the text of one value as JSON.
 *
 * In: the capture, the types that the schema allows, and how many containers are open around the value.
 * Out: a writer.
 *
 *     `value`             the schema alone says what the text is
 *     `string`            a string, where the schema allows one or says nothing; else as `value`
 *     `json`              what the text says, held to the schema (wired.ts)
 *     `python`            what the literal says: its quotes tell a string from everything else
 */

import type { ValueKind } from "../schema/tools.js";
import { StringWriter } from "./strings.js";
import type { TypedWriter } from "./typed.js";
import { JsonWriter, PythonWriter, writerFor } from "./typed.js";
import { WiredWriter } from "./wired.js";
import type { Declares } from "./wrappers.js";
import { WrapperWriter } from "./wrappers.js";

export type Writer = StringWriter | TypedWriter | WiredWriter;

/**
 * Make the writer of a value that is read by `sink`; `declares`: it may be all the arguments, with such keys.
 */
export function newWriter(
  sink: string,
  kind: ValueKind,
  depth: number,
  declares: Declares | null = null,
): Writer {
  if (declares !== null && (sink === "string" || sink === "value")) {
    return new WrapperWriter(kind, depth, declares);
  }
  if (sink === "python") return new PythonWriter(depth);
  if (sink === "json") return new WiredWriter(new JsonWriter(depth), kind.types);
  const isText = sink === "string" && kind.types.has("string");
  return isText ? new StringWriter() : writerFor(kind, depth);
}
