/**
 * Server-sent events: a text is cut into events, and events are written.
 *
 * In: the text of a stream in pieces. Out: for each event its text, as it came, and its data.
 *
 * Promise: the texts of all events, and of what is left at the end, are the text that came in. A piece is looked at
 * when it comes, and when its event ends.
 */

export const DONE = "[DONE]";
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n|$))/g; // at the end of a piece, a line end may be half one
const LONGEST = 4; // characters of a blank line, with the end of the line before it
const LINE = /\r\n|\n|\r/;

/** One event: its text with the blank line behind it, its data, and its lines that are neither data nor a name. */
export interface ServerEvent {
  readonly raw: string;
  readonly data: string | null;
  readonly others: readonly string[];
}

/** Cuts a stream into events. */
export class EventReader {
  private pieces: string[] = []; // of an event that has not ended
  private tail = ""; // their last characters, which may begin a blank line

  /** Read a piece; return the events that end in it. */
  feed(piece: string): ServerEvent[] {
    const text = this.tail + piece;
    this.pieces.push(piece);
    this.tail = text.slice(1 - LONGEST);
    BLANK_LINE.lastIndex = 0;
    return BLANK_LINE.test(text) ? this.events(this.rest()) : [];
  }

  /** What has come and is no event yet. */
  rest(): string {
    const text = this.pieces.join("");
    this.pieces = [];
    this.tail = "";
    return text;
  }

  private events(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    let start = 0;
    BLANK_LINE.lastIndex = 0;
    while (BLANK_LINE.test(text)) {
      found.push(eventOf(text.slice(start, BLANK_LINE.lastIndex)));
      start = BLANK_LINE.lastIndex;
    }
    this.pieces = [text.slice(start)];
    this.tail = text.slice(Math.max(start, text.length - LONGEST + 1));
    return found;
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
