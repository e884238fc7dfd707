/** Answers in Gemini's form become proper ones: calls and thoughts are parts, and raw text is no longer shown. */

import { FinishReason, GenerateContentResponse } from "@google/genai";
import type { Part } from "@google/genai";
import { parse } from "toolgram";
import { repairAnswer, repairChunks, repairStream } from "toolgram/gemini";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { describe, expect, test } from "vitest";

const DECLARATION = {
  name: "f",
  parameters: { type: "OBJECT", properties: { a: { type: "INTEGER", nullable: true } } },
};
const TOOLS = [{ functionDeclarations: [DECLARATION] }];
const CALL = "<tool_call>\n<function=f>\n<parameter=a>\n7\n</parameter>\n</function>\n</tool_call>";
const CUT_CALL = CALL.slice(0, CALL.indexOf("\n</parameter>"));
const TEXT = `<think>\nhm\n</think>\n\nHi\n${CALL}\n${CALL}`;

function chunk(parts: Part[], finishReason?: FinishReason): GenerateContentResponse {
  const ended = finishReason ? { finishReason } : {};
  const candidates = [{ content: { role: "model", parts }, index: 0, safetyRatings: [], ...ended }];
  return Object.assign(new GenerateContentResponse(), { responseId: "r", candidates });
}

function streamOf(texts: Iterable<string>, finish = FinishReason.STOP): GenerateContentResponse[] {
  return [...[...texts].map((text) => chunk([{ text }])), chunk([], finish)];
}

async function* source<T>(chunks: Iterable<T>): AsyncGenerator<T> {
  yield* chunks;
}

async function repaired<T>(chunks: T[], options: object = { tools: TOOLS }): Promise<T[]> {
  const found: T[] = [];
  for await (const one of repairChunks(source(chunks), qwen3_coder, options)) found.push(one);
  return found;
}

/** What a client makes of chunks; ids are left out. */
function said(chunks: GenerateContentResponse[]) {
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const texts = (isThought: boolean) => parts.filter(({ text, thought }) => text && !!thought === isThought);
  return {
    content: texts(false)
      .map(({ text }) => text)
      .join(""),
    thoughts: texts(true)
      .map(({ text }) => text)
      .join(""),
    calls: parts.flatMap(({ functionCall: call }) => (call ? [[call.name, call.args]] : [])),
    finish: chunks.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? []),
  };
}

const WANTED = {
  content: "Hi",
  thoughts: "hm",
  calls: [
    ["f", { a: 7 }],
    ["f", { a: 7 }],
  ],
  finish: ["STOP"],
};

