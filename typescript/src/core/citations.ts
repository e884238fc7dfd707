/**
 * Citations: which part of a text a source is named for. A filter beside the output, in formats that have
 * them.
 *
 * In: what is written to the content and the reasoning, and the places at which a citation opens and closes.
 * Out: `Citation` events, in the order of the text.
 *
 * Promises: no text waits for a citation; its places count code points of all of the text.
 */

import type { Event } from "../events.js";
import { citation } from "../events.js";
import { codePoints, strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";
import { CitedText } from "./cited_text.js";
import type { Output } from "./output.js";
import { CONTENT, REASONING } from "./output.js";

/** Follows what an output writes. */
export class Citations {
  constructor(private output: Output) {
    output.onText = (channel, text) => this.count(channel, text);
  }

  /** Text has been written. */
  count(channel: number, text: string): void {
    const message = this.output.message;
    const written = channel === CONTENT ? message.writtenContent : message.writtenReasoning;
    const cited = message.cited;
    if (cited !== null && cited.channel === channel && !cited.add(text, written)) message.cited = null;
    if (channel === CONTENT) message.writtenContent = written + codePoints(text);
    else message.writtenReasoning = written + codePoints(text);
  }

  /** A maker of deltas for text that does not come through the output. */
  counted(channel: number, delta: (text: string) => Event): (text: string) => Event {
    return (text) => {
      this.count(channel, text);
      return delta(text);
    };
  }

  /** What a text (`content` or `reasoning`) holds from here on is cited; a citation that is open was none. */
  open(capture: string): void {
    const message = this.output.message;
    if (capture === "content") {
      message.cited = new CitedText(CONTENT, message.writtenContent + message.deferred.length);
    } else message.cited = new CitedText(REASONING, message.writtenReasoning);
  }

  /** The cited text ends here; of nothing but blanks, or without a source, there is no citation. */
  close(source: string): void {
    const message = this.output.message;
    const cited = message.cited;
    message.cited = null;
    if (cited === null) return;
    const text = cited.text();
    if (strip(text, BLANKS) && strip(source, BLANKS)) {
      const capture = cited.channel === CONTENT ? "content" : "reasoning";
      this.output.add(citation(cited.start, cited.start + codePoints(text), text, source, capture));
    }
  }
}
