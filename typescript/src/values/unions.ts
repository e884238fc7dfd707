/**
 * Write text that may be a structured value or a string, once it is known which of the two it is.
 *
 * In: the text of one value, in pieces. Out: the object or array that the text holds, or a JSON string of
 * the text.
 *
 * How: the text is held, at most `UNION_MAX` characters, while it may be either. A check of strict JSON,
 * without repairs, decides: prose and code that begin with a bracket are no JSON, and so stay what they
 * are.
 *
 * Promises: all `write`s and `end` joined are one JSON value, the same for every split.
 */

import { JsonCheck } from "../near_json/json_check.js";
import { StringReader } from "../near_json/strings.js";
import { lstrip, strip } from "../strings.js";
import { BLANKS, UNION_MAX } from "../tables/limits.js";
import { HeldText } from "./held_text.js";
import { StringWriter } from "./strings.js";
import { ScanWriter } from "./structured.js";

/** Write text that begins like an object or an array, where a string is allowed too. */
export class UnionWriter {
  protected sink: StringWriter | ScanWriter | null = null;
  private held_ = new HeldText();
  private check = new JsonCheck();

  constructor(protected readonly depth = 0) {}

  get special(): RegExp | null {
    return this.sink === null ? null : this.sink.special;
  }

  get held(): number {
    return this.held_.size + (this.sink === null ? 0 : this.sink.held);
  }

  get work(): number {
    return this.check.work + (this.sink === null ? 0 : this.sink.work);
  }

  get whole(): boolean {
    return this.sink instanceof ScanWriter && this.sink.whole;
  }

  /** It was JSON for as long as it was held, and something behind that is not in the value. */
  get isLossy(): boolean {
    return this.sink instanceof ScanWriter && this.sink.isLossy;
  }

  get isMended(): boolean {
    return this.sink instanceof ScanWriter && this.sink.isMended;
  }

  write(text: string): string {
    if (this.sink !== null) return this.sink.write(text);
    const held = this.held_;
    const possible = this.check.feed(text.slice(0, UNION_MAX - held.size));
    if (possible && held.size + text.length <= UNION_MAX) {
      held.add(text);
      return "";
    }
    this.sink = this.newSink({ isJson: possible });
    return this.sink.write(held.take() + text);
  }

  end(): string {
    if (this.sink !== null) return this.sink.end();
    this.sink = this.newSink({ isJson: this.check.complete });
    return this.sink.write(this.held_.take()) + this.sink.end();
  }

  private newSink({ isJson }: { isJson: boolean }): StringWriter | ScanWriter {
    return isJson ? new ScanWriter(false, this.depth) : new StringWriter();
  }
}

/**
 * Write text that begins with a quote where only an object or an array is wanted: its content, if that is
 * one.
 */
export class UnwrappingWriter {
  readonly special = null;
  work = 0;
  private held_ = new HeldText();
  private sink: StringWriter | null = null; // past the bound it is a string

  constructor(private readonly depth = 0) {}

  get held(): number {
    return this.held_.size;
  }

  write(text: string): string {
    this.work += text.length;
    if (this.sink !== null) return this.sink.write(text);
    this.held_.add(text);
    if (this.held_.size <= UNION_MAX) return "";
    this.sink = new StringWriter();
    return this.sink.write(this.held_.take());
  }

  end(): string {
    if (this.sink !== null) return this.sink.end();
    const text = this.held_.take();
    const content = structuredContent(text);
    const sink = content ? new ScanWriter(false, this.depth) : new StringWriter();
    const out = sink.write(content || text) + sink.end();
    this.work += 2 * text.length + sink.work; // decoded and checked
    return out;
  }
}

/** The object or array that a quoted string holds, nothing if the text is no such string. */
function structuredContent(text: string): string {
  const reader = new StringReader();
  const check = new JsonCheck();
  const [content, end] = reader.feed(text);
  if (!reader.done || strip(text.slice(end), BLANKS)) return "";
  if (!["{", "["].includes(lstrip(content, BLANKS).slice(0, 1))) return "";
  return check.feed(content) && check.complete ? content : "";
}
