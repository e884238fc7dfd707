/**
 * The formats that the page was served with: their list, their specs, their tables, their examples.
 *
 * In: files beside the page (`formats/`), each fetched when it is first asked for. Out: the same as values.
 *
 * Nothing is fetched from another place than the one that served the page.
 */

import type { MachineTable } from "#toolgram/tables/table.js";

export interface Listed {
  readonly id: string;
  readonly title: string;
  readonly models: readonly string[];
}

/** A machine, with the fields that only this page reads. */
export interface Table extends MachineTable {
  readonly title?: string;
  readonly bounds?: Readonly<Record<string, number>>;
  readonly states: readonly (MachineTable["states"][number] & { readonly at: string })[];
}

/** An example of a format: a case of its page. */
export interface Example {
  readonly name: string;
  readonly text: string;
  readonly tools: readonly unknown[];
  readonly inside: string | null;
}

export interface Facts {
  /** What compiles specs: a server, Python in the page, or nothing. */
  readonly compiles: "server" | "page" | "";
  readonly version: string;
  readonly formats: readonly Listed[];
}

const kept = new Map<string, Promise<unknown>>();

export function fetchFacts(): Promise<Facts> {
  return fetched("formats/index.json", (answer) => answer.json()) as Promise<Facts>;
}

export function fetchTable(id: string): Promise<Table> {
  return fetched(`formats/${id}.json`, (answer) => answer.json()) as Promise<Table>;
}

export function fetchSpec(id: string): Promise<string> {
  return fetched(`formats/${id}.lark`, (answer) => answer.text()) as Promise<string>;
}

export function fetchExamples(id: string): Promise<readonly Example[]> {
  return fetched(`formats/${id}.cases.json`, (answer) => answer.json()) as Promise<readonly Example[]>;
}

function fetched(path: string, read: (answer: Response) => Promise<unknown>): Promise<unknown> {
  let found = kept.get(path);
  if (found === undefined) {
    found = fetch(path).then((answer) => {
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return read(answer);
    });
    kept.set(path, found);
    found.catch(() => kept.delete(path));
  }
  return found;
}
