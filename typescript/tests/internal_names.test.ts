/** Which names the package may shorten: those that nobody outside the runtime knows. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { internalNames } from "../scripts/internal_names.mjs";

const SOURCES = {
  "core/state.ts": `
    import type { Delta } from "../events.js";
    export interface Shown { seen: number }
    export class State {
      declaredOnly: string;
      text = "";
      mode = 0;
      tail = "";
      then = 1;
      shared = 2;
      seen = 3;
      constructor(public rank: number) { this.declaredOnly = ""; }
      read({ text, inner: { shared = 4 } = {} }: Delta): string { return this.text + text + this.shared + shared; }
    }
    export const KINDS: Readonly<Record<string, number>> = { mode: 1 };
    export const changed = (state: State): State => Object.assign(state, { tail: "" });
    export const alike = (delta: Delta): State => ({ ...new State(1), text: delta?.text });
  `,
  "events.ts": "export interface Delta { text: string; inner?: { shared?: number } }",
};
let folder = "";
let found: { names: string[]; texts: Map<string, string> };

beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/names-`);
  mkdirSync(`${folder}/src/core`, { recursive: true });
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(`${folder}/src/${name}`, text);
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, types: [] };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["src"] }));
  found = internalNames(`${folder}/tsconfig.json`, ["interface Shown { seen: number }"]);
});

afterAll(() => rmSync(folder, { recursive: true }));

test("what only the runtime declares is internal", () => {
  expect(found.names).toEqual(["declaredOnly", "rank", "read", "shared", "text"]);
});

test("elsewhere such a name stands in quotes", () => {
  const text = found.texts.get(`${folder}/src/core/state.ts`);
  expect(text).toContain('read({ "text": text, inner: { "shared": shared = 4 } = {} }');
  expect(text).toContain("this.text + text + this.shared");
  expect(text).toContain('text: delta?.["text"]');
});

test("a field that is only declared is gone", () => {
  expect(found.texts.get(`${folder}/src/core/state.ts`)).not.toContain("declaredOnly:");
});
