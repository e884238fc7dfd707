/**
 * Python's `re` on top of RegExp: a search from a place, a match at a place.
 *
 * In: a pattern that both languages read alike (docs/machine.md, Patterns). Out: functions that take a text and a place.
 */
type Found = RegExpExecArray;
/** Finds the first match at or behind a place: Python's `re.compile(pattern).search(text, at)`. */
type Search$1 = (text: string, at?: number) => Found | null;

/**
 * The tables of a machine, as `generated/machine/X.json` has them: what `JSON.parse` makes of the file.
 *
 * In: nothing. Out: types. `docs/machine.md` says what each field means; one that is its default is left out.
 */
type Texts = readonly string[];
interface MachineTable {
    readonly format: string;
    readonly format_version?: number;
    readonly aliases?: Texts;
    readonly special_tokens: Texts;
    readonly special_places?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
    readonly end_tokens?: Texts;
    readonly end_delimiters?: Texts;
    readonly turn_openers?: Texts;
    readonly suffix?: string | null;
    readonly call_id_length?: number | null;
    readonly commit?: string;
    readonly echo?: string;
    readonly unwrap?: Texts;
    readonly unknown_tools?: string;
    readonly item_name?: string | null;
    readonly text_name?: string | null;
    readonly start: number;
    readonly inside?: Readonly<Record<string, number>>;
    readonly content?: number | null;
    readonly has_citations?: boolean;
    readonly begins_inside?: readonly [string, Texts, boolean, Texts] | null;
    readonly reasoning_openers?: Texts;
    readonly reasoning_closers?: Texts;
    readonly call_closers?: Texts;
    readonly misspelt?: Readonly<Record<string, string>>;
    readonly headers?: Texts;
    readonly opens_reasoning_only?: boolean;
    readonly marks_reasoning?: boolean;
    readonly wraps_content?: boolean;
    readonly examples?: readonly NestTable[];
    readonly patterns?: Texts;
    readonly states: readonly StateTable[];
}
interface StateTable {
    readonly name: string;
    readonly kind: string;
    readonly region: string;
    readonly sink?: string;
    readonly charset?: string | null;
    readonly entities?: boolean;
    readonly blanks?: string;
    readonly keep_blanks?: boolean;
    readonly unknown_tags?: boolean;
    readonly accepts?: string;
    readonly otherwise?: number | null;
    readonly skips_quoted?: boolean;
    readonly vouched?: boolean;
    readonly expects?: string;
    readonly header?: boolean;
    readonly holds_examples?: boolean;
    readonly hold_blanks?: string;
    readonly longest?: number;
    readonly search?: number | null;
    readonly fast?: number | null;
    readonly edges?: readonly EdgeTable[];
    readonly moves?: readonly MoveTable[];
    readonly call_alone?: MoveTable | null;
    readonly call_until?: Texts;
    readonly key_alone?: MoveTable | null;
    readonly value_alone?: MoveTable | null;
    readonly leave?: MoveTable | null;
    readonly done?: MoveTable | null;
    readonly keys?: Readonly<Record<string, MoveTable>>;
    readonly any_key?: MoveTable | null;
    readonly loose?: MoveTable | null;
    readonly tags?: TagsTable | null;
}
interface EdgeTable {
    readonly literal: string;
    readonly to: number;
    readonly actions?: Texts;
    readonly blanks?: string;
    readonly rank?: number;
    readonly peek?: boolean;
    readonly opens?: boolean;
    readonly drafts?: boolean;
    readonly guard?: string | null;
    readonly follow?: Texts | null;
    readonly tags?: TagsTable | null;
    readonly key_until?: Texts | null;
    readonly then?: Texts;
}
interface MoveTable {
    readonly to: number;
    readonly actions?: Texts;
    readonly push?: number | null;
    readonly first?: string | null;
}
interface TagsTable {
    readonly open: string;
    readonly open_end: string;
    readonly close: string;
    readonly close_end?: string | null;
    readonly follow?: Texts | null;
    readonly beside?: Texts;
    readonly key_pattern?: number;
}
interface NestTable {
    readonly path: Texts;
    readonly until: Texts;
    readonly closer: string;
}

