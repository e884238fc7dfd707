/**
 * Chat Completions: chunks in, chunks out; and whole answers. Plain objects, as they stand on the wire.
 *
 * Promises: a chunk in which nothing is found is handed on as the same object; whatever else a choice carries
 * (role, logprobs, fields of the server) is sent once, in order, and the usage so far with each chunk that
 * comes of one; the choices of an answer do not mix.
 */

import type { Delta } from "./chunks.js";
import { Choice } from "./choice.js";
import { isBlank, isEmpty, isPlain, isText, saysNothing, underEach, without } from "./plain.js";
import type { Plain } from "./plain.js";
import type { Plan } from "./plan.js";
import { REASONING } from "./plan.js";
import type { StreamRepair } from "./streams.js";

const NAMES: readonly string[] = [REASONING, "reasoning_content"]; // what servers call the reasoning

/** Repairs one answer: `chunk` and `end` for a stream, `whole` for one that came whole. */
export class ChatRepair implements StreamRepair {
  readonly choices = new Map<unknown, Choice>();
  private names: readonly string[];
  private last: Plain = {}; // the envelope of what has to be made anew

  constructor(private readonly plan: Plan) {
    this.names = [plan.reasoningField];
  }

  /** Read one chunk; return those to send in its place. */
  chunk(chunk: Plain): Plain[] {
    const given = chunk.choices;
    if (this.plan.readsNothing || !Array.isArray(given) || given.length === 0) return [chunk];
    let isChanged = false;
    const parts = given.flatMap((choice: unknown) => {
      const read = isPlain(choice) ? this.read(choice) : null;
      isChanged ||= read !== null;
      return read ?? [choice];
    });
    if (!isChanged) return [chunk];
    this.last = without(chunk, ["choices", "usage"]);
    if (parts.length === 0) return isEmpty(chunk.usage) ? [] : [{ ...chunk, choices: [] }];
    return parts.map((part) => ({ ...chunk, choices: [part] }));
  }

  /** The stream is over: what choices hold that nobody has said to be finished. */
  end(): Plain[] {
    return [...this.choices].flatMap(([index, choice]) =>
      choice.finish("length").map((delta) => ({ ...this.last, choices: [this.part(index, delta)] })),
    );
  }

  /** What comes of one choice of a chunk; null: it is sent as it is. */
  private read(given: Plain): Plain[] | null {
    const { delta, finish_reason: reason, index = 0 } = given;
    if (!isPlain(delta)) return null;
    let choice = this.choices.get(index);
    if (choice === undefined) this.choices.set(index, (choice = new Choice(this.plan)));
    const names = NAMES.filter((name) => Object.hasOwn(delta, name));
    if (names.length > 0) this.names = names;
    if (!isEmpty(delta.tool_calls)) return this.leftAlone(choice, given, delta);
    const [said, found] = texts(choice, delta, names);
    const hasEnded = reason !== undefined && reason !== null;
    if (hasEnded) found.push(...choice.finish(reason));
    if (isSame(said, found) && (!hasEnded || choice.reason(reason) === reason)) return null;
    const named = found.map((one) => this.named(one));
    return partsOf(given, delta, named, hasEnded ? choice.reason(reason) : null);
  }

  /** The server makes calls by itself; they count on from those that were found before. */
  private leftAlone(choice: Choice, given: Plain, delta: Plain): Plain[] | null {
    const held = choice.leaveAlone().map((one) => this.part(given.index ?? 0, one));
    const calls: unknown = delta.tool_calls;
    if (choice.calls && Array.isArray(calls)) {
      const moved = calls.map((call: unknown) =>
        isPlain(call) ? { ...call, index: Number(call.index ?? 0) + choice.calls } : call,
      );
      return [...held, { ...given, delta: { ...delta, tool_calls: moved } }];
    }
    return held.length > 0 ? [...held, given] : null;
  }

  private part(index: unknown, delta: Delta): Plain {
    return { index, delta: this.named(delta), finish_reason: null };
  }

  /** A delta whose reasoning is called as the server calls it. */
  private named(delta: Delta): Plain {
    return delta.reasoning === undefined ? { ...delta } : underEach(this.names, delta.reasoning);
  }

  // --- whole answers ----------------------------------------------------------------------------------------

  /** Repair a whole answer; one in which nothing is found is handed back as it is. */
  whole(answer: Plain): Plain {
    const given: unknown = answer.choices;
    if (this.plan.readsNothing || !Array.isArray(given)) return answer;
    const choices = given.map((choice: unknown, at) =>
      isPlain(choice) ? this.wholeChoice(choice, at) : choice,
    );
    return choices.every((choice, at) => choice === given[at]) ? answer : { ...answer, choices };
  }

