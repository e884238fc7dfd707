/**
 * One text of an answer on its way, whatever is made of it.
 *
 * In: pieces of text as the server has sorted them, into reasoning and content, and why the text has ended.
 * Out: what a builder makes of the
 * events: deltas of chunks, or parts.
 *
 * Promises: no error leaves this module: what cannot be read goes out as content, as it came; what the server
 * has read by itself (its calls) is not read again.
 *
 * Note [reasoning that a server has found]
 * A server with a reasoning parser and no tool parser hands over the thoughts apart. A model that calls without
 * closing them leaves its call in there. So they are read like an answer that begins inside the reasoning. A
 * call counts if nothing but blanks follows: where content comes behind it, the thoughts went on, and it was a
 * draft.
 */

import type { Event } from "../events.js";
import { contentDelta, reasoningDelta } from "../events.js";
import { Parser } from "../parser.js";
import { removeSuffix } from "../strings.js";
import { isBlank } from "./plain.js";
import type { Plan } from "./plan.js";
import { REASONING } from "./plan.js";
import { Thoughts } from "./thoughts.js";

type Reader = Parser | Thoughts;
export const LENGTH = "length";

/** Makes what is sent of the events of one answer. */
export interface Builder<Said> {
  delta(events: Iterable<Event>): Said[];
  finishReason(given: unknown): unknown;
}

/** Reads one text. `whole` is all of it, where all of it is there. */
export class Answer<Said> {
  isLeftAlone: boolean; // all that comes is passed on
  calls = 0; // that have been found
  incompleteCalls = 0; // of these
  repairs: ReadonlySet<string> = new Set();
  hasFailed = false;
  private isOver = false;
  private thoughts: Parser | null = null; // while the server says that it is in the reasoning
  private hasThought = false;
  private reader: Reader | null = null; // of the content
  private first = 0; // the index of the content's first call

  constructor(
    private readonly plan: Plan,
    private readonly builder: Builder<Said>,
    private readonly whole: string | null = null,
  ) {
    this.isLeftAlone = plan.readsNothing;
  }

  /** Read what the server has found to be reasoning. */
  reasoning(text: string): Said[] {
    const { plan } = this;
    this.hasThought = true;
    const isNotRead = this.isLeftAlone || this.reader !== null || !plan.mayBeginInReasoning;
    if (isNotRead || plan.tools === null) return this.builder.delta([reasoningDelta(text)]);
    this.thoughts ??= plan.parser(REASONING);
    return this.read(this.thoughts, text);
  }

  /** Read what the server takes to be content. */
  content(text: string): Said[] {
    if (this.isLeftAlone) return this.builder.delta([contentDelta(text)]);
    const deltas = this.thoughts !== null && !isBlank(text) ? this.leaveThoughts(this.thoughts) : [];
    this.reader ??= this.begin();
    return [...deltas, ...this.read(this.reader, text)];
  }

  /** Say that the text has ended, and why. */
  finish(reason: unknown): Said[] {
    if (this.isOver) return [];
    this.isOver = true;
    const deltas: Said[] = [];
    if (this.thoughts !== null && !this.isLeftAlone) {
      deltas.push(...this.end(this.thoughts, reason === LENGTH));
      this.first = this.calls;
    }
    if (this.reader !== null && !this.isLeftAlone) deltas.push(...this.end(this.reader, reason === LENGTH));
    return deltas;
  }

  /** The server has read the calls by itself: what was held goes out as it came. */
  leaveAlone(): Said[] {
    const deltas: Said[] = [];
    for (const reader of this.isLeftAlone ? [] : [this.thoughts, this.reader]) {
      const held = reader?.heldSource;
      if (held)
        deltas.push(...this.deltas([reader === this.thoughts ? reasoningDelta(held) : contentDelta(held)]));
    }
    this.isLeftAlone = true;
    return deltas;
  }

  /** Why the answer has ended, from the server's reason. */
  reason(given: unknown): unknown {
    return this.isLeftAlone && !this.calls ? given : this.builder.finishReason(given);
  }

  private begin(): Reader {
    const { plan } = this;
    const inside = this.hasThought ? null : plan.insideOf(this.whole);
    const parser = plan.parser(inside);
    return plan.readsAll ? parser : new Thoughts(parser, plan.closers, plan.openers);
  }

  /** Content comes: what the thoughts hold is theirs. */
  private leaveThoughts(thoughts: Parser): Said[] {
    this.thoughts = null;
    if (thoughts.isUndecided) {
      const held = thoughts.heldSource;
      return this.deltas(held ? [reasoningDelta(held)] : []);
    }
    const deltas = this.end(thoughts, false);
    this.first = this.calls;
    return deltas;
  }

  private read(reader: Reader, text: string): Said[] {
    try {
      return this.deltas(reader.feed(text));
    } catch (error) {
      return this.giveUp(reader, text, error);
    }
  }

  private end(reader: Reader, isCut: boolean): Said[] {
    let deltas: Said[];
    try {
      deltas = this.deltas(reader.finish({ cut: isCut }));
    } catch (error) {
      return this.giveUp(reader, "", error);
    }
    if (reader instanceof Parser) this.repairs = new Set([...this.repairs, ...reader.repairs]);
    return deltas;
  }

  /** Pass on what the reader held, and everything that follows. */
  private giveUp(reader: Reader, text: string, error: unknown): Said[] {
    this.plan.onFailure(error);
    const held = removeSuffix(reader.heldSource, text) + text;
    this.hasFailed = this.isLeftAlone = true;
    return held ? this.builder.delta([contentDelta(held)]) : [];
  }

  private deltas(events: Event[]): Said[] {
    const [only] = events;
    if (events.length === 1 && only?.type === "ContentDelta") return this.builder.delta(events);
    if (this.plan.tools === null) events = events.flatMap(asText);
    for (const event of events) {
      if (event.type === "CallStart") this.calls += 1;
      if (event.type === "CallEnd" && !event.complete) this.incompleteCalls += 1;
    }
    return this.builder.delta(this.first ? events.map((event) => this.numbered(event)) : events);
  }

  /** Calls of the content count on from those of the reasoning. */
  private numbered(event: Event): Event {
    return "index" in event ? { ...event, index: event.index + this.first } : event;
  }
}

/** What a call is where none is wanted, in a format that has to be read all the same: its name and arguments. */
function asText(event: Event): Event[] {
  if (event.type === "CallEnd") return [];
  if (event.type === "CallStart") return [contentDelta(event.name)];
  return [event.type === "ArgumentsDelta" ? contentDelta(event.text) : event];
}
