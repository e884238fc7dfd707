/**
 * Answers of OpenAI's chat API whose markup nobody has parsed, repaired: tool calls, reasoning and finish
 * reasons are made of the raw text in them.
 *
 * In: chunks or whole answers, as the `openai` client hands them on or as they stand on the wire; a format;
 * the tools of the request. Out: the same kind of thing.
 *
 *     const stream = await client.chat.completions.create({ model, messages, tools, stream: true });
 *     for await (const chunk of repairChunks(stream, qwen3_coder, { tools })) ...
 *
 * Promises: an object in which nothing is found is handed on as it is; the texts and calls that come out are
 * those of the text that came in, however it was cut; nothing that a model writes throws. It says what
 * `toolgram.openai` says in Python.
 */

import type { Format, Tools } from "./format.js";
import { ChatRepair } from "./openai/chat.js";
import type { Plain } from "./openai/plain.js";
import type { Plan, ReadingOptions } from "./openai/plan.js";
import { planFor } from "./openai/plan.js";
import { chunksOf, transformOf } from "./openai/streams.js";

export type { Annotation } from "./message.js";
export type { CallDelta, ChunkOptions, Delta } from "./openai/chunks.js";
export { ChunkBuilder } from "./openai/chunks.js";
export type { FetchOptions, FormatOf } from "./openai/fetch.js";
export { repairFetch } from "./openai/fetch.js";
export type { ReadingOptions } from "./openai/plan.js";

/** What is known of the request, and how its answer is read. */
export interface RepairOptions extends ReadingOptions {
  /** The tools of the request; without any, no calls are looked for. */
  readonly tools?: Tools | null;
  /** `"none"`: no calls are looked for. */
  readonly toolChoice?: unknown;
  /** What the request gave to the chat template: it may say whether the prompt opens the reasoning. */
  readonly chatTemplateKwargs?: Readonly<Record<string, unknown>> | null;
  readonly reasoningEffort?: string | null;
}

/**
 * Repair the chunks of a stream, one by one. Throws what the stream throws; and an Error for options that are none.
 *
 * Who stops to read lets go of the stream, as in any `for await`.
 */
export function repairChunks<Chunk>(
  chunks: AsyncIterable<Chunk>,
  format: Format,
  options: RepairOptions = {},
): AsyncGenerator<Chunk, void> {
  return chunksOf(chunks, new ChatRepair(planOf(format, options)));
}

/** A `TransformStream` that does the same: `chunks.pipeThrough(repairStream(format, { tools }))`. */
export function repairStream<Chunk = object>(
  format: Format,
  options: RepairOptions = {},
): TransformStream<Chunk, Chunk> {
  return transformOf<Chunk>(new ChatRepair(planOf(format, options)));
}

/** Repair a whole answer. One in which nothing is found is handed back as it is. */
export function repairCompletion<Answer extends object>(
  answer: Answer,
  format: Format,
  options: RepairOptions = {},
): Answer {
  const made = new ChatRepair(planOf(format, options)).whole(answer as Plain);
  if (made === answer) return answer;
  const hidden = Object.getOwnPropertyDescriptor(answer, "_request_id"); // the client's, which copying leaves behind
  return (hidden ? Object.defineProperty(made, "_request_id", hidden) : made) as Answer;
}

function planOf(format: Format, options: RepairOptions): Plan {
  const { tools, toolChoice, chatTemplateKwargs, reasoningEffort, ...reading } = options;
  const request = {
    tools,
    tool_choice: toolChoice,
    chat_template_kwargs: chatTemplateKwargs,
    reasoning_effort: reasoningEffort,
  };
  return planFor(format, request, reading);
}
