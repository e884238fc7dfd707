/**
 * A trace read from the left: calls and stretches that failed, each with the places of its parts.
 *
 * In: batches of entries and the marks between them, as a parser hands them out. Out: `Found`, one for each call
 * that ended and each stretch that failed, as soon as it is known.
 *
 * Promise: the batches may be cut anywhere.
 */

import { REASONS } from "../core/reason_texts.js";
import { END_OF_TEXT } from "../core/reasons.js";
import { MISSING_OPENER, OPEN_THOUGHTS } from "../core/repairs.js";
import type { Entry, Mark } from "../core/trace.js";
import {
  ARGUMENT_BEGINS,
  CALL_BEGINS,
  CALL_ENDS,
  CALL_NAMED,
  CALL_VANISHED,
  STRETCH_FAILED,
  VALUE_BEGINS,
  VALUE_ENDS,
  VALUE_TEXT,
} from "../core/trace.js";
import { strip } from "../strings.js";
import { BLANKS } from "../tables/limits.js";
import type { Span } from "./attempt.js";
import { membersOf } from "./members.js";

// Parts of a call that are no argument:
const ENVELOPE: readonly string[] = ["key", "id", "type", "skipped", "skip", "markup", "blanks"];
const QUOTES = "\"'";
const OF_OPENER: readonly string[] = [MISSING_OPENER, OPEN_THOUGHTS]; // noted before the call they are about

/** A call, or a stretch that failed, while it is read and behind that. */
export class Found {
  end = 0;
  how = ""; // it ended: "whole" and so on, or the reason why it failed
  failed = false;
  inCode = false;
  isAtEnd = false; // the end of the text has shown what it is
  hasBody = false; // something stands behind its opener
  hasArguments = false; // an argument does, or the bracket of an object
  name: string | null = null;
  nameSpan: Span | null = null;
  isMember = false; // the name stands in quotes: the call is an object
  arguments: ReadonlyMap<string, Span>;
  readonly json: string[] = []; // the texts of it that must be JSON
  private readonly spans = new Map<string, Span>();
  private opener = ""; // the markup that it begins with
  private key: string | null = null;
  private from: number | null = null; // where the value of the key begins
  private empty: number | null = null; // ... if it has no text
  private isFixed = false; // the value has marks of its own
  private whole = ""; // the text of all arguments
  private wholeAt = 0;
  private value = ""; // the text of a value that must be JSON

  readonly begin: number;
  readonly reasons: string[];

  constructor(begin: number, reasons: string[] = []) {
    this.begin = begin;
    this.reasons = reasons;
    this.arguments = this.spans;
  }

  /** Take the next part. */
  entry(kind: string, text: string, at: number): void {
    if (!text) {
      if (REASONS.has(kind)) this.reasons.push(kind);
      return;
    }
    if (this.whole && kind !== "arguments") this.endWhole();
    const isEnvelope = ENVELOPE.includes(kind);
    if (kind === "markup") {
      this.hasBody ||= this.opener !== "";
      this.opener ||= text;
      this.hasArguments ||= this.hasBody && text.includes("{");
    } else if (kind !== "blanks") {
      this.hasBody = true;
      this.hasArguments ||= !isEnvelope || kind === "key";
    }
    if (kind === "name") {
      this.hasArguments = false;
      this.takeName(text, at);
    } else if (kind === "arguments") {
      if (!this.whole) this.wholeAt = at;
      this.whole += text;
    } else if (this.key !== null && !this.isFixed && !isEnvelope) this.takeValue(kind, text, at);
  }

  /** Take what stands between two parts; `before` is the text that stands before it, and where it begins. */
  mark(mark: Mark, at: number, [text, begin]: readonly [string, number]): void {
    if (mark.kind === CALL_NAMED && text.includes(mark.detail)) {
      this.takeName(mark.detail, begin + text.indexOf(mark.detail));
    } else if (mark.kind === ARGUMENT_BEGINS) {
      this.endValue();
      this.key = mark.detail;
    } else if (mark.kind === VALUE_TEXT) this.empty = at;
    else if (mark.kind === VALUE_BEGINS && this.key !== null && !this.isFixed) {
      this.from = at;
      this.isFixed = true;
    } else if (mark.kind === VALUE_ENDS && this.key !== null && this.from !== null) {
      this.note(this.key, [this.from, at]);
      this.key = this.from = null;
      this.isFixed = false;
    }
  }

  /** End it here. */
  finish(at: number, how: string): this {
    this.endWhole();
    this.endValue();
    this.end = at;
    this.how = how;
    return this;
  }

  /** Forget the parts that stand behind an end. */
  clip(end: number): void {
    if (this.nameSpan !== null && this.nameSpan[1] > end) this.name = this.nameSpan = null;
    this.arguments = new Map([...this.arguments].filter(([, span]) => span[1] <= end));
  }

  /** The first value of a key counts. */
  private note(key: string, span: Span): void {
    if (!this.spans.has(key)) this.spans.set(key, span);
  }

  private takeName(text: string, at: number): void {
    if (this.nameSpan === null || this.name === null) {
      const trimmed = strip(text, BLANKS);
      const bare = strip(trimmed, QUOTES);
      const begin = at + text.indexOf(bare);
      this.name = bare;
      this.nameSpan = [begin, begin + bare.length];
      this.isMember = trimmed !== bare;
    } else if (this.nameSpan[1] === at) {
      this.name += text;
      this.nameSpan = [this.nameSpan[0], at + text.length];
    }
  }

