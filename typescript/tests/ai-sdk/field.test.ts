/**
 * Transcripts from the field, in every format: what the middleware sends is what the parser reads, at every split, and
 * a stream is well-formed: blocks begin and end, ids are not used again, and calls come whole.
 */

import { readFileSync, readdirSync } from "node:fs";
import { convertArrayToReadableStream, convertReadableStreamToArray } from "ai/test";
import type { Format } from "toolgram";
import { parse } from "toolgram";
import { toolgramMiddleware } from "toolgram/ai-sdk";
import { describe, expect, test } from "vitest";
import { cut } from "./models.js";

const FOLDER = new URL("../../../tests/field_cases/", import.meta.url);
const FORMATS = new URL("../../../generated/typescript/formats/", import.meta.url);
const KNOWN = new Set(readdirSync(FORMATS));

interface Case {
  readonly id: string;
  readonly format: string;
  readonly raw: string;
  readonly tools: { function: { name: string; description?: string; parameters?: object } }[];
  readonly start_in_reasoning: boolean;
  readonly input: { readonly engine_finish_reason: string };
  readonly chunkings?: string[][];
}

type Part = Record<"type" | "id" | "delta" | "text" | "toolCallId" | "toolName" | "input", string>;

const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Case[])
  .filter(({ format, tools }) => KNOWN.has(`${format}.js`) && tools.length > 0);

const byFormat = grouped(cases);

function grouped(all: readonly Case[]): Map<string, Case[]> {
  const found = new Map<string, Case[]>();
  for (const one of all) found.set(one.format, [...(found.get(one.format) ?? []), one]);
  return found;
}

test("there are enough of them", () => expect(cases.length).toBeGreaterThan(200));

describe.each([...byFormat])("%s", (name, all) => {
  test.each(all.map((one) => [one.id, one] as const))("%s", async (_, one) => {
    const { default: format } = (await import(`toolgram/formats/${name}`)) as { default: Format };
    const wanted = read(format, one);
    for (const pieces of [
      [one.raw],
      ...[1, 3, 7].map((size) => cut(one.raw, size)),
      ...(one.chunkings ?? []),
    ]) {
      const parts = await streamed(format, one, pieces);
      expectWellFormed(parts);
      const said = (type: string): string =>
        parts
          .filter((part) => part.type === type)
          .map(({ delta }) => delta)
          .join("");
      const calls = parts.filter(({ type }) => type === "tool-call");
      const reason = (parts.at(-1) as unknown as { finishReason: { unified: string } }).finishReason.unified;
      expect({
        content: said("text-delta"),
        reasoning: said("reasoning-delta"),
        calls: calls.map(({ toolName, input }) => [toolName, input]),
        reason,
      }).toEqual(wanted);
    }
    expect(await whole(format, one)).toEqual(blankless(wanted));
  });
});

const inside = ({ start_in_reasoning: isInside }: Case) => (isInside ? "reasoning" : null);
const asked = ({ tools }: Case) => {
  return {
    prompt: [],
    tools: tools.map(({ function: { name, description, parameters } }) => {
      return { type: "function", name, description, inputSchema: parameters };
    }),
  };
};
const ended = ({ input: { engine_finish_reason: reason } }: Case) => {
  return { type: "finish", finishReason: { unified: reason, raw: reason }, usage: {} };
};

interface Answer {
  readonly content: string;
  readonly reasoning: string;
  readonly calls: unknown[];
  readonly reason: string;
}

function read(format: Format, one: Case): Answer {
  const reason = one.input.engine_finish_reason;
  const message = parse(format, one.raw, { tools: one.tools, inside: inside(one), cut: reason === "length" });
  const isCalled = reason === "stop" && message.toolCalls.some(({ complete }) => complete);
  return {
    content: message.content ?? "",
    reasoning: message.reasoning ?? "",
    calls: message.toolCalls.map(({ name, arguments: text }) => [name, text]),
    reason: isCalled ? "tool-calls" : reason,
  };
}

async function streamed(format: Format, one: Case, pieces: readonly string[]): Promise<Part[]> {
  const parts = [
    { type: "text-start", id: "1" },
    ...pieces.map((delta) => ({ type: "text-delta", id: "1", delta })),
    { type: "text-end", id: "1" },
    ended(one),
  ];
  const doStream = async () => ({ stream: convertArrayToReadableStream(parts) });
  const { wrapStream } = toolgramMiddleware({ format, inside: inside(one) });
  const { stream } = await wrapStream({ doStream, params: asked(one) });
  return (await convertReadableStreamToArray(stream)) as unknown as Part[];
}

async function whole(format: Format, one: Case): Promise<Answer> {
  const { wrapGenerate } = toolgramMiddleware({ format, inside: inside(one) });
  const given = { content: [{ type: "text", text: one.raw }], finishReason: ended(one).finishReason };
  const { content, finishReason } = await wrapGenerate({ doGenerate: async () => given, params: asked(one) });
  const parts = content as Part[];
  const said = (kind: string): string =>
    parts
      .filter(({ type }) => type === kind)
      .map(({ text }) => text)
      .join("");
  const calls = parts
    .filter(({ type }) => type === "tool-call")
    .map(({ toolName, input }) => [toolName, input]);
  return { content: said("text"), reasoning: said("reasoning"), calls, reason: finishReason.unified };
}

/** Blank text beside calls is left out of whole answers. */
function blankless(answer: Answer): Answer {
  return answer.calls.length > 0 && !answer.content.trim() ? { ...answer, content: "" } : answer;
}

function expectWellFormed(parts: readonly Part[]): void {
  const used = new Set<string>();
  let open = "";
  let input: string | null = null;
  for (const { type, id, delta, toolCallId, input: said } of parts) {
    if (type.endsWith("-start")) {
      expect([open, used.has(id)]).toEqual(["", false]);
      used.add((open = id));
      if (type === "tool-input-start") input = "";
    } else if (type.endsWith("-delta")) {
      expect([open, delta === ""]).toEqual([id, false]);
      if (type === "tool-input-delta") input += delta;
    } else if (type.endsWith("-end")) {
      expect(open).toBe(id);
      open = "";
    } else if (type === "tool-call") {
      expect([used.has(toolCallId), said]).toEqual([true, input]);
      input = null;
    }
  }
  expect([open, input]).toEqual(["", null]);
}
