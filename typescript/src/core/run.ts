/**
 * Theory of operation: what a parser knows while it reads, as data.
 *
 * In: a machine, the tools of the request, where generation begins. Out: `Run`, whose registers steps and
 * moves change.
 *
 * What never changes during a run stands in `Run` itself. What changes stands in groups, each small, each
 * with one question that it answers:
 *
 *     `text`      where are we in the text?         (text.ts)
 *     `place`     where are we in the machine?      state, stack of states to return to, machine
 *     `pending`   what has come of a short part?    a name, a key, an id, a type, a source, before it is used
 *     `open`      what is being read?               the call, and the value inside it
 *     `message`   what has come of the message?     whatever later text depends on
 *     `stretch`   is it undecided whether this is a call, and since where?    (tentative.ts)
 *     `draft`     is it undecided whether this call is a draft, or an example?       (drafts.ts)
 *
 * Groups are replaced, never cleared. When a stretch of text begins that may turn out to be no call, it keeps
 * the groups as they are and the run goes on with new ones; if no call comes of it, the old ones are put
 * back. So there is no list of registers to reset, and a new register, in whatever group it stands, cannot be
 * forgotten.
 *
 * What is ugly: a few steps leave a word for themselves in `open` (`skipping`, `nest`), because a step may
 * end in the middle of what it does when a delta ends, and must find its way back with the next one.
 */

import type { ValueScanner } from "../near_json/scan.js";
import type { ValueText } from "../near_json/value_text.js";
import { wholeToolSet } from "../schema/kept_tools.js";
import type { ToolSet } from "../schema/tools.js";
import type { PreparedMachine } from "../tables/machine.js";
import type { Nest } from "../tables/nests.js";
import type { Edge, State } from "../tables/states.js";
import type { ElementWriter } from "../values/elements.js";
import type { EntityDecoder } from "../values/entities.js";
import type { Call } from "./call.js";
import { Citations } from "./citations.js";
import type { CodeAround } from "./code_blocks.js";
import { codeBehind } from "./code_blocks.js";
import { Echo } from "./echo.js";
import { ExamplesSeen } from "./examples_seen.js";
import type { HalfObject } from "./half_object.js";
import type { SoFar } from "./output.js";
import { Output } from "./output.js";
import type { ShortString } from "./short_string.js";
import type { SpecialTokens } from "./special_tokens.js";
import { Recording, Text } from "./text.js";
import type { TracePlace } from "./trace.js";
import { Trace } from "./trace.js";

export const MARKUP: readonly string[] = ["markup", "blanks"]; // what consumed text was, when it says nothing
export const TEXTS: readonly string[] = ["content", "reasoning"];
// Junk to be skipped: a word, at least one character of it; what follows of it; a piece, up to what may be a
// delimiter.
export const SKIPS_WORD = "word";
export const SKIPS_REST = "rest";
export const SKIPS_PIECE = "piece";

/** A nested example inside a value, how deep it is nested, and whether a real token ends it. */
export type Example = readonly [nest: Nest, depth: number, byToken: boolean];

/** Where a parser is in the machine. */
export class Place {
  /** `stack`: the states to return to, at the end of a rule that was entered from another. */
  constructor(
    public machine: PreparedMachine,
    public state: State,
    public stack: number[],
  ) {}
}

/** Short parts of a call that have come, as a whole or in part, and are not used yet. */
export class Pending {
  name = "";
  id = "";
  key = "";
  type = "";
  idFollows = false; // the name waits for it
  idIsOpen = false; // what is read now is part of the id
  source = ""; // of the citation that is being read
  string: ShortString | null = null; // a key or a name in quotes, so far
}

/** What is being read: a call, the value inside it, and what a step left off in the middle of. */
export class Open {
  scanner: ValueScanner | null = null; // of a value that ends by itself
  scanned: readonly [text: string, until: number] | null = null; // what it has made of the buffer already
  told: ValueText | null = null; // of such a value that is content or reasoning
  half: HalfObject | null = null; // of all arguments, while nothing of them has come but a bracket
  element: ElementWriter | null = null; // of a value built of elements
  entities: EntityDecoder | null = null; // of a text in which they are decoded
  nest: Example | null = null;
  isCut = false; // the text has ended inside the opener of a further argument
  skipping = ""; // junk: up to this quote, or what `SKIPS_WORD` and the others say

  /** `callDepth`: of the stack, when the call was opened. */
  constructor(
    public call: Call | null = null,
    public callDepth = 0,
  ) {}

  /** Characters of the text that have been read and of which nothing has been written. */
  get heldChars(): number {
    const { entities, call, element, half, told, scanner } = this;
    let held = call === null ? 0 : call.heldChars;
    for (const one of [entities, element, half, told, scanner]) held += one === null ? 0 : one.held;
    return held;
  }
}

/** What was known before a place of the text, to which the run may have to go back; the source since then. */
export class Before {
  readonly place: Place;
  readonly pending: Pending;
  readonly open: Open;
  readonly message: SoFar;
  readonly recordings: readonly Recording[]; // that ran before it
  readonly source: Recording;
  readonly tail: string; // what stands before it
  events: number; // that came before it
  traced: TracePlace;

  constructor(run: Run) {
    const { text } = run;
    this.place = run.place;
    this.pending = run.pending;
    this.open = run.open;
    this.message = run.message;
    this.recordings = [...text.recordings];
    this.source = new Recording(text.position);
    this.tail = run.examples === null ? "" : text.before(text.position);
    this.events = run.output.count();
    this.traced = run.trace === null ? [0, 0] : run.trace.place;
  }
}