describe("a stream", () => {
  test.each([1, 4, 1000])("cut after %i characters gives the same", async (size) => {
    const pieces = TEXT.match(new RegExp(`.{1,${size}}`, "gs"))!;
    expect(said(await repaired(streamOf(pieces)))).toEqual(WANTED);
  });

  test("keeps the client's class, and gives each call an id of its own", async () => {
    const found = await repaired(streamOf([TEXT]));
    const calls = found.flatMap((one) => one.functionCalls ?? []);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(found.every((one) => one instanceof GenerateContentResponse && one.responseId === "r")).toBe(true);
  });

  test("can be piped through", async () => {
    const chunks = new ReadableStream<GenerateContentResponse>({
      start(controller): void {
        for (const one of streamOf(TEXT)) controller.enqueue(one);
        controller.close();
      },
    });
    const found: GenerateContentResponse[] = [];
    for await (const one of chunks.pipeThrough(repairStream(qwen3_coder, { tools: TOOLS }))) {
      found.push(one as GenerateContentResponse);
    }
    expect(said(found)).toEqual(WANTED);
  });

  test("in which nothing is found passes as it came", async () => {
    const given = [
      ...streamOf(["Hi", " there"]).slice(0, 2),
      chunk([{ text: "hm", thought: true }]),
      chunk([], FinishReason.STOP),
    ];
    const found = await repaired(given);
    expect(found.every((one, at) => one === given[at])).toBe(true);
    const odd = [
      {},
      7,
      { candidates: null },
      { candidates: [null, {}] },
      { candidates: [{ content: { parts: [null] } }] },
    ];
    expect(await repaired<unknown>(odd)).toEqual(odd);
  });

  test("whose server makes calls itself is left alone; what was held comes first", async () => {
    const call = { functionCall: { id: "x", name: "g", args: {} } };
    const found = await repaired([
      chunk([{ text: "Hi <tool_c" }]),
      chunk([call, { text: CALL }], FinishReason.STOP),
    ]);
    expect(said(found)).toEqual({
      content: `Hi <tool_c${CALL}`,
      thoughts: "",
      calls: [["g", {}]],
      finish: ["STOP"],
    });
  });

  test("keeps other parts, signatures and usage", async () => {
    const image = { inlineData: { mimeType: "image/png", data: "" } };
    const signed = { text: "<tool_c", thoughtSignature: "s" };
    const usage = Object.assign(chunk([{ text: "a" }]), { usageMetadata: { totalTokenCount: 3 } });
    const found = await repaired([
      chunk([{ text: "Hi" }, image, signed]),
      usage,
      chunk([], FinishReason.STOP),
    ]);
    const parts = found.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    expect(parts.slice(0, 3)).toEqual([{ text: "Hi" }, image, { text: "", thoughtSignature: "s" }]);
    expect(said(found).content).toBe("Hi<tool_ca");
    expect(found.filter((one) => one.usageMetadata)).toHaveLength(1);
  });

  test("leaves a call out that is cut off, and says so", async () => {
    const cut = { content: "Hi", thoughts: "", calls: [], finish: ["MAX_TOKENS"] };
    expect(said(await repaired(streamOf([`Hi ${CUT_CALL}`], FinishReason.MAX_TOKENS)))).toEqual(cut);
    const broken = { ...cut, finish: ["MALFORMED_FUNCTION_CALL"] };
    expect(said(await repaired(streamOf([`Hi ${CUT_CALL}`])))).toEqual(broken);
    const second = said(await repaired(streamOf([`Hi ${CALL}\n${CUT_CALL}`])));
    expect(second).toEqual({ ...cut, calls: [["f", { a: 7 }]], finish: ["STOP"] });
  });

  test("that breaks off gives what it held", async () => {
    expect(said(await repaired(streamOf(["Hi <tool_c"]).slice(0, 1))).content).toBe("Hi <tool_c");
  });

  test("has a call in thoughts that nothing closes", async () => {
    const thought = [...`hm ${CALL}`].map((text) => chunk([{ text, thought: true }]));
    const found = said(await repaired([...thought, chunk([], FinishReason.STOP)]));
    expect(found).toEqual({ content: "", thoughts: "hm", calls: [["f", { a: 7 }]], finish: ["STOP"] });
  });
});

test("a whole answer is repaired", () => {
  expect(
    said([repairAnswer(chunk([{ text: TEXT }], FinishReason.STOP), qwen3_coder, { tools: TOOLS })]),
  ).toEqual(WANTED);
  const unopened = repairAnswer(chunk([{ text: `hm\n</think>\n\n${CALL}` }]), qwen3_coder, { tools: TOOLS });
  expect(said([unopened])).toEqual({ content: "", thoughts: "hm", calls: [["f", { a: 7 }]], finish: [] });
  const plain = chunk([{ text: "Hi" }], FinishReason.STOP);
  expect(repairAnswer(plain, qwen3_coder, { tools: TOOLS })).toBe(plain);
});

test("texts, thoughts and calls are those that the parser reads, however the text is cut", async () => {
  const parts = ["Hi ", "<think>\n", "hm", "\n</think>\n\n", CALL, CUT_CALL, "\n", "<tool_c", "</"];
  const tools = [{ type: "function", function: DECLARATION }];
  let state = 1;
  const below = (count: number): number => (state = (state * 48271) % 2147483647) % count;
  for (let round = 0; round < 300; round += 1) {
    const text = Array.from({ length: 1 + below(8) }, () => parts[below(parts.length)]).join("");
    const pieces = text.match(/.{1,9}/gs)!.flatMap((piece) => (below(2) ? [piece] : [...piece]));
    const isCut = below(4) === 0;
    const found = said(await repaired(streamOf(pieces, isCut ? FinishReason.MAX_TOKENS : FinishReason.STOP)));
    const wanted = parse(qwen3_coder, text, { tools, cut: isCut, incomplete: "drop" });
    expect([found.content, found.thoughts], text).toEqual([wanted.content ?? "", wanted.reasoning ?? ""]);
    const calls = wanted.toolCalls.map((call) => [call.name, JSON.parse(call.arguments) as unknown]);
    expect(found.calls, text).toEqual(calls);
  }
});
