/**
 * Answers in Gemini's form whose markup nobody has parsed, repaired: `functionCall` parts and thoughts are made of
 * the raw text in them, and the raw text is no longer shown.
 *
 * In: chunks or whole answers, such as `@google/genai` hands them on, or an agent that converts OpenAI's chunks to
 * them (Qwen Code); a format; the tools of the request. Out: the same kind of thing.
 *
 *     for await (const chunk of repairChunks(stream, qwen3_coder, { tools })) ...
 *
 * Promises: an object in which nothing is found is handed on as it is; the texts and calls that come out are
 * those of the text that came in, however it was cut; nothing that a model writes throws.
 */

import type { Format, Tools } from "./format.js";
import { ContentRepair } from "./gemini/contents.js";
import { chatTools } from "./gemini/declarations.js";
import { DROP } from "./message.js";
import type { Plain } from "./openai/plain.js";
import type { Plan } from "./openai/plan.js";
import { planFor } from "./openai/plan.js";
import { chunksOf, transformOf } from "./openai/streams.js";
import { ToolSet } from "./schema/tools.js";

/** What is known of the request, and how its answer is read. */
export interface RepairOptions {
  /**
   * The tools of the request, as Gemini has them (`[{ functionDeclarations: [...] }]`) or as OpenAI has them;
   * without any, no calls are looked for.
   */
  readonly tools?: Tools | null;
  /** What the prompt has opened: `"reasoning"`, null, or `"auto"`, which the format decides. */
  readonly inside?: string | null;
  /** Is told when a parser has failed, and the rest of the answer is sent as it came. */
  readonly onFailure?: (error: unknown) => void;
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
  return chunksOf(chunks, new ContentRepair(planOf(format, options)));
}

/** A `TransformStream` that does the same. */
export function repairStream<Chunk = object>(
  format: Format,
  options: RepairOptions = {},
): TransformStream<Chunk, Chunk> {
  return transformOf<Chunk>(new ContentRepair(planOf(format, options)));
}

/** Repair a whole answer. One in which nothing is found is handed back as it is. */
export function repairAnswer<Answer extends object>(
  answer: Answer,
  format: Format,
  options: RepairOptions = {},
): Answer {
  return new ContentRepair(planOf(format, options)).whole(answer as Plain) as Answer;
}

function planOf(format: Format, { tools, ...reading }: RepairOptions): Plan {
  const given = tools instanceof ToolSet ? tools : chatTools(tools);
  return planFor(format, { tools: given }, { ...reading, incomplete: DROP });
}
