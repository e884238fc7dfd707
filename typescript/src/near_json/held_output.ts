/**
 * Text that is written as soon as it is certain: behind a bracket that may still come, it waits.
 *
 * In: pieces of JSON, in order, and places where a bracket may turn out to stand. Out: the text, when all is
 * decided.
 *
 *     put('{"a": ')  mark()  put('1')          nothing may go out behind the mark: `1` or `[1, 2]`?
 *     settle("[")    put(', 2]')               now it is decided, and `{"a": [1, 2]` goes out
 *
 * How: what is put goes out at once while no mark is open. Otherwise it is held, at most `bound` characters;
 * then all of it is released, and no bracket can stand at the open marks any more. Marks are settled in
 * reverse order, the last one first. Besides, a value may be muted: what is put until it has ended is
 * dropped.
 */

export const NOT_MUTED = -1;

/** The output of one value. */
export class HeldOutput {
  held = 0; // characters
  mutedAt = NOT_MUTED; // nothing is written until the value at this depth has ended
  private out = "";
  private pieces: string[] = []; // that are held
  private marks: number[] = []; // the places of the open marks in `pieces`

  constructor(private readonly bound: number) {}

  /** What is put goes out at once. */
  get isClear(): boolean {
    return this.mutedAt < 0 && this.marks.length === 0;
  }

  /** How many brackets may still come. If it is 0, the last mark was settled or has been released. */
  get openMarks(): number {
    return this.marks.length;
  }

  put(text: string): void {
    if (this.mutedAt >= 0) return;
    if (this.marks.length === 0) {
      this.out += text;
      return;
    }
    this.pieces.push(text);
    this.held += text.length;
    if (this.held > this.bound) this.release();
  }

  /** Return what has gone out since the last call. */
  take(): string {
    const text = this.out;
    this.out = "";
    return text;
  }

  /** Leave out the value that begins at this depth, unless it is inside one that is left out. */
  mute(depth: number): void {
    if (this.mutedAt < 0) this.mutedAt = depth;
  }

  /** Say that a bracket may turn out to stand here. */
  mark(): void {
    this.marks.push(this.pieces.length);
    this.pieces.push("");
  }

  /** Decide the last mark that is open: put a bracket there, or nothing. */
  settle(bracket: string): void {
    const place = this.marks.pop();
    if (place === undefined) return;
    this.pieces[place] = bracket;
    this.held += bracket.length;
    if (this.marks.length === 0) this.release();
  }

  private release(): void {
    this.out += this.pieces.join("");
    this.pieces = [];
    this.marks = [];
    this.held = 0;
  }
}
