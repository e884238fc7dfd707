/**
 * What every character became, why, and where calls begin and end: kept only for those who ask for it.
 *
 * In: what the run consumes, in order, and what its actions say of calls. Out: `entries`, [what, text] of all
 * the text, with reasons, which have no text (reasons.ts); `marks`, which say what stands between two
 * entries.
 *
 *     entries   ["markup", "<tool_call>"], ["markup", "{"], ["key", '"name":'], ["name", '"ping"'], ...
 *     marks     begins before entry 0, ...
 *
 * Promises: what is read again as text is taken out again, and its entries and marks are kept in one mark,
 * `failed`, which stands where that text begins; so nothing that was tried is lost. Marks are in the order of
 * their places.
 */

export type Entry = readonly [what: string, text: string];

/** How many entries and marks there are. */
export type TracePlace = readonly [entries: number, marks: number];

// The kinds of marks, and what their `detail` is:
export const CALL_BEGINS = "begins"; // a call begins
export const CALL_NAMED = "named"; // the entry before it has the name of the call in it, which is the detail
export const ARGUMENT_BEGINS = "argument"; // an argument of this key: its value comes behind it
export const VALUE_TEXT = "value_text"; // the text of a value begins, if it has any
export const VALUE_BEGINS = "value_begins"; // a value that has markup of its own
export const VALUE_ENDS = "value_ends";
export const CALL_ENDS = "ends"; // a call ends: one of the four below
export const STRETCH_FAILED = "failed"; // so many characters behind it are text or skipped, for this reason
export const CALL_WHOLE = "whole"; // its arguments are one whole JSON object
export const CALL_CUT = "cut_off"; // the text or something else has ended it
export const CALL_BROKEN = "broken"; // what stood where its arguments belong are none
export const CALL_VANISHED = "vanished"; // nothing of it was shown

/** Something between two entries of a trace. */
export interface Mark {
  readonly before: number; // the number of the entry that it stands before
  readonly kind: string;
  readonly detail: string;
  readonly chars: number; // of a failed stretch: its length
  readonly tried: readonly Entry[]; // ... the entries that it had
  readonly marks: readonly Mark[]; // ... and the marks between these
  readonly inCode: boolean; // ... whether it stands in a span or in a block of code
}

/** The entries and the marks of one message. */
export class Trace {
  entries: Entry[] = [];
  marks: Mark[] = [];
  private taken: Entry = ["", ""]; // the last that was taken

  /** How many entries and marks there are. */
  get place(): TracePlace {
    return [this.entries.length, this.marks.length];
  }

  /** Add what a text became. */
  add(kind: string, text: string): void {
    this.entries.push([kind, text]);
  }

  /** Note why what follows becomes what it becomes; each reason once in a row. */
  because(why: string): void {
    const { last } = this;
    if (last[0] !== why || last[1] !== "") this.entries.push([why, ""]);
  }

  /** Whether what came last was skipped, so that more of it needs no other reason. */
  get skips(): boolean {
    return this.last[0] === "skipped";
  }

  /** What came last, though it may have been taken. */
  private get last(): Entry {
    return this.entries.at(-1) ?? this.taken;
  }

  /** Mark this place, or the one before so many entries. */
  mark(kind: string, detail: string, back = 0): void {
    const before = this.entries.length - back;
    this.marks.push({ before, kind, detail, chars: 0, tried: [], marks: [], inCode: false });
  }

  /**
   * What came since a place has failed, for a reason: so many characters will be read again, or are skipped.
   */
  fail(place: TracePlace, chars: number, why: string, { inCode }: { inCode: boolean }): void {
    const before = place[0];
    const tried = this.entries.splice(before);
    const marks = this.marks.splice(place[1]).map((mark) => moved(mark, before));
    this.marks.push({ before, kind: STRETCH_FAILED, detail: why, chars, tried, marks, inCode });
  }

  /** Take what came first, up to a place; what stands behind it is counted anew. */
  take(place: TracePlace): readonly [entries: Entry[], marks: Mark[]] {
    const entries = this.entries.splice(0, place[0]);
    this.taken = entries.at(-1) ?? this.taken;
    const marks = this.marks.splice(0, place[1]);
    if (entries.length > 0) this.marks = this.marks.map((mark) => moved(mark, entries.length));
    return [entries, marks];
  }
}

/** A mark where the first entries are gone. */
function moved(mark: Mark, entries: number): Mark {
  return { ...mark, before: mark.before - entries };
}
