/**
 * Writes the blocks of a stream: texts, thoughts and calls, one behind the other.
 *
 * In: events, and the provider's part that they come of. Out: parts: what begins is ended before the next one
 * begins, and a call that has ended is one part more, which the AI SDK runs.
 *
 * Promises: a delta that is what the provider said is the provider's own part; its blocks keep their ids and what
 * else it has said of them; other blocks have ids of their own.
 */

import type { ArgumentsDelta, CallEnd, CallStart, Event } from "../events.js";
import { newId } from "../message.js";
import type { Kind, Part, Source } from "./parts.js";

interface TextBlock {
  readonly kind: Kind;
  readonly id: string;
  readonly source: Source | null; // whose text it is
}

interface CallBlock {
  readonly kind: "call";
  readonly id: string;
  readonly name: string;
  input: string;
}

export class Blocks {
  private open: TextBlock | CallBlock | null = null;
  private waiting: (CallStart | ArgumentsDelta)[] = []; // of a call that has not ended, if these are left out

  constructor(
    private readonly callIdLength: number | null,
    private readonly dropsIncomplete: boolean,
  ) {}

  /** Write events that come of a part, in a text of the provider. */
  write(events: readonly Event[], source: Source | null, part: Part | null): Part[] {
    const parts: Part[] = [];
    let like = part; // of whose other members the first delta is
    for (const event of events) {
      if (event.type === "ContentDelta" || event.type === "ReasoningDelta") {
        const kind = event.type === "ContentDelta" ? "text" : "reasoning";
        const block = this.textBlock(kind, source, parts);
        if (like !== null && source?.kind === kind) {
          const isSame = like.delta === event.text && like.id === block.id;
          parts.push(isSame ? like : { ...like, id: block.id, delta: event.text });
          like = null;
        } else parts.push({ type: `${kind}-delta`, id: block.id, delta: event.text });
      } else if (event.type !== "Citation") this.call(event, parts);
    }
    return parts;
  }

  /** Hand on a delta without text: what else it says belongs to its block. */
  passOn(part: Part, source: Source): Part[] {
    const { open } = this;
    const isOpen = open !== null && open.kind !== "call" && open.source === source;
    if (!isOpen && (open?.kind === "call" || !("providerMetadata" in part))) return [];
    const parts: Part[] = [];
    const { id } = this.textBlock(source.kind, source, parts);
    return [...parts, part.id === id ? part : { ...part, id }];
  }

  /** End what is open, if the provider has ended its text, or in any case. */
  end(always = false): Part[] {
    const { open } = this;
    if (open === null || !(always || (open.kind !== "call" && open.source?.end))) return [];
    const parts: Part[] = [];
    this.close(parts);
    return parts;
  }

  private textBlock(kind: Kind, source: Source | null, parts: Part[]): TextBlock {
    const { open } = this;
    const own = source?.kind === kind ? source : null;
    if (open?.kind === kind && (own === null || open.source === own)) return open;
    this.close(parts);
    const isFirst = own !== null && !own.isUsed;
    const id = isFirst && own.start.id !== undefined ? own.start.id : newId(null).replace("call", kind);
    if (own !== null) own.isUsed = true;
    const block = (this.open = { kind, id, source: own });
    parts.push(isFirst ? own.start : { type: `${kind}-start`, id });
    return block;
  }

  private call(event: CallStart | ArgumentsDelta | CallEnd, parts: Part[]): void {
    if (!this.dropsIncomplete) return this.callPart(event, parts);
    if (event.type !== "CallEnd") {
      this.waiting.push(event);
      return;
    }
    if (event.complete) for (const one of [...this.waiting, event]) this.callPart(one, parts);
    this.waiting = [];
  }

  private callPart(event: CallStart | ArgumentsDelta | CallEnd, parts: Part[]): void {
    if (event.type === "CallStart") {
      this.close(parts);
      const id = event.id || newId(this.callIdLength);
      this.open = { kind: "call", id, name: event.name, input: "" };
      parts.push({ type: "tool-input-start", id, toolName: event.name } as Part);
    } else if (event.type === "CallEnd") this.close(parts);
    else if (this.open?.kind === "call") {
      this.open.input += event.text;
      parts.push({ type: "tool-input-delta", id: this.open.id, delta: event.text });
    }
  }

  private close(parts: Part[]): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    if (open.kind === "call") {
      const { id, name: toolName, input } = open;
      parts.push({ type: "tool-input-end", id });
      parts.push({ type: "tool-call", toolCallId: id, toolName, input } as Part);
      return;
    }
    const end = open.source?.end ?? { type: `${open.kind}-end` };
    parts.push(end.id === open.id ? end : { ...end, id: open.id });
  }
}
