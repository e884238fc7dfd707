/**
 * The incremental parser: text in, events out, in one pass.
 *
 * In: the model's text in pieces of any size, in order, and the machine of its format. Out: events.
 *
 * It promises that (1) how the text is cut changes nothing, (2) nothing emitted is ever taken back, (3) every
 * character becomes content, reasoning, a capture, markup or skipped junk, in order, (4) no more text is held
 * than the machine's bound, except while it is undecided whether a call has begun, (5) the work is linear in
 * the text, (6) no text raises, and (7) the arguments of a complete call are one JSON object.
 *
 * How: `Run` (core/run.ts) holds what is known; a step function for each kind of state (steps/) consumes the
 * text from the left. This file is the face: what is fed, what is handed out, what is held.
 *
 * Note [half a character]
 * A text may be cut between the two halves of a character. The first half waits here for the second one, so
 * that nothing that reads sees half a character but where the text itself has no more of it.
 */

import type { Copier } from "./core/copied.js";
import { chooseCopier } from "./core/copied.js";
import { endDraft, outgrown } from "./core/drafts.js";
import type { Delta } from "./core/fast_path.js";
import { NO_FAST_PATH, chooseFastPath } from "./core/fast_path.js";
import { unreadNames } from "./core/names.js";
import { whatIsRead } from "./core/reading.js";
import { Run } from "./core/run.js";
import type { Decode } from "./core/special_tokens.js";
import { SpecialTokens } from "./core/special_tokens.js";
import type { Entry, Mark } from "./core/trace.js";
import { Trace } from "./core/trace.js";
import type { Event } from "./events.js";
import { read } from "./steps/table.js";
import { TurnEnds, settle } from "./steps/turns.js";
import type { PreparedMachine } from "./tables/machine.js";
import { ANYTHING } from "./tables/search.js";

const NO_IDS: readonly number[] = [];

/** How a parser is to read besides what is said of it in its constructor. */
export interface Reading {
  readonly tokenIds?: ReadonlyMap<string, number> | null; // of special tokens, by their texts
  readonly decode?: Decode | null; // makes text of the ids of ordinary tokens
  readonly suffix?: string | null; // of the checkpoint's delimiters
  readonly trace?: boolean; // keep what every character becomes
  // A server parts the message. For it thoughts are over with the first call, so none is held as a draft; and
  // it takes the end tokens away.
  readonly served?: boolean;
}

/**
 * Reads one message. `inside` names the capture that is already open when generation begins.
 *
 * Throws a ToolsError when some of the tools cannot be read; a `ToolSet` is taken as it is.
 */
export class Parser {
  private special: SpecialTokens | null;
  private readonly run: Run;
  private finished = false;
  private readonly turns: TurnEnds | null;
  private copier: Copier | null = null; // what makes an event of every delta here
  private mark = ANYTHING; // is in no text that is plain here
  private delta: Delta = NO_FAST_PATH[1]; // makes an event of it then
  private half = ""; // of a character: see Note [half a character]

  /** @internal */
  constructor(
    machine: PreparedMachine,
    tools: unknown = null,
    inside: string | null = null,
    { tokenIds = null, decode = null, suffix = null, trace = false, served = false }: Reading = {},
  ) {
    if (inside !== null && !machine.inside.has(inside)) {
      throw new Error(`format ${machine.format} cannot begin inside '${inside}'`);
    }
    machine = suffix === null ? machine.forTokens([...(tokenIds?.keys() ?? [])]) : machine.bind(suffix);
    this.special = tokenIds?.size ? new SpecialTokens(tokenIds, decode) : null;
    this.run = new Run(machine, tools, inside, this.special, { trace, holdsDrafts: !served });
    this.turns = machine.turns === null || served ? null : new TurnEnds(this.run, machine.turns);
  }

  // --- the two methods ------------------------------------------------------------------------------------

