/**
 * The text of the model as far as it has come: what is decided, what is not, and what must be remembered of
 * it.
 *
 * In: pieces of text, in order. Out: `buffer.slice(position)`, the text that is not decided.
 *
 *     "Hi <tool_c"    buffer "Hi <tool_c", position 3 (`Hi ` went out), looked 3: a delimiter may begin
 *
 * Promises: a place counted from the beginning of all the text is `base + index`; `looked` never lies before
 * `position`; what leaves the buffer is given to every `Recording` that is running, once and in order.
 */
/** What has arrived of the text. Only what is undecided stays in `buffer` between two deltas. */
declare class Text {
    buffer: string;
    position: number;
    looked: number;
    delimiter: number;
    base: number;
    final: boolean;
    isCut: boolean;
    noKey: readonly [quote: string, until: number];
    noEnd: readonly [state: number, since: number, until: number];
    rest: string;
    room: number;
    recordings: Recording[];
    passed: string[];
    private tail;
    constructor({ keepsTail }?: {
        keepsTail?: boolean;
    });
    /** Take more text; return how many characters that was with those that had to be copied for it. */
    add(piece: string): number;
    /** Take more text, if it only goes on with what is waited for. */
    goesOn(piece: string): boolean;
    /** Text has been read that does not come here, where nothing is undecided. */
    passBy(piece: string): void;
    /** Count characters that nobody will read, where nothing is undecided. */
    skip(count: number): void;
    /** What stands before a place of the buffer, as far as it is known. */
    before(at: number): string;
    /** Let go of what is decided; return how many characters were copied for it. */
    trim(): number;
    /**
     * Put text that had left the buffer back before it; all from `begin` on is undecided again.
     *
     * `tail`: what stands before that.
     */
    putBack(kept: string, begin: number, tail: string): void;
    /** End a recording. */
    forget(recording: Recording): void;
}
/** Keeps the source from a place on, though it leaves the buffer. */
declare class Recording {
    begin: number;
    keptChars: number;
    protected kept_: string[];
    /** `begin`: of what is kept, in the buffer. */
    constructor(begin: number);
    /** Source leaves the buffer; what comes next stands at the buffer's beginning. */
    keep(source: string): void;
    /** Source that had left the buffer is there again, at its beginning. */
    takeBack(chars: number): void;
    /** What has left the buffer. */
    get kept(): string;
}

/**
 * Special tokens by their ids, where ids are known (docs/rules.md, rule 10).
 *
 * In: each text, with the ids of its tokens. Out: whether the characters of a special token at a place are
 * that token.
 *
 *     "<call>"              [9]               a text of one token: it stands where the text stands
 *     "is <call>, <call>"   [4, 7, 3, 2, 9]   which of the two is token 9? The others spell the first
 *
 * Note [ids and places]
 * An id is bound to the place of its text when both have come, whether anybody asks for it there or not.
 * Where a text has the characters of a token more often than its id has come, the ordinary tokens are
 * decoded: what they spell and the tokens themselves come in the order of the ids. Without `decode` a text of
 * one token tells, and a text that holds none but real tokens; of any other text none counts, because a token
 * that is taken for text calls nothing.
 *
 * A server may hold text back behind its ids, to look for stop strings in it. So what has not come yet is
 * expected, in order, in the next `LAG_MAX` characters.
 *
 * Promises: a place keeps its answer; without ids all characters of a special token are one; what is decoded
 * and searched is linear in the text and its ids.
 */

/** Makes text of the ids of ordinary tokens. */
type Decode = (ids: number[]) => string;
/** Where the special tokens stand, as far as text and ids have come. */
declare class SpecialTokens {
    private decode;
    private literals;
    private known;
    private longest;
    private places;
    private recent;
    private expected;
    private left;
    private ends;
    private noted;
    constructor(tokenIds?: ReadonlyMap<string, number> | null, decode?: Decode | null);
    /** Take a text that has gone out without coming into `source`, in which nothing is undecided. */
    passBy(text: string, tokenIds: readonly number[], source: Text): void;
    /** Take a text that begins at `place` of all text, with the ids of its tokens. */
    note(text: string, tokenIds: readonly number[], place: number): void;
    /** The same for who reads only the text from `begin` on; up to `end` it has been noted already. */
    behind(begin: number, end: number): SpecialTokens;
    /** Whether both know the same ids. */
    isLike(other: SpecialTokens): boolean;
    /** Whether the id of this special token is known. */
    knows(literal: string): boolean;
    /** Whether the literal at a place of all text came as that token. */
    isReal(literal: string, place: number): boolean;
    /** Whether none of these ids is one of a special token. */
    private isPlain;
    private remember;
    private recentIds;
    /** Say what the characters of tokens will be that come next, or have come with the ids. */
    private expect;
    /**
     * Of each literal what its characters are, in order; those behind the last token are none. null: no
     * telling.
     */
    private byDecoding;
    /** The same as far as the text alone tells. */
    private byCounting;
    /** Find what is expected in a text and the `tail` before it; return where the last token in them ends. */
    private bind;
    /** The ordinary ids behind the last special token. */
    private behindLast;
}

