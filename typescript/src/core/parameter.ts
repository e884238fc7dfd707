/**
 * What is known of the part of the arguments that is being read.
 *
 * In: the key as it comes, the type that the text names. Out: what stands before the value, once its first
 * text is there.
 */

import { escape } from "../near_json/escape.js";
import type { ToolSet } from "../schema/tools.js";
import { ValueKind } from "../schema/tools.js";
import type { ValueSchema } from "../schema/value_schema.js";
import { NO_SCHEMA } from "../schema/value_schema.js";
import type { BuiltContainers } from "./built_containers.js";

/** What stands before a value: a bracket or a comma, and its key. */
export interface Lead {
  readonly text: string;
  readonly endsList: boolean; // it closes the list that a parameter before it left open
}

/** What stands before a value; by itself it closes no list. */
export function leadOf(text: string, endsList = false): Lead {
  return { text, endsList };
}

/**
 * What stands before a member of the arguments; `listed`: the key of the one before, whose list is still
 * open.
 */
export function memberLead(key: string, listed: string | null, { isFirst }: { isFirst: boolean }): Lead {
  if (key === listed) return leadOf(", ");
  const member = `${isFirst ? "{" : ", "}"${escape(key)}": `;
  return listed === null ? leadOf(member) : leadOf("]" + member, true);
}

/** What is known of the parameter being read, or of the member of an object inside it. */
export class Parameter {
  isOpen: boolean;
  isAlone = false; // the opener of its key is missing
  isBare = false; // its value ends by itself, not with a delimiter
  isQuoting = false; // a string has begun in its text that has no closer yet: see quoted.ts
  quotedTo = 0; // of the whole text: up to here such strings have been looked for
  doubtful = false; // something stands in its value that looks like the next parameter
  key: string | null = null; // null: it is not to be written
  skipped = false; // text has been skipped since it began
  tag = ""; // the key as it was read
  wireType = ""; // what the text itself says of the next value's type

  constructor({ isOpen = false }: { isOpen?: boolean } = {}) {
    this.isOpen = isOpen;
  }

  /** Its value begins, and uses the key up. */
  beginValue(sink: string): void {
    this.key = null;
    this.isQuoting = false;
    this.isBare = sink === "scan" || sink === "literal";
  }
}

/**
 * The types that a value may have, none where nothing says any: the schema's, or those that the text names.
 */
export function kindOfValue(
  parameter: Parameter,
  tools: ToolSet,
  tool: string,
  containers: BuiltContainers,
): ValueKind {
  const { key, wireType } = parameter;
  if (!containers.isEmpty) return new ValueKind(containers.schemaInside(key).types);
  return wireType ? tools.kindOnWire(tool, key ?? "", wireType) : tools.kind(tool, key ?? "");
}

/** What the schema says of the value that comes next. */
export function schemaOfValue(
  parameter: Parameter,
  tools: ToolSet,
  tool: string,
  containers: BuiltContainers,
): ValueSchema {
  if (!containers.isEmpty) return containers.schemaInside(parameter.key);
  return parameter.key === null ? NO_SCHEMA : tools.schema(tool, parameter.key);
}
