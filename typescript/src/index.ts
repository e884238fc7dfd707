/**
 * What users of the package import.
 *
 * In: a format, which is the JSON of its machine (docs/machine.md). Out: parsers for streams, and messages
 * for whole texts.
 *
 *     const parser = createParser(format, { tools });
 *     for await (const delta of stream) for (const event of parser.feed(delta)) ...
 *     for (const event of parser.finish()) ...
 */

import type { Decode } from "./core/special_tokens.js";
import type { Format, ToolSet, Tools } from "./format.js";
import { machineOf } from "./format.js";
import type { Message } from "./message.js";
import { collect } from "./message.js";
import { Parser } from "./parser.js";
import { wholeToolSet } from "./schema/kept_tools.js";

export type { Decode } from "./core/special_tokens.js";
export type { Entry, Mark } from "./core/trace.js";
export type {
  ArgumentsDelta,
  CallEnd,
  CallStart,
  Citation,
  ContentDelta,
  Event,
  ReasoningDelta,
} from "./events.js";
export type { Format, ToolSet, Tools } from "./format.js";
export type { Message, ToolCall } from "./message.js";
export { collect } from "./message.js";
export type { Parser } from "./parser.js";
export { ToolsError } from "./schema/given.js";

/** What is known of one message before it comes. */
export interface MessageOptions {
  /** They type the arguments, and say which names are calls where no special token does. */
  readonly tools?: Tools | null;
  /** The capture that the prompt has opened already: `"reasoning"`, or null. */
  readonly inside?: string | null;
  /** What the delimiters of the checkpoint have in the place that the format leaves for it. */
  readonly suffix?: string | null;
}

/** How a stream is parsed. */
export interface ParserOptions extends MessageOptions {
  /** The ids of special tokens by their texts, for `feed(text, ids)`. */
  readonly tokenIds?: ReadonlyMap<string, number> | Readonly<Record<string, number>> | null;
  /**
   * Makes text of the ids of ordinary tokens: where a text has several tokens, it tells which of them are
   * special.
   */
  readonly decode?: Decode | null;
  /** Keep what every character became. */
  readonly trace?: boolean;
}

/** How a whole text is parsed. */
export interface ParseOptions extends MessageOptions {
  /** A limit of tokens has ended the text: a call that it has not closed is not complete. */
  readonly cut?: boolean;
  /** What becomes of calls that are not complete. */
  readonly incomplete?: "keep" | "drop";
}

/**
 * Begin to parse one message.
 *
 * Throws when the format has no such capture to begin in, or can have no such suffix, and when some of the
 * tools cannot be read.
 */
export function createParser(
  format: Format,
  { tools, inside, tokenIds, decode, suffix, trace }: ParserOptions = {},
): Parser {
  const ids = tokenIds == null || tokenIds instanceof Map ? tokenIds : new Map(Object.entries(tokenIds));
  return new Parser(machineOf(format), tools, inside, { tokenIds: ids, decode, suffix, trace });
}

/** Read the tools of a request once, for many parsers and messages. Throws ToolsError. */
export const readTools: (tools: Tools) => ToolSet = wholeToolSet;

/** Parse a whole text: the same as feeding it in pieces. Throws what `createParser` throws. */
export function parse(
  format: Format,
  text: string,
  { tools, inside, suffix, cut, incomplete }: ParseOptions = {},
): Message {
  const parser = createParser(format, { tools, inside, suffix });
  const events = [...parser.feed(text), ...parser.finish({ cut })];
  return collect(events, { incomplete });
}
