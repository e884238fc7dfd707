/** Chunks and whole answers of OpenAI's chat API become proper ones; with the real `openai` client at a server. */

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions";
import { repairChunks, repairCompletion, repairFetch, repairStream } from "toolgram/openai";
import type { RepairOptions } from "toolgram/openai";
import hermes from "toolgram/formats/hermes";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const PARAMETERS = { type: "object", properties: { a: { type: "string" } } };
const TOOLS = [{ type: "function" as const, function: { name: "f", parameters: PARAMETERS } }];
const CALL = "<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>";
const CUT_CALL = CALL.slice(0, CALL.indexOf("\n</parameter>"));
const TEXT = `<think>\nhm\n</think>\n\nHi\n${CALL}`;

type Said = Record<string, unknown>;

function chunk(delta: Said, finish: string | null = null, more: Said = {}): ChatCompletionChunk {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  const made = { id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more };
  return made as unknown as ChatCompletionChunk;
}

function streamOf(pieces: Iterable<string>, finish = "stop"): ChatCompletionChunk[] {
  const said = [...pieces].map((content) => chunk({ content }));
  return [chunk({ role: "assistant", content: "" }), ...said, chunk({}, finish)];
}

function wholeOf(content: string, finish = "stop", more: Said = {}): ChatCompletion {
  const choices = [{ index: 0, message: { role: "assistant", content, ...more }, finish_reason: finish }];
  const made = { id: "c", object: "chat.completion", created: 1, model: "m", choices };
  return made as unknown as ChatCompletion;
}

async function* source<T>(chunks: Iterable<T>): AsyncGenerator<T> {
  yield* chunks;
}

async function all<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of chunks) found.push(one);
  return found;
}

async function repaired(chunks: ChatCompletionChunk[], options: RepairOptions = { tools: TOOLS }) {
  return all(repairChunks(source(chunks), qwen3_coder, options));
}

/** What a client makes of chunks. */
function message(chunks: ChatCompletionChunk[]) {
  const said = { content: "", reasoning: "", calls: [] as [string, string][], finish: null as string | null };
  for (const { delta, finish_reason } of chunks.flatMap(({ choices }) => choices)) {
    expect(said.finish).toBeNull(); // nothing comes behind the end
    said.finish = finish_reason;
    said.content += delta.content ?? "";
    said.reasoning += (delta as { reasoning?: string }).reasoning ?? "";
    for (const { index, id, function: part } of delta.tool_calls ?? []) {
      if (id) said.calls.push([part?.name ?? "", ""]);
      said.calls[index]![1] += part?.arguments ?? "";
    }
  }
  return said;
}

const WANTED = { content: "Hi", reasoning: "hm", calls: [["f", '{"a": "x"}']], finish: "tool_calls" };