/**
 * Text of which it is undecided whether a call has begun: what was known before it, and what speaks for a
 * call.
 */
export class Stretch extends Before {
  trusted: boolean; // a special token stands in it, or has opened the section that it stands in
  isVouched = false; // a special token whose id is known stands in it
  isSetOff = false; // a line begins with it, or the text of the message
  proseFrom: number | null = null; // where prose between its openers begins, counted as `junkFrom` is
  wordFrom: number | null = null; // where the last word of a header begins, counted so as well
  tagEnd: number | null = null; // behind a tag that the format does not know, counted so as well
  looked = 0; // up to here it has been looked for an opener behind prose, counted so as well
  isNamed = false; // a name has come that counts, and nothing of the call behind it
  lacksOpener = false; // a delimiter is missing in it
  junkFrom: number | null = null; // where junk began behind the name, counted from the beginning of all text
  tells = false; // a delimiter stands in it that is more than a bracket
  sawCall = false; // a call was opened in it
  sawBody = false; // something else than markup stands in it
  closesCitation = false; // it is a citation's closer, up to its end
  isCutOff = false; // the text has ended in the middle of a call's markup

  constructor(run: Run) {
    super(run);
    this.trusted = run.place.state.region === "section" && run.message.sectionTrusted;
  }
}

/**
 * A call in open thoughts or in code, and all behind it, while it may be no call after all: see drafts.ts.
 */
export class Draft extends Before {
  readonly begin: number; // in the whole text
  readonly inThoughts: boolean;

  /** `around`: the code in which it stands. */
  constructor(
    run: Run,
    readonly around: CodeAround,
    { inThoughts }: { inThoughts: boolean },
  ) {
    super(run);
    this.begin = run.text.base + run.text.position;
    this.inThoughts = inThoughts;
  }
}

/** The registers of one parser. See the head of this file. */
export class Run {
  readonly tools: ToolSet;
  readonly examples: ExamplesSeen | null;
  readonly output = new Output();
  readonly citations: Citations | null;
  readonly echo: Echo | null;
  readonly holdsDrafts: boolean;
  trace: Trace | null; // what all the text became
  work = 0; // characters looked at or copied, but for those of the fast path

  readonly text: Text;
  place: Place;
  pending = new Pending();
  open = new Open();
  message = this.output.message;
  stretch: Stretch | null = null;
  draft: Draft | null = null;

  constructor(
    machine: PreparedMachine,
    tools: unknown,
    inside: string | null,
    public special: SpecialTokens | null,
    { trace, holdsDrafts = true }: { trace: boolean; holdsDrafts?: boolean },
  ) {
    this.tools = wholeToolSet(tools);
    this.examples = special === null ? null : new ExamplesSeen();
    this.citations = machine.hasCitations ? new Citations(this.output) : null;
    this.echo = machine.dropsEcho ? new Echo() : null;
    this.holdsDrafts = holdsDrafts;
    this.trace = trace ? new Trace() : null;
    this.text = new Text({ keepsTail: special !== null });
    const start = (inside === null ? null : machine.inside.get(inside)) ?? machine.start;
    this.place = new Place(machine, machine.states.get(start), []);
    this.message.sawReasoning = inside === "reasoning";
  }

  /**
   * What may have to be given back: a draft, which begins before the stretches of its calls, or a stretch.
   */
  get undecided(): Before | null {
    return this.draft ?? this.stretch;
  }

  /** Go on behind the text up to `end`; `kind` says what it was. */
  consume(kind: string, end: number): void {
    const text = this.text;
    if (end <= text.position) return;
    const piece = text.buffer.slice(text.position, end);
    this.trace?.add(kind, piece);
    if (this.stretch !== null && !MARKUP.includes(kind)) this.stretch.sawBody = true;
    const code = this.message.code;
    if (TEXTS.includes(kind) || code.ticks || code.fences || code.inInfo || piece.includes("`")) {
      this.seeCode(kind, piece);
    }
    text.position = end;
    if (text.looked < end) text.looked = end;
  }

  /** Note in the trace why what follows becomes what it becomes. */
  because(why: string): void {
    this.trace?.because(why);
  }

  /** Go on behind text that becomes nothing, for a reason. */
  skip(why: string, end: number): void {
    if (end <= this.text.position) return;
    if (this.trace !== null && !this.trace.skips) this.trace.because(why);
    this.consume("skipped", end);
  }

  /** Know what code is open behind a piece of the text, which is about to be consumed. */
  private seeCode(kind: string, piece: string): void {
    const { message, text, draft } = this;
    const isText = TEXTS.includes(kind);
    const isBeside =
      MARKUP.includes(kind) && this.open.call === null && this.place.state.region !== "section";
    if (isText || (isBeside && this.stretch === null)) {
      if (kind !== "markup" || piece.startsWith("`")) {
        // a fence that is a delimiter beside a call
        const around = draft === null ? null : draft.around;
        const place = text.base + text.position;
        message.code = codeBehind(message.code, isText ? kind : "", piece, place, around);
        return;
      }
    }
    if (message.code.ticks || message.code.inInfo)
      message.code = message.code.with({ ticks: 0, inInfo: false });
  }

  /**
   * Whether the special tokens of a delimiter at `at` of the buffer came as tokens (docs/rules.md, rule 10).
   */
  isReal(edge: Edge, at: number): boolean {
    const special = this.special;
    const base = this.text.base + at;
    return special === null || edge.special.every(([token, place]) => special.isReal(token, base + place));
  }

  /** Whether a section is being read that is calls altogether or text altogether. */
  get isAllOrNothing(): boolean {
    return this.stretch !== null && this.place.machine.commit === "section";
  }
}
