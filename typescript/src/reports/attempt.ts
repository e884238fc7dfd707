/**
 * One attempt at a call, and the report of an answer.
 *
 * In: nothing. Out: two kinds of plain objects. All places are spans, `[begin, end]`: units of the text as the
 * model wrote it, as `slice` counts them, `end` not included.
 */

import type { Citation } from "../events.js";
import type { Message, ToolCall } from "../message.js";

export type Span = readonly [begin: number, end: number];

export type Status = "ok" | "repaired" | "unclosed" | "unknown_tool" | "not_json" | "malformed" | "quoted";

export const OK: Status = "ok";
export const REPAIRED: Status = "repaired";
export const UNCLOSED: Status = "unclosed";
export const UNKNOWN_TOOL: Status = "unknown_tool";
export const NOT_JSON: Status = "not_json";
export const MALFORMED: Status = "malformed";
export const QUOTED: Status = "quoted";

/** What each status says. */
export const STATUSES: Readonly<Record<Status, string>> = {
  ok: "a complete call, written as its format wants it",
  repaired: "a complete call of which something was repaired: `repairs` says what",
  unclosed: "a call that the text, or the next call, ends before it is complete",
  unknown_tool: "a call of a tool that is not declared",
  not_json: "a call in which something stands that must be JSON, and is none",
  malformed: "the beginning of a call, and something behind it that is no part of one",
  quoted:
    "markup of a call in code, in a sentence, or in thoughts that go on: it is shown, and calls nothing",
};

/** A call, or what looked like the beginning of one. */
export interface Attempt {
  readonly type: "Attempt";
  readonly status: Status;
  /** The place of all of it, from its opener to its closer. */
  readonly begin: number;
  readonly end: number;
  /** The text there. */
  readonly raw: string;
  readonly name: string | null;
  readonly nameSpan: Span | null;
  /** JSON text, as in the message; of a call that is not complete it is cut off. */
  readonly arguments: string | null;
  /** The place of each argument's value, by its key. A string in quotes has them with it. */
  readonly argumentSpans: ReadonlyMap<string, Span>;
  /** What was repaired, or is wrong: words of the table of reasons in docs/runtime.md, in their order. */
  readonly repairs: readonly string[];
  /** Which of the message's calls it is: the `index` of its events. null: it is no call. */
  readonly index: number | null;
}

/** All that was read in an answer. */
export interface Report {
  readonly message: Message;
  readonly attempts: readonly Attempt[];
  readonly contentSpans: readonly Span[];
  readonly reasoningSpans: readonly Span[];
}

/** An attempt as `toolgram parse --report` prints it. */
export interface PlainAttempt {
  readonly status: Status;
  readonly begin: number;
  readonly end: number;
  readonly raw: string;
  readonly name: string | null;
  readonly name_span: Span | null;
  readonly arguments: string | null;
  readonly argument_spans: Readonly<Record<string, Span>>;
  readonly repairs: readonly string[];
  readonly index: number | null;
}

/** A report as `toolgram parse --report` prints it. */
export interface PlainReport {
  readonly message: {
    readonly content: string | null;
    readonly reasoning: string | null;
    readonly tool_calls: readonly ToolCall[];
    readonly citations: readonly Omit<Citation, "type">[];
  };
  readonly attempts: readonly PlainAttempt[];
  readonly content_spans: readonly Span[];
  readonly reasoning_spans: readonly Span[];
}

/** Tell an attempt from the events of a parser. */
export function isAttempt(part: { readonly type: string }): part is Attempt {
  return part.type === "Attempt";
}

/** Make data of a report that JSON can write, with the names that `toolgram parse --report` prints. */
export function plainReport({ message, attempts, contentSpans, reasoningSpans }: Report): PlainReport {
  const { content, reasoning, toolCalls } = message;
  const citations = message.citations.map(({ start, end, text, source, capture }) => {
    return { start, end, text, source, capture };
  });
  return {
    message: { content, reasoning, tool_calls: toolCalls, citations },
    attempts: attempts.map(plainAttempt),
    content_spans: contentSpans,
    reasoning_spans: reasoningSpans,
  };
}

/** Make data of an attempt that JSON can write. */
export function plainAttempt(attempt: Attempt): PlainAttempt {
  const { status, begin, end, raw, name, nameSpan, argumentSpans, repairs, index } = attempt;
  return {
    status,
    begin,
    end,
    raw,
    name,
    name_span: nameSpan,
    arguments: attempt.arguments,
    argument_spans: Object.fromEntries(argumentSpans),
    repairs,
    index,
  };
}
