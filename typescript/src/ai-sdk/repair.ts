/**
 * Reads the answer of one call of a model, part by part.
 *
 * In: the parts of a stream of the AI SDK, or the content of a whole answer. Out: those to send in their place.
 *
 * Promises: parts in which nothing is found are handed on as the same objects, in order; so are all parts that
 * are not about text or reasoning. Calls that the provider has read by itself are left alone.
 *
 * Note [one answer is one text]
 * All texts of an answer are read as one, so a call may be spread over several of them. The end of a text waits
 * for the part behind it: only the end of the answer says whether a limit has cut it.
 */

import type { Event } from "../events.js";
import type { Builder } from "../openai/answer.js";
import { Answer, LENGTH } from "../openai/answer.js";
import type { Plan } from "../openai/plan.js";
import { Blocks } from "./blocks.js";
import type { Kind, Part, Source } from "./parts.js";
import { sourceOf, textPart, withWord, wordOf } from "./parts.js";

const SILENT: readonly string[] = ["stream-start", "response-metadata", "raw", "ping"]; // they end no text

/** Keeps the events, and whether a complete call was among them. */
class Heard implements Builder<Event> {
  private hasCompleteCall = false;

  delta(events: Iterable<Event>): Event[] {
    const kept = [...events];
    this.hasCompleteCall ||= kept.some((event) => event.type === "CallEnd" && event.complete);
    return kept;
  }

  finishReason(given: unknown): unknown {
    if (given === "stop" && this.hasCompleteCall) return "tool-calls";
    if (given === "tool-calls" && !this.hasCompleteCall) return "stop";
    return given;
  }
}

/** Repairs one answer: `part` and `end` for a stream, `whole` for one that came whole. */
export class Repair {
  private readonly answer: Answer<Event>;
  private readonly blocks: Blocks;
  private readonly sources = new Map<string, Source>(); // that have not ended
  private last: Source | null = null; // whose text was read last

  constructor(plan: Plan, whole: string | null = null) {
    this.answer = new Answer(plan, new Heard(), whole);
    this.blocks = new Blocks(plan.machine.callIdLength, plan.incomplete === "drop");
  }

  /** Read one part; return those to send in its place. */
  part(part: Part): Part[] {
    const said = textPart(part);
    if (said !== null) return this.text(said[0], said[1], part);
    if (part.type === "finish") return [...this.finish(wordOf(reasonOf(part))), this.ended(part)];
    if (SILENT.includes(part.type)) return [part];
    const held = isOwnCall(part) ? this.blocks.write(this.answer.leaveAlone(), this.last, null) : [];
    return [...held, ...this.blocks.end(), part];
  }

  /** The stream is over; unless it has said so itself, it has broken off. */
  end(): Part[] {
    return this.finish(LENGTH);
  }

  /** Why the answer has ended, from the provider's reason. */
  reason(given: unknown): unknown {
    const word = wordOf(given);
    const found = word === undefined ? word : this.answer.reason(word);
    return found === word ? given : withWord(given, found as string);
  }

  private finish(reason: string | undefined): Part[] {
    const rest = this.blocks.write(this.answer.finish(reason), this.last, null);
    return [...rest, ...this.blocks.end(true)];
  }

  private ended(part: Part): Part {
    const given = reasonOf(part);
    const found = this.reason(given);
    return found === given ? part : ({ ...part, finishReason: found } as Part);
  }

  private text(kind: Kind, what: "start" | "delta" | "end", part: Part): Part[] {
    const key = `${kind} ${part.id}`;
    if (what === "start") {
      this.sources.set(key, sourceOf(kind, part));
      return []; // thoughts may come of it first
    }
    let source = this.sources.get(key);
    if (source === undefined) {
      source = sourceOf(kind, { type: `${kind}-start`, id: part.id });
      this.sources.set(key, source);
    }
    if (what === "delta") return this.delta(source, part);
    this.sources.delete(key);
    source.end = part;
    return source.hasText || source.isUsed ? [] : [source.start, part];
  }

  private delta(source: Source, part: Part): Part[] {
    const { answer, blocks } = this;
    if (!part.delta) return blocks.passOn(part, source);
    source.hasText = true;
    this.last = source;
    const events = source.kind === "text" ? answer.content(part.delta) : answer.reasoning(part.delta);
    return blocks.write(events, source, part);
  }
}

function reasonOf(part: Part): unknown {
  return (part as { finishReason?: unknown }).finishReason;
}

/** Whether a part is of a call that the provider has read by itself, for the client to run. */
export function isOwnCall(part: Part): boolean {
  const isCall = part.type === "tool-call" || part.type === "tool-input-start";
  return isCall && !(part as { providerExecuted?: boolean }).providerExecuted;
}
