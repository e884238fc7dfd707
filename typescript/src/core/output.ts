/**
 * What has been decided, on its way out: text joined into events, and the blanks beside calls.
 *
 * In: pieces of content, reasoning and arguments, in order. Out: a list of events in which neighbours of one
 * kind are one event.
 *
 * Promises: an event's text is never empty; blanks beside a call reach the content only when text follows
 * them (docs/rules.md, rule 9; see Note [blanks between two texts]).
 */

import type { CallEnd, CallStart, Citation, Event } from "../events.js";
import { argumentsDelta, contentDelta, reasoningDelta } from "../events.js";
import { lstrip } from "../strings.js";
import { BLANKS, BLANKS_MAX } from "../tables/limits.js";
import type { CitedText } from "./cited_text.js";
import type { Code } from "./code_blocks.js";
import { NO_CODE } from "./code_blocks.js";

export const CONTENT = -1; // channels; a call's arguments travel on the channel of its index
export const REASONING = -2;

// Note [blanks between two texts]
// "Checking.\n<call>\nDone.": the newlines are markup while the call is all that follows, yet the two
// texts must not run together. So blanks before a call are kept, and written only with the next text.

/** What has come of the message, as far as later text depends on it. */
export class SoFar {
  afterCall = false; // nothing but blanks and markup since the last call
  calls = 0; // announced
  cited: CitedText | null = null; // an open citation
  code: Code = NO_CODE; // that is open
  deferred = ""; // blanks before the last markup, wanted only if text follows
  fresh = true; // no text since the last markup, or since the beginning
  hasContent = false;
  repairs: ReadonlySet<string> = new Set(); // what has been recovered, by kind: see repairs.ts
  sawReasoning = false; // a reasoning block has begun
  sectionTrusted = false; // a special token has opened the section of calls
  wrapper = ""; // a tag that no delimiter is, before a call: its closer vanishes behind one
  writtenContent = 0; // code points; counted where there are citations
  writtenReasoning = 0;

  /** The same, to be changed on its own. */
  copy(): SoFar {
    return Object.assign(new SoFar(), this);
  }
}

/** Collects a parser's events. */
export class Output {
  events: Event[] = [];
  message = new SoFar();
  // Is told of content and reasoning: see Citations.
  onText: ((channel: number, text: string) => void) | null = null;
  private channel = CONTENT;
  private text = ""; // of the channel, of which no event has been made

  /** Add text to a channel: CONTENT, REASONING or the index of a call. */
  write(channel: number, text: string): void {
    if (!text) return;
    if (channel !== this.channel) {
      this.flush();
      this.channel = channel;
    }
    this.text += text;
    if (channel < 0) this.onText?.(channel, text);
  }

  /** Add visible text; blanks beside a call wait or vanish. */
  content(text: string): void {
    if (!text) return;
    const message = this.message;
    if (message.afterCall || message.deferred) {
      if (!message.hasContent) text = lstrip(text, BLANKS);
      if (!lstrip(text, BLANKS)) {
        this.boundary(text);
        return;
      }
      text = message.deferred + text;
      message.deferred = "";
      message.afterCall = false;
    }
    message.hasContent = true;
    message.fresh = false;
    this.write(CONTENT, text);
  }

  /** Add text that stands in quotes: its blanks are its own, and those behind it are beside markup. */
  exact(channel: number, text: string): void {
    const message = this.message;
    if (channel === CONTENT && text) {
      message.hasContent = true;
      message.deferred = "";
    }
    this.write(channel, text);
  }

  /** Markup ends a text: the blanks before it wait for more text. */
  boundary(blanks: string): void {
    const message = this.message;
    message.fresh = true;
    if (message.hasContent) message.deferred = (message.deferred + blanks).slice(0, BLANKS_MAX);
  }

  /** Add an event of its own. */
  add(event: CallStart | CallEnd | Citation): void {
    this.flush();
    this.events.push(event);
  }

  /** Make one event of the pieces so far. */
  flush(): void {
    const { text } = this;
    if (!text) return;
    this.text = "";
    if (this.channel === CONTENT) this.events.push(contentDelta(text));
    else if (this.channel === REASONING) this.events.push(reasoningDelta(text));
    else this.events.push(argumentsDelta(this.channel, text));
  }

  /** How many events there are, the pieces so far made one. */
  count(): number {
    this.flush();
    return this.events.length;
  }

  /** Hand the first `count` events out. */
  take(count: number): Event[] {
    return this.events.splice(0, count);
  }

  /** Hand all events out, the pieces so far made one. */
  takeAll(): Event[] {
    this.flush();
    const events = this.events;
    this.events = [];
    return events;
  }

  /** Forget the events behind the first `count`, and what has come of the message since then. */
  rewind(count: number, message: SoFar): void {
    this.text = "";
    this.message = message;
    this.events.length = Math.min(this.events.length, count);
  }
}
