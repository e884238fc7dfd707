/**
 * Answers of Gemini's API: chunks in, chunks out; and whole answers. Plain objects, or the client's own.
 *
 *     { candidates: [{ content: { role: "model", parts: [{ text: "<tool_call>..." }] }, finishReason: "STOP" }] }
 *
 * A part is text, thought (`thought: true`), a call (`functionCall`), or something else. Text and thoughts are
 * read; a call is a part as soon as it is complete, since its `args` are an object.
 *
 * Promises: a chunk in which nothing is found is handed on as the same object; parts that are neither text nor
 * thought are not held, so held text may come behind them; whatever else a candidate carries is sent once;
 * candidates do not mix.
 *
 * Note [calls that are not complete]
 * An object cannot say that it is cut off. So such a call is left out, as OpenAI's form leaves it out with
 * `incomplete: "drop"`. `MAX_TOKENS` says why. Where the server says `STOP`, and no other call is complete, the
 * reason becomes `MALFORMED_FUNCTION_CALL`: else an agent would believe that the model has nothing more to do.
 */

import type { Delta } from "../openai/chunks.js";
import { Choice, LENGTH } from "../openai/choice.js";
import { isBlank, isEmpty, isPlain, isText, saysNothing, without } from "../openai/plain.js";
import type { Plain } from "../openai/plain.js";
import type { Plan } from "../openai/plan.js";
import type { StreamRepair } from "../openai/streams.js";

const STOP = "STOP";
const MAX_TOKENS = "MAX_TOKENS";
const MALFORMED = "MALFORMED_FUNCTION_CALL";

/** Repairs one answer: `chunk` and `end` for a stream, `whole` for one that came whole. */
export class ContentRepair implements StreamRepair {
  private readonly candidates = new Map<unknown, Choice>();
  private last: Plain = {}; // the envelope of what has to be made anew

  constructor(private readonly plan: Plan) {}

  /** Read one chunk; return what to send in its place. */
  chunk(chunk: Plain): Plain[] {
    const given = chunk.candidates;
    if (this.plan.readsNothing || !Array.isArray(given) || given.length === 0) return [chunk];
    const candidates = given.map((candidate: unknown) => this.read(candidate));
    if (candidates.every((candidate, at) => candidate === given[at])) return [chunk];
    this.last = without(chunk, ["candidates", "usageMetadata"]);
    const saying = candidates.filter((candidate) => candidate !== null);
    if (saying.length === 0 && isEmpty(chunk.usageMetadata)) return [];
    return [like(chunk, saying)];
  }

  /** The stream is over: what candidates hold that nobody has said to be finished. */
  end(): Plain[] {
    return [...this.candidates].flatMap(([index, choice]) => {
      const parts = partsOf(choice.finish(LENGTH));
      if (parts.length === 0) return [];
      return [{ ...this.last, candidates: [{ content: { role: "model", parts }, index }] }];
    });
  }

  /** Repair a whole answer; one in which nothing is found is handed back as it is. */
  whole(answer: Plain): Plain {
    const given = answer.candidates;
    if (this.plan.readsNothing || !Array.isArray(given)) return answer;
    const candidates = given.map((candidate: unknown) => this.readWhole(candidate));
    return candidates.every((candidate, at) => candidate === given[at]) ? answer : like(answer, candidates);
  }

  /** What comes of one candidate of a chunk: the same, another one, or null: nothing is to be said. */
  private read(given: unknown): unknown {
    if (!isPlain(given)) return given;
    const { index = 0 } = given;
    let choice = this.candidates.get(index);
    if (choice === undefined) this.candidates.set(index, (choice = new Choice(this.plan)));
    return readCandidate(given, choice);
  }

  private readWhole(given: unknown): unknown {
    if (!isPlain(given)) return given;
    const texts = partsIn(given).map((part) => (isShown(part) ? part.text : ""));
    return readCandidate(given, new Choice(this.plan, texts.join("")), { isWhole: true });
  }
}