  /**
   * Read more text; return what it decides. Throws after `finish`.
   *
   * `tokenIds` are the ids of all the text's tokens, in order, as far as they are known. Where several come
   * at once, the parser needs `decode` to tell a special token from the same characters spelled by ordinary
   * ones.
   */
  feed(text: string, tokenIds: readonly number[] | null = null): Event[] {
    if (this.half || isFirstHalf(text.charCodeAt(text.length - 1))) {
      text = this.half + text;
      const end = text.length - (isFirstHalf(text.charCodeAt(text.length - 1)) ? 1 : 0);
      this.half = text.slice(end);
      text = text.slice(0, end);
    }
    return this.readMore(text, tokenIds ?? NO_IDS);
  }

  /** Read whole characters. */
  private readMore(text: string, tokenIds: readonly number[]): Event[] {
    const { run } = this;
    const { special, text: source } = run;
    if (!this.mark.test(text)) {
      special?.passBy(text, tokenIds, source); // the places of tokens are counted in all text
      return text ? [this.delta(text)] : [];
    }
    special?.note(text, tokenIds, this.end);
    if (this.finished) throw new Error("feed after finish: one parser reads one message");
    const { turns, copier } = this;
    if (turns !== null && (!turns.isIdle || turns.mayBegin(text) !== null)) turns.feed(text);
    else if ((source.rest || source.room) && source.goesOn(text)) return [];
    else {
      const events = copier === null ? null : copier.copy(text);
      if (copier !== null && events !== null) {
        if (copier.hasMoved) this.choosePath();
        return events;
      }
      run.work += source.add(text);
      read(run);
      if (source.position) run.work += source.trim();
    }
    if (source.buffer || run.stretch !== null || run.draft !== null) {
      this.mark = ANYTHING;
      this.copier = null;
    } else this.choosePath();
    return this.events();
  }

  /** Choose how the next delta may be read without the steps: nothing is held or undecided. */
  private choosePath(): void {
    const { run, turns } = this;
    [this.mark, this.delta] = turns === null ? chooseFastPath(run) : turns.chooseFastPath();
    this.copier = run.open.call === null ? null : chooseCopier(run);
  }

  /** The next delta goes through the steps. */
  private goSlowly(): void {
    [this.mark, this.delta] = NO_FAST_PATH;
    this.copier = null;
  }

  /**
   * Say that the text has ended; return the last events. A second call returns nothing.
   *
   * `cut`: a limit of tokens has ended it, so a call that has not been closed may lack arguments: it is
   * incomplete.
   */
  finish({ cut = false }: { cut?: boolean } = {}): Event[] {
    if (this.finished) return [];
    const events = this.half ? this.readMore(this.half, NO_IDS) : [];
    this.half = "";
    this.finished = true;
    this.goSlowly();
    this.turns?.finish();
    settle(this.run, { isCut: cut });
    return [...events, ...this.events()];
  }

  private events(): Event[] {
    const { run } = this;
    const { output, stretch } = run;
    if (run.draft !== null && outgrown(run)) endDraft(run);
    const { undecided } = run;
    if (undecided === null) return output.takeAll();
    if (!undecided.events) return [];
    const events = output.take(undecided.events); // what came before it is certain
    if (stretch !== null) stretch.events -= events.length;
    if (run.draft !== null) run.draft.events = 0;
    return events;
  }

  /** How many characters have come that may be read. */
  private get end(): number {
    const { text } = this.run;
    return text.base + text.buffer.length + (this.turns?.held.length ?? 0);
  }

  // --- what is held ---------------------------------------------------------------------------------------

  /** What no step has read yet. */
  private get unread(): string {
    return this.run.text.buffer + (this.turns?.held ?? "") + this.half;
  }

  /** Characters read that no event has accounted for. */
  get heldChars(): number {
    const { text, open, undecided } = this.run;
    const held = this.unread.length - text.position;
    return held + (undecided === null ? open.heldChars : undecided.source.keptChars);
  }

