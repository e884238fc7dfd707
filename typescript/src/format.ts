/**
 * Formats as users give them: the JSON of a machine, made ready once.
 *
 * In: the parsed JSON of `generated/machine/X.json`. Out: a `PreparedMachine`, and the tables as they are.
 *
 * Promise: a format is made ready once, however often it is given.
 */

import type { PreparedMachine } from "./tables/machine.js";
import { prepare } from "./tables/machine.js";
import type { MachineTable } from "./tables/table.js";

/** A format: the parsed JSON of `generated/machine/X.json`. */
export type Format = object;

/** The tools of a request, read once: what is inside is nobody's business. */
export interface ToolSet {
  /** What cannot be read; of what `readTools` returns there is nothing. */
  readonly problems: readonly string[];
}

/** The tools of a request: as an OpenAI request has them, or what `readTools` has made of them. */
export type Tools = ToolSet | Iterable<unknown>;

const machines = /* @__PURE__ */ new WeakMap<Format, PreparedMachine>();

/** The machine of a format, ready to run. Throws when its tables are of another version. */
export function machineOf(format: Format): PreparedMachine {
  let machine = machines.get(format);
  if (machine === undefined) {
    machine = prepare(format as MachineTable);
    machines.set(format, machine);
  }
  return machine;
}

/** The tables of a format. */
export function tableOf(format: Format): MachineTable {
  return format as MachineTable;
}
