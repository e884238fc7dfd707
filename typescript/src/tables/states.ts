/**
 * The states as the parser runs them, each made of its table when it is first entered.
 *
 * In: the tables of one machine (`table.ts`). Out: `State`, with its edges by first character and its
 * searches.
 *
 * Promises: nothing here changes once it is made. All parsers of a process share the states of a format.
 */

import { partition } from "../strings.js";
import { BLANKS, TELLING } from "./limits.js";
import { Nest } from "./nests.js";
import { CHARSETS, Patterns, ANYTHING } from "./search.js";
import type { Search } from "./search.js";
import type { EdgeTable, MachineTable, MoveTable, StateTable, TagsTable, Texts } from "./table.js";

export type { Texts } from "./table.js";
export type Actions = readonly (readonly [string, string])[];
/** The special tokens in a delimiter, and at which character of it each begins. */
export type Special = readonly (readonly [string, number])[];

export const MESSAGE_SINKS: Texts = ["content", "reasoning"];
export const SHORT_SINKS: Texts = ["name", "id", "key", "type"];

/** `begin:value` -> ["begin", "value"]. */
function readActions(actions: Texts = []): Actions {
  return actions.map((action) => {
    const [verb, , rest] = partition(action, ":");
    return [verb, rest];
  });
}

/** What the states of one machine have in common. */
export class Shared {
  readonly patterns: Patterns;
  /** The special tokens in each delimiter, and where: a delimiter may be built around one. */
  readonly places: ReadonlyMap<string, Special>;
  readonly tokens: Texts;
  readonly misspelt: ReadonlyMap<string, string>;
  readonly quotes: ReadonlySet<string>;
  readonly nests: ReadonlyMap<string, readonly Nest[]>;

  constructor(table: MachineTable) {
    this.patterns = new Patterns(table.patterns ?? []);
    this.places = new Map(Object.entries(table.special_places ?? {}));
    this.tokens = table.special_tokens;
    this.misspelt = new Map(Object.entries(table.misspelt ?? {}));
    const edges = table.states.flatMap((state) => state.edges ?? []).filter((edge) => !edge.rank);
    const does = (edge: EdgeTable, test: (action: string) => boolean): boolean =>
      (edge.actions ?? []).some(test);
    const begin = edges.filter((edge) => does(edge, (action) => action.startsWith("begin:")));
    const begins = new Set(begin.map((edge) => edge.literal));
    const ends = edges.filter((edge) => does(edge, (action) => action === "end")).map((edge) => edge.literal);
    this.quotes = new Set(ends.filter((literal) => begins.has(literal)));
    const nests = (table.examples ?? []).map((nest) => new Nest(nest.path, nest.until, nest.closer));
    this.nests = grouped(nests, (nest) => nest.path[0]);
  }
}

/** How an element is written: what stands around the key in its opener and in its closer. */
export class Tags {
  open: string;
  openEnd: string;
  close: string;
  closeEnd: string | null; // null: the closer is the same for every key
  closeIsSpecial: boolean;
  follow: Texts | null; // what must stand behind it
  beside: Texts; // ... behind the closer of an element inside
  key: Search;

  constructor(table: TagsTable, shared: Shared) {
    this.open = table.open;
    this.openEnd = table.open_end;
    this.close = table.close;
    this.closeEnd = table.close_end ?? null;
    this.closeIsSpecial = shared.tokens.some((token) => table.close.includes(token));
    this.follow = table.follow ?? null;
    this.beside = table.beside ?? [];
    this.key = shared.patterns.match(table.key_pattern ?? 0);
  }
}

function readTags(table: TagsTable | null | undefined, shared: Shared): Tags | null {
  return table ? new Tags(table, shared) : null;
}