describe("a stream", () => {
  test.each([1, 3, 1000])("cut after %i characters gives the same", async (size) => {
    const pieces = TEXT.match(new RegExp(`.{1,${size}}`, "gs"))!;
    expect(message(await repaired(streamOf(pieces)))).toEqual(WANTED);
    const chunks = new ReadableStream<ChatCompletionChunk>({
      start(controller): void {
        for (const one of streamOf(pieces)) controller.enqueue(one);
        controller.close();
      },
    });
    const stream = chunks.pipeThrough(repairStream<ChatCompletionChunk>(qwen3_coder, { tools: TOOLS }));
    expect(message(await all(stream))).toEqual(WANTED);
  });

  test("in which nothing is found passes as it came", async () => {
    const given = streamOf(["Hi", " there"]);
    const found = await repaired(given);
    expect(found.every((one, at) => one === given[at])).toBe(true);
    const odd = [{}, 7, null, { choices: null }, { choices: [{ index: 0 }] }, { choices: [], usage: {} }];
    expect(await all(repairChunks(source<unknown>(odd), qwen3_coder, { tools: TOOLS }))).toEqual(odd);
  });

  test("whose server makes calls itself is left alone", async () => {
    const call = { index: 0, id: "x", type: "function", function: { name: "f", arguments: "{}" } };
    const given = [chunk({ content: "I look" }), chunk({ tool_calls: [call] }), chunk({}, "tool_calls")];
    expect(await repaired(given)).toEqual(given);
  });

  test("sends once whatever else a chunk carries", async () => {
    const one = chunk({ content: `Hi${CALL}`, odd: 1 }, "stop", { usage: { total_tokens: 3 } });
    Object.assign(one.choices[0]!, { logprobs: { content: [1] } });
    const found = await repaired([one]);
    expect(found.map(({ choices: [choice] }) => choice!.logprobs ?? null)).toEqual([
      { content: [1] },
      null,
      null,
    ]);
    expect(found.map(({ usage }) => usage)).toEqual(Array(3).fill({ total_tokens: 3 }));
    expect(found.map(({ choices: [choice] }) => choice!.finish_reason)).toEqual([null, null, "tool_calls"]);
  });

  test("that is cut has no whole call", async () => {
    const kept = message(await repaired(streamOf([CUT_CALL], "length")));
    expect([kept.finish, kept.calls.length]).toEqual(["length", 1]);
    expect(() => JSON.parse(kept.calls[0]![1])).toThrow();
    const dropped = message(
      await repaired(streamOf([CUT_CALL], "length"), { tools: TOOLS, incomplete: "drop" }),
    );
    expect(dropped.calls).toEqual([]);
  });

  test("that fails gives its error, and who stops to read stops it", async () => {
    const failing = async function* () {
      yield* streamOf(["Hi <tool"]).slice(0, 2);
      throw new Error("gone");
    };
    await expect(all(repairChunks(failing(), qwen3_coder, { tools: TOOLS }))).rejects.toThrow("gone");
    let isOver = false;
    const endless = async function* () {
      try {
        for (;;) yield chunk({ content: "Hi" });
      } finally {
        isOver = true;
      }
    };
    const reading = repairChunks(endless(), qwen3_coder);
    expect((await reading.next()).done).toBe(false);
    await reading.return();
    expect(isOver).toBe(true);
  });

  test("goes on as it came when a parser fails, and somebody is told", async () => {
    const broken = JSON.parse(JSON.stringify(qwen3_coder).replaceAll('"to":4,', '"to":9999,')) as object;
    const onFailure = vi.fn();
    const found = repairChunks(source(streamOf(["Hi ", CALL, " x"])), broken, { tools: TOOLS, onFailure });
    expect(message(await all(found))).toMatchObject({ content: `Hi ${CALL} x`, calls: [], finish: "stop" });
    expect(onFailure).toHaveBeenCalledOnce();
  });

  test("begins inside of what is said, and nowhere else", async () => {
    const text = "hm\n</think>\n\nHi";
    expect(message(await repaired(streamOf([text]), { inside: "reasoning" })).reasoning).toBe("hm");
    const asked = { tools: TOOLS, chatTemplateKwargs: { enable_thinking: true } };
    expect(message(await repaired(streamOf([text]), asked)).reasoning).toBe("hm");
    expect(() => repairChunks(source([]), qwen3_coder, { inside: "answer" })).toThrow("inside: 'answer'");
  });
});

test("a whole answer is repaired", () => {
  const [choice] = repairCompletion(wholeOf(TEXT), qwen3_coder, { tools: TOOLS }).choices;
  expect(choice!.finish_reason).toBe("tool_calls");
  expect(choice!.message).toMatchObject({ role: "assistant", content: "Hi", reasoning: "hm" });
  expect(choice!.message.tool_calls).toMatchObject([{ type: "function", function: { name: "f" } }]);
  const plain = wholeOf("Hi");
  expect(repairCompletion(plain, qwen3_coder, { tools: TOOLS })).toBe(plain);
});

