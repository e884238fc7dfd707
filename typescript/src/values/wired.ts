/**
 * Hold a value whose text says its own type to the types that the schema allows.
 *
 * In: the source of one value and the JSON that was made of it, in pieces, side by side. Out: one JSON value.
 *
 *     source        types allowed      JSON made of it    what goes out
 *     `3`           string             `3`                `"3"`: the text satisfies the schema, a number not
 *     `"3"`         integer            `"3"`              `3`
 *     `{"a": 1}`    string             `{"a": 1}`         `"{\"a\": 1}"`
 *     `null`        string             `null`             `null`: no text stands for "no value"
 *     `true`        integer            `true`             `true`: no reading satisfies the schema
 *
 * Promises: all `write`s and `end` joined are one JSON value, the same for every split; what no reading of
 * the text satisfies goes out as it was written; at most `SCALAR_MAX` characters of JSON are held.
 */

import { escape } from "../near_json/escape.js";
import { StringReader } from "../near_json/strings.js";
import { ValueKind } from "../schema/tools.js";
import { lstrip } from "../strings.js";
import { BLANKS, SCALAR_MAX } from "../tables/limits.js";
import { wordEnd } from "./cut.js";
import { HeldText } from "./held_text.js";
import type { JsonWriter } from "./typed.js";
import { TypedWriter } from "./typed.js";

const TYPE_BY_MARK: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['"', "string"],
  ["{", "object"],
  ["[", "array"],
  ["t", "boolean"],
  ["f", "boolean"],
  ["n", "null"],
]);
// Nothing of the value has come; a string where none is allowed; the JSON goes out; the source goes out, as
// a string.
const NOT_BEGUN = 0;
const QUOTED_SCALAR = 1;
const AS_WRITTEN = 2;
const AS_TEXT = 3;

/** One value, held to `types`; where the schema says none, it goes out as it was written. */
export class WiredValue {
  private source = ""; // what has come of a word, until it is known which way it goes
  private json = new HeldText(); // of a string where none is allowed
  private way: number;

  constructor(private readonly types: ReadonlySet<string>) {
    this.way = types.size > 0 ? NOT_BEGUN : AS_WRITTEN;
  }

  /** Characters of JSON that wait; what waits of the source is counted by who made JSON of it. */
  get held(): number {
    return this.json.size;
  }

  /** Text that is its own JSON goes out as it comes. */
  get isPlain(): boolean {
    return this.way === AS_WRITTEN || this.way === AS_TEXT;
  }

  /** What is not in the JSON is nowhere. */
  get isMissingText(): boolean {
    return this.way !== AS_TEXT;
  }

  /** Take more of the source, and the JSON that was made of it; return what goes out. */
  write(source: string, json: string): string {
    if (this.way === NOT_BEGUN) return this.decide(this.source ? source : lstrip(source, BLANKS), json);
    if (this.way === QUOTED_SCALAR) return this.hold(json);
    return this.way === AS_WRITTEN ? json : escape(source);
  }

  /** What stands in the way of the JSON is text where the source goes out. */
  skip(source: string): string {
    return this.way === AS_TEXT ? escape(source) : "";
  }

  /** The value is over: return what is left of it. */
  end(): string {
    const way = this.way;
    this.way = AS_WRITTEN;
    if (way !== QUOTED_SCALAR) return way === AS_TEXT ? '"' : "";
    const [content] = new StringReader().feed(this.json.take());
    const writer = new TypedWriter(new ValueKind(this.types));
    return writer.write(content) + writer.end();
  }

  /**
   * A container shows with its first character what it is, everything else with its first JSON.
   *
   * Of a word only what stands before its first blank is kept: no scalar has blanks. A long one with no
   * JSON begins as a number, with zeros.
   */
  private decide(source: string, json: string): string {
    const known = this.source + source;
    const word = known.slice(0, wordEnd(known));
    const first = known.slice(0, 1);
    const isContainer = first === "{" || first === "[";
    const mark = isContainer ? first : json.slice(0, 1) || (word.length > SCALAR_MAX ? "0" : "");
    if (!mark) {
      this.source = word;
      return "";
    }
    if (!this.fits(mark, word)) {
      if (this.types.has("string")) {
        this.way = AS_TEXT;
        const isLong = "{[".includes(mark) || word.length > SCALAR_MAX;
        return '"' + escape(isLong ? known : word);
      }
      if (mark === '"') {
        this.way = QUOTED_SCALAR;
        return this.hold(json);
      }
    }
    this.way = AS_WRITTEN;
    return json;
  }

  /** Whether the schema allows a value of which the JSON begins with `mark`. */
  private fits(mark: string, word: string): boolean {
    const types = this.types;
    const name = TYPE_BY_MARK.get(mark) ?? "number";
    if (name === "null") return types.has("null") || ["null", "none"].includes(word.toLowerCase());
    if (name === "number" && !types.has("number") && types.has("integer")) {
      return !(word.length <= SCALAR_MAX && /[.eE]/.test(word) && types.has("string"));
    }
    return types.has(name);
  }

  /** Hold a string where none is allowed; one that is too long for a scalar is the string that it is. */
  private hold(json: string): string {
    this.json.add(json);
    if (this.json.size <= SCALAR_MAX) return "";
    this.way = AS_WRITTEN;
    return this.json.take();
  }
}

/** Write text that a writer makes JSON of, held to the types that the schema allows. */
export class WiredWriter {
  readonly special = null;
  private value: WiredValue;

  constructor(
    private readonly writer: JsonWriter,
    types: ReadonlySet<string>,
  ) {
    this.value = new WiredValue(types);
  }

  get held(): number {
    return this.writer.held + this.value.held;
  }

  get work(): number {
    return this.writer.work;
  }

  /** Something of the text is neither in the value nor in its text. */
  get isLossy(): boolean {
    return this.writer.isLossy && this.value.isMissingText;
  }

  get isMended(): boolean {
    return this.writer.isMended;
  }

  write(text: string): string {
    return this.value.write(text, this.writer.write(text));
  }

  end(): string {
    return this.value.write("", this.writer.end()) + this.value.end();
  }
}
