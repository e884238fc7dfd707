/**
 * Write the text of a parameter that may hold all the arguments: an object, also as Python or JavaScript
 * writes it.
 *
 * In: the text, and which keys the tool declares. Out: one JSON value.
 *
 *     {'city': 'Rome'}     {"city": "Rome"}: the first key is declared, so the object is the arguments
 *     {'x': 1}             a string, as any text that is no strict JSON
 *
 * Promise: no more is held than `UnionWriter` holds, because few characters tell whether a declared key is
 * the first.
 */

import { match } from "../regex.js";
import { ValueKind } from "../schema/tools.js";
import { BLANKS } from "../tables/limits.js";
import { ScanWriter } from "./structured.js";
import type { ValueWriter } from "./typed.js";
import { TypedWriter } from "./typed.js";
import { UnionWriter } from "./unions.js";

const GAP = `[${BLANKS}]{0,64}`;
const WORD = "[\\p{L}\\p{N}_]{0,127}";
const NEAR_KEY = match(`\\{${GAP}(?:'([^'"\\\\]{1,128})'|([A-Za-z_]${WORD}))${GAP}:`, "u");
const HALF_NEAR_KEY = match(`\\{${GAP}(?:'[^'"\\\\]{0,128}'?|[A-Za-z_]${WORD})?${GAP}$`, "u");

/** Whether the tool of a call declares a key. */
export type Declares = (key: string) => boolean;

/** Write text that begins like an object, while its first key may show that it is the arguments. */
export class WrapperUnion extends UnionWriter {
  private begin: string | null = "";

  constructor(
    depth: number,
    private readonly declares: Declares,
  ) {
    super(depth);
  }

  override get held(): number {
    return super.held + (this.begin ?? "").length;
  }

  override write(text: string): string {
    if (this.begin === null) return super.write(text);
    const begin = this.begin + text;
    this.begin = begin;
    if (HALF_NEAR_KEY(begin) !== null) return "";
    this.begin = null;
    const found = NEAR_KEY(begin);
    if (found !== null && this.declares(found[1] ?? found[2])) this.sink = new ScanWriter(false, this.depth);
    return super.write(begin);
  }

  override end(): string {
    const begin = this.begin;
    this.begin = null;
    return (begin ? super.write(begin) : "") + super.end();
  }
}

/** Write the value of a parameter that may hold all the arguments. */
export class WrapperWriter extends TypedWriter {
  constructor(
    kind: ValueKind,
    depth: number,
    private readonly declares: Declares,
  ) {
    super(new ValueKind(new Set([...kind.types, "string", "object"])), depth);
  }

  protected override structure(word: string): ValueWriter | null {
    return word[0] === "{" ? new WrapperUnion(this.depth, this.declares) : super.structure(word);
  }
}
