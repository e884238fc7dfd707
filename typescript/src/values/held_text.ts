/**
 * Text that is kept in pieces while it is undecided what it is.
 *
 * In: pieces. Out: all of them as one text. Joined once, so that many small pieces cost no more than a
 * large one.
 */

/** One text that grows; `size` is its length. */
export class HeldText {
  size = 0;
  private pieces: string[] = [];

  add(piece: string): void {
    if (!piece) return;
    this.pieces.push(piece);
    this.size += piece.length;
  }

  /** Return the text, and keep it. */
  text(): string {
    const text = this.take();
    this.add(text);
    return text;
  }

  /** Return the text, and keep nothing. */
  take(): string {
    const text = this.pieces.join("");
    this.pieces = [];
    this.size = 0;
    return text;
  }
}