/**
 * The events of a stream: what a parser returns from `feed` and `finish`.
 *
 * In: nothing. Out: six plain objects, one kind for each thing that can happen, told apart by their `type`.
 *
 * Promises: the order of events is the order of the model's text, and the joined `text` of a call's
 * `ArgumentsDelta` is its arguments as JSON.
 */
/** More of the text that the user sees; never empty. */
interface ContentDelta {
    readonly type: "ContentDelta";
    readonly text: string;
}
/** More of the model's reasoning; never empty. */
interface ReasoningDelta {
    readonly type: "ReasoningDelta";
    readonly text: string;
}
/** A call whose name is known. `index` counts from 0; `id` is the model's own, or null. */
interface CallStart {
    readonly type: "CallStart";
    readonly index: number;
    readonly name: string;
    readonly id: string | null;
}
/** More of the arguments' JSON text of call `index`; never empty. */
interface ArgumentsDelta {
    readonly type: "ArgumentsDelta";
    readonly index: number;
    readonly text: string;
}
/** No more of call `index`. `complete`: its arguments are one whole JSON object. */
interface CallEnd {
    readonly type: "CallEnd";
    readonly index: number;
    readonly complete: boolean;
}
/**
 * A part of a text whose source the model names; comes right behind the delta that ends it.
 *
 * `text` is the code points from `start` to `end`, `end` not included, of all of the `capture`'s text
 * (content or reasoning); `source` is as the model wrote it.
 */
interface Citation {
    readonly type: "Citation";
    readonly start: number;
    readonly end: number;
    readonly text: string;
    readonly source: string;
    readonly capture: string;
}
type Event = ContentDelta | ReasoningDelta | CallStart | ArgumentsDelta | CallEnd | Citation;

/**
 * A whole message: what all events of one answer come to.
 *
 * In: events. Out: `Message`, the same whether the text came at once or in pieces, because events are all it
 * is made of.
 */

/** One call. `arguments` is JSON text; of a call that is not `complete` it is cut off, and does not parse. */
interface ToolCall {
    readonly id: string | null;
    readonly name: string;
    readonly arguments: string;
    readonly complete: boolean;
}
/**
 * An answer: visible text, reasoning, calls, and the citations in both texts. Text that did not come is null.
 */
interface Message {
    readonly content: string | null;
    readonly reasoning: string | null;
    readonly toolCalls: readonly ToolCall[];
    readonly citations: readonly Citation[];
}
/**
 * Add events up to a message.
 *
 * `incomplete`: what becomes of calls that are not complete, `"keep"` or `"drop"`. Throws if it is another
 * word.
 */
declare function collect(events: Iterable<Event>, { incomplete }?: {
    incomplete?: string;
}): Message;

/**
 * What every character became, why, and where calls begin and end: kept only for those who ask for it.
 *
 * In: what the run consumes, in order, and what its actions say of calls. Out: `entries`, [what, text] of all
 * the text, with reasons, which have no text (reasons.ts); `marks`, which say what stands between two
 * entries.
 *
 *     entries   ["markup", "<tool_call>"], ["markup", "{"], ["key", '"name":'], ["name", '"ping"'], ...
 *     marks     begins before entry 0, ...
 *
 * Promises: what is read again as text is taken out again, and its entries and marks are kept in one mark,
 * `failed`, which stands where that text begins; so nothing that was tried is lost. Marks are in the order of
 * their places.
 */
