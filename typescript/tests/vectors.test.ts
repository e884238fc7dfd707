/** The corpus that every runtime reads (docs/vectors.md): events, repairs, attempts, and what is held, here in Node. */

import { readFile, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { readVectors } from "./read_vectors.js";

const FOLDER = new URL("../../tests/vectors/", import.meta.url);
const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".jsonl"));

/** A published format. */
async function load(format: string): Promise<object> {
  return ((await import(`toolgram/formats/${format}`)) as { default: object }).default;
}

test("there are vectors", () => expect(files).toContain("pages.jsonl"));

test.each(files)("%s", { timeout: 120_000 }, async (name) => {
  const { cases, differences } = await readVectors(await readFile(new URL(name, FOLDER), "utf8"), load);
  expect(cases).toBeGreaterThan(200);
  expect(differences).toEqual([]);
});
