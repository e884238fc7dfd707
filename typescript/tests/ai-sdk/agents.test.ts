/** The OpenAI Agents SDK takes models of the AI SDK, and with them the middleware: its tools run. */

import { Agent, run, setTracingDisabled, tool } from "@openai/agents";
import { aisdk } from "@openai/agents-extensions/ai-sdk";
import { wrapLanguageModel } from "ai";
import { toolgramMiddleware } from "toolgram/ai-sdk";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toy } from "./models.js";

const CALL =
  "<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>";

setTracingDisabled(true);

describe.each([false, true])("streamed: %s", (stream) => {
  async function asked(text: string): Promise<{ ran: string[]; said: unknown }> {
    const ran: string[] = [];
    const middleware = toolgramMiddleware({ format: qwen3_coder });
    const weather = tool({
      name: "weather",
      description: "The weather.",
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => {
        ran.push(city);
        return "sunny";
      },
    });
    const model = aisdk(wrapLanguageModel({ model: toy([{ text }], 4), middleware }));
    const agent = new Agent({ name: "toy", model, tools: [weather] });
    if (!stream) return { ran, said: (await run(agent, "Rome?")).finalOutput };
    const result = await run(agent, "Rome?", { stream: true });
    await result.completed;
    return { ran, said: result.finalOutput };
  }

  test("a call runs, and the agent goes on", async () => {
    expect(await asked(`I look.\n${CALL}`)).toEqual({ ran: ["Rome"], said: "Done." });
  });

  test("a call that was cut off does not run", async () => {
    expect(await asked(CALL.slice(0, 60))).toEqual({ ran: [], said: "Done." });
  });
});
