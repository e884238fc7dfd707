/** Models of the AI SDK that say what they are told, piece by piece, as a provider of OpenAI's API would. */

import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";

/** What a model says: text, and thoughts that the server has found before it. */
export interface Said {
  readonly text: string;
  readonly thoughts?: string;
  readonly reason?: "stop" | "length" | "tool-calls";
}

export type Parts = LanguageModelV4StreamPart[];

const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 10, text: 10, reasoning: undefined },
};

/** Pieces of so many characters; 0: one piece. */
export function cut(text: string, size: number): string[] {
  return size === 0 ? [text] : (text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []);
}

/** The parts of a stream in which a model says it. */
export function partsOf({ text, thoughts = "", reason = "stop" }: Said, size: number): Parts {
  const block = (kind: "text" | "reasoning", id: string, said: string): Parts =>
    said === ""
      ? []
      : [
          { type: `${kind}-start`, id },
          ...cut(said, size).map((delta) => ({ type: `${kind}-delta` as const, id, delta })),
          { type: `${kind}-end`, id },
        ];
  return [
    { type: "stream-start", warnings: [] },
    { type: "response-metadata", id: "answer", modelId: "toy" },
    ...block("reasoning", "reasoning-0", thoughts),
    ...block("text", "txt-0", text),
    { type: "finish", usage, finishReason: { unified: reason, raw: reason } },
  ];
}

/** A model that gives these answers, one after the other. */
export function toy(answers: readonly Said[], size: number): MockLanguageModelV4 {
  let asked = 0;
  const next = (): Said => answers[asked++] ?? { text: "Done." };
  return new MockLanguageModelV4({
    provider: "toy.chat",
    doStream: async () => ({ stream: simulateReadableStream({ chunks: partsOf(next(), size) }) }),
    doGenerate: async () => {
      const { text, thoughts = "", reason = "stop" } = next();
      return {
        content: [
          ...(thoughts ? [{ type: "reasoning" as const, text: thoughts }] : []),
          ...(text ? [{ type: "text" as const, text }] : []),
        ],
        finishReason: { unified: reason, raw: reason },
        usage,
        warnings: [],
      };
    },
  });
}

/** What a model was asked, call by call. */
export function askedOf(model: MockLanguageModelV4): LanguageModelV4CallOptions[] {
  return [...model.doStreamCalls, ...model.doGenerateCalls];
}
