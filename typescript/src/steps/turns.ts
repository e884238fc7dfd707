/**
 * The end of a turn: end tokens that stand at the end of a text, or before the opener of the model's next
 * turn.
 *
 * In: the text in pieces, before anything else reads it. Out: the run has read all of it but the tokens.
 *
 *     Hello.<|im_end|>                                      nothing comes behind the token: the turn is over
 *     Hello.<|im_end|> and <|im_start|>assistant            ... and so it is where the next turn is opened
 *     Write <|im_end|> at the end.                          a sentence that names the token
 *     <call>f</call><|im_end|>                              the call ends where the text ends
 *
 * Note [end tokens]
 * A server takes the end token away. Where nobody does, the text must be read as behind a server: so a token
 * at the end is taken out before the text is read, wherever it stands, and what it cut off ends as it does at
 * the end of a text. Whether a token is at the end is known only there; until then it is held, with the
 * blanks and tokens behind it. More than `ENDS_MAX` of them are no sentence: at message level they are
 * markup, and nothing is held. Before the opener of the next turn a token counts only where no value is read,
 * since a file may hold a whole conversation; nor does it in an open block of code. A token whose id came
 * with it counts at once: a server would have stopped there.
 *
 * Promises: what is read depends on the text alone, never on where it was cut; no more is held than
 * `ENDS_MAX` and the longest of the marks.
 */

import { endCall } from "../core/actions.js";
import { FENCE, NO_CODE } from "../core/code_blocks.js";
import { endDraft } from "../core/drafts.js";
import { endUndecided, isBetweenValues } from "../core/endings.js";
import type { FastPath } from "../core/fast_path.js";
import { NO_FAST_PATH, chooseFastPath } from "../core/fast_path.js";
import { END_OF_TEXT } from "../core/reasons.js";
import { MISSING_CLOSER, noteRepair } from "../core/repairs.js";
import type { Run } from "../core/run.js";
import { Open, Pending, Place } from "../core/run.js";
import type { Search } from "../regex.js";
import { endOf } from "../regex.js";
import { strip } from "../strings.js";
import { BLANKS, ENDS_MAX } from "../tables/limits.js";
import { ANYTHING } from "../tables/search.js";
import type { TurnMarks } from "../tables/turn_marks.js";
import { behindCharacter } from "./characters.js";
import { read } from "./table.js";

