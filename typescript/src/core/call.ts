/**
 * One call being read: its name, its id, its arguments.
 *
 * In: the actions of the machine, in order. Out: the call's events, through its channel.
 *
 * Promises: nothing is written before the call is announced; an incomplete call keeps the prefix of
 * arguments that it has, unclosed (docs/rules.md, rule 8).
 */

import type { ToolSet } from "../schema/tools.js";
import { Arguments } from "./arguments.js";
import { Channel } from "./channel.js";
import type { Output } from "./output.js";

/** A call from its opener to its end. */
export class Call {
  readonly channel: Channel;
  readonly arguments: Arguments;

  constructor(index: number, output: Output, tools: ToolSet, wrappers: ReadonlySet<string>) {
    this.channel = new Channel(output, index);
    this.arguments = new Arguments(this.channel, tools, wrappers);
  }

  /** Whether it is certain to be a call. */
  get isAnnounced(): boolean {
    return this.channel.isOpen;
  }

  /** Characters read of which nothing has gone out. */
  get heldChars(): number {
    return this.channel.heldChars + this.arguments.heldChars;
  }

  /** Commit: from here on it is a call. */
  announce(name: string, callId: string | null): void {
    this.arguments.tool = name;
    this.channel.open(name, callId);
  }

  /** No more comes of it; return whether it is complete. Only an announced call can be ended. */
  end({ complete }: { complete: boolean }): boolean {
    this.arguments.settle();
    const isComplete = complete && this.arguments.close();
    this.channel.close({ complete: isComplete });
    return isComplete;
  }
}
