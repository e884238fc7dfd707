/**
 * The end tokens of a format, and what opens the model's next turn: where one of them may stand in a text.
 *
 * In: the machine's `end_tokens`, `end_delimiters` and `turn_openers`. Out: `TurnMarks`, the searches for
 * them.
 *
 *     ["<|im_end|>"], ["<|im_start|>assistant"]    in "Hi<|im_" an end token may begin at 2
 *
 * Promises: of tokens that begin alike the longest counts; nothing is looked for in a format that names none.
 */

import { escapeRegex, match, search } from "../regex.js";
import type { Search } from "../regex.js";
import { BLANKS } from "./limits.js";
import type { Texts } from "./table.js";

const IS_WORD = /^[\p{L}\p{N}]+$/u;

/** A search of the fast path: it is null where a text is plain. */
/** What may stand where a turn ends. */
export class TurnMarks {
  readonly delimiters: ReadonlySet<string>; // those that states may read
  readonly longest: number;
  readonly first: Search; // where an end token begins, or may at the end
  readonly mayBegin: Search;
  readonly token: Search;
  readonly opener: Search;
  private readonly pairs: Texts;
  private readonly firsts: ReadonlySet<string>;
  private readonly watched = new Map<RegExp, RegExp>();
  private readonly endings: string; // the pattern of `mayBegin`

  constructor(
    readonly tokens: Texts,
    delimiters: Iterable<string>,
    readonly openers: Texts,
  ) {
    this.delimiters = new Set(delimiters);
    this.longest = Math.max(0, ...[...tokens, ...openers].map((text) => text.length));
    this.pairs = [...new Set(tokens.map((token) => token.slice(0, 2)))];
    this.firsts = new Set(tokens.map((token) => token.slice(0, 1)));
    this.first = search(anyBeginning(tokens));
    // What the fast path must leave alone: also backticks, which may open a block of code.
    this.endings = anyBeginning(openers.length > 0 ? [...tokens, "``"] : tokens);
    this.mayBegin = search(this.endings);
    this.token = match(anyOf(tokens));
    this.opener = match(`(?:${anyOf(openers)})[${BLANKS}]*`);
  }

  /** A pattern of the fast path, or what may begin an end token; made once for each. */
  watching(mark: RegExp): RegExp {
    let known = this.watched.get(mark);
    if (known === undefined) {
      known = new RegExp(`${mark.source}|${this.endings}`, "u");
      this.watched.set(mark, known);
    }
    return known;
  }

  /** Whether an end token may stand in a text. Two characters are found faster than a pattern. */
  standsIn(text: string): boolean {
    return this.pairs.some((pair) => text.includes(pair)) || this.firsts.has(text.slice(-1));
  }

  /**
   * Whether a text is the beginning of one of these, and not all of it.
   *
   * `final`: nothing follows it. Then a word alone is no mark that was cut off: an opener may begin with one.
   */
  mayCome(text: string, texts: Iterable<string>, { final = false }: { final?: boolean } = {}): boolean {
    for (const found of texts) {
      if (found.startsWith(text) && found !== text) return !(final && IS_WORD.test(text));
    }
    return false;
  }
}

/** A pattern for the longest of some texts; it matches nothing where there are none. */
function anyOf(texts: Texts): string {
  const longestFirst = [...new Set(texts)].sort((one, other) => other.length - one.length);
  return longestFirst.map(escapeRegex).join("|") || "(?!)";
}

/** A pattern for the first two characters of some texts, or the first one at the end. */
function anyBeginning(texts: Texts): string {
  const pairs = texts.map((text) => {
    const [first, second = ""] = text;
    return `${escapeRegex(first)}(?:${escapeRegex(second)}|(?![\\s\\S]))`;
  });
  return [...new Set(pairs)].join("|") || "(?!)";
}
