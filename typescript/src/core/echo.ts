/**
 * A section of calls that is written a second time: a model's habit, known by its text alone.
 *
 * In: the source of a section, which a recording keeps. Out: what the text behind the section is compared
 * with.
 *
 *     <calls>[f(a=1)]</calls>[f(a=1)]</calls>Done.      what stands between the calls and `Done.` is dropped
 *
 * The machine of a format with `echo = "drop"` has a state of kind `echo` behind each section
 * (steps/echo.ts).
 *
 * Promises: a section of more than `ECHO_MAX` characters has no echo, so that no more than that is ever held
 * for one; what differs from the section in any character is text like any other.
 */

import { lstrip } from "../strings.js";
import { BLANKS, ECHO_MAX } from "../tables/limits.js";
import type { Text } from "./text.js";
import { Recording } from "./text.js";

/** The source of a section, as long as it may have an echo. */
class SectionSource extends Recording {
  chars = 0;

  override keep(source: string): void {
    this.chars += source.length;
    if (this.chars <= ECHO_MAX) super.keep(source);
    this.begin = 0;
  }
}

/** The section being read, and the text of the last one that was whole. */
export class Echo {
  text = ""; // what may come again: of the last section, from behind its opener to its end
  closer = ""; // the delimiter at its end
  seen = 0; // how many of its characters have come again
  private section: SectionSource | null = null;

  /** A section begins here. */
  begin(text: Text): void {
    this.forget(text);
    this.section = new SectionSource(text.position);
    text.recordings.push(this.section);
  }

  /** The section has ended with a delimiter: what comes next may be its echo. */
  end(text: Text, closer: string): void {
    const section = this.section;
    this.forget(text);
    if (section === null) return;
    section.keep(text.buffer.slice(section.begin, text.position));
    this.text = section.chars <= ECHO_MAX ? lstrip(section.kept, BLANKS) : "";
    this.closer = closer;
  }

  /** There is no section, or no echo of it. */
  forget(text: Text): void {
    if (this.section !== null) text.forget(this.section);
    this.section = null;
    this.text = "";
    this.seen = 0;
  }
}
