/**
 * The compiler behind the page: `/compile` of `toolgram play`.
 *
 * In: the text of a spec. Out: its diagnostics as soon as they are known, then the machine. The server has a process
 * for each, so that somebody who types does not wait for the machine of what they typed before.
 */

import type { Table } from "./formats.js";
import type { PythonCompiler } from "./python_compiler.js";
import { pythonCompiler } from "./python_compiler.js";

export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Fix {
  readonly words: string;
  readonly edits: readonly (Place & { readonly text: string })[];
}

export interface Diagnosis {
  readonly name: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Null: it is of the whole spec, or of another file, which `file` names. */
  readonly at: Place | null;
  readonly file: string | null;
  readonly label: string;
  readonly note: string | null;
  readonly example: string | null;
  readonly hints: readonly string[];
  readonly fixes: readonly Fix[];
}

export interface Compiled {
  readonly diagnostics: readonly Diagnosis[];
  /** Null: the spec has errors. */
  readonly machine: Table | null;
  /** Why nothing could be compiled, such as a limit. */
  readonly refusal: string | null;
}

/** What `toolgram which` found. */
export interface Which {
  readonly format: string | null;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly reasoning?: string | null;
}

type Stage = "check" | "machine";

interface Job {
  readonly name: string;
  readonly spec: string;
  readonly onDone: (compiled: Compiled) => void;
}

/** A queue of one: of what waits, only the newest is done. */
class Lane {
  private isBusy = false;
  private waiting: Job | null = null;

  constructor(private readonly stage: Stage) {}

  put(job: Job): void {
    this.waiting = job;
    if (!this.isBusy) void this.work();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting !== null) {
      const { name, spec, onDone } = this.waiting;
      this.waiting = null;
      try {
        onDone({ refusal: null, ...(await ask({ name, spec, stage: this.stage })) });
      } catch (problem) {
        onDone({ diagnostics: [], machine: null, refusal: (problem as Error).message });
      }
    }
    this.isBusy = false;
  }
}

type Ask = (job: object) => Promise<Omit<Compiled, "refusal">>;

let ask: Ask = async (job) => (await (await post(job)).json()) as Omit<Compiled, "refusal">;
let python: PythonCompiler | null = null;

/** Compile where the page says that it is done. */
export function useCompilerOf(place: string): void {
  if (place !== "page") return;
  python = pythonCompiler();
  ask = python.ask;
}

/** Whether the compiler is not there yet, and the first spec has to wait for it. */
export function isLoading(): boolean {
  return python !== null && !python.isReady();
}

const check = new Lane("check");
const machine = new Lane("machine");

/** Compile a spec, unless a newer one comes before its turn: what can be said at once, and then all. */
export function compile(
  name: string,
  spec: string,
  onChecked: (compiled: Compiled) => void,
  onCompiled: (compiled: Compiled) => void,
): void {
  check.put({ name, spec, onDone: onChecked });
  machine.put({ name, spec, onDone: onCompiled });
}

/** Which format a chat template or a tokenizer's configuration writes. */
export async function which(file: string, text: string): Promise<Which> {
  const answer = await post({ file, template: text });
  return (await answer.json()) as Which;
}

async function post(body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("compile", { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 500) || `the server says ${answer.status}`);
  return answer;
}