const NOTHING_ENDS = "plain";
const MAY_END = "waits";
const ENDS = "over";
const IS_TOKEN = "real";
const OPENS_TURN = "opened";
const RUNS_ON = "many";
const FENCES = /`+/g;

/** What the first end token is that may count: where it begins, where it ends with all behind it. */
type EndFound = readonly [what: string, begin: number, end: number];

/** Takes end tokens and openers of turns out of a text, on its way to the run. */
export class TurnEnds {
  held = ""; // what has come and is not read
  // A text must come here if it may begin an end token, or if something is undecided already.
  readonly mayBegin: Search;
  isIdle = false; // a turn has begun, and nothing that may end it
  private begun = false; // something has come in this turn
  private follows = false; // another turn, or its opener, came before this one
  private wearsOn = false; // in more end tokens than a turn may end with, which are text
  private fenced = false; // in an open block of code
  private ticks = 0; // backticks that stand right before `held`

  constructor(
    private readonly run: Run,
    private readonly marks: TurnMarks,
  ) {
    this.mayBegin = marks.mayBegin;
  }

  /** The fast path of the next delta, which leaves alone what may begin an end token. */
  chooseFastPath(): FastPath {
    const [mark, delta] = chooseFastPath(this.run);
    return mark === ANYTHING || !this.isIdle ? NO_FAST_PATH : [this.marks.watching(mark), delta];
  }

  /** Take more text. */
  feed(text: string): void {
    this.held += text;
    this.readAll(false);
    this.isIdle = this.begun && !this.held && !this.wearsOn && !this.ticks;
  }

  /** The text has ended: end tokens at its end are markup. */
  finish(): void {
    this.readAll(true);
  }

  private readAll(final: boolean): void {
    while (this.held && this.read(final));
  }

  /**
   * Deal with the next part of what is held: true when something was done with it, false when more decides.
   */
  private read(final: boolean): boolean {
    const { run, marks } = this;
    run.work += this.held.length;
    if (!this.begun) {
      const found = this.beginning(final);
      if (found !== null) return found;
    }
    if (this.wearsOn) {
      this.passOn(this.runOfTokens(0));
      if (!this.held || (!final && marks.mayCome(this.held, marks.tokens))) return false;
      this.wearsOn = false;
    }
    const [what, at, end] = this.look(final);
    if (what === NOTHING_ENDS || what === MAY_END) {
      this.passOn(at);
      return false;
    }
    return this.take(what, at, end);
  }

  /** What stands where a turn begins: its opener, behind another turn also blanks and end tokens. */
  private beginning(final: boolean): boolean | null {
    const { marks, held, follows } = this;
    const opener = marks.opener(held);
    let end = 0;
    if (opener !== null) end = endOf(opener);
    else if (follows) end = this.runOfTokens(0);
    if (end) {
      this.drop(end);
      this.follows = true;
      return this.held !== "";
    }
    if (marks.mayCome(held, follows ? [...marks.openers, ...marks.tokens] : marks.openers, { final })) {
      if (!final) return false;
      if (follows) {
        this.drop(held.length);
        return false;
      }
    }
    this.begun = true;
    return null;
  }

  /** Read up to `at`; then the turn is over, unless a value is being read. */
  private take(what: string, at: number, end: number): boolean {
    const { run } = this;
    this.passOn(at);
    end -= at;
    if (what === ENDS || what === IS_TOKEN || mayTurn(run, this.fenced, what)) {
      end -= this.readDelimiter();
      settle(run);
      if (what !== ENDS) {
        beginTurn(run);
        this.begun = this.fenced = false;
        this.follows = true;
        this.ticks = 0;
      }
      this.drop(end);
      return what !== ENDS;
    }
    this.wearsOn = what === RUNS_ON;
    this.passOn(end);
    return true;
  }

  /** Let the run read the end token that is held first, if it expects that; return its length then. */
  private readDelimiter(): number {
    const token = this.marks.token(this.held)?.[0];
    if (token === undefined || !this.marks.delimiters.has(token) || !expects(this.run, token)) return 0;
    this.passOn(token.length);
    return token.length;
  }

  private look(final: boolean): EndFound {
    const { held, marks } = this;
    let found = marks.standsIn(held) ? marks.first(held) : null;
    while (found !== null) {
      const at = found.index;
      const end = this.runOfTokens(at);
      if (end > at) {
        if (end - at > ENDS_MAX) return [RUNS_ON, at, end];
        const opener = marks.opener(held, end);
        if (opener !== null) return [OPENS_TURN, at, endOf(opener)];
        const rest = held.slice(end);
        if (!rest || marks.mayCome(rest, [...marks.tokens, ...marks.openers], { final })) {
          return [final ? ENDS : MAY_END, at, held.length];
        }
      }
      const token = marks.token(held, at);
      if (token === null) {
        if (!final && marks.mayCome(held.slice(at), marks.tokens)) return [MAY_END, at, at];
      } else if (this.isReal(token[0], at) === true) return [IS_TOKEN, at, endOf(token)];
      found = marks.first(held, Math.max(end, behindCharacter(held, at)));
    }
    return [NOTHING_ENDS, held.length, held.length];
  }

  /** Where the end tokens and blanks that begin at `at` end; a token whose id is known is none of them. */
  private runOfTokens(at: number): number {
    const { held, marks } = this;
    while (at < held.length) {
      const token = marks.token(held, at);
      if (token !== null && this.isReal(token[0], at) === null) at = endOf(token);
      else if (BLANKS.includes(held[at])) at += 1;
      else break;
    }
    return at;
  }

  /** Whether a token's id came with it; null where ids say nothing of it. */
  private isReal(token: string, at: number): boolean | null {
    const { special, text } = this.run;
    if (special === null || !special.knows(token)) return null;
    if (this.marks.delimiters.has(token)) return false; // the state that reads it asks for its id
    return special.isReal(token, text.base + text.buffer.length + at);
  }

  /** Let the run read what is held up to `end`. */
  private passOn(end: number): void {
    if (!end) return;
    const { run, held } = this;
    const text = held.slice(0, end);
    if (this.marks.openers.length > 0) this.countFences(text);
    this.held = held.slice(end);
    run.work += run.text.add(text);
    read(run);
    run.work += run.text.trim();
  }

  /** What is held up to `end` is markup. */
  private drop(end: number): void {
    const { run, held } = this;
    if (end) run.trace?.add("markup", held.slice(0, end));
    run.text.skip(end);
    this.held = held.slice(end);
  }

  private countFences(text: string): void {
    let ticks = 0;
    for (const { index, 0: found } of text.matchAll(FENCES)) {
      const before = index === 0 ? this.ticks : 0;
      const end = index + found.length;
      ticks = before + found.length;
      if (before < FENCE && FENCE <= ticks) this.fenced = !this.fenced;
      if (end < text.length) ticks = 0;
    }
    this.ticks = ticks;
  }
}

/** Whether a turn may be over in the middle of a text: where no value is read, and no code is shown. */
function mayTurn(run: Run, isFenced: boolean, what: string): boolean {
  const { state } = run.place;
  const isMessage = state.region === "message" && run.stretch === null;
  if (isFenced && isMessage) return false;
  const isBetween = state.kind === "gap" && !run.open.skipping && run.open.scanner === null;
  return isMessage || (what === OPENS_TURN && isBetween);
}

/**
 * Whether what is read here may end with a token: where nothing but a value is missing, or behind half a
 * closer.
 */
function expects(run: Run, token: string): boolean {
  const { state, machine } = run.place;
  const waiting = strip(run.text.buffer, BLANKS);
  const edges = [state, ...state.thens.map((step) => machine.states.get(step.to))].flatMap(
    (one) => one.edges,
  );
  const isHalf = edges.some(({ stem, literal }) => stem && waiting.startsWith(stem) && waiting !== literal);
  if (isHalf) return true;
  const isBetween = (state.kind === "gap" || state.kind === "scan") && run.open.scanner === null && !waiting;
  const missing = isBetween ? 1 : 0;
  return edges.some(
    ({ rank, guard, literal }) => rank <= missing && guard === null && literal.includes(token),
  );
}

/** Whether what is read is closed by an end token: a server has taken it away. */
function endsWithToken(run: Run): boolean {
  const { machine, state } = run.place;
  const { turns } = machine;
  return turns !== null && state.edges.some((edge) => edge.rank === 0 && turns.delimiters.has(edge.literal));
}

/** The text has ended: what is half read is what it can be. `isCut`: a limit of tokens has ended it. */
export function settle(run: Run, { isCut = false }: { isCut?: boolean } = {}): void {
  const { text } = run;
  if (text.final) return;
  text.final = true;
  text.isCut = isCut;
  read(run);
  while (run.stretch !== null && !endUndecided(run)) read(run);
  const isWhole = isBetweenValues(run);
  if ((isWhole || run.place.state.region === "section") && !endsWithToken(run)) {
    noteRepair(run, MISSING_CLOSER);
  }
  if (run.open.call !== null) endCall(run, isWhole);
  run.skip(END_OF_TEXT, text.buffer.length);
  endDraft(run);
}

/**
 * Another turn of the same message begins, behind one that is settled; the texts of the two do not run
 * together.
 */
export function beginTurn(run: Run): void {
  const { text } = run;
  text.trim();
  text.final = false;
  const { start } = run.place.machine;
  const machine = run.place.machine.entering(start);
  run.place = new Place(machine, machine.states.get(start), []);
  run.pending = new Pending();
  run.open = new Open();
  run.message.sectionTrusted = false;
  run.message.code = NO_CODE;
  run.output.boundary("\n");
  run.echo?.forget(text);
}