type Entry = readonly [what: string, text: string];
/** Something between two entries of a trace. */
interface Mark {
    readonly before: number;
    readonly kind: string;
    readonly detail: string;
    readonly chars: number;
    readonly tried: readonly Entry[];
    readonly marks: readonly Mark[];
    readonly inCode: boolean;
}

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
 * How a call would begin inside a value: what is looked for where a value may hold a whole example of a call.
 *
 * In: the delimiters of a call, as the tables have them. Out: whether the first of them may stand at a place.
 */

/**
 * How a call would begin inside a value: delimiters up to its name, what ends the name, what closes the call.
 */
declare class Nest {
    readonly path: Texts;
    readonly until: Texts;
    readonly closer: string;
    constructor(path: Texts, until: Texts, closer: string);
    /**
     * Whether its first delimiter stands at a place of a text, or is cut off there: what nearly nowhere is so.
     */
    mayBegin(text: string, at: number): boolean;
}

/**
 * The states as the parser runs them, each made of its table when it is first entered.
 *
 * In: the tables of one machine (`table.ts`). Out: `State`, with its edges by first character and its
 * searches.
 *
 * Promises: nothing here changes once it is made. All parsers of a process share the states of a format.
 */

type Actions = readonly (readonly [string, string])[];
/** The special tokens in a delimiter, and at which character of it each begins. */
type Special = readonly (readonly [string, number])[];
/** What the states of one machine have in common. */
declare class Shared {
    readonly patterns: Patterns;
    /** The special tokens in each delimiter, and where: a delimiter may be built around one. */
    readonly places: ReadonlyMap<string, Special>;
    readonly tokens: Texts;
    readonly misspelt: ReadonlyMap<string, string>;
    readonly quotes: ReadonlySet<string>;
    readonly nests: ReadonlyMap<string, readonly Nest[]>;
    constructor(table: MachineTable);
}
/** How an element is written: what stands around the key in its opener and in its closer. */
declare class Tags {
    open: string;
    openEnd: string;
    close: string;
    closeEnd: string | null;
    closeIsSpecial: boolean;
    follow: Texts | null;
    beside: Texts;
    key: Search;
    constructor(table: TagsTable, shared: Shared);
}
/** One delimiter that may come, what it does, and where it leads. */
declare class Edge {
    literal: string;
    to: number;
    actions: Actions;
    blanks: string;
    rank: number;
    follow: Texts | null;
    keyUntil: Texts | null;
    then: Texts;
    tags: Tags | null;
    guard: string | null;
    peek: boolean;
    isQuote: boolean;
    opens: boolean;
    drafts: boolean;
    special: Special;
    stem: string;
    begin: string;
    tail: string | null;
    binds: string | null;
    wraps: string | null;
    private verbs;
    constructor(table: EdgeTable, shared: Shared);
    /** Whether one of these actions happens when it is taken. */
    does(...verbs: Texts): boolean;
}
/** A move that reads nothing: the actions and the state it leads to. */
declare class Move {
    readonly to: number;
    readonly actions: Actions;
    readonly first: string | null;
    readonly push: number | null;
    constructor(table: MoveTable);
}
/** A place in the machine. `kind` says which step function reads there. */
declare class State {
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
    scanInstead: number;
    quotedJunk: boolean;
    vouched: boolean;
    expects: string;
    unknownTags: boolean;
    header: boolean;
    holdBlanks: string;
    longest: number;
    /** An argument's text is where nested examples stand: see Note [nested examples] in examples. */
    nests: ReadonlyMap<string, readonly Nest[]>;
    edges: readonly Edge[];
    ends: Texts;
    ownEnds: Texts;
    partOpeners: Texts;
    byFirst: ReadonlyMap<string, readonly Edge[]>;
    beginsBlank: boolean;
    hasStems: boolean;
    thens: readonly Move[];
    leave: Move | null;
    callAlone: Move | null;
    callUntil: Texts;
    keyAlone: Move | null;
    valueAlone: Move | null;
    done: Move | null;
    keys: ReadonlyMap<string, Move>;
    anyKey: Move | null;
    loose: Move | null;
    tags: Tags | null;
    search: Search;
    quick: Search;
    quickString: Search;
    constructor(number: number, table: StateTable, shared: Shared);
    /** Take these edges, and what is often asked of them. */
    setEdges(edges: readonly Edge[]): void;
}
/** States by number, each made when it is first asked for. */
declare class States {
    readonly tables: readonly StateTable[];
    readonly shared: Shared;
    private readonly made;
    constructor(tables: readonly StateTable[], shared: Shared);
    get(number: number): State;
    /** Make a state of its table. */
    make(number: number): State;
}

