/**
 * The way of a call's arguments out: nothing goes out before the call is announced.
 *
 * In: JSON text, and the moment at which the call is known. Out: `CallStart`, the text on the call's channel,
 * `CallEnd`.
 *
 * Promise: an incomplete call has some arguments. Clients read none as an empty object, and run the call
 * with it.
 */

import { callEnd, callStart } from "../events.js";
import type { Output } from "./output.js";

const UNFINISHED = "{"; // the arguments of a call of which nothing but the name has come

/** Where one call is written. */
export class Channel {
  isOpen = false;
  private isEmpty = true;
  private waiting: string[] = [];

  constructor(
    private readonly output: Output,
    readonly index: number,
  ) {}

  /** Characters that wait for the announcement. */
  get heldChars(): number {
    return this.waiting.reduce((held, text) => held + text.length, 0);
  }

  /** Announce the call: from here on it is one. */
  open(name: string, callId: string | null): void {
    this.isOpen = true;
    this.output.add(callStart(this.index, name, callId));
    for (const text of this.waiting) this.output.write(this.index, text);
    this.waiting = [];
  }

  /** Write JSON text of the arguments. */
  write(text: string): void {
    if (text) this.isEmpty = false;
    if (this.isOpen) this.output.write(this.index, text);
    else this.waiting.push(text);
  }

  /** No more comes of the call. */
  close({ complete }: { complete: boolean }): void {
    if (this.isEmpty && !complete) this.write(UNFINISHED);
    this.output.add(callEnd(this.index, complete));
    this.output.message.afterCall = true;
  }
}
