/**
 * A session as the fragment of an address, which no server is ever sent.
 *
 * In: a session. Out: `#z=` and its JSON, compressed, in the base64 of addresses. And back, for whatever stands there:
 * a fragment that is none, or that would become too large, is null.
 */

import type { Session } from "./session.js";
import { FIRST, sessionOf } from "./session.js";

const BEGIN = "#z=";
const BYTES_MAX = 8_000_000; // of the JSON
export const LONG_LINK = 32_000; // characters that not every program passes on

export async function linkOf(session: Session): Promise<string> {
  const told = Object.entries({ ...session, chunks: session.chunks?.map(written) ?? null }).filter(
    ([key, value]) => key === "format" || value !== FIRST[key as keyof Session],
  );
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(told)));
  const packed = await gather(through(bytes, new CompressionStream("deflate-raw")), Infinity);
  return BEGIN + toBase64(packed!);
}

/** The session in a fragment; null: there is none. */
export async function sessionIn(fragment: string): Promise<Session | null> {
  if (!fragment.startsWith(BEGIN)) return null;
  try {
    const packed = fromBase64(fragment.slice(BEGIN.length));
    const bytes = await gather(through(packed, new DecompressionStream("deflate-raw")), BYTES_MAX);
    if (bytes === null) return null;
    return sessionOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    return null; // no base64, not compressed so, no UTF-8, no JSON
  }
}

function written(chunk: { text: string; ids: readonly number[] | null }): unknown {
  return chunk.ids === null ? chunk.text : [chunk.text, chunk.ids];
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): ReadableStream {
  return new Blob([bytes]).stream().pipeThrough(transform);
}

/** All bytes of a stream; null: there are more than so many. */
async function gather(stream: ReadableStream, max: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = (stream as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > max) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}