/**
 * The end tokens of a format, and what opens the model's next turn: where one of them may stand in a text.
 *
 * In: the machine's `end_tokens`, `end_delimiters` and `turn_openers`. Out: `TurnMarks`, the searches for
 * them.
 *
 *     ["<|im_end|>"], ["<|im_start|>assistant"]    in "Hi<|im_" an end token may begin at 2
 *
 * Promises: of tokens that begin alike the longest counts; nothing is looked for in a format that names none.
 */

/** A search of the fast path: it is null where a text is plain. */
type Quick<Result> = (text: string) => Result;
/** What may stand where a turn ends. */
declare class TurnMarks {
    readonly tokens: Texts;
    readonly openers: Texts;
    readonly delimiters: ReadonlySet<string>;
    readonly longest: number;
    readonly first: Search$1;
    readonly mayBegin: Search$1;
    readonly token: Search$1;
    readonly opener: Search$1;
    private readonly pairs;
    private readonly firsts;
    private readonly watched;
    constructor(tokens: Texts, delimiters: Iterable<string>, openers: Texts);
    /** A search of the fast path that finds what may begin an end token, too; made once for each. */
    watching<Result>(quick: Quick<Result>): Quick<Result | Found | null>;
    /** Whether an end token may stand in a text. Two characters are found faster than a pattern. */
    standsIn(text: string): boolean;
    /**
     * Whether a text is the beginning of one of these, and not all of it.
     *
     * `final`: nothing follows it. Then a word alone is no mark that was cut off: an opener may begin with one.
     */
    mayCome(text: string, texts: Iterable<string>, { final }?: {
        final?: boolean;
    }): boolean;
}

/**
 * A machine ready to run: its states, and what the parser asks of the format as a whole.
 *
 * In: the machine's tables, as `generated/machine/X.json` has them. Out: `PreparedMachine`, made once per
 * process and shared by every parser.
 *
 * Promises: nothing is analysed here, all of it stands in the tables; a state is made when it is first
 * entered, so that loading costs little; tables of another version are refused.
 */

/** The states of one format and where parsing may start. */
declare class PreparedMachine {
    format: string;
    aliases: Texts;
    specialTokens: ReadonlySet<string>;
    commit: string;
    turns: TurnMarks | null;
    callIdLength: number | null;
    unwrap: ReadonlySet<string>;
    dropsEcho: boolean;
    elementNames: readonly [string | null, string];
    takesUnknown: boolean;
    hasCitations: boolean;
    content: number | null;
    start: number;
    inside: ReadonlyMap<string, number>;
    closers: Texts;
    headers: Texts;
    opensReasoningOnly: boolean;
    marksReasoning: boolean;
    wrapsContent: boolean;
    misspelt: ReadonlyMap<string, string>;
    suffix: string;
    bound: string | null;
    hasNames: boolean;
    unbound: PreparedMachine | null;
    hasQuotes: boolean;
    states: States;
    private machines;
    private openers;
    constructor(table: MachineTable);
    /** The delimiters of all states, each once; with open places, what stands before them. */
    literals(): Texts;
    /** The delimiters that may stand between the first opener and a call's own, the longest first. */
    get innerOpeners(): Texts;
    /** The delimiters with special tokens in them, but for closers, and the tokens; the longest first. */
    get tokenOpeners(): Texts;
    private openerLiterals;
    private findOpeners;
    /** A delimiter with the suffix in its place, or what stands before an open place. */
    private written;
    /** The machine with a suffix in its places, for good. Throws for what is no suffix of this format. */
    bind(suffix: string): PreparedMachine;
    private withSuffix;
    /**
     * The machine bound to the suffix that special tokens of these names have, or itself when they have none.
     */
    forTokens(names: Iterable<string>): PreparedMachine;
    /**
     * The machine to go on with when a state is entered, behind a delimiter that `binds` a suffix, or behind
     * none.
     *
     * It is the same, unless the text decides the suffix: see Note [whose suffix counts].
     */
    entering(number: number, binds?: string | null): PreparedMachine;
    /** The machine with a suffix that text has said, until other text says another. */
    private byText;
}

