/** Parts of a stream and of a whole answer: what is handed on as it came, and what stands in the place of the rest. */

import type {
  LanguageModelV3Middleware,
  LanguageModelV4Content,
  LanguageModelV4Middleware,
} from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import { convertArrayToReadableStream, convertReadableStreamToArray } from "ai/test";
import type { MiddlewareOptions } from "toolgram/ai-sdk";
import { toolgramMiddleware } from "toolgram/ai-sdk";
import hermes from "toolgram/formats/hermes";
import { expect, test } from "vitest";
import type { Parts } from "./models.js";
import { partsOf, toy } from "./models.js";

const TOOLS = [{ type: "function" as const, name: "weather", inputSchema: { type: "object" as const } }];
const CALL = '<tool_call>\n{"name": "weather", "arguments": {}}\n</tool_call>';
const ASKED = { prompt: [], tools: TOOLS };

async function streamed(
  parts: readonly object[],
  params: object = ASKED,
  options: Partial<MiddlewareOptions> = {},
): Promise<object[]> {
  const { wrapStream } = toolgramMiddleware({ format: hermes, ...options });
  const doStream = async () => ({ stream: convertArrayToReadableStream([...parts]) });
  const { stream } = await wrapStream({ doStream, params: { prompt: [], ...params } });
  return (await convertReadableStreamToArray(stream)) as object[];
}

async function whole(content: object[], params: object = ASKED, reason = "stop"): Promise<object> {
  const { wrapGenerate } = toolgramMiddleware({ format: hermes });
  const result = {
    content: content as LanguageModelV4Content[],
    finishReason: { unified: reason, raw: reason },
  };
  return wrapGenerate({ doGenerate: async () => result, params: { prompt: [], ...params } });
}

function expectSame(made: readonly object[], given: readonly object[]): void {
  expect(made.length).toBe(given.length);
  made.forEach((part, at) => expect(part).toBe(given[at]));
}

test("parts in which nothing is found are the same objects, in the same order", async () => {
  const metadata = { providerMetadata: { toy: { item: "a" } } };
  const given = [
    { type: "stream-start", warnings: [] },
    { type: "reasoning-start", id: "r", ...metadata },
    { type: "reasoning-delta", id: "r", delta: "Hm." },
    { type: "reasoning-delta", id: "r", delta: "", ...metadata },
    { type: "reasoning-end", id: "r" },
    { type: "text-start", id: "1", ...metadata },
    { type: "text-delta", id: "1", delta: "Hello", ...metadata },
    { type: "raw", rawValue: {} },
    { type: "text-delta", id: "1", delta: " there." },
    { type: "text-end", id: "1", ...metadata },
    { type: "source", sourceType: "url", id: "s", url: "http://x" },
    { type: "text-start", id: "2" },
    { type: "text-end", id: "2" },
    { type: "file", mediaType: "text/plain", data: { type: "data", data: "" } },
    { type: "text-start", id: "3" },
    { type: "text-delta", id: "3", delta: "And more." },
    { type: "text-end", id: "3" },
    { type: "error", error: new Error("no") },
    { type: "custom", kind: "toy.thing" },
    { type: "finish", usage: {}, finishReason: { unified: "stop", raw: "stop" } },
  ];
  expectSame(await streamed(given), given);
});

test("calls that the provider has read by itself are left alone, and what was held before them is text", async () => {
  const given = [
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: "So: <tool_" },
    { type: "text-end", id: "1" },
    { type: "tool-input-start", id: "c", toolName: "weather" },
    { type: "tool-input-delta", id: "c", delta: "{}" },
    { type: "tool-input-end", id: "c" },
    { type: "tool-call", toolCallId: "c", toolName: "weather", input: "{}" },
    { type: "finish", usage: {}, finishReason: { unified: "tool-calls", raw: "tool_calls" } },
  ];
  const made = await streamed(given);
  expect(made.slice(0, 4)).toEqual([
    given[0],
    { ...given[1], delta: "So:" },
    { type: "text-delta", id: "1", delta: " <tool_" },
    given[2],
  ]);
  expectSame(made.slice(4), given.slice(3));
});

test("calls that a provider runs itself are no reason to stop reading", async () => {
  const own = { type: "tool-call", toolCallId: "s", toolName: "search", input: "{}", providerExecuted: true };
  const made = await streamed([own, ...partsOf({ text: CALL }, 4)]);
  expect(made[0]).toBe(own);
  expect(made).toContainEqual(
    expect.objectContaining({ type: "tool-call", toolName: "weather", input: "{}" }),
  );
});

