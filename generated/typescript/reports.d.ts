import { Parser, ParseOptions, ParserOptions } from './index.js';
import { ToolCall, Citation, Message, Event } from './index.js';
import { Format } from './index.js';

/**
 * One attempt at a call, and the report of an answer.
 *
 * In: nothing. Out: two kinds of plain objects. All places are spans, `[begin, end]`: units of the text as the
 * model wrote it, as `slice` counts them, `end` not included.
 */

type Span = readonly [begin: number, end: number];
type Status = "ok" | "repaired" | "unclosed" | "unknown_tool" | "not_json" | "malformed" | "quoted";
/** What each status says. */
declare const STATUSES: Readonly<Record<Status, string>>;
/** A call, or what looked like the beginning of one. */
interface Attempt {
    readonly type: "Attempt";
    readonly status: Status;
    /** The place of all of it, from its opener to its closer. */
    readonly begin: number;
    readonly end: number;
    /** The text there. */
    readonly raw: string;
    readonly name: string | null;
    readonly nameSpan: Span | null;
    /** JSON text, as in the message; of a call that is not complete it is cut off. */
    readonly arguments: string | null;
    /** The place of each argument's value, by its key. A string in quotes has them with it. */
    readonly argumentSpans: ReadonlyMap<string, Span>;
    /** What was repaired, or is wrong: words of the table of reasons in docs/runtime.md, in their order. */
    readonly repairs: readonly string[];
    /** Which of the message's calls it is: the `index` of its events. null: it is no call. */
    readonly index: number | null;
}
/** All that was read in an answer. */
interface Report {
    readonly message: Message;
    readonly attempts: readonly Attempt[];
    readonly contentSpans: readonly Span[];
    readonly reasoningSpans: readonly Span[];
}
/** An attempt as `toolgram parse --report` prints it. */
interface PlainAttempt {
    readonly status: Status;
    readonly begin: number;
    readonly end: number;
    readonly raw: string;
    readonly name: string | null;
    readonly name_span: Span | null;
    readonly arguments: string | null;
    readonly argument_spans: Readonly<Record<string, Span>>;
    readonly repairs: readonly string[];
    readonly index: number | null;
}
/** A report as `toolgram parse --report` prints it. */
interface PlainReport {
    readonly message: {
        readonly content: string | null;
        readonly reasoning: string | null;
        readonly tool_calls: readonly ToolCall[];
        readonly citations: readonly Omit<Citation, "type">[];
    };
    readonly attempts: readonly PlainAttempt[];
    readonly content_spans: readonly Span[];
    readonly reasoning_spans: readonly Span[];
}
/** Tell an attempt from the events of a parser. */
declare function isAttempt(part: {
    readonly type: string;
}): part is Attempt;
/** Make data of a report that JSON can write, with the names that `toolgram parse --report` prints. */
declare function plainReport({ message, attempts, contentSpans, reasoningSpans }: Report): PlainReport;
/** Make data of an attempt that JSON can write. */
declare function plainAttempt(attempt: Attempt): PlainAttempt;

/**
 * A parser that also says what was tried.
 *
 * In: text in pieces, as `Parser.feed` takes it. Out: the events, and an `Attempt` for everything that was or
 * looked like a call, behind the events of the piece that decides it.
 *
 * How: the parser keeps a trace, and hands out what is certain of it. A call of a tool that is not declared is
 * text for the parser; so a second one that knows this tool reads the same text from the opener on, for the
 * parts of the attempt. What failed for another reason goes on to the closer of a call, if one comes before the
 * next opener and `BEHIND_MAX` characters.
 *
 * Promise: no more of the source is kept than the attempt that is open, what the parser holds, and `BEHIND_MAX`
 * characters.
 */