/** One delimiter that may come, what it does, and where it leads. */
export class Edge {
  literal: string;
  to: number;
  actions: Actions;
  blanks: string; // which blanks before it are markup: none, newline, any
  rank: number; // 0: well formed; n: n delimiters are missing before it
  follow: Texts | null;
  keyUntil: Texts | null;
  then: Texts;
  tags: Tags | null; // it opens an element: a key must follow
  guard: string | null;
  peek: boolean; // it only ends a text, something else reads it
  isQuote: boolean; // it opens a string, and closes it
  opens: boolean;
  drafts: boolean; // the call that it opens may be a draft: see core/drafts.ts
  special: Special;
  stem = ""; // where it may be misspelt: what must be right of it
  // Where the text says which suffix a delimiter has (suffix.ts): what a suffix begins with, what stands
  // behind it, and, once it has been read, the suffix.
  begin = "";
  tail: string | null = null;
  binds: string | null = null;
  wraps: string | null = null; // a tag that the format does not know, before it; "": it closes one
  private verbs: ReadonlySet<string>;

  constructor(table: EdgeTable, shared: Shared) {
    this.literal = table.literal;
    this.to = table.to;
    this.actions = readActions(table.actions);
    this.verbs = new Set(this.actions.map(([verb]) => verb));
    this.blanks = table.blanks ?? "none";
    this.rank = table.rank ?? 0;
    this.follow = table.follow ?? null;
    this.keyUntil = table.key_until ?? null;
    this.then = table.then ?? [];
    this.tags = readTags(table.tags, shared);
    this.guard = table.guard ?? null;
    this.peek = table.peek ?? false;
    this.isQuote = shared.quotes.has(this.literal) && !this.rank;
    this.opens = table.opens ?? false;
    this.drafts = table.drafts ?? false;
    this.special = shared.places.get(this.literal) ?? [];
  }

  /** Whether one of these actions happens when it is taken. */
  does(...verbs: Texts): boolean {
    return verbs.some((verb) => this.verbs.has(verb));
  }
}

/** A move that reads nothing: the actions and the state it leads to. */
export class Move {
  readonly to: number;
  readonly actions: Actions;
  readonly first: string | null;
  readonly push: number | null;

  constructor(table: MoveTable) {
    this.to = table.to;
    this.actions = readActions(table.actions);
    this.first = table.first ?? null;
    this.push = table.push ?? null;
  }
}

function readMove(table: MoveTable | null | undefined): Move | null {
  return table ? new Move(table) : null;
}

/** A place in the machine. `kind` says which step function reads there. */
export class State {
  number: number;
  name: string;
  kind: string;
  region: string;
  sink: string;
  charset: Search | null;
  blanks: string;
  entities: boolean;
  keepBlanks: boolean;
  scan: string;
  scanInstead: number; // where a string that is none is skipped
  quotedJunk: boolean;
  vouched: boolean; // what is read here must have a special token behind it
  expects: string; // an argument may begin here; or, behind a separator, "more" must
  unknownTags: boolean; // one may stand before the opener of a call
  header: boolean; // a part of a message's header
  holdBlanks: string;
  longest: number;
  /** An argument's text is where nested examples stand: see Note [nested examples] in examples. */
  nests: ReadonlyMap<string, readonly Nest[]>;

  edges: readonly Edge[];
  ends: Texts;
  // What is often asked of the edges.
  ownEnds: Texts = [];
  partOpeners: Texts = [];
  byFirst: ReadonlyMap<string, readonly Edge[]> = new Map();
  beginsBlank = false; // a delimiter does
  hasStems = false;

  thens: readonly Move[];
  leave: Move | null;
  callAlone: Move | null; // where a call is read whose opener is missing
  callUntil: Texts;
  keyAlone: Move | null; // where a key is read whose opener is missing
  valueAlone: Move | null; // where a value is read whose opener is missing
  done: Move | null;
  keys: ReadonlyMap<string, Move>;
  anyKey: Move | null;
  loose: Move | null;
  tags: Tags | null;

  // The search for delimiters; and what is in no delta that is plain text, or text of a string.
  search: Search;
  mark: RegExp;
  stringMark: RegExp;