  /** A part of the value: it stands from the first of them to the last. */
  private takeValue(kind: string, text: string, at: number): void {
    this.from ??= at;
    this.spans.set(this.key ?? "", [this.from, at + text.length]);
    if (kind === "json") this.value += text;
  }

  private endValue(): void {
    const begin = this.from ?? this.empty;
    if (this.key !== null && begin !== null) this.note(this.key, [begin, begin]);
    if (this.value) this.json.push(this.value);
    this.key = this.from = this.empty = null;
    this.isFixed = false;
    this.value = "";
  }

  /** All arguments have come as one text. */
  private endWhole(): void {
    const text = this.whole;
    if (!text) return;
    this.whole = "";
    this.json.push(text);
    for (const [key, [begin, end]] of membersOf(text)) {
      this.note(key, [this.wholeAt + begin, this.wholeAt + end]);
    }
  }
}

/** Reads the trace of one parser. */
export class TraceReader {
  readonly content: Span[] = [];
  readonly reasoning: Span[] = [];
  private call: Found | null = null;
  private cut: Found | null = null; // a call that ended just here
  private reasons: string[] = []; // that came since the last text
  private before: readonly [text: string, begin: number] = ["", 0]; // the last text that is no blanks

  private at: number;

  constructor(at = 0) {
    this.at = at;
  }

  /** From here on the source may be asked for. */
  get needed(): number {
    return this.call?.begin ?? this.at;
  }

  /** Where the content or reasoning ends that a place stands in, or behind. */
  endOfText(at: number): number {
    const last = [this.content.at(-1), this.reasoning.at(-1)];
    const ends = last.flatMap((span) =>
      span !== undefined && span[0] <= at && at <= span[1] ? span[1] : [],
    );
    return ends.length > 0 ? Math.max(...ends) : at;
  }

  /** Read more of the trace. */
  read(entries: readonly Entry[], marks: readonly Mark[]): Found[] {
    const found: Found[] = [];
    let number = 0;
    entries.forEach(([kind, text], place) => {
      while (number < marks.length && marks[number].before <= place)
        found.push(...this.mark(marks[number++]));
      this.entry(kind, text);
    });
    while (number < marks.length) found.push(...this.mark(marks[number++]));
    return found;
  }

  /** The trace is over: return the call that had not ended. */
  finish(): Found[] {
    const { call } = this;
    this.call = null;
    return call === null ? [] : [call.finish(this.at, CALL_VANISHED)];
  }

  private entry(kind: string, text: string): void {
    if (this.call !== null) this.call.entry(kind, text, this.at);
    else if (!text && REASONS.has(kind)) this.reasons.push(kind);
    else if (kind !== "blanks" && kind !== "skipped") this.reasons = [];
    if (!text) return;
    if (this.cut !== null) {
      const isHalf = kind === "skipped" && this.reasons.length === 1 && this.reasons[0] === END_OF_TEXT;
      if (isHalf) this.cut.end = this.at + text.length; // half a part of the call
      this.cut = null;
    }
    if (kind !== "blanks") this.before = [text, this.at];
    if (kind === "content" || kind === "reasoning") this.takeText(this[kind], text);
    this.at += text.length;
  }

  private takeText(spans: Span[], text: string): void {
    const last = spans.at(-1);
    const goesOn = last !== undefined && last[1] === this.at;
    if (goesOn) spans.pop();
    spans.push([goesOn ? last[0] : this.at, this.at + text.length]);
  }

  private mark(mark: Mark): Found[] {
    if (mark.kind === STRETCH_FAILED) return this.failed(mark);
    if (mark.kind === CALL_BEGINS) {
      const before = this.finish();
      this.call = new Found(
        this.at,
        this.reasons.filter((why) => OF_OPENER.includes(why)),
      );
      this.reasons = [];
      return before;
    }
    const { call } = this;
    if (mark.kind !== CALL_ENDS) {
      call?.mark(mark, this.at, this.before);
      return [];
    }
    this.call = null;
    if (call === null) return [];
    this.cut = call;
    return [call.finish(this.at, mark.detail)];
  }

  /**
   * What was tried there: the calls that had ended in it, and the one that had not.
   *
   * What stands behind its characters is read again, and will be found then.
   */
  private failed(mark: Mark): Found[] {
    const inner = new TraceReader(this.at);
    const end = this.at + mark.chars;
    const tried = inner.read(mark.tried, mark.marks).filter((found) => found.begin < end);
    for (const found of tried) if (!found.failed) found.how = mark.detail;
    const [last] = inner.finish();
    if (last !== undefined && last.begin < end) tried.push(last.finish(end, mark.detail));
    else if (tried.length === 0) tried.push(this.opened(mark.tried, end).finish(end, mark.detail));
    for (const found of tried) {
      found.failed = true;
      found.inCode = mark.inCode;
      found.clip(end);
    }
    return tried;
  }

  /** What begins with the opener of a section, up to an end. */
  private opened(entries: readonly Entry[], end: number): Found {
    const found = new Found(this.at);
    let at = this.at;
    for (const [kind, text] of entries) {
      if (at < end) found.entry(kind, text, at);
      at += text.length;
    }
    return found;
  }
}
