/**
 * Turn the text of one argument into JSON while it arrives.
 *
 * In: the text between a parameter's delimiters, in pieces. Out: one JSON value.
 *
 * How: a writer holds text only while its first characters leave open what it is (at most `SCALAR_MAX` of
 * them, and as many blanks on either side); then it hands over to a writer of one kind: a string, a long
 * number, or a structured value that streams through a `ValueScanner`. Where a string and an object are
 * both allowed, text that looks like JSON is held, at most `UNION_MAX` characters, until a check of strict
 * JSON decides (`unions.ts`).
 *
 * Promises: all `write`s and `end` joined are one JSON value, the same for every split; nothing raises; a
 * string is the text verbatim, its blanks included; `special` is in no text that `write` would return
 * unchanged.
 */

import { escape } from "../near_json/escape.js";
import { mayBeNumber, numberJson, PYTHON_NAMES, SCALAR_NAMES, scalarJson } from "../near_json/scalars.js";
import { STRING_PREFIXES } from "../near_json/strings.js";
import { ValueKind } from "../schema/tools.js";
import { lstrip, partition, strip } from "../strings.js";
import { BLANKS, SCALAR_MAX } from "../tables/limits.js";
import { wordEnd } from "./cut.js";
import { NumberWriter } from "./numbers.js";
import { StringWriter } from "./strings.js";
import { ScanWriter } from "./structured.js";
import { UnionWriter, UnwrappingWriter } from "./unions.js";

export type ValueWriter = StringWriter | ScanWriter | NumberWriter | UnionWriter | UnwrappingWriter;

const WHOLE_NUMBER = /^[+-]*[0-9]+$/;
const NUMBER_OF_PYTHON = /^[+\-.0-9][\p{L}\p{N}+\-._]*$/u;

/**
 * Write text as one of the types that a schema allows (docs/rules.md, rule 7).
 *
 * `depth` is how many containers are open around the value.
 */
export class TypedWriter {
  special: RegExp | null = null;
  protected readonly python: boolean = false;
  private types: ReadonlySet<string>;
  private held_ = "";
  private sink: ValueWriter | null = null;
  private work_ = 0;

  constructor(
    kind: ValueKind,
    protected readonly depth = 0,
  ) {
    this.types = kind.types;
  }

  get held(): number {
    return this.held_.length + (this.sink === null ? 0 : this.sink.held);
  }

  get work(): number {
    return this.work_ + (this.sink === null ? 0 : this.sink.work);
  }

  /** A structured value has ended by itself. */
  get whole(): boolean {
    const sink = this.sink;
    return (sink instanceof ScanWriter || sink instanceof UnionWriter) && sink.whole;
  }

  /** Something of the text is not in the value. */
  get isLossy(): boolean {
    const sink = this.sink;
    return sink !== null && !(sink instanceof UnwrappingWriter) && sink.isLossy;
  }

  /** A structured value was none of its language as it stood. */
  get isMended(): boolean {
    const sink = this.sink;
    return (sink instanceof ScanWriter || sink instanceof UnionWriter) && sink.isMended;
  }

  write(text: string): string {
    let sink = this.sink;
    if (sink === null) {
      this.work_ += text.length + 1;
      sink = this.sink = this.decide(this.held_ + text);
      if (sink === null) return "";
      text = this.held_;
      this.held_ = "";
    }
    const out = sink.write(text);
    this.special = sink.special;
    return out;
  }

  end(): string {
    this.special = null;
    if (this.sink !== null) return this.sink.end();
    const held = this.held_;
    this.held_ = "";
    return this.scalar(strip(held, BLANKS)) ?? `"${escape(held)}"`;
  }

  /** Hold the text, and choose who writes it if it shows what the value is. */
  private decide(text: string): ValueWriter | null {
    // Note [the decision is the same for every split]: each test looks at a prefix of fixed length, or at
    // the first character that makes a difference, so that longer pieces decide what shorter ones would
    // have decided. Blanks beyond `SCALAR_MAX` on either side of what may be a scalar make it a string;
    // where no string is allowed they are dropped.
    const body = lstrip(text, BLANKS);
    let before = text.slice(0, text.length - body.length);
    if (before.length > SCALAR_MAX) before = before.slice(0, this.blanksKept);
    this.held_ = before + body;
    if (before.length > SCALAR_MAX) return new StringWriter();
    const end = wordEnd(body);
    const word = body.slice(0, end);
    const behind = body.slice(end);
    if (!word) return null;
    const sink = this.structure(word);
    if (sink !== null) return sink;
    if (word.length > SCALAR_MAX) {
      return this.isLongNumber(word.slice(0, SCALAR_MAX)) ? new NumberWriter() : new StringWriter();
    }
    if (!this.mayBeScalar(word, behind !== "")) return new StringWriter();
    const rest = lstrip(behind, BLANKS);
    const blanks = behind.slice(0, Math.min(behind.length - rest.length, this.blanksKept));
    this.held_ = before + word + blanks + rest;
    return rest || blanks.length > SCALAR_MAX ? new StringWriter() : null;
  }

