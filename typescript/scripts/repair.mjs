/**
 * The TypeScript half of the differential test of answers: repairs what Python repairs, so that both can be compared.
 *
 * In: JSON lines on the standard input (tests/with_node/compare_answers.py writes them):
 *
 *     {"format": "hermes", "request": {...}, "options": {"inside": "auto", ...}, "chunks": [...], "whole": {...}}
 *
 * A format is read from generated/machine. Out: for each line one of JSON, {"chunks": [...], "whole": {...}}, where
 * `chunks` has for each chunk those that stand in its place, and one more list for the end. A chunk or an answer that
 * is handed on as the same object is "same".
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { build } from "esbuild";

const ROOT = new URL("../../", import.meta.url);
const SOURCES = `export { ChatRepair } from "./openai/chat.js"; export { planFor } from "./openai/plan.js";`;

const { ChatRepair, planFor } = await bundled();
const formats = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  if (line) process.stdout.write(`${JSON.stringify(repaired(JSON.parse(line)))}\n`);
}

async function bundled() {
  const resolveDir = new URL("typescript/src", ROOT).pathname;
  const stdin = { contents: SOURCES, resolveDir, loader: "ts" };
  const { outputFiles } = await build({ bundle: true, format: "esm", platform: "node", write: false, stdin });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

function repaired({ format, request, options, chunks, whole }) {
  try {
    const plan = planFor(formatOf(format), request, options);
    const repair = new ChatRepair(plan);
    const found = chunks.map((chunk) => repair.chunk(chunk).map((one) => (one === chunk ? "same" : one)));
    const answer = new ChatRepair(plan).whole(whole);
    return { chunks: [...found, repair.end()], whole: answer === whole ? "same" : answer };
  } catch (error) {
    return { error: String(error instanceof Error ? (error.stack ?? error) : error) };
  }
}

function formatOf(name) {
  if (!formats.has(name)) {
    formats.set(name, JSON.parse(readFileSync(new URL(`generated/machine/${name}.json`, ROOT), "utf8")));
  }
  return formats.get(name);
}
