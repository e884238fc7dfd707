/** The real `ai` package around models that write calls as text: the tools run, streamed and whole, at every split. */

import { generateText, jsonSchema, stepCountIs, streamText, tool, wrapLanguageModel } from "ai";
import { toolgramMiddleware } from "toolgram/ai-sdk";
import hermes from "toolgram/formats/hermes";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { describe, expect, test } from "vitest";
import type { Said } from "./models.js";
import { toy } from "./models.js";

const FORMATS = { hermes, qwen3_coder };
const CALLS = {
  hermes: (city: string) =>
    `<tool_call>\n{"name": "weather", "arguments": {"city": "${city}"}}\n</tool_call>`,
  qwen3_coder: (city: string) =>
    `<tool_call>\n<function=weather>\n<parameter=city>\n${city}\n</parameter>\n</function>\n</tool_call>`,
};
const SIZES = [0, 1, 3, 7];

interface Step {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: unknown[];
  readonly reason: string;
  readonly invalid: number;
}

/** Let a model answer until it calls no more; what it said, and the cities that were asked for. */
async function run(
  format: keyof typeof FORMATS,
  answers: readonly Said[],
  way: "streamed" | "whole",
  size = 0,
  options: { incomplete?: "keep" | "drop"; inside?: string | null } = {},
): Promise<{ steps: Step[]; ran: string[]; seen: string[] }> {
  const ran: string[] = [];
  const inputSchema = jsonSchema<{ city: string }>({
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
  });
  const weather = tool({
    inputSchema,
    execute: async ({ city }) => {
      ran.push(city);
      return "sunny";
    },
  });
  const model = toy(answers, size);
  const middleware = toolgramMiddleware({ format: FORMATS[format], ...options });
  const request = {
    model: wrapLanguageModel({ model, middleware }),
    tools: { weather },
    prompt: "Rome?",
    stopWhen: stepCountIs(4),
    maxRetries: 0,
  };
  const seen: string[] = [];
  let steps;
  if (way === "whole") steps = (await generateText(request)).steps;
  else {
    const result = streamText(request);
    for await (const part of result.fullStream) seen.push(part.type);
    steps = await result.steps;
  }
  return {
    ran,
    seen,
    steps: steps.map((step) => ({
      text: step.text,
      reasoning: step.reasoningText ?? "",
      calls: step.toolCalls.filter((call) => !call.invalid).map(({ toolName, input }) => [toolName, input]),
      invalid: step.toolCalls.filter((call) => call.invalid).length,
      reason: step.finishReason,
    })),
  };
}

const plain = { text: "", reasoning: "", calls: [], invalid: 0 };
const last = { ...plain, text: "Done.", reason: "stop" };
const rome = ["weather", { city: "Rome" }];
const ways = [["whole", 0], ...SIZES.map((size) => ["streamed", size])] as ["whole" | "streamed", number][];

describe.each(["hermes", "qwen3_coder"] as const)("%s", (format) => {
  const call = CALLS[format];

  test.each(ways)("%s by %d: a call runs, and the model goes on", async (way, size) => {
    const { steps, ran } = await run(format, [{ text: `I look.\n${call("Rome")}` }], way, size);
    expect(ran).toEqual(["Rome"]);
    expect(steps).toEqual([{ ...plain, text: "I look.", calls: [rome], reason: "tool-calls" }, last]);
  });

  test.each(ways)("%s by %d: several calls and several steps", async (way, size) => {
    const answers = [{ text: `${call("Rome")}\n${call("Oslo")}` }, { text: `And:\n\n${call("Bern")}` }];
    const { steps, ran } = await run(format, answers, way, size);
    expect(ran).toEqual(["Rome", "Oslo", "Bern"]);
    expect(steps.map(({ text, calls, reason }) => [text, calls.length, reason])).toEqual([
      ["", 2, "tool-calls"],
      ["And:", 1, "tool-calls"],
      ["Done.", 0, "stop"],
    ]);
  });

  test.each(ways)("%s by %d: thoughts in the text, and a call behind them", async (way, size) => {
    const text = `<think>\nIs it Rome?\n</think>\n\n${call("Rome")}`;
    const { steps } = await run(format, [{ text }], way, size);
    expect(steps[0]).toEqual({ ...plain, reasoning: "Is it Rome?", calls: [rome], reason: "tool-calls" });
  });

  test.each(ways)("%s by %d: thoughts that the prompt has opened", async (way, size) => {
    const text = `Is it Rome?\n</think>\n\n${call("Rome")}`;
    const { steps } = await run(format, [{ text }], way, size, { inside: "reasoning" });
    expect(steps[0]).toEqual({ ...plain, reasoning: "Is it Rome?", calls: [rome], reason: "tool-calls" });
  });

  test.each(ways)("%s by %d: a call in thoughts that the server has found", async (way, size) => {
    const thoughts = `Is it Rome?\n${call("Rome")}`;
    const { steps } = await run(format, [{ text: "", thoughts }], way, size);
    expect(steps[0]).toEqual({ ...plain, reasoning: "Is it Rome?", calls: [rome], reason: "tool-calls" });
  });

  test.each(ways)("%s by %d: what was only a draft in the thoughts does not run", async (way, size) => {
    const thoughts = `I could write ${call("Rome")}`;
    const { steps, ran } = await run(format, [{ text: "No.", thoughts }], way, size);
    expect(ran).toEqual([]);
    expect(steps).toEqual([{ ...plain, text: "No.", reasoning: thoughts, reason: "stop" }]);
  });

  test.each(ways)("%s by %d: a call that is cut off is reported, and does not run", async (way, size) => {
    const text = `I look.\n${call("Rome").split("ome")[0]}`;
    const { steps, ran } = await run(format, [{ text, reason: "length" }], way, size);
    expect(ran).toEqual([]);
    expect(steps[0]).toEqual({ ...plain, text: "I look.", invalid: 1, reason: "length" });
  });

  test.each(ways)("%s by %d: a call that a stop sequence cut off can be left out", async (way, size) => {
    const text = `I look.\n${call("Oslo")}\n${call("Rome").split("ome")[0]}`;
    const { steps, ran } = await run(format, [{ text }], way, size, { incomplete: "drop" });
    expect(ran).toEqual(["Oslo"]);
    expect(steps[0]).toMatchObject({ text: "I look.", invalid: 0, reason: "tool-calls" });
  });

  test("the arguments stream while the model writes", async () => {
    const { seen } = await run(format, [{ text: `I look.\n${call("Rome")}` }], "streamed", 1);
    expect(seen.filter((type, at) => type !== seen[at - 1]).slice(2, 11)).toEqual([
      "text-start",
      "text-delta",
      "text-end",
      "tool-input-start",
      "tool-input-delta",
      "tool-input-end",
      "tool-call",
      "tool-result",
      "finish-step",
    ]);
    expect(seen.filter((type) => type === "tool-input-delta").length).toBeGreaterThan(3);
  });
});

test("a text without calls, a mention of one among them, stays what it is", async () => {
  const text = "Write `<tool_call>` and <b>so on</b>, 1 < 2.\n";
  for (const [way, size] of ways) {
    const { steps } = await run("hermes", [{ text }], way, size);
    expect(steps).toEqual([{ ...plain, text, reason: "stop" }]);
  }
});
