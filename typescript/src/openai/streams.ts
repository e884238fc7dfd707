/**
 * Streams of chunks, repaired: as an async generator and as a `TransformStream`.
 *
 * In: chunks, as a client hands them on, or as they stand on the wire; what repairs one answer. Out: the same
 * kind of thing.
 *
 * Promises: what is no object is handed on; an error of the source is the error of what comes out, and who stops
 * to read stops the source.
 */

import { isPlain } from "./plain.js";
import type { Plain } from "./plain.js";

/** Repairs the chunks of one answer. */
export interface StreamRepair {
  /** Read one chunk; return those to send in its place. */
  chunk(chunk: Plain): Plain[];
  /** The stream is over: what is held. */
  end(): Plain[];
}

/** Repair the chunks of a stream, one by one. */
export async function* chunksOf<Chunk>(
  chunks: AsyncIterable<Chunk>,
  repair: StreamRepair,
): AsyncGenerator<Chunk, void> {
  for await (const chunk of chunks) yield* read(repair, chunk);
  yield* repair.end() as Chunk[];
}

/** The same as a transform stream. */
export function transformOf<Chunk>(repair: StreamRepair): TransformStream<Chunk, Chunk> {
  return new TransformStream<Chunk, Chunk>({
    transform(chunk, controller): void {
      for (const one of read(repair, chunk)) controller.enqueue(one);
    },
    flush(controller): void {
      for (const one of repair.end() as Chunk[]) controller.enqueue(one);
    },
  });
}

function read<Chunk>(repair: StreamRepair, chunk: Chunk): Chunk[] {
  return isPlain(chunk) ? (repair.chunk(chunk) as Chunk[]) : [chunk];
}