/** An event of the parser, or an attempt. */
type Part = Event | Attempt;
/** What is known of the calls of a format. */
interface Delimiters {
    readonly find: RegExp;
    readonly longest: number;
    readonly areObjects: boolean;
}
/** Makes a parser with a trace that knows the tools of these names, and no others. */
type MakeShadow = (names: Iterable<string>) => Parser;
/** Reads one message, as `Parser` does, and reports the attempts. Made by `createReporter`. */
declare class Reporter {
    private readonly trace;
    private source;
    private base;
    private half;
    private readonly calls;
    private index;
    private readonly waiting;
    private ended;
    private shadow;
    readonly parser: Parser;
    private readonly shadowOf;
    private readonly isDeclared;
    private readonly delimiters;
    constructor(parser: Parser, shadowOf: MakeShadow, isDeclared: (name: string) => boolean, delimiters: Delimiters);
    /** Read more text. Throws after `finish`. */
    feed(text: string, tokenIds?: readonly number[] | null): Part[];
    /** Say that the text has ended, as `Parser.finish`; return the last events and attempts. */
    finish({ cut }?: {
        cut?: boolean;
    }): Part[];
    /** Which characters are content, of those that are decided. */
    get contentSpans(): readonly Span[];
    /** Which characters are reasoning, of those that are decided. */
    get reasoningSpans(): readonly Span[];
    private note;
    /** Report what is decided now. */
    private read;
    /** A call that the parser has taken for one, and that has ended. */
    private call;
    /** Report what has failed, in order, as far as its end is known; `before`: a call begins there. */
    private settle;
    /** The attempt that something was which failed. */
    private endOf;
    private failure;
    /** What a parser that knows the tool makes of it; null: more text tells. */
    private shadowFor;
    /** A tool that is not declared is called, or mentioned. */
    private unknown;
    /** What is no call. */
    private found;
    private attempt;
    private sourceOf;
    /** Forget the source that nothing will ask for. */
    private forget;
}

/**
 * What the reasons of a trace say to people.
 *
 * In: nothing. Out: each reason (reasons.ts, repairs.ts) with its meaning.
 *
 * Notes: no parser needs it, so it stands in a file of its own: who asks for no report does not load it.
 */
/** What each reason says. No parser needs it. */
declare const REASONS: ReadonlyMap<string, string>;

/**
 * Spans of characters as spans of tokens, for the masks of a loss.
 *
 * In: where each token stands in the text. Out: which tokens a span has.
 */

/**
 * Return the tokens, `[first, behind the last]`, that have a character of the span; of none, an empty span.
 *
 * `offsets` are the places of the tokens in the text, in order, as `offsetsOf` returns them.
 *
 *     tokensOf([4, 9], [[0, 4], [4, 6], [6, 10]])    [1, 3]
 */
declare function tokensOf([begin, end]: Span, offsets: readonly Span[]): Span;
/**
 * Return the text of tokens, and the place of each in it; `decode` is the tokenizer's, special tokens included.
 *
 * Where several tokens make one character, each has the place of that character.
 */
declare function offsetsOf(ids: readonly number[], decode: (ids: number[]) => string): readonly [text: string, offsets: Span[]];

/**
 * What a model tried: every call of an answer, and everything that looked like one, with its place and what was
 * wrong.
 *
 * In: a format and a text, or a stream. Out: a `Report`: the message, the attempts, and which characters are
 * content and reasoning.
 *
 *     const { attempts } = report(format, text, { tools });
 *     for (const { status, argumentSpans } of attempts) ...
 *
 * Promises: a report does not depend on how the text was cut; its message is the one that `parse` of the
 * package gives; who asks for no report loads none of this.
 */

/** How a whole text is reported. */
interface ReportOptions extends ParseOptions {
    /** Calls of which anything was repaired are attempts, and no calls of the message. */
    readonly strict?: boolean;
}
/** Begin to read one message, and report the attempts in it. Throws what `createParser` throws. */
declare function createReporter(format: Format, options?: Omit<ParserOptions, "trace">): Reporter;
/** Parse a whole text, and say what was tried in it. Throws what `createParser` throws. */
declare function report(format: Format, text: string, options?: ReportOptions): Report;
/** `parse` of the package, and `strict`: calls are taken only as their format wants them. */
declare function parse(format: Format, text: string, options?: ReportOptions): Message;

export { REASONS, Reporter, STATUSES, createReporter, isAttempt, offsetsOf, parse, plainAttempt, plainReport, report, tokensOf };
export type { Attempt, Part, PlainAttempt, PlainReport, Report, ReportOptions, Span, Status };
