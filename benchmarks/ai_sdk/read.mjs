// What middlewares of the AI SDK make of answers: the Node half of benchmarks/ai_sdk.py.
//
// In: a JSON line for each case: {"format", "tools", "inside", "reason", "tool_choice", "splits": [[text, ...], ...]}.
// Out: one for each: {reader: [outcome, ...]}, first that of the whole answer, then those of the splits. An outcome is
// {"text", "reasoning", "calls": [[name, input], ...], "reason"}, or {"error"}.

import { createInterface } from "node:readline";
import { hermesToolMiddleware, qwen3CoderToolMiddleware } from "@ai-sdk-tool/parser";
import { extractReasoningMiddleware, simulateReadableStream, wrapLanguageModel } from "ai";
import { MockLanguageModelV3 } from "ai/test";

const GENERATED = new URL("../../generated/typescript/", import.meta.url);
const { toolgramMiddleware } = await import(new URL("ai-sdk.js", GENERATED));
const theirs = { hermes: hermesToolMiddleware, qwen3_coder: qwen3CoderToolMiddleware };
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };

const READERS = {
  toolgram: async ({ format, inside }) => {
    const { default: tables } = await import(new URL(`formats/${format}.js`, GENERATED));
    return toolgramMiddleware({ format: tables, inside, specificationVersion: "v3" });
  },
  // It reads no thoughts, so the AI SDK's own middleware does that before it.
  "@ai-sdk-tool/parser": async ({ format, inside }) => [
    theirs[format],
    extractReasoningMiddleware({ tagName: "think", startWithReasoning: inside === "reasoning" }),
  ],
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const outcomes = {};
  for (const [name, make] of Object.entries(READERS)) {
    const read = async (pieces, way) => attempt(async () => outcome(asked, await make(asked), pieces, way));
    outcomes[name] = [await read(asked.splits[0], "whole")];
    for (const pieces of asked.splits) outcomes[name].push(await read(pieces, "streamed"));
  }
  console.log(JSON.stringify(outcomes));
}

async function attempt(make) {
  try {
    return await make();
  } catch (error) {
    return { error: String(error) };
  }
}

async function outcome({ tools, reason, tool_choice: choice }, middleware, pieces, way) {
  const finishReason = { unified: reason, raw: reason };
  const chunks = [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "1" },
    ...pieces.map((delta) => ({ type: "text-delta", id: "1", delta })),
    { type: "text-end", id: "1" },
    { type: "finish", finishReason, usage },
  ];
  const content = [{ type: "text", text: pieces.join("") }];
  const model = new MockLanguageModelV3({
    doStream: async () => ({ stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) }),
    doGenerate: async () => ({ content, finishReason, usage, warnings: [] }),
  });
  const wrapped = wrapLanguageModel({ model, middleware });
  const request = {
    prompt: [{ role: "user", content: [{ type: "text", text: "?" }] }],
    tools: tools.map(({ function: { name, description, parameters } }) => ({
      type: "function", name, description, inputSchema: parameters ?? { type: "object" },
    })),
    ...(typeof choice === "string" && { toolChoice: { type: choice } }),
  };
  if (way === "whole") return collected(await wrapped.doGenerate(request));
  const { stream } = await wrapped.doStream(request);
  const parts = [];
  for await (const part of stream) parts.push(part);
  const said = (type) => parts.filter((part) => part.type === type).map(({ delta }) => delta).join("");
  return {
    text: said("text-delta"),
    reasoning: said("reasoning-delta"),
    calls: parts.filter(({ type }) => type === "tool-call").map(({ toolName, input }) => [toolName, input]),
    reason: parts.find(({ type }) => type === "finish")?.finishReason.unified,
  };
}

function collected({ content, finishReason }) {
  const said = (kind) => content.filter(({ type }) => type === kind).map(({ text }) => text).join("");
  return {
    text: said("text"),
    reasoning: said("reasoning"),
    calls: content.filter(({ type }) => type === "tool-call").map(({ toolName, input }) => [toolName, input]),
    reason: finishReason.unified,
  };
}
