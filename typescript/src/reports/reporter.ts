/**
 * A parser that also says what was tried.
 *
 * In: text in pieces, as `Parser.feed` takes it. Out: the events, and an `Attempt` for everything that was or
 * looked like a call, behind the events of the piece that decides it.
 *
 * How: the parser keeps a trace, and hands out what is certain of it. A call of a tool that is not declared is
 * text for the parser; so a second one that knows this tool reads the same text from the opener on, for the
 * parts of the attempt. What failed for another reason goes on to the closer of a call, if one comes before the
 * next opener and `BEHIND_MAX` characters.
 *
 * Promise: no more of the source is kept than the attempt that is open, what the parser holds, and `BEHIND_MAX`
 * characters.
 */

import * as reasons from "../core/reasons.js";
import { CALL_VANISHED, CALL_WHOLE } from "../core/trace.js";
import type { Event } from "../events.js";
import type { Parser } from "../parser.js";
import { isFirstHalf } from "../parser.js";
import { WORD } from "../near_json/characters.js";
import { rpartition } from "../strings.js";
import type { Attempt, Span, Status } from "./attempt.js";
import { MALFORMED, QUOTED } from "./attempt.js";
import { spansOf } from "./members.js";
import { isShown, repairsOf, statusOfCall, statusOfFailed } from "./statuses.js";
import type { Found } from "./trace.js";
import { TraceReader } from "./trace.js";

const PIECE = 512; // characters that the second parser reads at a time, so that it reads little behind the call
const BEHIND_MAX = 4096; // characters behind a stretch that failed, in which its closer may stand
const NAME_MAX = 64; // characters in which the name of a tool that is not declared should have ended
// What stands behind says no more:
const SETTLED: readonly string[] = [reasons.END_OF_TEXT, reasons.NOTHING_CAME];
const SPACE = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LETTER = "\\p{L}\\p{Nl}\\p{No}_"; // what a name begins with
const NAME = new RegExp(`[${SPACE}"']{0,16}([${LETTER}][${WORD}.\\-/]*)(.?)`, "suy");

/** An event of the parser, or an attempt. */
export type Part = Event | Attempt;

/** What is known of the calls of a format. */
export interface Delimiters {
  readonly find: RegExp; // openers (group 1) and closers (group 2)
  readonly longest: number; // so many characters they have at most
  readonly areObjects: boolean; // a call is a JSON object
}

/** Makes a parser with a trace that knows the tools of these names, and no others. */
type MakeShadow = (names: Iterable<string>) => Parser;

/** What a settled stretch is: an attempt, none (null), or not known yet (undefined). */
type Settled = Attempt | null | undefined;

/** Reads one message, as `Parser` does, and reports the attempts. Made by `createReporter`. */
export class Reporter {
  private readonly trace = new TraceReader();
  private source = ""; // of the text, what may still be asked for
  private base = 0; // ... and where it begins
  private half = ""; // of a character, whose other half has not come
  // Name and arguments of calls not reported yet, by index:
  private readonly calls = new Map<number, { readonly name: string; text: string }>();
  private index = 0; // of the next call
  private readonly waiting: Found[] = []; // what failed and whose end is not known yet
  private ended = 0; // up to here attempts that failed have reached
  private shadow: Shadow | null = null;

  readonly parser: Parser;
  private readonly shadowOf: MakeShadow;
  private readonly isDeclared: (name: string) => boolean;
  private readonly delimiters: Delimiters;

  constructor(
    parser: Parser,
    shadowOf: MakeShadow,
    isDeclared: (name: string) => boolean,
    delimiters: Delimiters,
  ) {
    this.parser = parser;
    this.shadowOf = shadowOf;
    this.isDeclared = isDeclared;
    this.delimiters = delimiters;
  }

