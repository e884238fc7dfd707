/**
 * A machine ready to run: its states, and what the parser asks of the format as a whole.
 *
 * In: the machine's tables, as `generated/machine/X.json` has them. Out: `PreparedMachine`, made once per
 * process and shared by every parser.
 *
 * Promises: nothing is analysed here, all of it stands in the tables; a state is made when it is first
 * entered, so that loading costs little; tables of another version are refused.
 */

import { copyOf } from "./copies.js";
import { FORMAT_VERSION } from "./limits.js";
import { Shared, States } from "./states.js";
import {
  aroundSuffix,
  bindAll,
  bindStem,
  BoundStates,
  findSuffix,
  isSuffix,
  NAME_PLACE,
  OpenStates,
  withSuffix,
} from "./suffix.js";
import type { MachineTable, Texts } from "./table.js";
import { TurnMarks } from "./turn_marks.js";

// Machines of one format, bound to different suffixes, that are kept; a hostile text could name any number.
const MACHINES_MAX = 8;

/** The states of one format and where parsing may start. */
export class PreparedMachine {
  format: string;
  aliases: Texts;
  specialTokens: ReadonlySet<string>;
  commit: string;
  turns: TurnMarks | null;
  callIdLength: number | null;
  unwrap: ReadonlySet<string>;
  dropsEcho: boolean;
  elementNames: readonly [string | null, string];
  takesUnknown: boolean; // a call that a special token opened needs no declared tool
  hasCitations: boolean;
  content: number | null; // where text goes that has no other place
  start: number;
  inside: ReadonlyMap<string, number>;
  closers: Texts;
  // What the plugins of servers ask: see `docs/machine.md`.
  headers: Texts;
  opensReasoningOnly: boolean;
  marksReasoning: boolean;
  wrapsContent: boolean;
  misspelt: ReadonlyMap<string, string>; // a closer -> how one begins that is misspelt

  suffix: string; // what a suffix begins with; "" where there is none
  bound: string | null; // the suffix in the places; null: they are open
  hasNames: boolean; // the places hold the names of tools
  unbound: PreparedMachine | null = null; // where the text decides the suffix: the machine with open places
  hasQuotes: boolean; // the same delimiter opens a value and closes it
  states: States;
  private machines = new Map<string, PreparedMachine>();
  private openers: readonly [Texts, Texts] | null = null;

  constructor(table: MachineTable) {
    this.format = table.format;
    this.aliases = table.aliases ?? [];
    this.specialTokens = new Set(table.special_tokens);
    this.commit = table.commit ?? "name";
    const { end_tokens: ends = [], turn_openers: openers = [], end_delimiters: delimiters = [] } = table;
    this.turns = ends.length + openers.length > 0 ? new TurnMarks(ends, delimiters, openers) : null;
    this.callIdLength = table.call_id_length ?? null;
    this.unwrap = new Set(table.unwrap);
    this.dropsEcho = table.echo === "drop";
    this.elementNames = [table.item_name ?? null, table.text_name || "$text"];
    this.takesUnknown = (table.unknown_tools ?? "call") === "call";
    this.hasCitations = table.has_citations ?? false;
    this.content = table.content ?? null;
    this.start = table.start;
    this.inside = new Map(Object.entries(table.inside ?? {}));
    this.closers = table.call_closers ?? [];
    this.headers = table.headers ?? [];
    this.opensReasoningOnly = table.opens_reasoning_only ?? true;
    this.marksReasoning = table.marks_reasoning ?? false;
    this.wrapsContent = table.wraps_content ?? false;

    const shared = new Shared(table);
    this.misspelt = shared.misspelt;
    this.suffix = table.suffix ?? "";
    this.bound = this.suffix ? null : "";
    this.hasNames = this.suffix === NAME_PLACE;
    this.hasQuotes = shared.quotes.size > 0;
    const states = new States(table.states, shared);
    this.states = this.suffix ? new OpenStates(states, this.suffix) : states;
  }

  /** The delimiters of all states, each once; with open places, what stands before them. */
  literals(): Texts {
    const edges = this.states.tables.flatMap((state) => state.edges ?? []);
    return [...new Set(edges.map((edge) => edge.literal))].map((literal) => this.written(literal));
  }

  /** The delimiters that may stand between the first opener and a call's own, the longest first. */
  get innerOpeners(): Texts {
    return this.openerLiterals()[0];
  }

