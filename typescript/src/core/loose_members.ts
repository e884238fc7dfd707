/**
 * Arguments that stand beside the name of a call, and not among its arguments: they count where no
 * arguments come.
 *
 * In: the members of a call's object that the tool may declare, in order. Out: the arguments, once it is
 * known that no member holds them.
 *
 *     {"name": "bash", "command": "ls"}                       bash {"command": "ls"}
 *     {"id": "7", "name": "bash", "arguments": {"id": "x"}}   bash {"id": "x"}: the member `arguments` counts
 *
 * Promises: at most `LOOSE_MAX` characters are held. If more come behind the name, they go out, and a
 * member `arguments` behind them makes the call incomplete; if more come before it, they are missed, which
 * does so as well.
 */

import { escape } from "../near_json/escape.js";
import type { ToolSet } from "../schema/tools.js";
import { LOOSE_MAX } from "../tables/limits.js";
import type { Channel } from "./channel.js";

/** The members of one call that may be its arguments, while they are held. */
export class LooseMembers {
  held = 0; // characters
  isHolding = false; // there are some, and it is open whether they count
  isMissed = false; // more came before the name than may be held
  isReleased = false; // they count: what comes of them is written at once
  private members: Map<string, string[]> = new Map(); // JSON text, in the order in which they came
  private pieces: string[] | null = null; // of the one that is read; null: the first of its key counts

  /** A member begins; its value comes as JSON. */
  begin(key: string): void {
    this.isHolding = true;
    this.pieces = null;
    if (this.isMissed || this.members.has(key)) return;
    this.pieces = [];
    this.members.set(key, this.pieces);
    this.held += key.length;
  }

  /** Take JSON text of the value; true when more is held than may be, so that they are to be settled. */
  write(text: string, tool: string): boolean {
    if (this.pieces !== null) {
      this.pieces.push(text);
      this.held += text.length;
    }
    if (this.held > LOOSE_MAX && !tool) {
      this.drop();
      this.isHolding = this.isMissed = true;
    }
    return this.held > LOOSE_MAX;
  }

  /** They do not count. */
  drop(): void {
    this.isHolding = this.isMissed = false;
    this.held = 0;
    this.members = new Map();
    this.pieces = null;
  }

  /**
   * They count: write those that the tool declares, and add their keys; false when one or its value is
   * missed.
   */
  settle(tools: ToolSet, tool: string, keys: Set<string>, channel: Channel): boolean {
    let isWhole = !this.isMissed;
    for (const [key, pieces] of this.members) {
      if (!tools.knows(tool, key)) continue;
      if (pieces.length > 0) {
        channel.write(`${keys.size > 0 ? ", " : "{"}"${escape(key)}": ${pieces.join("")}`);
        keys.add(key);
      } else isWhole = false;
    }
    this.drop();
    this.isReleased = true;
    return isWhole;
  }
}