  /** Read more text. Throws after `finish`. */
  feed(text: string, tokenIds: readonly number[] | null = null): Part[] {
    const parts: Part[] = this.parser.feed(text, tokenIds);
    text = this.half + text;
    const end = text.length - (isFirstHalf(text.charCodeAt(text.length - 1)) ? 1 : 0);
    this.source += text.slice(0, end);
    this.half = text.slice(end);
    this.note(parts);
    this.read(parts, false);
    return parts;
  }

  /** Say that the text has ended, as `Parser.finish`; return the last events and attempts. */
  finish({ cut = false }: { cut?: boolean } = {}): Part[] {
    const parts: Part[] = this.parser.finish({ cut });
    this.source += this.half;
    this.half = "";
    this.note(parts);
    this.read(parts, true);
    return parts;
  }

  /** Which characters are content, of those that are decided. */
  get contentSpans(): readonly Span[] {
    return [...this.trace.content];
  }

  /** Which characters are reasoning, of those that are decided. */
  get reasoningSpans(): readonly Span[] {
    return [...this.trace.reasoning];
  }

  private note(events: readonly Part[]): void {
    for (const event of events) {
      if (event.type === "CallStart") this.calls.set(event.index, { name: event.name, text: "" });
      else if (event.type === "ArgumentsDelta") {
        const call = this.calls.get(event.index);
        if (call !== undefined) call.text += event.text;
      }
    }
  }

  /** Report what is decided now. */
  private read(parts: Part[], isLast: boolean): void {
    const found = this.trace.read(...this.parser.takeMarkedTrace());
    if (isLast) {
      found.push(...this.trace.finish());
      for (const one of found) one.isAtEnd = true;
    }
    for (const one of found) {
      if (one.failed) this.waiting.push(one);
      else {
        this.settle(parts, one.begin, isLast);
        const attempt = this.call(one);
        if (attempt !== null) parts.push(attempt);
      }
    }
    this.settle(parts, null, isLast);
    this.forget();
  }

  /** A call that the parser has taken for one, and that has ended. */
  private call(found: Found): Attempt | null {
    if (found.how === CALL_VANISHED) return found.hasBody ? this.found(found, MALFORMED) : null;
    const index = this.index++;
    const { name, text } = this.calls.get(index) ?? { name: "", text: "" };
    this.calls.delete(index);
    found.name = name;
    const raw = this.sourceOf(found);
    const repairs = repairsOf(found, raw);
    const status = statusOfCall(found, repairs, { isDeclared: this.isDeclared(name) });
    if (found.how === CALL_WHOLE) found.arguments = spansOf(text, found.arguments, raw, found.begin);
    return this.attempt(found, status, repairs, text, index);
  }

  /** Report what has failed, in order, as far as its end is known; `before`: a call begins there. */
  private settle(parts: Part[], before: number | null, isLast: boolean): void {
    for (let found = this.waiting[0]; found !== undefined; found = this.waiting[0]) {
      if (found.begin >= this.ended) {
        const attempt = this.endOf(found, before, isLast);
        if (attempt === undefined) return;
        if (attempt !== null) {
          this.ended = attempt.end;
          parts.push(attempt);
        }
      } // else it is a part of the attempt before it
      this.waiting.shift();
    }
  }

  /** The attempt that something was which failed. */
  private endOf(found: Found, before: number | null, isLast: boolean): Settled {
    if (isShown(found) || SETTLED.includes(found.how)) {
      if (found.how === reasons.END_OF_TEXT && found.isAtEnd) found.end = this.trace.endOfText(found.end);
      return this.failure(found, false);
    }
    if (found.how === reasons.NOT_DECLARED) {
      const shadow = this.shadowFor(found, isLast);
      return shadow === null ? undefined : this.unknown(found, shadow);
    }
    const decided = before ?? this.trace.needed;
    const stop = Math.min(decided, found.end + BEHIND_MAX);
    const { find, longest } = this.delimiters;
    find.lastIndex = found.end - this.base;
    const match = find.exec(this.source.slice(0, stop - this.base));
    const isCertain = match !== null && this.base + match.index + longest <= decided;
    if (before === null && !isLast && stop === decided && !isCertain) return undefined;
    const isClosed = match?.[2] !== undefined;
    if (match !== null && isClosed) found.end = this.base + match.index + match[0].length;
    return this.failure(found, isClosed);
  }

