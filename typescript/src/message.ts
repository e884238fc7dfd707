/**
 * A whole message: what all events of one answer come to.
 *
 * In: events. Out: `Message`, the same whether the text came at once or in pieces, because events are all it
 * is made of.
 */

import type { CallStart, Citation, Event } from "./events.js";

export const KEEP = "keep";
export const DROP = "drop";
export const INCOMPLETE: readonly string[] = [KEEP, DROP]; // what may become of calls that are not complete

/** One call. `arguments` is JSON text; of a call that is not `complete` it is cut off, and does not parse. */
export interface ToolCall {
  readonly id: string | null;
  readonly name: string;
  readonly arguments: string;
  readonly complete: boolean;
}

/**
 * An answer: visible text, reasoning, calls, and the citations in both texts. Text that did not come is null.
 */
export interface Message {
  readonly content: string | null;
  readonly reasoning: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly citations: readonly Citation[];
}

/** A citation in an OpenAI message, of a type of its own: OpenAI's `url_citation` needs a URL. */
export interface Annotation {
  readonly type: "citation";
  readonly citation: {
    readonly start_index: number;
    readonly end_index: number;
    readonly text: string;
    readonly source: string;
  };
}

/** A call of an OpenAI message. */
export interface OpenaiCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** An OpenAI chat message, with the reasoning beside its content. */
export interface OpenaiMessage {
  readonly role: "assistant";
  readonly content: string | null;
  reasoning?: string;
  tool_calls?: readonly OpenaiCall[];
  annotations?: readonly Annotation[];
}

/**
 * Make an OpenAI chat message; calls without an id get one, reasoning is `reasoning`.
 *
 * An id that is made up has `idLength` letters and digits, where the format wants that. Incomplete calls are
 * left out: a client would run them. Citations of the content are `annotations`.
 */
export function toOpenai(message: Message, idLength: number | null = null): OpenaiMessage {
  const made: OpenaiMessage = { role: "assistant", content: message.content };
  if (message.reasoning !== null) made.reasoning = message.reasoning;
  const calls = message.toolCalls.filter((call) => call.complete);
  if (calls.length > 0) {
    made.tool_calls = calls.map((call) => ({
      id: call.id || newId(idLength),
      type: "function",
      function: { name: call.name, arguments: call.arguments },
    }));
  }
  const cited = message.citations.filter((citation) => citation.capture === "content");
  if (cited.length > 0) made.annotations = cited.map(annotation);
  return made;
}

const HEX = "0123456789abcdef";
const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Make an id for a call: so many letters and digits, where the model's template insists on that. */
export function newId(length: number | null): string {
  return length ? randomText(LETTERS_AND_DIGITS, length) : `call_${randomText(HEX, 32)}`;
}

/** An id must be unlike others, and need not be secret. So `Math.random` will do, which every engine has. */
function randomText(characters: string, length: number): string {
  const choose = (): string => characters.charAt(Math.floor(Math.random() * characters.length));
  return Array.from({ length }, choose).join("");
}

/** An entry of an OpenAI message's `annotations`. */
export function annotation(citation: Citation): Annotation {
  const { start, end, text, source } = citation;
  return { type: "citation", citation: { start_index: start, end_index: end, text, source } };
}

/**
 * Add events up to a message.
 *
 * `incomplete`: what becomes of calls that are not complete, `"keep"` or `"drop"`. Throws if it is another
 * word.
 */
export function collect(
  events: Iterable<Event>,
  { incomplete = KEEP }: { incomplete?: string } = {},
): Message {
  if (!INCOMPLETE.includes(incomplete)) {
    throw new Error(`incomplete: '${incomplete}': '${INCOMPLETE.join("' or '")}' is wanted`);
  }
  let content = "";
  let reasoning = "";
  const starts: CallStart[] = [];
  const texts = new Map<number, string>(); // the arguments of each call
  const complete = new Set<number>();
  const citations: Citation[] = [];
  for (const event of events) {
    if (event.type === "ArgumentsDelta") texts.set(event.index, (texts.get(event.index) ?? "") + event.text);
    else if (event.type === "ContentDelta") content += event.text;
    else if (event.type === "ReasoningDelta") reasoning += event.text;
    else if (event.type === "CallStart") starts.push(event);
    else if (event.type === "CallEnd" && event.complete) complete.add(event.index);
    else if (event.type === "Citation") citations.push(event);
  }
  const toolCalls = starts.map(({ id, name, index }) => {
    return { id, name, arguments: texts.get(index) ?? "", complete: complete.has(index) };
  });
  return {
    content: content || null,
    reasoning: reasoning || null,
    toolCalls: toolCalls.filter((call) => incomplete === KEEP || call.complete),
    citations,
  };
}