  /** The source read that is still undecided between text and markup, with the blanks that wait before it. */
  get heldSource(): string {
    const { undecided, message } = this.run;
    if (undecided === null) return message.deferred + this.unread;
    return undecided.message.deferred + undecided.source.kept + this.unread;
  }

  /**
   * `heldSource` without a copy: the blanks that wait, and how many of the last characters read stand behind.
   */
  get heldMark(): readonly [deferred: string, chars: number] {
    const { undecided, message } = this.run;
    const held = this.unread.length;
    if (undecided === null) return [message.deferred, held];
    return [undecided.message.deferred, undecided.source.keptChars + held];
  }

  /**
   * Whether a call may have begun whose name is not known yet, or that may be a draft; see docs/hold-back.md.
   */
  get isUndecided(): boolean {
    return this.run.undecided !== null;
  }

  /** What has been recovered so far, by kind: see core/repairs.ts. */
  get repairs(): ReadonlySet<string> {
    return this.run.message.repairs;
  }

  /** Which of the machine's bounds holds for what is being read now; "" where none does. */
  get reads(): string {
    return whatIsRead(this.run);
  }

  /** The names of declared tools that the format cannot carry, so that no call of them is read; and why. */
  get unreadNames(): ReadonlyMap<string, string> {
    return unreadNames(this.run.place.machine, this.run.tools);
  }

  /** Take special tokens by their text from here on: the ids turned out to be those of another text. */
  readByText(): void {
    this.run.special = null;
  }

  /** Take special tokens by their ids again, as far as they were given to the parser. */
  readByIds(): void {
    this.run.special = this.special;
  }

  /**
   * What is known of the special tokens in so many last characters, and of those whose text is late.
   *
   * @internal
   */
  tokensOfLast(count: number): SpecialTokens | null {
    const { special } = this.run;
    const { end } = this;
    return special === null ? null : special.behind(end + this.half.length - count, end);
  }

  /**
   * Begin with the text that another parser has `tokensOfLast` of; whether both know the same ids.
   *
   * @internal
   */
  takeTokens(tokens: SpecialTokens): boolean {
    if (this.special === null || !this.special.isLike(tokens)) return false;
    this.special = this.run.special = tokens;
    return true;
  }

  /** Keep from here on what every character becomes, as `trace`. */
  keepTrace(): void {
    this.run.trace = new Trace();
    this.goSlowly();
  }

  /** What became of the characters since the last time, as far as it is certain; kept no longer. */
  takeTrace(): readonly Entry[] {
    return this.takeMarkedTrace()[0];
  }

  /** The same, and the marks between it: see core/trace.ts. */
  takeMarkedTrace(): readonly [entries: readonly Entry[], marks: readonly Mark[]] {
    const { trace, undecided, draft, stretch } = this.run;
    if (trace === null) return [[], []];
    const place = undecided === null ? trace.place : undecided.traced;
    for (const before of [draft, stretch]) {
      if (before !== null) before.traced = [before.traced[0] - place[0], before.traced[1] - place[1]];
    }
    return trace.take(place);
  }

  /** How many entries of the trace are certain: those behind them may still turn out to be text. */
  get certainTraces(): number {
    const { undecided, trace } = this.run;
    return undecided === null ? (trace?.entries.length ?? 0) : undecided.traced[0];
  }

  /**
   * What every character became, [what, text] in order, of a parser that was made with `trace`.
   *
   * An entry without text says why: `what` is one of `core/reasons.ts`, of the entry behind it, or of a
   * call's end.
   */
  get trace(): readonly Entry[] | null {
    return this.run.trace?.entries ?? null;
  }

  /**
   * Characters looked at and copied so far, those of the fast path not counted: a measure without a clock.
   */
  get work(): number {
    return this.run.work;
  }
}

/** Whether a unit is the first half of a character that needs two. */
export function isFirstHalf(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
