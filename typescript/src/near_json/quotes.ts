/**
 * Whether a quote ends the string it stands in: what follows must be able to follow a string there.
 *
 * In: the containers that are open around the string, and the text from the quote on. Out: YES, NO or WAIT.
 *
 *   {"content": "He said "hello" to me"}    a word cannot follow a value: the first two inside are text
 *   [bash(command='print('hi')')]           behind `')` another quote cannot follow
 *   {"a": "x, "b": "y"}                     a key with its colon follows a comma: the quote before it ends it
 *
 * How: a judgement goes on with the text as it comes, and keeps what it has read of it: each character is
 * looked at once.
 *
 * Promises: no quote of well-formed JSON or Python is taken for text; at most `LOOK_MAX` characters behind a
 * quote are looked at, and behind so many it ends the string.
 */

import { match } from "../regex.js";
import { BLANKS, LOOK_MAX } from "../tables/limits.js";
import { characterAt, isDigit, WORD } from "./characters.js";

export const IS_TEXT = 0;
export const IS_END = 1;
export const IS_UNDECIDED = 2;
const KEY_BEHIND = match('[ \\t\\n\\r]*,[ \\t\\n\\r]*"[^"\\\\\\x00-\\x1f]{1,64}"[ \\t\\n\\r]*:', "u");
const QUOTES = "\"'";
const VALUE_BRACKETS = "}])";
const NO_LONE_KEY = "{}<>"; // nor has one that no comma stands before
const NO_KEY = "\n\r"; // they must be escaped in a string
const CONSTANTS: ReadonlySet<string> = new Set(
  "true false null True False None NaN Infinity undefined".split(" "),
);
const WORD_CHARACTER = new RegExp(`[${WORD}.$\\-]`, "u");
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u; // Python's `str.isalnum`

// What is expected next.
const AFTER_VALUE = 0;
const BEFORE_KEY = 1;
const BEFORE_ITEM = 2;
const IN_QUOTED_KEY = 3;
const IN_PLAIN_WORD = 4;
const BEFORE_COLON = 5;
const AFTER_ALL = 6;

/**
 * What may follow a string: the containers that are open around it, and delimiters that may end everything.
 */
export class Evidence {
  constructor(
    private readonly kinds: readonly string[],
    private readonly python: boolean,
    readonly ends: readonly string[],
    private readonly around = "", // the containers outside of the value
  ) {}

  /** Return the judgement of a quote that has come: in the containers that are open now, or in others. */
  judgement(kinds: readonly string[] = this.kinds): Judgement {
    if (!this.around) return new Judgement(kinds, this.python, this.ends);
    const found = new Judgement([...this.around, ...kinds], this.python, this.ends);
    found.isInner = true;
    return found;
  }
}

/** Judge one quote, as the text behind it comes. `ends`: delimiters that may end everything. */
export class Judgement {
  isInner = false; // the outermost container is not of the value: behind its end anything may stand
  seen = 0; // characters behind the quote that have been read
  private depth: number;
  private expects = AFTER_VALUE;
  private closed = false; // a closer has come behind the quote
  private blanks = ""; // before the next character
  private mark = ""; // the quote of the key that is read, or its backslash
  private word = "";
  private isNext = false; // what is judged is the next quote: this one ends the string if that one does not
  private isSeparated = false; // a comma has come behind the quote
  private isItem = false; // a word of an array: it is no key

  constructor(
    private readonly kinds: readonly string[], // of the containers, the outermost first
    private readonly python: boolean,
    private readonly ends: readonly string[],
  ) {
    this.depth = kinds.length;
  }

  /** How many plain characters may come of a key in quotes before anything is decided, and one more. */
  get room(): number {
    const isInKey = this.expects === IN_QUOTED_KEY && this.isSeparated && this.mark === '"' && !this.word;
    return isInKey ? LOOK_MAX - this.seen : 0;
  }