  /** The delimiters with special tokens in them, but for closers, and the tokens; the longest first. */
  get tokenOpeners(): Texts {
    return this.openerLiterals()[1];
  }

  private openerLiterals(): readonly [Texts, Texts] {
    return (this.openers ??= this.findOpeners());
  }

  private findOpeners(): readonly [Texts, Texts] {
    const sections = this.states.tables.filter((state) => state.region === "section");
    const inner = sections.flatMap((state) => state.edges ?? []).filter((edge) => edge.opens);
    const tokens = [...this.specialTokens];
    const known = [...this.literals(), ...tokens];
    const found = new Set(known.filter((text) => tokens.some((token) => text.includes(token))));
    const written = inner.map((edge) => this.written(edge.literal));
    return [
      longestFirst(written.filter((literal) => !found.has(literal))),
      longestFirst([...found].filter((literal) => !this.closers.includes(literal))),
    ];
  }

  /** A delimiter with the suffix in its place, or what stands before an open place. */
  private written(literal: string): string {
    return this.bound === null ? aroundSuffix(literal)[0] : withSuffix(literal, this.bound);
  }

  // --- formats whose delimiters have a suffix: see suffix.ts ------------------------------------------------

  /** The machine with a suffix in its places, for good. Throws for what is no suffix of this format. */
  bind(suffix: string): PreparedMachine {
    if (this.suffix ? !isSuffix(suffix, this.suffix) : suffix) {
      throw new Error(`format ${this.format} has no suffix '${suffix}'`);
    }
    if (this.bound === suffix) return this;
    if (this.bound !== null) throw new Error(`the suffix is '${this.bound}' already`);
    let known = this.machines.get(suffix);
    if (known === undefined) {
      known = this.withSuffix(suffix);
      if (this.machines.size < MACHINES_MAX) this.machines.set(suffix, known);
    }
    return known;
  }

  private withSuffix(suffix: string): PreparedMachine {
    const bound = copyOf<PreparedMachine>(this);
    bound.bound = suffix;
    bound.openers = null;
    bound.specialTokens = new Set([...this.specialTokens].map((token) => withSuffix(token, suffix)));
    bound.states = new BoundStates(this.states, suffix);
    bound.closers = bindAll(this.closers, suffix);
    const stems = [...this.misspelt].map(([closer, stem]) => {
      return [withSuffix(closer, suffix), bindStem(stem, this.suffix, suffix)] as const;
    });
    bound.misspelt = new Map(stems.filter(([, stem]) => stem));
    return bound;
  }

  /**
   * The machine bound to the suffix that special tokens of these names have, or itself when they have none.
   */
  forTokens(names: Iterable<string>): PreparedMachine {
    const found = this.bound === null ? findSuffix(this.specialTokens, names, this.suffix) : null;
    return found === null ? this : this.bind(found);
  }

  /**
   * The machine to go on with when a state is entered, behind a delimiter that `binds` a suffix, or behind
   * none.
   *
   * It is the same, unless the text decides the suffix: see Note [whose suffix counts].
   */
  entering(number: number, binds: string | null = null): PreparedMachine {
    const opened = this.bound === null ? this : this.unbound;
    if (opened === null) return this;
    const bound = binds ?? this.bound;
    if (opened.states.get(number).region !== "message") {
      return bound === this.bound && bound !== null ? this : opened.byText(bound ?? "");
    }
    if (!bound || (this.hasNames && binds === null)) return opened;
    return bound === this.bound ? this : opened.byText(bound);
  }

  /** The machine with a suffix that text has said, until other text says another. */
  private byText(suffix: string): PreparedMachine {
    const bound = copyOf(this.bind(suffix));
    bound.unbound = this;
    return bound;
  }
}

export function longestFirst(texts: Iterable<string>): Texts {
  return [...new Set(texts)].sort((one, other) => other.length - one.length || (one < other ? -1 : 1));
}

/** Make a machine's tables ready to run. Throws when they are of another version, or no machine. */
export function prepare(table: MachineTable): PreparedMachine {
  const version = table.format_version ?? null;
  if (version !== FORMAT_VERSION) {
    const name = table.format ?? "?";
    const says = version === null ? "no format_version" : `format_version ${JSON.stringify(version)}`;
    throw new Error(
      `the tables of format ${name} have ${says}, and this toolgram reads ${FORMAT_VERSION}: ` +
        `write them again with \`toolgram build ${name}\`, or take the runtime that came with them`,
    );
  }
  return new PreparedMachine(table);
}
