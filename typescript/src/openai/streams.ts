/**
 * Streams of chunks, repaired: as an async generator and as a `TransformStream`.
 *
 * In: chunks, as the `openai` client hands them on, or as they stand on the wire. Out: the same kind of thing.
 *
 * Promises: a chunk in which nothing is found is handed on as the same object; what is no object is handed on;
 * an error of the source is the error of what comes out, and who stops to read stops the source.
 */

import { ChatRepair } from "./chat.js";
import { isPlain } from "./plain.js";
import type { Plan } from "./plan.js";

/** Repair the chunks of a stream, one by one. */
export async function* chunksOf<Chunk>(
  chunks: AsyncIterable<Chunk>,
  plan: Plan,
): AsyncGenerator<Chunk, void> {
  const repair = new ChatRepair(plan);
  for await (const chunk of chunks) {
    yield* isPlain(chunk) ? (repair.chunk(chunk) as Chunk[]) : [chunk];
  }
  yield* repair.end() as Chunk[];
}

/** The same as a transform stream. */
export function transformOf<Chunk>(plan: Plan): TransformStream<Chunk, Chunk> {
  const repair = new ChatRepair(plan);
  return new TransformStream<Chunk, Chunk>({
    transform(chunk, controller): void {
      const found = isPlain(chunk) ? (repair.chunk(chunk) as Chunk[]) : [chunk];
      for (const one of found) controller.enqueue(one);
    },
    flush(controller): void {
      for (const one of repair.end() as Chunk[]) controller.enqueue(one);
    },
  });
}