/**
 * The searches of a machine: its patterns, each compiled when a state that needs it is first entered.
 *
 * In: the machine's `patterns`. Out: compiled searches, shared by all states that name the same one.
 *
 * Promises: a pattern is compiled once; nobody pays for the patterns of states that are never entered; no
 * search begins or ends in the middle of a surrogate pair.
 */

/**
 * Finds a match from a place on, or at it, in `text[:end]`: `re.compile(pattern).search(text, at, end)` in
 * Python.
 */
type Search = (text: string, at?: number, end?: number) => Found | null;
/** The regular expressions of one machine. */
declare class Patterns {
    private readonly sources;
    private readonly searches;
    private readonly matches;
    constructor(sources: Texts);
    /** The search with a pattern, by its place in the list; with `words`, for quotes and words, too. */
    search(number: number | null, words?: boolean): Search;
    /** The match of a pattern at a place. */
    match(number: number): Search;
}

/**
 * Names in order: which of them a text begins with, or may become, at a cost that hardly grows with their
 * number.
 *
 * In: names, a text. Out: the names.
 *
 * How: of all names that a text begins with, each but the longest is a beginning of the next longer one, and
 * the longest is the last name in order that is not behind the text, or a beginning of that. So one bisection
 * finds the last name, and links lead from each name to the next shorter one that it begins with.
 *
 *     a   a.b   a.c   b        the text `a.bc` stands behind `a.b`, and begins with it and with `a`
 *
 * Promise: a question costs one bisection, and a step for each name on the way, of which there are at most as
 * many as the last name has characters.
 */
/** Some names, put in order once. */
declare class SortedNames implements Iterable<string> {
    private readonly names;
    private readonly headChars;
    private readonly heads;
    /** A name -> the longest other that it begins with. */
    private readonly shorter;
    constructor(names: Iterable<string>);
    [Symbol.iterator](): Iterator<string>;
    get isEmpty(): boolean;
    /** Whether the first characters at a place of a text are those of some name: what nearly all are not. */
    mayBegin(text: string, at: number): boolean;
    /** Whether a text is the beginning of some name, or all of it. */
    anyBeginsWith(text: string): boolean;
    /** Whether a text is the beginning of some name, and not all of it. */
    anyGoesOnFrom(text: string): boolean;
    /** The names that a text begins with, the longest first. */
    beginningsOf(text: string): string[];
    private beginsAt;
    /** How many names, from the first on, are before a place in the order. */
    private bisect;
}

/**
 * What a schema says of one argument and, level by level, of the values inside it.
 *
 * In: a schema and its root. Out: the types of the value, the schemas of its members and items.
 *
 * Promises: never throws; what has been looked up for a declared key is kept, so that many elements cost one
 * look.
 */
/** What a schema says of a value and of what is inside it; `types` is empty where it says nothing. */
declare class ValueSchema {
    private readonly root;
    private readonly schema;
    readonly types: ReadonlySet<string>;
    private properties;
    private readonly members;
    private item_;
    private extra;
    constructor(root: unknown, schema: unknown);
    /** Whether a value of this type is one that it says, or a string would be no better. */
    allows(name: string): boolean;
    declares(key: string): boolean;
    /** Whether it lists its keys, so that another one is a surprise. */
    get closed(): boolean;
    /** Return the schema of a member of the object; `NO_SCHEMA` where nothing is said of it. */
    member(key: string): ValueSchema;
    /** Return the schema of an item of the array; `NO_SCHEMA` where nothing is said of it. */
    item(): ValueSchema;
    private inside;
    private declared;
}

