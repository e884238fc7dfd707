/**
 * The message as it stands behind so many events.
 *
 * In: all events of a text. Out: for any number of them the message that a client has by then.
 *
 * How: what later events add is always at the end of some text, so every text is kept once, with its length behind
 * each event that adds to it. So a moment is found by a search, and nothing is added up again.
 */

import type { Citation, Event } from "#toolgram/index.js";

/** A text that grows, and how long it was behind which event. */
class Grown {
  private readonly parts: string[] = [];
  private readonly after: number[] = [];
  private readonly lengths: number[] = [];
  private whole: string | null = null;
  private length = 0;

  add(part: string, event: number): void {
    this.parts.push(part);
    this.length += part.length;
    this.after.push(event);
    this.lengths.push(this.length);
  }

  /** The text behind so many events; null: nothing has come. */
  at(events: number): string | null {
    let low = 0;
    let high = this.after.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.after[middle]! < events) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return null;
    this.whole ??= this.parts.join("");
    return this.whole.slice(0, this.lengths[low - 1]);
  }
}

interface GrownCall {
  readonly name: string;
  readonly id: string | null;
  readonly begins: number;
  readonly text: Grown;
  ends: number;
  complete: boolean;
}

export interface CallAt {
  readonly name: string;
  readonly id: string | null;
  readonly arguments: string;
  /** `open`: more may come. `whole`: it is complete. `broken`: it ended and is not. */
  readonly standing: "open" | "whole" | "broken";
}

export interface MessageAt {
  readonly content: string | null;
  readonly reasoning: string | null;
  readonly calls: readonly CallAt[];
  readonly citations: readonly Citation[];
}

export interface Growth {
  readonly at: (events: number) => MessageAt;
}

export function growthOf(events: readonly Event[]): Growth {
  const content = new Grown();
  const reasoning = new Grown();
  const calls = new Map<number, GrownCall>();
  const citations: [number, Citation][] = [];
  events.forEach((event, number) => {
    if (event.type === "ContentDelta") content.add(event.text, number);
    else if (event.type === "ReasoningDelta") reasoning.add(event.text, number);
    else if (event.type === "Citation") citations.push([number, event]);
    else if (event.type === "CallStart") {
      const { name, id, index } = event;
      calls.set(index, { name, id, begins: number, text: new Grown(), ends: Infinity, complete: false });
    } else noteCall(calls.get(event.index), event, number);
  });
  return {
    at: (count) => ({
      content: content.at(count),
      reasoning: reasoning.at(count),
      calls: [...calls.values()].filter((call) => call.begins < count).map((call) => callAt(call, count)),
      citations: citations.filter(([number]) => number < count).map(([, citation]) => citation),
    }),
  };
}

function noteCall(call: GrownCall | undefined, event: Event, number: number): void {
  if (call === undefined) return;
  if (event.type === "ArgumentsDelta") call.text.add(event.text, number);
  if (event.type === "CallEnd") {
    call.ends = number;
    call.complete = event.complete;
  }
}

function callAt(call: GrownCall, count: number): CallAt {
  const { name, id, text, ends, complete } = call;
  const standing = ends >= count ? "open" : complete ? "whole" : "broken";
  return { name, id, arguments: text.at(count) ?? "", standing };
}