  constructor(number: number, table: StateTable, shared: Shared) {
    this.number = number;
    this.name = table.name;
    this.kind = table.kind;
    this.region = table.region;
    this.sink = table.sink ?? "";
    this.charset = CHARSETS.get(table.charset ?? "") ?? null;
    this.blanks = table.blanks ?? "none";
    this.entities = table.entities ?? false;
    this.keepBlanks = table.keep_blanks ?? false;
    this.scan = table.accepts || "any";
    this.scanInstead = table.otherwise ?? number;
    this.quotedJunk = table.skips_quoted ?? false;
    this.vouched = table.vouched ?? false;
    this.expects = table.expects ?? "";
    this.unknownTags = table.unknown_tags ?? false;
    this.header = table.header ?? false;
    this.holdBlanks = table.hold_blanks ?? "none";
    this.longest = table.longest ?? 0;
    this.nests = table.holds_examples ? shared.nests : new Map<string, readonly Nest[]>();

    this.edges = (table.edges ?? []).map((edge) => new Edge(edge, shared));
    for (const edge of this.edges) {
      if (mayBeMisspelt(this, edge)) edge.stem = shared.misspelt.get(edge.literal) ?? "";
    }
    this.ends = this.edges.map((edge) => edge.literal).filter((literal) => literal.length >= TELLING);
    this.setEdges(this.edges);
    this.thens = (table.moves ?? []).map((move) => new Move(move));
    this.leave = readMove(table.leave);
    this.callAlone = readMove(table.call_alone);
    this.callUntil = table.call_until ?? [];
    this.keyAlone = readMove(table.key_alone);
    this.valueAlone = readMove(table.value_alone);
    this.done = readMove(table.done);
    this.keys = new Map(Object.entries(table.keys ?? {}).map(([key, move]) => [key, new Move(move)]));
    this.anyKey = readMove(table.any_key);
    this.loose = readMove(table.loose);
    this.tags = readTags(table.tags, shared);

    const fast = table.fast ?? null;
    const isMessage = MESSAGE_SINKS.includes(this.sink);
    this.search = shared.patterns.search(table.search ?? null, this.quotedJunk);
    this.mark = isMessage ? shared.patterns.mark(fast) : ANYTHING;
    this.stringMark = isMessage || fast === null ? ANYTHING : shared.patterns.mark(fast);
  }

  /** Take these edges, and what is often asked of them. */
  setEdges(edges: readonly Edge[]): void {
    this.edges = edges;
    this.ownEnds = edges.filter((edge) => !edge.rank).map((edge) => edge.literal);
    this.partOpeners = edges.filter((edge) => edge.does("open_parameter")).map((edge) => edge.literal);
    this.byFirst = byFirstCharacter(edges);
    this.beginsBlank = [...BLANKS].some((blank) => this.byFirst.has(blank));
    this.hasStems = edges.some((edge) => edge.stem !== "");
  }
}

/** Whether a closer that is nearly right counts: in a text of a value, only with evidence behind it. */
function mayBeMisspelt(state: State, edge: Edge): boolean {
  if (state.region === "message") return edge.guard === "call";
  const isValue = (state.kind === "text" || state.kind === "element") && !SHORT_SINKS.includes(state.sink);
  return edge.rank === 0 && (edge.follow !== null || !isValue);
}

/** The edges by the character that they begin with, the longest first. */
export function byFirstCharacter(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const size = (edge: Edge): number => edge.literal.length + (edge.tail ?? "").length;
  const sorted = [...edges].sort((one, other) => size(other) - size(one));
  return grouped(sorted, (edge) => edge.literal);
}

/** Values by the first character of their text. */
function grouped<Value>(values: readonly Value[], text: (value: Value) => string): Map<string, Value[]> {
  const found = new Map<string, Value[]>();
  for (const value of values) {
    const first = text(value).charAt(0);
    const same = found.get(first);
    if (same === undefined) found.set(first, [value]);
    else same.push(value);
  }
  return found;
}

/** States by number, each made when it is first asked for. */
export class States {
  private readonly made: State[] = [];

  constructor(
    readonly tables: readonly StateTable[],
    readonly shared: Shared,
  ) {}

  get(number: number): State {
    return (this.made[number] ??= this.make(number));
  }

  /** Make a state of its table. */
  make(number: number): State {
    return new State(number, this.tables[number], this.shared);
  }
}
