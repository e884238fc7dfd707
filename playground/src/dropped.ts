/**
 * What a file is that somebody has dropped on the page.
 *
 * In: its name and its text. Out: a spec, a template, tools, a recorded stream, or a plain text of a model.
 *
 * A recorded stream is the lines of a server's answer (`data: {...}`), JSON lines with the same objects, or a failure
 * transcript of the vLLM plugin (docs/vllm-plugin.md).
 */

import type { Chunk } from "./reading/steps.js";
import { chunkOf, idsOf } from "./session.js";

export interface Recorded {
  readonly chunks: readonly Chunk[];
  readonly inside: string | null;
  readonly tools: readonly unknown[] | null;
  readonly tokenIds: readonly (readonly [string, number])[] | null;
  readonly note: string;
}

export type Dropped =
  | { readonly kind: "spec"; readonly text: string }
  | { readonly kind: "template"; readonly text: string }
  | { readonly kind: "tools"; readonly text: string }
  | { readonly kind: "stream"; readonly recorded: Recorded }
  | { readonly kind: "text"; readonly text: string };

export const BYTES_MAX = 16_000_000;
const TEMPLATE_KEYS = ["chat_template", "added_tokens_decoder", "tokenizer_class", "added_tokens"];

export function kindOf(name: string, text: string): Dropped {
  if (name.endsWith(".lark") || /^\s*#\s*\/\/\/ format$/m.test(text)) return { kind: "spec", text };
  if (name.endsWith(".jinja") || name.endsWith(".j2")) return { kind: "template", text };
  const value = jsonOf(text);
  if (Array.isArray(value) && value.every(isTool)) return { kind: "tools", text };
  if (isObject(value)) {
    if (Array.isArray(value["tools"]) && !("chunks" in value)) {
      return { kind: "tools", text: JSON.stringify(value["tools"], null, 2) };
    }
    const recorded = transcriptOf(value);
    if (recorded !== null) return { kind: "stream", recorded };
    if (TEMPLATE_KEYS.some((key) => key in value)) return { kind: "template", text };
  }
  const recorded = streamOf(text);
  if (recorded !== null) return { kind: "stream", recorded };
  if (/\{%-?\s*(for|if|set|macro)\b/.test(text)) return { kind: "template", text };
  return { kind: "text", text };
}

/** What the plugin has logged of an answer. */
function transcriptOf(value: Readonly<Record<string, unknown>>): Recorded | null {
  const chunks = Array.isArray(value["chunks"]) ? value["chunks"].map(chunkOf) : [null];
  if (chunks.some((chunk) => chunk === null)) return null;
  const leftOut = typeof value["left_out"] === "number" ? value["left_out"] : 0;
  return {
    chunks: chunks as Chunk[],
    inside: typeof value["inside"] === "string" ? value["inside"] : null,
    tools: Array.isArray(value["tools"]) ? value["tools"] : null,
    tokenIds: idsOf(value["special_tokens"]),
    note: leftOut > 0 ? `the last ${leftOut} chunks of the transcript are missing` : "a failure transcript",
  };
}

/** The text of a server's stream: of the first choice, each delta a chunk. */
function streamOf(text: string): Recorded | null {
  const isSse = /^data:/m.test(text);
  const chunks: Chunk[] = [];
  let answers = 0;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const body = isSse ? /^data: ?(.*)$/.exec(line)?.[1] : line.trim();
    if (body === undefined || body === "" || body === "[DONE]") continue;
    const delta = deltaOf(jsonOf(body));
    if (delta === null && !isSse) return null;
    if (delta === null) continue;
    answers += 1;
    if (delta !== "") chunks.push({ text: delta, ids: null });
  }
  if (answers < 1 || chunks.length < 1) return null;
  return { chunks, inside: null, tools: null, tokenIds: null, note: `a stream of ${chunks.length} deltas` };
}

/** The text that one object of a stream adds; null: it is no such object. */
function deltaOf(value: unknown): string | null {
  if (!isObject(value)) return null;
  if (typeof value["text"] === "string" && !("choices" in value)) return value["text"]; // SGLang's generate, and plain lines
  if (!Array.isArray(value["choices"])) return null;
  const choice: unknown = value["choices"][0];
  if (!isObject(choice)) return "";
  if (typeof choice["text"] === "string") return choice["text"];
  const delta = choice["delta"] ?? choice["message"];
  return isObject(delta) && typeof delta["content"] === "string" ? delta["content"] : "";
}

function isTool(value: unknown): boolean {
  return isObject(value) && ("function" in value || "name" in value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
