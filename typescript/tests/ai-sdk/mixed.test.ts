/**
 * Parts in any order: texts that are open side by side, thoughts between them, calls of the provider's own. What comes
 * out is well-formed, no text is lost, and what is not read is handed on.
 */

import { convertArrayToReadableStream, convertReadableStreamToArray } from "ai/test";
import { toolgramMiddleware } from "toolgram/ai-sdk";
import hermes from "toolgram/formats/hermes";
import { expect, test } from "vitest";

const STREAMS = 300;
const WORDS = ["Hello ", "<", "tool_call", ">", "<think>", "</think>", " \n", "{", '"name": ', "", "`a`"];
const CALL = '<tool_call>{"name": "weather", "arguments": {"a": "b"}}</tool_call>';
const TOOLS = [{ type: "function", name: "weather", inputSchema: { type: "object" } }];
const META = { providerMetadata: { toy: { a: 1 } } };

type Part = Record<string, unknown> & { type: string; id?: string; delta?: string };

/** Random numbers that are the same each time. */
function chooser(seed: number): (count: number) => number {
  let state = seed * 2654435761 + 1;
  return (count) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * count);
  };
}

function made(seed: number): Part[] {
  const choose = chooser(seed);
  const open: Part[] = [];
  const parts: Part[] = [{ type: "stream-start", warnings: [] }];
  for (let at = 0; at < 30; at += 1) {
    const kind = choose(3) === 0 ? "reasoning" : "text";
    const [one] = open.length > 0 ? [open[choose(open.length)]!] : [];
    const what = choose(9);
    if (one === undefined || what === 0) {
      const start = { type: `${kind}-start`, id: `${kind} ${at}`, ...(choose(2) === 0 && META) };
      open.push(start);
      parts.push(start);
    } else if (what === 1) {
      open.splice(open.indexOf(one), 1);
      parts.push({ type: one.type.replace("start", "end"), id: one.id! });
    } else if (what === 2) parts.push({ type: ["raw", "source", "custom"][choose(3)]!, value: at });
    else if (what === 3 && choose(12) === 0) {
      parts.push({ type: "tool-input-start", id: `own ${at}`, toolName: "weather" });
      parts.push({ type: "tool-input-end", id: `own ${at}` });
      parts.push({ type: "tool-call", toolCallId: `own ${at}`, toolName: "weather", input: "{}" });
    } else {
      const delta = choose(5) === 0 ? CALL.slice(choose(2) * choose(20)) : WORDS[choose(WORDS.length)]!;
      parts.push({
        type: one.type.replace("start", "delta"),
        id: one.id!,
        delta,
        ...(choose(6) === 0 && META),
      });
    }
  }
  for (const one of open) parts.push({ type: one.type.replace("start", "end"), id: one.id! });
  const word = ["stop", "length", "tool-calls"][choose(3)]!;
  if (choose(8) > 0) parts.push({ type: "finish", finishReason: { unified: word, raw: word }, usage: {} });
  return parts;
}

const isRead = ({ type }: Part): boolean => /^(text|reasoning)-|^finish$/.test(type);

test.each([null, "reasoning"])("inside %s", async (inside) => {
  for (let seed = 1; seed <= STREAMS; seed += 1) {
    const given = made(seed);
    const { wrapStream } = toolgramMiddleware({ format: hermes, inside });
    const doStream = async () => ({ stream: convertArrayToReadableStream(given) });
    const { stream } = await wrapStream({ doStream, params: { prompt: [], tools: TOOLS } });
    const parts = (await convertReadableStreamToArray(stream)) as Part[];

    const passed = parts.filter((part) => given.includes(part) && !isRead(part));
    expect(passed, `seed ${seed}`).toEqual(given.filter((part) => !isRead(part)));
    const open = new Set<string>();
    const used = new Set<string>();
    for (const { type, id } of parts) {
      if (id === undefined || !/-(start|delta|end)$/.test(type)) continue;
      if (type.endsWith("-start")) expect(used.has(id), `seed ${seed}: ${id}`).toBe(false);
      else expect(open.has(id), `seed ${seed}: ${type} ${id}`).toBe(true);
      if (type.endsWith("-start")) used.add(id);
      if (type.endsWith("-end")) open.delete(id);
      else open.add(id);
    }
    expect([...open], `seed ${seed}`).toEqual([]);
    const said = (all: readonly Part[]): string => all.map(({ delta = "" }) => delta).join("");
    const letters = (text: string): number => text.match(/Hello/g)?.length ?? 0;
    expect(letters(said(parts)), `seed ${seed}`).toBe(letters(said(given)));
  }
});