  /** Go on reading the text, in which the place behind the quote is `begin`. */
  look(text: string, begin: number, final: boolean): number {
    const isFirst = !this.seen && this.depth > 0;
    if (isFirst && this.kinds.at(-1) === "{" && KEY_BEHIND(text, begin) !== null) return IS_END;
    const verdict = this.read(text, begin + this.seen, final);
    if (!this.isNext || verdict === IS_UNDECIDED) return verdict;
    return verdict === IS_TEXT ? IS_END : IS_TEXT;
  }

  /** Take character after character until one decides. */
  private read(text: string, at: number, final: boolean): number {
    while (at < text.length) {
      if (this.seen >= LOOK_MAX) return IS_END;
      const mark = characterAt(text, at);
      const isInToken = this.expects === IN_QUOTED_KEY || this.expects === IN_PLAIN_WORD;
      if (!isInToken && this.isBlank(mark)) {
        this.blanks += mark;
      } else {
        let verdict = isInToken ? IS_TEXT : this.atEnd(text, at, final);
        if (verdict === IS_UNDECIDED) return verdict;
        if (verdict === IS_TEXT) {
          verdict = this.step(mark);
          this.blanks = "";
        }
        if (verdict !== IS_UNDECIDED) return verdict;
      }
      at += mark.length;
      this.seen += mark.length;
    }
    return final ? IS_END : IS_UNDECIDED;
  }

  /** Whether a character is a blank, or a part of one spelled out: `\n`. */
  private isBlank(mark: string): boolean {
    if (BLANKS.includes(mark)) return true;
    return this.blanks.endsWith("\\") ? "nrt".includes(mark) : mark === "\\" && this.depth > 0;
  }

  /** Whether a delimiter stands there. */
  private atEnd(text: string, at: number, final: boolean): number {
    const rest = text.length - at;
    for (const end of this.ends) {
      if (text.startsWith(end, at)) return IS_END;
      if (rest < end.length && !final && end.startsWith(text.slice(at))) return IS_UNDECIDED;
    }
    return IS_TEXT;
  }

  // --- the steps: each takes a character that is no blank where one may stand ------------------------------

  private step(mark: string): number {
    switch (this.expects) {
      case AFTER_VALUE:
        return this.behind(mark);
      case BEFORE_KEY:
        return this.member(mark);
      case BEFORE_ITEM:
        return this.item(mark);
      case IN_QUOTED_KEY:
        return this.quoted(mark);
      case IN_PLAIN_WORD:
        return this.inWord(mark);
      case BEFORE_COLON:
        return this.colon(mark);
      default:
        return this.outside(mark);
    }
  }

  private behind(mark: string): number {
    if (!this.depth) return this.outside(mark);
    const isInObject = this.kinds[this.depth - 1] === "{";
    if (mark === "," || mark === ";") {
      this.expects = isInObject ? BEFORE_KEY : BEFORE_ITEM;
      this.isSeparated = true;
      return IS_UNDECIDED;
    }
    if (VALUE_BRACKETS.includes(mark)) return this.close();
    if (this.closed) return IS_TEXT;
    if (QUOTES.includes(mark)) {
      if (this.python && !this.blanks && !this.isNext) return this.judgeNext();
      if (isInObject) return this.begin(mark);
      return this.python || this.blanks ? IS_END : IS_TEXT;
    }
    if (this.python && "+%*".includes(mark)) return IS_END;
    return isInObject && this.blanks && WORD_CHARACTER.test(mark) ? this.begin(mark) : IS_TEXT;
  }

  /** Python joins strings; but where the next quote may end this one, this quote does not. */
  private judgeNext(): number {
    this.isNext = true;
    return IS_UNDECIDED;
  }

  private close(): number {
    this.depth -= 1;
    this.closed = true;
    return IS_UNDECIDED;
  }

