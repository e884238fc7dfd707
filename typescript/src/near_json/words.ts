/**
 * Read the source text of one bare word: a scalar, an unquoted string, a Python expression.
 *
 * In: text that begins with the word. Out: the word's text, held while it is short (it may be a scalar),
 * released as it comes once it is longer than `limit`.
 *
 * How: three kinds of word, each a search for the characters that may end it and a rule for what they do:
 * JSON's stand-alone word (ends at a blank, and at `)` if it holds no `(`), JSON's member or element (an
 * unquoted `New York` goes on over blanks, a number does not), and Python's expression (balanced brackets and
 * quotes). Keys are of the last two kinds, and end at a colon too.
 *
 * Promises: `held` is at most `limit` characters and `GAP_MAX` blanks; a word never ends with a blank.
 */

import { match, type Search, search } from "../regex.js";
import { BLANKS } from "../tables/limits.js";
import { characterAt, skipBlanks } from "./characters.js";
import { scalarJson } from "./scalars.js";
import { GAP_MAX, STRING_PREFIXES } from "./strings.js";

const WORD_SEARCHES = {
  alone: search('[\\] \\t\\n\\r,)}<;:[{"]'),
  member: search('[\\] \\t\\n\\r,}<;[{"]'),
  key: search('[\\] \\t\\n\\r,}<;[{":]'),
  python: search("[\\] \\t\\n\\r,)}([{<;'\"]"),
  "python-key": search("[\\] \\t\\n\\r,)}([{<;'\":]"),
};
const SPACES = match("[ \\t]+");
const IN_QUOTES = search("[\"'\\\\\\n]");

export type WordKind = keyof typeof WORD_SEARCHES;

/** Read one word. */
export class WordReader {
  text = ""; // the word so far, while it is not `long`
  long = false;
  prefix = false; // it is the prefix of a Python string, whose quote comes next
  done = false;
  private readonly search: Search;
  private readonly python: boolean;
  private depth = 0;
  private quote = ""; // the quote of the string inside the expression
  private escaped = false;
  private gap = ""; // blanks that belong to the word only if it goes on
  private released = "";

  constructor(
    private readonly kind: WordKind,
    private readonly limit: number,
  ) {
    this.search = WORD_SEARCHES[kind];
    this.python = kind.startsWith("python");
  }

  get held(): number {
    return this.text.length + this.gap.length;
  }

  /** Return released text, and the place of the first character that was not consumed. */
  feed(text: string, pos = 0): readonly [string, number] {
    while (pos < text.length && !this.done) {
      if (this.quote) {
        pos = this.inQuotes(text, pos);
        continue;
      }
      const end = this.search(text, pos)?.index ?? text.length;
      if (end > pos) this.add(text.slice(pos, end));
      pos = end < text.length ? this.at(text, end) : end;
    }
    const { released } = this;
    this.released = "";
    return [released, pos];
  }

  private isScalar(): boolean {
    return !this.long && scalarJson(this.text, this.python) !== null;
  }

  private add(piece: string): void {
    piece = this.gap + piece;
    this.gap = "";
    if (this.long) {
      this.released += piece;
      return;
    }
    this.text += piece;
    if (this.text.length > this.limit) {
      this.released += this.text;
      this.text = "";
      this.long = true;
    }
  }

  private end(pos: number): number {
    this.done = true;
    this.gap = "";
    return pos;
  }

  /** Decide what the character at `pos` does to the word; return the place to go on from. */
  private at(text: string, pos: number): number {
    const mark = text[pos];
    if (BLANKS.includes(mark)) return this.blank(text, pos);
    if (!this.python) {
      if (mark !== ")" || !this.isInBrackets()) return this.end(pos);
    } else if (mark === '"' || mark === "'") {
      if (!this.gap && STRING_PREFIXES.has(this.text.toLowerCase())) {
        this.prefix = true;
        return this.end(pos);
      }
      this.quote = mark;
    } else if ("([{".includes(mark)) {
      this.depth += 1;
    } else if (")]}".includes(mark) && this.depth) {
      this.depth -= 1;
    } else if (!this.depth && ((mark !== "<" && mark !== ";") || this.isScalar())) {
      return this.end(pos);
    }
    this.add(mark);
    return pos + 1;
  }

  /** Whether a round bracket that stands in the word is open: `f(3` goes on with its `)`. */
  private isInBrackets(): boolean {
    return this.text.split("(").length > this.text.split(")").length;
  }

  private blank(text: string, pos: number): number {
    let end = pos;
    if (this.depth || (this.python && !this.isScalar())) {
      end = skipBlanks(text, pos);
    } else if (this.kind !== "alone" && (this.python || !this.isScalar())) {
      end += SPACES(text, pos)?.[0].length ?? 0;
    }
    if (end === pos) return this.end(pos);
    this.gap += text.slice(pos, Math.min(end, pos + GAP_MAX - this.gap.length));
    return end;
  }

  private inQuotes(text: string, pos: number): number {
    if (this.escaped) {
      this.escaped = false;
      const mark = characterAt(text, pos);
      this.add(mark);
      return pos + mark.length;
    }
    const found = IN_QUOTES(text, pos);
    const end = found === null ? text.length : found.index + 1;
    this.add(text.slice(pos, end));
    if (found !== null) {
      const mark = found[0];
      this.escaped = mark === "\\";
      if (mark === this.quote || mark === "\n") this.quote = "";
    }
    return end;
  }
}