/**
 * Read what a request's tools say about names and arguments.
 *
 * In: the `tools` of an OpenAI request. Out: which functions exist and of which JSON types each argument may
 * be.
 *
 * How: `given.ts` reads the tools. A name is known here as the wire carries it, and as it is declared: Note
 * [names as they are read].
 *
 * Promises: never throws, whatever is given; what cannot be read stands in `problems`.
 */

/** The JSON types that a value may have. */
declare class ValueKind {
    readonly types: ReadonlySet<string>;
    constructor(types: ReadonlySet<string>);
    allows(name: string): boolean;
    /** Nothing but a string: its text streams as it is. */
    get isString(): boolean;
}
/** The tools of one request. */
declare class ToolSet {
    readonly problems: readonly string[];
    readonly declared: SortedNames;
    readonly unread: Map<string, string>;
    readonly unusual: SortedNames;
    readonly hasUnusual: boolean;
    readonly unusualBegin: Search | null;
    private readonly schemas;
    private readonly asDeclared;
    private readonly names;
    private readonly kinds;
    private readonly properties;
    private readonly valueSchemas;
    private readonly keys;
    private allKeys;
    constructor(tools?: unknown);
    /** Know a declared name as it is read, too: Note [names as they are read]. */
    private noteWireName;
    has(name: string): boolean;
    /** Say whether a name, as written, means a declared tool. */
    means(name: string): boolean;
    /** Return the tool that is meant, or the name itself: see Note [names with more around them]. */
    resolve(name: string): string;
    /**
     * Return the plain name of one written twice: a model that knows namespaces may write `f.f` for a plain
     * `f`.
     */
    single(name: string): string;
    /**
     * Return the first of some ends up to which a text, a name with namespaces, means a declared tool, if any.
     */
    firstThatMeans(text: string, ends: Iterable<number>): number | null;
    /** Return the declared name that stands in a text with nothing but namespaces and a number around it. */
    private inside;
    /** Return the names that stand in a text where a name may begin, each with what is behind it. */
    private namesIn;
    /** Say whether the name of some tool, as `single` takes it, begins with text. */
    isPrefix(text: string): boolean;
    /**
     * As `kind`, where the text names a type: it counts where the schema does not say, or has it among others.
     */
    kindOnWire(tool: string, key: string, name: string): ValueKind;
    /** Return the types that the schema says, none where it does not. */
    kind(tool: string, key: string): ValueKind;
    /** Return what the schema says of an argument and of what is inside it. */
    schema(tool: string, key: string): ValueSchema;
    /** Say whether the key is a declared property. */
    knows(tool: string, key: string): boolean;
    /** Say whether some declared property begins with text. */
    beginsKey(tool: string, text: string): boolean;
    /** Say whether the key is a declared property of some tool. */
    anyKnows(key: string): boolean;
    /** Say whether the tool declares no properties, so that any key may be one. */
    open(tool: string): boolean;
    /** Say whether the key may be an argument: it is declared, or the tool declares none. */
    takes(tool: string, key: string): boolean;
    /**
     * Say whether a call of the tool may have no arguments: it declares none, or says that it requires none.
     */
    needsNone(tool: string): boolean;
    private property;
    private declaredProperties;
}

/**
 * Formats as users give them: the JSON of a machine, made ready once.
 *
 * In: the parsed JSON of `generated/machine/X.json`. Out: a `PreparedMachine`, and the tables as they are.
 *
 * Promise: a format is made ready once, however often it is given.
 */

/** A format: the parsed JSON of `generated/machine/X.json`. */
type Format = object;
/** The tools of a request: as an OpenAI request has them, or what `readTools` has made of them. */
type Tools = ToolSet | Iterable<unknown>;

export { Patterns as P, ToolSet as g };
export type { EdgeTable as E, Format as F, MachineTable as M, StateTable as S, Tools as T, Texts as a, Search as b, TagsTable as c, MoveTable as d, Search$1 as e, Found as f };