  /** Behind the outermost value: a bracket, a comma with more behind it, or what no string goes on with. */
  private outside(mark: string): number {
    if (this.isInner) return IS_END;
    const isBracket = VALUE_BRACKETS.includes(mark);
    const isQuote = QUOTES.includes(mark);
    if (!this.python) {
      if (isBracket && !this.closed) {
        this.closed = true;
        return IS_UNDECIDED;
      }
      return isQuote ? IS_TEXT : this.behindText(mark);
    }
    if (isBracket) {
      this.expects = AFTER_ALL;
      const isCall = mark === ")" || this.closed; // an argument of a call stands there
      this.closed = true;
      return isCall ? IS_UNDECIDED : IS_TEXT;
    }
    if (mark === ",") {
      this.expects = BEFORE_KEY;
      return IS_UNDECIDED;
    }
    if (isQuote) {
      const isJoined = !this.closed && !this.isNext;
      if (!isJoined) return IS_TEXT;
      return this.blanks ? IS_END : this.judgeNext();
    }
    return this.behindText(mark);
  }

  /** What is no bracket and no quote may follow the outermost value, but a string goes on with a word. */
  private behindText(mark: string): number {
    if (this.closed) return mark === "." && this.python ? IS_TEXT : IS_END;
    const isWord = LETTER_OR_NUMBER.test(mark) || "_.:".includes(mark);
    return isWord && !this.blanks.includes("\n") ? IS_TEXT : IS_END;
  }

  private member(mark: string): number {
    if ("},{[)]".includes(mark)) return IS_END;
    return QUOTES.includes(mark) || WORD_CHARACTER.test(mark) ? this.begin(mark) : IS_TEXT;
  }

  private item(mark: string): number {
    if ("\"'{[(]),-".includes(mark) || isDigit(mark)) return IS_END;
    return WORD_CHARACTER.test(mark) ? this.begin(mark) : IS_TEXT;
  }

  /** A key begins, or a word that may be one. */
  private begin(mark: string): number {
    this.isItem = this.expects === BEFORE_ITEM;
    const isQuoted = QUOTES.includes(mark);
    this.mark = isQuoted ? mark : "";
    this.word = isQuoted ? "" : mark;
    this.expects = isQuoted ? IN_QUOTED_KEY : IN_PLAIN_WORD;
    return IS_UNDECIDED;
  }

  private quoted(mark: string): number {
    if (this.word === "\\") {
      this.word = "";
    } else if (mark === this.mark) {
      this.expects = BEFORE_COLON;
    } else if (NO_KEY.includes(mark) || (NO_LONE_KEY.includes(mark) && !this.isSeparated)) {
      return IS_TEXT;
    } else if (mark === "\\") {
      this.word = mark;
    }
    return IS_UNDECIDED;
  }

  private inWord(mark: string): number {
    if (WORD_CHARACTER.test(mark)) {
      this.word = (this.word + mark).slice(0, LOOK_MAX);
      return IS_UNDECIDED;
    }
    if (CONSTANTS.has(this.word) && ",]}) \t\r\n".includes(mark)) return IS_END;
    this.expects = BEFORE_COLON;
    return BLANKS.includes(mark) ? IS_UNDECIDED : this.colon(mark);
  }

  private colon(mark: string): number {
    const isEnd = ((mark === ":" || mark === "=") && !this.isItem) || (mark === "(" && this.python);
    return isEnd ? IS_END : IS_TEXT;
  }
}

/**
 * Where the first of the literals begins in `text[begin:end]`, or what may become one; and whether it stands
 * there whole.
 */
export function earliest(
  text: string,
  begin: number,
  end: number,
  literals: readonly string[],
): readonly [number, boolean] {
  let found = -1;
  let longest = 0;
  for (const literal of literals) {
    longest = Math.max(longest, literal.length);
    const last = found < 0 ? end : found; // nothing behind it is of interest
    const at = text.slice(begin, last + literal.length - 1).indexOf(literal);
    if (at >= 0) found = begin + at;
  }
  if (found >= 0) return [found, true];
  for (let at = Math.max(begin, text.length - longest + 1); at < end; at += 1) {
    const rest = text.slice(at);
    if (literals.some((literal) => literal.startsWith(rest))) return [at, false];
  }
  return [end, false];
}
