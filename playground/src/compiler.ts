/**
 * The compiler behind the page: `/compile` of `toolgram play`.
 *
 * In: the text of a spec. Out: its diagnostics as soon as they are known, then the machine. One spec is compiled at a
 * time, and of those that wait only the newest: what somebody types is old with the next key.
 */

import type { Table } from "./formats.js";

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

interface Waiting {
  readonly name: string;
  readonly spec: string;
  readonly onDiagnostics: (found: readonly Diagnosis[]) => void;
  readonly onCompiled: (compiled: Compiled) => void;
}

let isBusy = false;
let waiting: Waiting | null = null;

/** Compile a spec, unless a newer one comes before its turn. */
export function compile(wanted: Waiting): void {
  waiting = wanted;
  if (!isBusy) void work();
}

async function work(): Promise<void> {
  isBusy = true;
  while (waiting !== null) {
    const { name, spec, onDiagnostics, onCompiled } = waiting;
    waiting = null;
    try {
      const answer = await post({ name, spec });
      for await (const line of linesOf(answer)) {
        const told = line as Partial<Compiled>;
        if (told.diagnostics !== undefined) onDiagnostics(told.diagnostics);
        if ("machine" in told) onCompiled({ diagnostics: [], machine: null, refusal: null, ...told });
      }
    } catch (problem) {
      onCompiled({ diagnostics: [], machine: null, refusal: String((problem as Error).message) });
    }
  }
  isBusy = false;
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

/** The JSON values of an answer, one a line, each as soon as it has come. */
async function* linesOf(answer: Response): AsyncGenerator<unknown> {
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line !== "") yield JSON.parse(line);
    if (done) break;
  }
}
