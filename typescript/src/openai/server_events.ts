/**
 * Server-sent events: a text is cut into events, and events are written.
 *
 * In: the text of a stream in pieces. Out: for each event its text, as it came, and its data.
 *
 * Promise: the texts of all events, and of what is left at the end, are the text that came in. A search never
 * begins again at text that it has seen.
 */

export const DONE = "[DONE]";
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g;
const LINE = /\r\n|\n|\r/;

/** One event: its text with the blank line behind it, its data, and its lines that are neither data nor a name. */
export interface ServerEvent {
  readonly raw: string;
  readonly data: string | null;
  readonly others: readonly string[];
}

/** Cuts a stream into events. */
export class EventReader {
  private buffer = "";
  private seen = 0; // characters in which no event ends

  /** Read a piece; return the events that end in it. */
  feed(piece: string): ServerEvent[] {
    this.buffer += piece;
    const found: ServerEvent[] = [];
    let start = 0;
    BLANK_LINE.lastIndex = this.seen;
    while (BLANK_LINE.test(this.buffer)) {
      found.push(eventOf(this.buffer.slice(start, BLANK_LINE.lastIndex)));
      start = BLANK_LINE.lastIndex;
    }
    this.buffer = this.buffer.slice(start);
    this.seen = Math.max(0, this.buffer.length - 3);
    return found;
  }

  /** What has come and is no event yet. */
  rest(): string {
    const { buffer } = this;
    this.buffer = "";
    this.seen = 0;
    return buffer;
  }
}

function eventOf(raw: string): ServerEvent {
  const data: string[] = [];
  const others: string[] = [];
  for (const line of raw.split(LINE)) {
    if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
    else if (line && !line.startsWith("event:")) others.push(line);
  }
  return { raw, data: data.length > 0 ? data.join("\n") : null, others };
}

/** Events that say these things, behind the lines of the event that they stand for. */
export function written(payloads: readonly object[], others: readonly string[] = []): string {
  const lines = [
    ...others.map((line) => `${line}\n`),
    ...payloads.map((one) => `data: ${JSON.stringify(one)}\n\n`),
  ];
  return lines.join("") + (others.length > 0 && payloads.length === 0 ? "\n" : "");
}