describe("the openai client at a server without a parser", () => {
  let server: Server;
  let baseURL: string;
  let asked: Said[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });

  afterAll(() => server.close());

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await all(request)).join("")) as Said;
    if (request.url === "/tokenize") {
      const token_strs = ["assistant", "\u010a", ...(body.model === "opens" ? ["<think>", "\u010a"] : [])];
      return void response.end(JSON.stringify({ token_strs }));
    }
    asked.push(body);
    if (body.model === "refused") return void response.writeHead(400).end('{"error": {"message": "no"}}');
    if (body.model === "opens") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      return void response.end(
        `data: ${JSON.stringify(chunk({ content: "hm\n</think>\n\nHi" }, "stop"))}\n\n`,
      );
    }
    if (!body.stream) {
      response.writeHead(200, { "content-type": "application/json", "x-request-id": "7" });
      return void response.end(JSON.stringify(wholeOf(TEXT)));
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const one of streamOf(TEXT)) response.write(`: ping\n\ndata: ${JSON.stringify(one)}\n\n`);
    if (body.model === "dies") return void setTimeout(() => response.destroy(), 20);
    response.end(
      `data: ${JSON.stringify({ ...chunk({}), choices: [], usage: { total_tokens: 3 } })}\n\ndata: [DONE]\n\n`,
    );
  }

  const client = (options: object = {}) => new OpenAI({ baseURL, apiKey: "none", maxRetries: 0, ...options });
  const request = { model: "m", messages: [{ role: "user" as const, content: "?" }], tools: TOOLS };

  test("has its streams and its answers repaired", async () => {
    const stream = await client().chat.completions.create({ ...request, stream: true });
    expect(message(await all(repairChunks(stream, qwen3_coder, { tools: TOOLS })))).toEqual(WANTED);
    const whole = await client().chat.completions.create(request);
    const made = repairCompletion(whole, qwen3_coder, { tools: TOOLS });
    expect(made.choices[0]!.finish_reason).toBe("tool_calls");
    expect(made._request_id).toBe("7");
  });

  test("knows of nothing behind a fetch that repairs", async () => {
    asked = [];
    const repairing = client({ fetch: repairFetch(qwen3_coder, { server: "vllm" }) });
    const stream = await repairing.chat.completions.create({ ...request, stream: true });
    expect(message(await all(stream))).toEqual(WANTED);
    expect(asked[0]).toMatchObject({ skip_special_tokens: false, tool_choice: "none", model: "m" });
    const whole = await repairing.chat.completions.create(request);
    expect(whole.choices[0]!.message.tool_calls).toHaveLength(1);
    const helped = await repairing.chat.completions.stream(request).finalChatCompletion();
    expect(helped.choices[0]!.message.tool_calls).toMatchObject([{ function: { arguments: '{"a": "x"}' } }]);
    await expect(repairing.chat.completions.create({ ...request, model: "refused" })).rejects.toThrow("400");
  });

  test("is told by vLLM what the prompt has opened", async () => {
    const repairing = client({ fetch: repairFetch(qwen3_coder, { server: "vllm" }) });
    const opened = await repairing.chat.completions.create({ ...request, model: "opens", stream: true });
    expect(message(await all(opened))).toMatchObject({ reasoning: "hm", content: "Hi" });
    const unasked = client({ fetch: repairFetch(qwen3_coder, { server: "vllm", inside: null }) });
    const closed = await unasked.chat.completions.create({ ...request, model: "opens", stream: true });
    expect(message(await all(closed)).reasoning).toBe("");
  });

  test("has the format of each model, or is left alone", async () => {
    const formatOf = (model: unknown) => (model === "m" ? qwen3_coder : null);
    const repairing = client({ fetch: repairFetch(formatOf) });
    const other = await repairing.chat.completions.create({ ...request, model: "other" });
    expect(other.choices[0]!.message.content).toBe(TEXT);
    const known = await repairing.chat.completions.create(request);
    expect(known.choices[0]!.message.content).toBe("Hi");
    const wrong = await client({ fetch: repairFetch(hermes) }).chat.completions.create({
      ...request,
      tools: [],
    });
    expect(wrong.choices[0]!.message.content).toContain("<function=f>");
  });

  test("gets what was held before a stream breaks off", async () => {
    const found: ChatCompletionChunk[] = [];
    const stream = await client({ fetch: repairFetch(qwen3_coder) }).chat.completions.create({
      ...request,
      model: "dies",
      stream: true,
    });
    await expect(
      (async () => {
        for await (const one of stream) found.push(one);
      })(),
    ).rejects.toThrow();
    expect(message(found)).toMatchObject({ content: "Hi", reasoning: "hm", finish: "tool_calls" });
  });

  test("may send a request as an object", async () => {
    const sent = new Request(`${baseURL}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(request),
    });
    const answered = await repairFetch(qwen3_coder, { server: "sglang" })(sent);
    expect(answered.headers.get("content-length")).toBeNull();
    expect(((await answered.json()) as ChatCompletion).choices[0]!.finish_reason).toBe("tool_calls");
    expect(asked.at(-1)).toMatchObject({ skip_special_tokens: false });
  });
});

test("events are read however their bytes are cut, and what is no event passes", async () => {
  const lines = [...streamOf([TEXT, "🌧"])].map((one) => `data: ${JSON.stringify(one)}`);
  const ends = ["\n\n", "\r\n\r\n", "\r\r", "\n\r\n"];
  const odd = ": ping\n\ndata: {not json\n\nnonsense\r\n\r\ndata: 7\n\n";
  const text = `${odd}${lines.map((line, at) => line + ends[at % ends.length]!).join("")}data: [DONE]\n\nrest`;
  const bytes = new TextEncoder().encode(text);
  const answers: string[] = [];
  for (const size of [1, 2, 7, 1000]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller): void {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const headers = { "content-type": "text/event-stream" };
    const repairing = repairFetch(qwen3_coder, { fetch: async () => new Response(body, { headers }) });
    const asked = { method: "POST", body: JSON.stringify({ tools: TOOLS }) };
    const answer = await repairing("http://server/v1/chat/completions", asked);
    answers.push((await answer.text()).replaceAll(/call_\w+/g, "id"));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]!.startsWith(odd) && answers[0]!.endsWith("data: [DONE]\n\nrest")).toBe(true);
  const data = answers[0]!.split(/(?:\r\n|\r|\n){2}/).filter((event) => event.startsWith('data: {"'));
  const chunks = data.map((event) => JSON.parse(event.slice("data: ".length)) as ChatCompletionChunk);
  expect(message(chunks)).toEqual({ ...WANTED, content: "Hi\n🌧" });
});
