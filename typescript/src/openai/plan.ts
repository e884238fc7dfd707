/**
 * How the answer to one request is read.
 *
 * In: a format, a request as it was sent (or the part of it that is known), and where the prompt leaves off.
 * Out: `Plan`, which makes what reads each text of the answer.
 *
 * Note [what the prompt has opened]
 * Whoever reads answers alone does not see the prompt. Where a prompt has opened the reasoning, the answer
 * begins in it and closes what it never opened. A whole text shows that: its first closer stands before any
 * opener. In a stream it is known too late. There `inside` is what the caller says, else what the request's
 * template arguments say, else `"reasoning"` in the formats whose prompts always open it, and nothing in all
 * others.
 */

import type { Format } from "../format.js";
import { machineOf, tableOf } from "../format.js";
import { INCOMPLETE, KEEP } from "../message.js";
import { Parser } from "../parser.js";
import { itemsOf } from "../schema/given.js";
import { ToolSet } from "../schema/tools.js";
import type { PreparedMachine } from "../tables/machine.js";
import { withSuffix } from "../tables/suffix.js";
import type { MachineTable, Texts } from "../tables/table.js";
import { isEmpty, isPlain } from "./plain.js";
import type { Plain } from "./plain.js";

export const AUTO = "auto";
export const REASONING = "reasoning";

/** How answers are read, whatever was asked. */
export interface ReadingOptions {
  /** What the prompt has opened: `"reasoning"`, null, or `"auto"`, which the request and the format decide. */
  readonly inside?: string | null;
  /** Where reasoning goes, if the server has not shown a name of its own. */
  readonly reasoningField?: string;
  /** What becomes of calls that are not complete. */
  readonly incomplete?: "keep" | "drop";
  /** Is told when a parser has failed, and the rest of the answer is sent as it came. */
  readonly onFailure?: (error: unknown) => void;
}

/** What all texts of one answer have in common. Made by `planFor`. */
export class Plan {
  readonly machine: PreparedMachine;
  readonly table: MachineTable;

  constructor(
    format: Format,
    readonly tools: ToolSet | null, // null: no calls are looked for
    readonly inside: string | null,
    readonly templateArguments: ReadonlyMap<string, unknown>,
    readonly reasoningField: string,
    readonly incomplete: string,
    readonly onFailure: (error: unknown) => void,
  ) {
    this.machine = machineOf(format);
    this.table = tableOf(format);
  }

  /** Whether markup is looked for in all of the text: where calls are wanted, and where text wears headers. */
  get readsAll(): boolean {
    return this.tools !== null || this.machine.wrapsContent;
  }

  /** Whether the text is what it is: no calls are wanted, and the format has no reasoning. */
  get readsNothing(): boolean {
    return !this.readsAll && this.closers.length === 0;
  }

  get mayBeginInReasoning(): boolean {
    return this.machine.inside.has(REASONING);
  }

  get openers(): Texts {
    return this.table.reasoning_openers ?? [];
  }

  get closers(): Texts {
    return this.table.reasoning_closers ?? [];
  }

  /** What is open when the answer begins: `text` is all of it, if all of it is there. */
  insideOf(text: string | null = null): string | null {
    const { inside } = this;
    if (inside !== AUTO) return inside === null || this.machine.inside.has(inside) ? inside : null;
    const begins = this.table.begins_inside;
    if (!begins || !this.mayBeginInReasoning) return null;
    const [, names, byDefault, off] = begins;
    const said = names.map((name) => this.templateArguments.get(name)).filter((value) => value != null);
    let isOpen = byDefault && names.length === 0;
    if (text !== null && (said.length === 0 || this.closers.some((closer) => text.includes(closer)))) {
      isOpen = begunBefore(this, text) !== null;
    } else if (said.length > 0) {
      isOpen = said.every((value) => !isEmpty(value) && !off.includes(value as string));
    }
    return isOpen ? REASONING : null;
  }

  /** A parser of one text; of tools that cannot be read, the others count. */
  parser(inside: string | null): Parser {
    return new Parser(this.machine, this.tools, inside);
  }
}

/** What was open before a whole answer, as far as the answer shows it. */
function begunBefore(plan: Plan, text: string): string | null {
  const bare = (literals: Texts): Texts => literals.map((literal) => withSuffix(literal, ""));
  const [openers, closers] = [bare(plan.openers), bare(plan.closers)];
  const closer = first(closers, text);
  const isOpen = closer >= 0 && plan.mayBeginInReasoning && first(openers, text.slice(0, closer)) < 0;
  return isOpen ? REASONING : null;
}

/** The first place of one of several literals, or -1. */
function first(literals: Texts, text: string): number {
  const places = literals.map((literal) => text.indexOf(literal)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : -1;
}

/**
 * Say how the answer to a request is read; of the request, `tools`, `tool_choice`, `chat_template_kwargs` and
 * `reasoning_effort` count.
 *
 * Throws where the format's tables are of another version, or where it cannot begin inside of what is said.
 */
export function planFor(format: Format, request: unknown = null, options: ReadingOptions = {}): Plan {
  const { inside = AUTO, reasoningField = REASONING, incomplete = KEEP, onFailure = warn } = options;
  const { inside: places, format: name } = machineOf(format);
  if (inside !== AUTO && inside !== null && !places.has(inside)) {
    const known = [...places.keys(), "auto"].map((place) => `'${place}'`).join(", ");
    throw new Error(`inside: '${inside}': ${name} can begin in ${known}, or null`);
  }
  if (!INCOMPLETE.includes(incomplete)) {
    throw new Error(`incomplete: '${incomplete}': '${INCOMPLETE.join("' or '")}' is wanted`);
  }
  const asked: Plain = isPlain(request) ? request : {};
  const given = isPlain(asked.chat_template_kwargs) ? Object.entries(asked.chat_template_kwargs) : [];
  const templateArguments = new Map<string, unknown>(given);
  const effort = asked.reasoning_effort;
  if (typeof effort === "string" && !templateArguments.has("reasoning_effort")) {
    templateArguments.set("reasoning_effort", effort);
  }
  return new Plan(format, toolsOf(asked), inside, templateArguments, reasoningField, incomplete, onFailure);
}

/** The tools of which calls are looked for: those that can be read, null where no call is wanted. */
function toolsOf(request: Plain): ToolSet | null {
  if (request.tool_choice === "none") return null;
  if (request.tools instanceof ToolSet) return request.tools;
  const [given] = itemsOf(request.tools);
  return given.length > 0 ? new ToolSet(given) : null;
}

function warn(error: unknown): void {
  console.warn("toolgram: the rest of an answer is sent as plain content: a parser failed", error);
}
