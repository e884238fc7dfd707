/**
 * The TypeScript half of the differential test of answers: repairs what Python repairs, so that both can be compared.
 *
 * In: JSON lines on the standard input (tests/with_node/compare_answers.py writes them):
 *
 *     {"format": "hermes", "request": {...}, "options": {"inside": "auto", ...}, "chunks": [...], "whole": {...}}
 *
 * A format is read from generated/machine. Out: for each line one of JSON, {"chunks": [...], "whole": {...}}, where
 * `chunks` has for each chunk those that stand in its place, and one more list for the end. A chunk or an answer that
 * is handed on as the same object is "same". `parts` says what is different where the same stream comes in Gemini's
 * form, and is null where nothing is.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { load } from "./bundle.mjs";

const ROOT = new URL("../../", import.meta.url);
const SOURCES = `
  export { ChatRepair } from "./openai/chat.js";
  export { ContentRepair } from "./gemini/contents.js";
  export { planFor } from "./openai/plan.js";`;
const REASONS = new Map([
  ["stop", "STOP"],
  ["length", "MAX_TOKENS"],
]);

const { ChatRepair, ContentRepair, planFor } = await load(SOURCES);
const formats = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  if (line) process.stdout.write(`${JSON.stringify(repaired(JSON.parse(line)))}\n`);
}

function repaired({ format, request, options, chunks, whole }) {
  try {
    const plan = planFor(formatOf(format), request, options);
    const repair = new ChatRepair(plan);
    const found = chunks.map((chunk) => repair.chunk(chunk).map((one) => (one === chunk ? "same" : one)));
    const answer = new ChatRepair(plan).whole(whole);
    return {
      chunks: [...found, repair.end()],
      whole: answer === whole ? "same" : answer,
      parts: inParts(plan, chunks),
    };
  } catch (error) {
    return { error: String(error instanceof Error ? (error.stack ?? error) : error) };
  }
}

/** What Gemini's form makes of the first choice of a stream, and OpenAI's, where the two are not the same. */
function inParts(plan, chunks) {
  const deltas = chunks.flatMap(({ choices }) => choices.filter(({ index = 0 }) => index === 0));
  if (plan.incomplete !== "drop" || deltas.some(({ delta }) => delta.tool_calls?.length)) return null;
  const [chat, content] = [new ChatRepair(plan), new ContentRepair(plan)];
  const sent = [...deltas.flatMap((choice) => chat.chunk({ choices: [choice] })), ...chat.end()];
  const shown = [...deltas.flatMap((choice) => content.chunk(asParts(choice))), ...content.end()];
  const [ours, theirs] = [saidIn(sent.flatMap(({ choices }) => choices)), saidInParts(shown)];
  return JSON.stringify(ours) === JSON.stringify(theirs) ? null : [ours, theirs];
}

/** A choice of a chunk in Gemini's form. */
function asParts({ delta, finish_reason: reason }) {
  const thought = delta.reasoning || delta.reasoning_content;
  const parts = [...(thought ? [{ text: thought, thought: true }] : []), { text: delta.content ?? "" }];
  const finish = reason ? { finishReason: REASONS.get(reason) ?? "OTHER" } : {};
  return { candidates: [{ content: { role: "model", parts }, ...finish }] };
}

function saidIn(choices) {
  const said = { content: "", thought: "", calls: [] };
  for (const { delta } of choices) {
    said.content += delta.content ?? "";
    said.thought += (delta.reasoning || delta.reasoning_content) ?? "";
    for (const { index, function: part } of delta.tool_calls ?? []) {
      said.calls[index] ??= [part.name, ""];
      said.calls[index][1] += part.arguments;
    }
  }
  return { ...said, calls: said.calls.map(([name, text]) => [name, JSON.parse(text)]) };
}

function saidInParts(chunks) {
  const said = { content: "", thought: "", calls: [] };
  for (const part of chunks.flatMap(({ candidates }) => candidates.flatMap(({ content }) => content.parts))) {
    if (part.functionCall) said.calls.push([part.functionCall.name, part.functionCall.args]);
    else said[part.thought ? "thought" : "content"] += part.text;
  }
  return said;
}

function formatOf(name) {
  if (!formats.has(name)) {
    formats.set(name, JSON.parse(readFileSync(new URL(`generated/machine/${name}.json`, ROOT), "utf8")));
  }
  return formats.get(name);
}
