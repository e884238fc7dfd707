import { T as Tools, F as Format, a as ToolSet } from './shared-BW03orIW.js';
import { E as Event, M as Message } from './shared-MUKr5N6i.js';
export { a as ArgumentsDelta, b as CallEnd, c as CallStart, C as Citation, d as ContentDelta, R as ReasoningDelta, T as ToolCall, e as collect } from './shared-MUKr5N6i.js';

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
    private mark;
    private delta;
    private half;
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
 * What users of the package import.
 *
 * In: a format, which is the JSON of its machine (docs/machine.md). Out: parsers for streams, and messages
 * for whole texts.
 *
 *     const parser = createParser(format, { tools });
 *     for await (const delta of stream) for (const event of parser.feed(delta)) ...
 *     for (const event of parser.finish()) ...
 */

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
/** Read the tools of a request once, for many parsers and messages. Throws ToolsError. */
declare const readTools: (tools: Tools) => ToolSet;
/** Parse a whole text: the same as feeding it in pieces. Throws what `createParser` throws. */
declare function parse(format: Format, text: string, { tools, inside, suffix, cut, incomplete }?: ParseOptions): Message;

export { Event, Format, Message, Parser, ToolSet, Tools, ToolsError, createParser, parse, readTools };
export type { Decode, Entry, Mark, MessageOptions, ParseOptions, ParserOptions };