  private failure(found: Found, isClosed: boolean): Attempt | null {
    const isObject = this.delimiters.areObjects;
    const status = statusOfFailed(found, this.sourceOf(found), { isClosed, isObject });
    return status === null ? null : this.found(found, status);
  }

  /** What a parser that knows the tool makes of it; null: more text tells. */
  private shadowFor(found: Found, isLast: boolean): Shadow | null {
    if (this.shadow === null) {
      const begin = found.end - this.base;
      NAME.lastIndex = begin;
      const name = NAME.exec(this.source);
      if (!isLast && this.source.length - begin < NAME_MAX && !name?.[2]) return null;
      const names = name === null ? [] : [name[1], rpartition(name[1], ".")[2]];
      this.shadow = new Shadow(this.shadowOf(names), found.begin);
    }
    this.shadow.read(this.source, this.base, isLast);
    return this.shadow.goesOn ? null : this.shadow;
  }

  /** A tool that is not declared is called, or mentioned. */
  private unknown(found: Found, { found: one, text }: Shadow): Attempt | null {
    this.shadow = null;
    if (one === null || one.begin !== found.begin) return this.found(found, QUOTED);
    if (one.failed || one.how === CALL_VANISHED) return this.failure(one, false);
    const repairs = repairsOf(one, this.sourceOf(one));
    return this.attempt(one, statusOfCall(one, repairs, { isDeclared: false }), repairs, text);
  }

  /** What is no call. */
  private found(found: Found, status: Status): Attempt {
    return this.attempt(found, status, repairsOf(found, this.sourceOf(found)));
  }

  private attempt(
    found: Found,
    status: Status,
    repairs: readonly string[],
    text: string | null = null,
    index: number | null = null,
  ): Attempt {
    const { begin, end, name, nameSpan, arguments: argumentSpans } = found;
    const raw = this.sourceOf(found);
    return {
      type: "Attempt",
      status,
      begin,
      end,
      raw,
      name,
      nameSpan,
      arguments: text,
      argumentSpans,
      repairs,
      index,
    };
  }

  private sourceOf(found: Found): string {
    return this.source.slice(found.begin - this.base, found.end - this.base);
  }

  /** Forget the source that nothing will ask for. */
  private forget(): void {
    const needed = Math.min(this.trace.needed, this.waiting[0]?.begin ?? Infinity);
    if (needed - this.base <= BEHIND_MAX) return;
    this.source = this.source.slice(needed - this.base);
    this.base = needed;
  }
}

/** Another parser, which knows a tool that is not declared; it reads one call. */
class Shadow {
  found: Found | null = null;
  goesOn = true;
  text = ""; // of the call's arguments
  private readonly parser: Parser;
  private readonly trace: TraceReader;
  private at: number; // up to here it has read

  constructor(parser: Parser, begin: number) {
    this.parser = parser;
    this.trace = new TraceReader(begin);
    this.at = begin;
  }

  /** Read more of the source, which begins at `base`, up to the end of the call. */
  read(source: string, base: number, isLast: boolean): void {
    while (this.goesOn && this.at < base + source.length) {
      const piece = source.slice(this.at - base, this.at - base + PIECE);
      this.at += piece.length;
      this.note(this.parser.feed(piece), false);
    }
    if (this.goesOn && isLast) this.note(this.parser.finish(), true);
  }

  private note(events: readonly Event[], isEnd: boolean): void {
    for (const event of events)
      if (event.type === "ArgumentsDelta" && event.index === 0) this.text += event.text;
    const found = this.trace.read(...this.parser.takeMarkedTrace());
    if (isEnd) found.push(...this.trace.finish());
    if (found.length > 0) {
      this.found = found[0];
      this.found.isAtEnd = isEnd;
    }
    this.goesOn = found.length === 0 && !isEnd;
  }
}