/** What comes of a candidate: the same object, another one, or null: nothing is to be said. */
function readCandidate(given: Plain, choice: Choice, { isWhole = false } = {}): Plain | null {
  const parts = partsIn(given);
  const read = parts.flatMap((part) => readPart(part, choice));
  const { finishReason: reason } = given;
  const hasEnded = !saysNothing(reason);
  if (hasEnded || isWhole) read.push(...partsOf(choice.finish(reason === MAX_TOKENS ? LENGTH : reason)));
  const said = reasonOf(choice, reason);
  if (read.length === parts.length && read.every((part, at) => part === parts[at]) && said === reason)
    return given;
  const others = Object.values(without(given, ["content", "finishReason", "index"]));
  if (read.length === 0 && !hasEnded && !isWhole && others.every(saysNothing)) return null;
  const content = isPlain(given.content) ? given.content : { role: "model" };
  const made = { ...given, content: { ...content, parts: isWhole ? withoutBlanks(read) : read } };
  return hasEnded ? { ...made, finishReason: said } : made;
}

/** What comes of one part. */
function readPart(part: unknown, choice: Choice): unknown[] {
  if (!isPlain(part)) return [part];
  if (!saysNothing(part.functionCall)) return [...partsOf(choice.leaveAlone()), part];
  const { text, thought } = part;
  if (!isText(text)) return [part];
  const found = thought === true ? choice.reasoning(text) : choice.content(text);
  const [only] = found;
  if (found.length === 1 && (thought === true ? only?.reasoning : only?.content) === text) return [part];
  const others = without(part, ["text", "thought"]); // such as a signature
  const [first, ...more] = partsOf(found);
  if (first !== undefined) return [{ ...others, ...first }, ...more];
  return Object.values(others).every(saysNothing) ? [] : [{ ...part, text: "" }];
}

/** Deltas as parts. A call comes all at once, because only complete ones are sent. */
function partsOf(deltas: readonly Delta[]): Plain[] {
  const parts: Plain[] = [];
  let call: { id: string; name: string; text: string } | null = null;
  const close = (): void => {
    if (call !== null)
      parts.push({ functionCall: { id: call.id, name: call.name, args: argsOf(call.text) } });
    call = null;
  };
  for (const { content, reasoning, tool_calls: entries = [] } of deltas) {
    for (const { id, function: said } of entries) {
      if (id !== undefined) {
        close();
        call = { id, name: said.name ?? "", text: said.arguments };
      } else if (call !== null) call.text += said.arguments;
    }
    if (content === undefined && reasoning === undefined) continue;
    close();
    parts.push(content === undefined ? { text: reasoning, thought: true } : { text: content });
  }
  close();
  return parts;
}

/** The arguments of a complete call, which are one whole object. */
function argsOf(text: string): unknown {
  return JSON.parse(text || "{}");
}

/** Why the answer has ended: Note [calls that are not complete]. */
function reasonOf(choice: Choice, given: unknown): unknown {
  const hasOnlyIncomplete = choice.incompleteCalls > 0 && choice.incompleteCalls === choice.calls;
  return given === STOP && hasOnlyIncomplete && !choice.isLeftAlone ? MALFORMED : given;
}

function partsIn(candidate: Plain): readonly unknown[] {
  const { content } = candidate;
  return isPlain(content) && Array.isArray(content.parts) ? (content.parts as unknown[]) : [];
}

function isShown(part: unknown): part is Plain & { readonly text: string } {
  return isPlain(part) && isText(part.text) && part.thought !== true;
}

/** Parts of a whole answer: text that is blank beside calls is left out. */
function withoutBlanks(parts: readonly unknown[]): readonly unknown[] {
  const hasCalls = parts.some((part) => isPlain(part) && part.functionCall !== undefined);
  const isAllBlank = parts.filter(isShown).every((part) => isBlank(part.text));
  return hasCalls && isAllBlank ? parts.filter((part) => !isShown(part)) : parts;
}

/** The same answer with other candidates; the client's own class keeps its getters. */
function like(answer: Plain, candidates: readonly unknown[]): Plain {
  const members = Object.getOwnPropertyDescriptors({ ...answer, candidates });
  return Object.create(Object.getPrototypeOf(answer) as object | null, members) as Plain;
}