/**
 * The incremental parser: text in, events out, in one pass.
 *
 * In: the model's text in pieces of any size, in order, and the machine of its format. Out: events.
 *
 * It promises that (1) how the text is cut changes nothing, (2) nothing emitted is ever taken back, (3) every
 * character becomes content, reasoning, a capture, markup or skipped junk, in order, (4) no more text is held
 * than the machine's bound, except while it is undecided whether a call has begun, (5) the work is linear in
 * the text, (6) no text raises, and (7) the arguments of a complete call are one JSON object.
 *
 * How: `Run` (core/run.ts) holds what is known; a step function for each kind of state (steps/) consumes the
 * text from the left. This file is the face: what is fed, what is handed out, what is held.
 *
 * Note [half a character]
 * A text may be cut between the two halves of a character. The first half waits here for the second one, so
 * that nothing that reads sees half a character but where the text itself has no more of it.
 */

/** How a parser is to read besides what is said of it in its constructor. */
interface Reading {
    readonly tokenIds?: ReadonlyMap<string, number> | null;
    readonly decode?: Decode | null;
    readonly suffix?: string | null;
    readonly trace?: boolean;
    readonly served?: boolean;
}
/**
 * Reads one message. `inside` names the capture that is already open when generation begins.
 *
 * Throws a ToolsError when some of the tools cannot be read; a `ToolSet` is taken as it is.
 */
declare class Parser {
    private special;
    private readonly run;
    private finished;
    private readonly turns;
    private copier;
    private quick;
    private delta;
    private half;
    constructor(machine: PreparedMachine, tools?: ToolSet | Iterable<unknown> | null, inside?: string | null, { tokenIds, decode, suffix, trace, served }?: Reading);
    /**
     * Read more text; return what it decides. Throws after `finish`.
     *
     * `tokenIds` are the ids of all the text's tokens, in order, as far as they are known. Where several come
     * at once, the parser needs `decode` to tell a special token from the same characters spelled by ordinary
     * ones.
     */
    feed(text: string, tokenIds?: readonly number[] | null): Event[];
    /** Read whole characters. */
    private readMore;
    /** Choose how the next delta may be read without the steps: nothing is held or undecided. */
    private choosePath;
    /** The next delta goes through the steps. */
    private goSlowly;
    /**
     * Say that the text has ended; return the last events. A second call returns nothing.
     *
     * `cut`: a limit of tokens has ended it, so a call that has not been closed may lack arguments: it is
     * incomplete.
     */
    finish({ cut }?: {
        cut?: boolean;
    }): Event[];
    private events;
    /** How many characters have come that may be read. */
    private get end();
    /** What no step has read yet. */
    private get unread();
    /** Characters read that no event has accounted for. */
    get heldChars(): number;
    /** The source read that is still undecided between text and markup, with the blanks that wait before it. */
    get heldSource(): string;
    /**
     * `heldSource` without a copy: the blanks that wait, and how many of the last characters read stand behind.
     */
    get heldMark(): readonly [deferred: string, chars: number];
    /**
     * Whether a call may have begun whose name is not known yet, or that may be a draft; see docs/hold-back.md.
     */
    get isUndecided(): boolean;
    /** What has been recovered so far, by kind: see core/repairs.ts. */
    get repairs(): ReadonlySet<string>;
    /** Which of the machine's bounds holds for what is being read now; "" where none does. */
    get reads(): string;
    /** The names of declared tools that the format cannot carry, so that no call of them is read; and why. */
    get unreadNames(): ReadonlyMap<string, string>;
    /** Take special tokens by their text from here on: the ids turned out to be those of another text. */
    readByText(): void;
    /** Take special tokens by their ids again, as far as they were given to the parser. */
    readByIds(): void;
    /** What is known of the special tokens in so many last characters, and of those whose text is late. */
    tokensOfLast(count: number): SpecialTokens | null;
    /** Begin with the text that another parser has `tokensOfLast` of; whether both know the same ids. */
    takeTokens(tokens: SpecialTokens): boolean;
    /** Keep from here on what every character becomes, as `trace`. */
    keepTrace(): void;
    /** What became of the characters since the last time, as far as it is certain; kept no longer. */
    takeTrace(): readonly Entry[];
    /** The same, and the marks between it: see core/trace.ts. */
    takeMarkedTrace(): readonly [entries: readonly Entry[], marks: readonly Mark[]];
    /** How many entries of the trace are certain: those behind them may still turn out to be text. */
    get certainTraces(): number;
    /**
     * What every character became, [what, text] in order, of a parser that was made with `trace`.
     *
     * An entry without text says why: `what` is one of `core/reasons.ts`, of the entry behind it, or of a
     * call's end.
     */
    get trace(): readonly Entry[] | null;
    /**
     * Characters looked at and copied so far, those of the fast path not counted: a measure without a clock.
     */
    get work(): number;
}