  private get blanksKept(): number {
    return this.types.has("string") ? Infinity : SCALAR_MAX;
  }

  /** Say who writes a structured value, if one begins so. */
  protected structure(word: string): ValueWriter | null {
    const types = this.types;
    const first = word[0];
    if (types.has("string")) {
      const fits = (first === "{" && types.has("object")) || (first === "[" && types.has("array"));
      return fits ? new UnionWriter(this.depth) : null;
    }
    if (!types.has("object") && !types.has("array")) return null;
    if (first === '"') return new UnwrappingWriter(this.depth);
    return "{[".includes(first) ? new ScanWriter(this.python, this.depth) : null;
  }

  private isLongNumber(begin: string): boolean {
    const isWhole = WHOLE_NUMBER.test(begin);
    return (this.types.has("number") || (this.types.has("integer") && isWhole)) && mayBeNumber(begin);
  }

  /** Say whether a word is the beginning of a scalar that is allowed. */
  protected mayBeScalar(word: string, ended: boolean): boolean {
    if (ended || this.scalar(word) !== null) return this.scalar(word) !== null;
    const types = this.types;
    const low = word.toLowerCase();
    if (types.has("null") && ("null".startsWith(low) || "none".startsWith(low))) return true;
    if (types.has("boolean") && ("true".startsWith(low) || "false".startsWith(low))) return true;
    const isNumeric = types.has("integer") || types.has("number");
    return isNumeric && (["+", "-", ".", "+.", "-."].includes(low) || mayBeNumber(low));
  }

  /** The JSON of a whole text that is one of the scalars allowed. */
  protected scalar(text: string): string | null {
    const types = this.types;
    const low = text.toLowerCase();
    const isNumeric = types.has("integer") || types.has("number");
    if (!text) return types.has("null") && !types.has("string") ? "null" : null;
    if (types.has("null") && (low === "null" || low === "none")) return "null";
    if (types.has("boolean")) {
      if (low === "true" || low === "false") return low;
      if ((low === "0" || low === "1") && !isNumeric && !types.has("string")) {
        return low === "1" ? "true" : "false";
      }
    }
    const number = isNumeric ? numberJson(text) : null;
    if (number !== null && types.has("integer")) {
      const [whole, , fraction] = partition(number, ".");
      if (!strip(fraction, "0") && !/e/i.test(number)) return whole;
    }
    return types.has("number") ? number : null;
  }
}

const JSON_TYPES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "null",
  "boolean",
  "number",
  "object",
  "array",
]);

/** Write JSON, whatever a schema says; text that is none becomes a string. */
export class JsonWriter extends TypedWriter {
  constructor(depth = 0) {
    super(new ValueKind(JSON_TYPES), depth);
  }

  protected override structure(word: string): ValueWriter | null {
    return "{[\"'".includes(word[0]) ? new ScanWriter(this.python, this.depth) : null;
  }

  protected override mayBeScalar(word: string, ended: boolean): boolean {
    return (!ended && beginsAny(SCALAR_NAMES, word)) || super.mayBeScalar(word, ended);
  }

  protected override scalar(text: string): string | null {
    return text ? (scalarJson(text) ?? super.scalar(text)) : null;
  }
}

/** Write a Python literal, whatever a schema says; text that is none becomes a string. */
export class PythonWriter extends JsonWriter {
  protected override readonly python = true;

  protected override structure(word: string): ValueWriter | null {
    const isQuoted = [1, 2].some(
      (size) =>
        STRING_PREFIXES.has(word.slice(0, size).toLowerCase()) &&
        ["'", '"'].includes(word.slice(size, size + 1)),
    );
    return isQuoted || "{[(\"'".includes(word[0]) ? new ScanWriter(true, this.depth) : null;
  }

  protected override mayBeScalar(word: string, ended: boolean): boolean {
    if (!ended && (NUMBER_OF_PYTHON.test(word) || STRING_PREFIXES.has(word.toLowerCase()))) return true;
    return (!ended && beginsAny(PYTHON_NAMES, word)) || super.mayBeScalar(word, ended);
  }

  protected override scalar(text: string): string | null {
    return text ? scalarJson(text, true) : null;
  }
}

/** Whether a word is the beginning of one of some names. */
function beginsAny(names: ReadonlyMap<string, string>, word: string): boolean {
  return [...names.keys()].some((name) => name.startsWith(word));
}

/** Choose the writer for a value of a kind; `depth` is how many containers are open around it. */
export function writerFor(kind: ValueKind, depth = 0): StringWriter | TypedWriter {
  return kind.isString || kind.types.size === 0 ? new StringWriter() : new TypedWriter(kind, depth);
}
