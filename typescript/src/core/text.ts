/**
 * The text of the model as far as it has come: what is decided, what is not, and what must be remembered of
 * it.
 *
 * In: pieces of text, in order. Out: `buffer.slice(position)`, the text that is not decided.
 *
 *     "Hi <tool_c"    buffer "Hi <tool_c", position 3 (`Hi ` went out), looked 3: a delimiter may begin
 *
 * Promises: a place counted from the beginning of all the text is `base + index`; `looked` never lies before
 * `position`; what leaves the buffer is given to every `Recording` that is running, once and in order.
 */

import { SPECIAL } from "../near_json/escape.js";
import { BACK_MAX } from "../tables/limits.js";

// Note [waiting]
// Many deltas only go on with what is waited for: half a delimiter, half a name in quotes. Whoever waits for
// that, and for nothing else, says so here, and the parser adds such a delta to the buffer without reading. A
// proper beginning of the rest of a delimiter leaves it a beginning of that delimiter, the longest that may
// stand there. A name, or a key that says whether the quote before it was one, goes on with everything but a
// quote, a backslash and what JSON has not.

/** What has arrived of the text. Only what is undecided stays in `buffer` between two deltas. */
export class Text {
  buffer = "";
  position = 0; // where the undecided text begins in `buffer`
  looked = 0; // up to here the state that reads now has looked: it need not look there again
  delimiter = 0; // where the delimiter begins that was taken last; of use only while its actions happen
  base = 0; // characters that came before `buffer`
  final = false; // no more will come
  isCut = false; // ... because a limit of tokens has ended it
  // A quote, and up to where in all the text it begins no key.
  noKey: readonly [quote: string, until: number] = ["", 0];
  // A state, and where in all the text neither an end of its text nor a special token stands: from, up to.
  noEnd: readonly [state: number, since: number, until: number] = [-1, 0, 0];
  // What is waited for: see Note [waiting].
  rest = ""; // of a delimiter, which begins at the end of the buffer
  room = 0; // one more than what may come of a short string before its end
  recordings: Recording[] = [];
  passed: string[] = []; // the last texts behind the tail that never came here, `BACK_MAX` of them at most
  private tail: string | null; // the last that came before `buffer`

  constructor({ keepsTail = false }: { keepsTail?: boolean } = {}) {
    this.tail = keepsTail ? "" : null;
  }

  /** Take more text; return how many characters that was with those that had to be copied for it. */
  add(piece: string): number {
    this.buffer += piece;
    return this.buffer.length;
  }

  /** Take more text, if it only goes on with what is waited for. */
  goesOn(piece: string): boolean {
    const size = piece.length;
    if (this.rest) {
      if (size >= this.rest.length || !this.rest.startsWith(piece)) return false;
      this.rest = this.rest.slice(size);
    } else if (size >= this.room || SPECIAL.test(piece)) return false;
    else this.room -= size;
    this.buffer += piece;
    return true;
  }

  /** Text has been read that does not come here, where nothing is undecided. */
  passBy(piece: string): void {
    this.base += piece.length;
    this.passed.push(piece);
    if (this.passed.length > BACK_MAX) this.passed.shift();
  }

  /** Count characters that nobody will read, where nothing is undecided. */
  skip(count: number): void {
    this.base += count;
    this.passed = [];
    if (this.tail !== null) this.tail = "";
  }

  /** What stands before a place of the buffer, as far as it is known. */
  before(at: number): string {
    const near = this.buffer.slice(Math.max(0, at - BACK_MAX), at);
    if (this.tail === null) return near;
    if (this.passed.length > 0) {
      this.tail = (this.tail + this.passed.join("")).slice(-BACK_MAX);
      this.passed = [];
    }
    return (this.tail + near).slice(-BACK_MAX);
  }

  /** Let go of what is decided; return how many characters were copied for it. */
  trim(): number {
    const position = this.position;
    if (!position) return 0;
    for (const recording of this.recordings) recording.keep(this.buffer.slice(recording.begin, position));
    if (this.tail !== null) this.tail = this.before(position);
    this.buffer = this.buffer.slice(position);
    this.looked -= position;
    this.base += position;
    this.position = 0;
    return this.buffer.length;
  }

  /**
   * Put text that had left the buffer back before it; all from `begin` on is undecided again.
   *
   * `tail`: what stands before that.
   */
  putBack(kept: string, begin: number, tail: string): void {
    if (kept) {
      // then it reaches up to the buffer's beginning
      this.buffer = kept + this.buffer;
      this.base -= kept.length;
      if (this.tail !== null) {
        this.passed = [];
        this.tail = tail;
      }
      for (const recording of this.recordings) recording.takeBack(kept.length);
    }
    this.position = this.looked = begin;
  }

  /** End a recording. */
  forget(recording: Recording): void {
    this.recordings = this.recordings.filter((one) => one !== recording);
  }
}

/** Keeps the source from a place on, though it leaves the buffer. */
export class Recording {
  keptChars = 0;
  protected kept_: string[] = [];

  /** `begin`: of what is kept, in the buffer. */
  constructor(public begin: number) {}

  /** Source leaves the buffer; what comes next stands at the buffer's beginning. */
  keep(source: string): void {
    this.kept_.push(source);
    this.keptChars += source.length;
    this.begin = 0;
  }

  /** Source that had left the buffer is there again, at its beginning. */
  takeBack(chars: number): void {
    const kept = this.kept;
    this.keptChars = kept.length - chars;
    this.kept_ = [kept.slice(0, this.keptChars)];
  }

  /** What has left the buffer. */
  get kept(): string {
    return this.kept_.join("");
  }
}