  private wholeChoice(given: Plain, at: number): Plain {
    const { message, finish_reason: reason = null } = given;
    if (!isPlain(message) || !isEmpty(message.tool_calls)) return given;
    const { content } = message;
    const names = NAMES.filter((name) => Object.hasOwn(message, name));
    const choice = new Choice(this.plan, typeof content === "string" ? content : null);
    this.choices.set(at, choice);
    const [said, found] = texts(choice, message, names);
    found.push(...choice.finish(reason));
    const made = messageOf(found);
    const isAsSaid = made.content === said.content && made.reasoning === said.reasoning;
    if (isAsSaid && !made.annotations && !made.tool_calls) return given;
    const { reasoning, ...others } = made;
    const places = names.length > 0 || reasoning === undefined ? names : [this.plan.reasoningField];
    const thoughts = Object.fromEntries(places.map((name) => [name, reasoning ?? null]));
    const repaired = { ...message, content: null, ...thoughts, ...others };
    return { ...given, message: repaired, finish_reason: choice.reason(reason) };
  }
}

/** A whole call of a message. */
interface MessageCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; arguments: string };
}

type MessageParts = Omit<Delta, "tool_calls"> & { tool_calls?: MessageCall[] };

/** What deltas come to: texts that did not come are left out, and so is content that is blank beside calls. */
export function messageOf(deltas: readonly Delta[]): MessageParts {
  const message: MessageParts = {};
  const calls = new Map<number, MessageCall>();
  for (const { content, reasoning, annotations, tool_calls: entries = [] } of deltas) {
    if (content !== undefined) message.content = (message.content ?? "") + content;
    if (reasoning !== undefined) message.reasoning = (message.reasoning ?? "") + reasoning;
    if (annotations !== undefined) message.annotations = [...(message.annotations ?? []), ...annotations];
    for (const { index, id, function: said } of entries) {
      const known = calls.get(index);
      if (id !== undefined) {
        const { name = "", arguments: text } = said;
        calls.set(index, { id, type: "function", function: { name, arguments: text } });
      } else if (known !== undefined) known.function.arguments += said.arguments;
    }
  }
  if (calls.size > 0) {
    message.tool_calls = [...calls.values()];
    if (message.content !== undefined && isBlank(message.content)) delete message.content;
  }
  return message;
}

/** The texts that a delta or a message has, as one delta; and what is found in them. */
function texts(choice: Choice, delta: Plain, names: readonly string[]): [said: Delta, found: Delta[]] {
  const said: Delta = {};
  const found: Delta[] = [];
  for (const name of names) {
    const text = delta[name];
    if (said.reasoning === undefined && isText(text)) {
      said.reasoning = text; // some servers say it twice, under both names
      found.push(...choice.reasoning(text));
    }
  }
  const { content } = delta;
  if (isText(content)) {
    said.content = content;
    found.push(...choice.content(content));
  }
  return [said, found];
}

/** Whether what was found is what was said, in one delta or in two. */
function isSame(said: Delta, found: readonly Delta[]): boolean {
  const count = Number(said.content !== undefined) + Number(said.reasoning !== undefined);
  if (found.length > 2 || (found.length === 2 ? count !== 2 : found.length !== Number(count > 0)))
    return false;
  const joined = Object.assign({}, ...found) as Delta;
  if (joined.tool_calls || joined.annotations) return false;
  return joined.content === said.content && joined.reasoning === said.reasoning;
}

/** The choices to send for one: what was found, with the rest of it; nothing where nothing is to be said. */
function partsOf(given: Plain, delta: Plain, found: readonly Plain[], reason: unknown): Plain[] {
  const isRead = (name: string): boolean => name === "content" || NAMES.includes(name);
  const kept = Object.entries(delta).filter(([name, value]) => !isRead(name) || isEmpty(value));
  const rest: Plain = Object.fromEntries(kept);
  const others = without(given, ["delta", "finish_reason", "index"]);
  const saysMore = [...Object.values(rest), ...Object.values(others)].some((value) => !saysNothing(value));
  const [first, ...more] = found;
  if (first === undefined) {
    return saysMore || reason !== null ? [{ ...given, delta: rest, finish_reason: reason }] : [];
  }
  if (more.length === 0) return [{ ...given, delta: { ...rest, ...first }, finish_reason: reason }];
  const index = Object.hasOwn(given, "index") ? { index: given.index } : {};
  return [
    { ...others, ...index, delta: { ...rest, ...first }, finish_reason: null },
    ...more.map((one, at) => {
      return { ...index, delta: one, finish_reason: at === more.length - 1 ? reason : null };
    }),
  ];
}
