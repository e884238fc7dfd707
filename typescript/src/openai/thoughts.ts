/**
 * A text of which only the reasoning is wanted: no calls are looked for, and what stands behind it stays as
 * written.
 *
 * In: the text in pieces. Out: events of reasoning and of content.
 *
 * How: the parser's trace says what every character has become, in order. Reasoning goes out as it comes. With
 * the first character that is content, or the name of a call, the reasoning is over; from the last closer on
 * the source is content.
 */

import type { Event } from "../events.js";
import { contentDelta, reasoningDelta } from "../events.js";
import type { Parser } from "../parser.js";
import { lstrip, startsWithAny, strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";

const ENDS: readonly string[] = ["content", "name"]; // what the first characters behind it become, but for markup

/** Reads one text: `feed` and `finish` are those of a parser. */
export class Thoughts {
  private parser: Parser | null;
  private readonly delimiters: readonly string[];
  private source = ""; // what no event has told yet
  private kept = ""; // markup and blanks behind the reasoning, as far as they are certain

  constructor(parser: Parser, closers: readonly string[], openers: readonly string[]) {
    parser.keepTrace();
    this.parser = parser;
    this.delimiters = [...closers, ...openers];
  }

  get heldSource(): string {
    return this.kept + this.source;
  }

  /** Read more text. */
  feed(text: string): Event[] {
    if (this.parser === null) return text ? [contentDelta(text)] : [];
    this.source += text;
    this.parser.feed(text);
    return this.told();
  }

  /** Say that the text has ended. */
  finish({ cut = false }: { cut?: boolean } = {}): Event[] {
    if (this.parser === null) return [];
    this.parser.finish({ cut });
    const events = this.told();
    const held = this.kept + this.source;
    const rest = events.length > 0 ? lstrip(held, BLANKS) : held;
    this.kept = this.source = "";
    this.parser = null;
    return strip(rest, BLANKS) ? [...events, contentDelta(rest)] : events;
  }

  private told(): Event[] {
    let thought = "";
    const events = (): Event[] => (thought ? [reasoningDelta(thought)] : []);
    for (const [kind, part] of this.parser?.takeTrace() ?? []) {
      if (!part) continue;
      if (ENDS.includes(kind)) {
        this.parser = null;
        const rest = (kind === "name" ? lstrip(this.kept, BLANKS) : this.kept) + this.source;
        this.kept = this.source = "";
        return [...events(), contentDelta(rest)];
      }
      this.source = this.source.slice(part.length);
      if (kind === "reasoning") {
        thought += part;
        this.kept = "";
      } else if (kind === "markup" && startsWithAny(strip(part, BLANKS), this.delimiters)) this.kept = "";
      // Blanks beside a delimiter of the reasoning belong to it.
      else if (kind !== "blanks" || this.kept) this.kept += part;
    }
    return events();
  }
}
