/**
 * Parts of an AI SDK stream, as much of them as is read and written here.
 *
 * In: nothing. Out: types, which the parts of the second, third and fourth version of its language models fit.
 */

/** A part of a stream, of which nobody has said what is in it. */
export interface Part {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
}

/** A kind of text; `reasoning-start`, `reasoning-delta` and `reasoning-end` are its parts. */
export type Kind = "text" | "reasoning";

/** A text that the provider has begun, and what came of it. */
export interface Source {
  readonly kind: Kind;
  readonly start: Part;
  isUsed: boolean; // a block with its id was begun
  hasText: boolean; // some of it was read
  end: Part | null; // the provider has ended it
}

export function sourceOf(kind: Kind, start: Part): Source {
  return { kind, start, isUsed: false, hasText: false, end: null };
}

/** The kind of text that a part is about, and what it says of it; null for all other parts. */
export function textPart({ type }: Part): [kind: Kind, what: "start" | "delta" | "end"] | null {
  const found = /^(text|reasoning)-(start|delta|end)$/.exec(type);
  return found === null ? null : [found[1] as Kind, found[2] as "start" | "delta" | "end"];
}

/** Why an answer has ended: the second version has a word where later ones have an object. */
export type FinishReason = string | { readonly unified: string };

export function wordOf(reason: unknown): string | undefined {
  if (typeof reason === "string") return reason;
  const { unified } = (reason ?? {}) as { unified?: unknown };
  return typeof unified === "string" ? unified : undefined;
}

export function withWord(reason: unknown, word: string): unknown {
  return typeof reason === "string" ? word : { ...(reason as object), unified: word };
}