/**
 * The tools of a request as they are given: which functions there are, and which tools cannot be read.
 *
 * In: what a caller gives for `tools`: chat tools, flat Responses tools, or objects with the same members, in
 * anything that can be iterated. `parameters` may be JSON text, or what `plain.ts` makes plain. Out: names
 * and schemas, and a sentence for each thing that is none.
 *
 * Promises: never throws, whatever is given; nothing is ignored in silence but tools that have no function,
 * such as the web search of the Responses API, which a server runs by itself.
 */

/** Tools of a request that cannot be read: which, and why. */
declare class ToolsError extends Error {
    readonly name = "ToolsError";
}

/**
 * The tools of a request, all of which can be read.
 *
 * In: the `tools` of a request. Out: a `ToolSet`.
 *
 * Note [nothing is kept]
 * The Python twin keeps the sets that it has read, by the content of the tools. Here a key of the content costs
 * as much as reading the tools does, and their identity says nothing: an array that is the same one may have
 * got another tool since. Who reads many messages with the same tools makes a `ToolSet` once and gives that.
 */

/** Read tools all of which can be read; a `ToolSet` is taken as it is. Throws a ToolsError. */
declare function wholeToolSet(tools: unknown): ToolSet;

/**
 * What users of the package import.
 *
 * In: a format, which is the JSON of its machine (docs/machine.md). Out: parsers for streams, and messages
 * for whole texts.
 *
 *     const parser = createParser(format, { tools });
 *     for await (const delta of stream) for (const event of parser.feed(delta)) ...
 *     for (const event of parser.finish()) ...
 *
 * Promise: a format is made ready once, however often it is given.
 */

/** A format: the parsed JSON of `generated/machine/X.json`. */
type Format = object;
/** The tools of a request: as an OpenAI request has them, or what `readTools` has made of them. */
type Tools = ToolSet | Iterable<unknown>;
/** What is known of one message before it comes. */
interface MessageOptions {
    /** They type the arguments, and say which names are calls where no special token does. */
    readonly tools?: Tools | null;
    /** The capture that the prompt has opened already: `"reasoning"`, or null. */
    readonly inside?: string | null;
    /** What the delimiters of the checkpoint have in the place that the format leaves for it. */
    readonly suffix?: string | null;
}
/** How a stream is parsed. */
interface ParserOptions extends MessageOptions {
    /** The ids of special tokens by their texts, for `feed(text, ids)`. */
    readonly tokenIds?: ReadonlyMap<string, number> | Readonly<Record<string, number>> | null;
    /**
     * Makes text of the ids of ordinary tokens: where a text has several tokens, it tells which of them are
     * special.
     */
    readonly decode?: Decode | null;
    /** Keep what every character became. */
    readonly trace?: boolean;
}
/** How a whole text is parsed. */
interface ParseOptions extends MessageOptions {
    /** A limit of tokens has ended the text: a call that it has not closed is not complete. */
    readonly cut?: boolean;
    /** What becomes of calls that are not complete. */
    readonly incomplete?: "keep" | "drop";
}
/**
 * Begin to parse one message.
 *
 * Throws when the format has no such capture to begin in, or can have no such suffix, and when some of the
 * tools cannot be read.
 */
declare function createParser(format: Format, { tools, inside, tokenIds, decode, suffix, trace }?: ParserOptions): Parser;
/** Parse a whole text: the same as feeding it in pieces. Throws what `createParser` throws. */
declare function parse(format: Format, text: string, { tools, inside, suffix, cut, incomplete }?: ParseOptions): Message;

export { Parser, ToolSet, ToolsError, collect, createParser, parse, wholeToolSet as readTools };
export type { ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Decode, Entry, Event, Format, Mark, Message, MessageOptions, ParseOptions, ParserOptions, ReasoningDelta, ToolCall, Tools };
