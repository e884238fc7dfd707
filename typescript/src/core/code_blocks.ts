/**
 * Code that a text shows: spans in backticks, and blocks between fences of three or more.
 *
 * In: what is read as content or reasoning, with the place where it begins. Out: `Code`, which stands in the
 * message; and for a call that is held because it may be an example, what shows that it is one.
 *
 *     Write `<call>f</call>` so.       a span: one backtick or two right before the opener, and behind
 *     ```xml                           a fence opens a block; the rest of its line says the language
 *     Do not write <call>f</call>.     words in the block
 *     ```                              the block is closed behind the call
 *
 * Note [calls in code]
 * A call in a span is quoted. A call in a block is quoted if the block is closed behind it and words stand in
 * it besides calls, or behind it: somebody is shown something. If nothing but calls stands in the block, and
 * nothing behind it, the turn was for them: models put calls into fences. So such a call is held until one or
 * the other is known, for `DRAFT_MAX` characters, as a draft in thoughts is.
 *
 * Promise: all this depends on characters and places, so the cut changes nothing.
 */

import { lstrip } from "../strings.js";
import { BLANKS, DRAFT_MAX } from "../tables/limits.js";

const PIECES = /`+|[^`]+/g;
export const FENCE = 3; // so many backticks open and close a block of code

/** What code is open where the text has come to. */
export class Code {
  constructor(
    readonly kind = "", // of the text: content or reasoning
    readonly ticks = 0, // backticks that came last
    readonly fences = 0, // that have come; of an odd number the last one has opened a block
    readonly inInfo = false, // in the line of a fence that opens
    readonly hasWords = false, // words have come since the last fence
  ) {}

  get inBlock(): boolean {
    return this.fences % 2 === 1;
  }

  get inSpan(): boolean {
    return 0 < this.ticks && this.ticks < FENCE;
  }

  /** Whether the next text must be looked at, whatever it is. */
  get waits(): boolean {
    return this.ticks > 0 || this.inInfo || (this.inBlock && !this.hasWords);
  }

  /** The same with other backticks, fences, and so on. */
  with({
    ticks = this.ticks,
    fences = this.fences,
    inInfo = this.inInfo,
    hasWords = this.hasWords,
  }: Partial<Pick<Code, "ticks" | "fences" | "inInfo" | "hasWords">>): Code {
    return new Code(this.kind, ticks, fences, inInfo, hasWords);
  }
}

export const NO_CODE = new Code();

/** The code in which a call stands, and what has come of it behind the call's opener. */
export class CodeAround {
  inSpan: boolean;
  private hasWords: boolean; // before the call, in the same block
  private closedAt: number | null; // -1: there is no block
  private wordsAt: number | null = null;

  constructor(code: Code) {
    this.inSpan = code.inSpan;
    this.hasWords = code.hasWords;
    this.closedAt = code.inBlock ? null : -1;
  }

  get hasBlock(): boolean {
    return this.closedAt !== -1;
  }

  /** A fence or a word stands behind the call's opener; the first of each counts. */
  note(place: number, { isFence }: { isFence: boolean }): void {
    if (isFence) this.closedAt ??= place;
    else this.wordsAt ??= place;
  }

  /** Whether the block was closed and there are words; `begin`: of the call. */
  showsExample(begin: number): boolean {
    const closed = this.closedAt;
    const words = this.hasWords ? begin : this.wordsAt;
    return closed !== null && closed >= 0 && words !== null && Math.max(closed, words) - begin <= DRAFT_MAX;
  }
}

/**
 * What code is open behind a text of a kind that begins at a place; `""`: blanks, which belong to either
 * kind.
 */
export function codeBehind(
  code: Code,
  kind: string,
  text: string,
  place: number,
  around: CodeAround | null,
): Code {
  if (kind && kind !== code.kind) code = new Code(kind);
  if (!code.fences && !code.ticks && !text.includes("`")) return code;
  if (around === null && !code.inInfo && !text.includes("``") && !(code.ticks && text.startsWith("`"))) {
    return behindLine(code, text);
  }
  for (const found of text.matchAll(PIECES)) code = behindPiece(code, found[0], place + found.index, around);
  return code;
}

/** The same for a text in which no fence can be: what most texts are. */
function behindLine(code: Code, text: string): Code {
  const ticks = text.endsWith("`") ? 1 : 0;
  const hasWords = code.hasWords || code.inSpan || lstrip(text.slice(0, text.length - ticks), BLANKS) !== "";
  if (ticks === code.ticks && hasWords === code.hasWords) return code;
  return new Code(code.kind, ticks, code.fences, false, hasWords);
}

function behindPiece(code: Code, piece: string, place: number, around: CodeAround | null): Code {
  if (piece[0] === "`") {
    const ticks = code.ticks + piece.length;
    if (code.ticks >= FENCE || ticks < FENCE) return code.with({ ticks });
    around?.note(place + FENCE - code.ticks - 1, { isFence: true });
    return new Code(code.kind, ticks, code.fences + 1, !code.inBlock);
  }
  const words = code.inSpan ? 0 : wordIn(piece, code.inInfo);
  if (words >= 0) around?.note(place + words, { isFence: false });
  const inInfo = code.inInfo && !/[\r\n]/.test(piece);
  return code.with({ ticks: 0, inInfo, hasWords: code.hasWords || words >= 0 });
}

/** Where the first character stands that is no blank, behind the line of a fence; -1: nowhere. */
function wordIn(piece: string, inInfo: boolean): number {
  const begin = inInfo ? piece.search(/[\r\n]/) : 0;
  const rest = begin < 0 ? "" : lstrip(piece.slice(begin), BLANKS);
  return rest ? piece.length - rest.length : -1;
}