test("a call may be spread over several texts", async () => {
  const text = (id: string, delta: string): Parts => [
    { type: "text-start", id },
    { type: "text-delta", id, delta },
    { type: "text-end", id },
  ];
  const finish = partsOf({ text: "" }, 0).at(-1)!;
  const made = await streamed([
    ...text("1", "Look."),
    ...text("2", CALL.slice(0, 30)),
    ...text("3", CALL.slice(30)),
    finish,
  ]);
  expect(made.map((part) => (part as { type: string }).type)).toEqual([
    "text-start",
    "text-delta",
    "text-end",
    "tool-input-start",
    "tool-input-delta",
    "tool-input-end",
    "tool-call",
    "finish",
  ]);
  expect(made.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls", raw: "stop" } });
});

test("text around calls is in blocks of its own, which begin and end", async () => {
  const made = (await streamed(partsOf({ text: `One ${CALL} two ${CALL} three` }, 5))) as Record<
    string,
    string
  >[];
  const open = new Set<string>();
  const ids = new Set<string>();
  for (const { type, id } of made) {
    if (type!.endsWith("-start") && id !== undefined) {
      expect(ids.has(id)).toBe(false);
      expect(open.size).toBe(0);
      open.add(id);
      ids.add(id);
    } else if (type!.endsWith("-delta")) expect(open.has(id!)).toBe(true);
    else if (type!.endsWith("-end")) expect(open.delete(id!)).toBe(true);
  }
  expect(open.size).toBe(0);
  expect(ids.size).toBe(5);
  const texts = made.filter(({ type }) => type === "text-delta").map(({ delta }) => delta);
  expect(texts.join("").split(/\s+/)).toEqual(["One", "two", "three"]);
});

test("a stream that breaks off tells what it held, and ends what it began", async () => {
  const given = partsOf({ text: "So: <tool_" }, 0).filter(
    ({ type }) => type !== "finish" && type !== "text-end",
  );
  const made = await streamed(given);
  expect(made.slice(-2)).toEqual([
    { type: "text-delta", id: "txt-0", delta: " <tool_" },
    { type: "text-end", id: "txt-0" },
  ]);
});

test("where no tools are wanted, no call is looked for; thoughts are", async () => {
  const given = partsOf({ text: `<think>Hm.</think>\n\n${CALL}` }, 3);
  for (const params of [{}, { tools: [] }, { tools: TOOLS, toolChoice: { type: "none" } }]) {
    const made = (await streamed(given, { tools: undefined, ...params })) as Record<string, string>[];
    const said = (kind: string) =>
      made
        .filter(({ type }) => type === `${kind}-delta`)
        .map(({ delta }) => delta)
        .join("");
    expect([said("reasoning"), said("text").trim()]).toEqual(["Hm.", CALL]);
  }
});

test("a whole answer in which nothing is found is the same object", async () => {
  const content = [
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Hello." },
  ];
  const result = (await whole(content)) as { content: object[] };
  expect(result.content).toBe(content);
});

test("a whole answer keeps what it does not read", async () => {
  const source = { type: "source", sourceType: "url", id: "s", url: "http://x" };
  const thought = { type: "reasoning", text: "Hm.", providerMetadata: { toy: {} } };
  const made = (await whole([thought, source, { type: "text", text: `So.\n${CALL}` }])) as {
    content: object[];
  };
  expect(made.content[0]).toBe(thought);
  expect(made.content[1]).toBe(source);
  expect(made.content.slice(2)).toEqual([
    { type: "text", text: "So." },
    { type: "tool-call", toolCallId: expect.any(String), toolName: "weather", input: "{}" },
  ]);
  expect(made).toMatchObject({ finishReason: { unified: "tool-calls", raw: "stop" } });
});

test("the text for structured output is without thoughts", async () => {
  const text = '<think>Hm.</think>{"a": 1}';
  const { wrapGenerate } = toolgramMiddleware({ format: hermes });
  const result = {
    content: [{ type: "text" as const, text }],
    structuredOutputText: text,
    finishReason: { unified: "stop" as const, raw: "stop" },
  };
  const made = await wrapGenerate({ doGenerate: async () => result, params: { prompt: [] } });
  expect(made.structuredOutputText).toBe('{"a": 1}');
});

test("the second version of language models has a word for its reason", async () => {
  const parts = partsOf({ text: CALL }, 4).map((part) =>
    part.type === "finish" ? { ...part, finishReason: "stop" } : part,
  );
  expect((await streamed(parts)).at(-1)).toMatchObject({ finishReason: "tool-calls" });
});

test("the middleware fits the types of the third and fourth version", async () => {
  const v4: LanguageModelV4Middleware = toolgramMiddleware({ format: hermes });
  const v3: LanguageModelV3Middleware = toolgramMiddleware({ format: hermes, specificationVersion: "v3" });
  const any: LanguageModelMiddleware = v4;
  expect([any.specificationVersion, v3.specificationVersion]).toEqual(["v4", "v3"]);
});

test("a server without a parser is asked for the text as the model writes it", async () => {
  const model = toy([], 0);
  const own = { toy: { top_k: 4, skip_special_tokens: true }, other: {} };
  const params = { prompt: [], tools: TOOLS, providerOptions: own };
  const asked = async (server: "vllm" | "sglang" | "other", more: object = {}) =>
    toolgramMiddleware({ format: hermes, server }).transformParams({ params: { ...params, ...more }, model });
  expect(await asked("other")).toEqual(params);
  expect(await asked("vllm")).toEqual({
    ...params,
    toolChoice: { type: "none" },
    providerOptions: {
      toy: { top_k: 4, skip_special_tokens: true, spaces_between_special_tokens: false },
      other: {},
    },
  });
  expect(await asked("vllm", { toolChoice: { type: "required" } })).toMatchObject({
    toolChoice: { type: "required" },
  });
  const { toolChoice, providerOptions } = (await asked("sglang", { providerOptions: {} })) as Record<
    string,
    unknown
  >;
  expect([toolChoice, providerOptions]).toEqual([undefined, { toy: { skip_special_tokens: false } }]);
});

test("mistakes show when the middleware is made", () => {
  expect(() => toolgramMiddleware({ format: hermes, inside: "dreams" })).toThrow("can begin in");
  expect(() => toolgramMiddleware({ format: hermes, incomplete: "run" as "keep" })).toThrow("is wanted");
});
