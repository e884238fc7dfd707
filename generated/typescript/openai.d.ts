import { Format, Tools } from './index.js';
import { A as Annotation } from './shared-MUKr5N6i.js';
import { Event } from './index.js';

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

/** How answers are read, whatever was asked. */
interface ReadingOptions {
    /** What the prompt has opened: `"reasoning"`, null, or `"auto"`, which the request and the format decide. */
    readonly inside?: string | null;
    /** Where reasoning goes, if the server has not shown a name of its own. */
    readonly reasoningField?: string;
    /** What becomes of calls that are not complete. */
    readonly incomplete?: "keep" | "drop";
    /** Is told when a parser has failed, and the rest of the answer is sent as it came. */
    readonly onFailure?: (error: unknown) => void;
}

/**
 * Events as the chunk deltas of OpenAI's chat completions.
 *
 * In: the events that a parser returns, batch after batch. Out: `delta` objects for `choices[0]`, and the
 * reason to finish.
 *
 * Promises: no delta is empty; a call's first delta has its index, id, type, whole name and `arguments: ""`,
 * each later one its index and arguments alone, as OpenAI's own API writes them; the joined arguments are the
 * call's. A citation of the content is an `annotations` delta behind the text that it speaks of; in
 * `start_index` and `end_index` characters of all of the content are counted.
 */

/** A part of a call. Its first one has `id`, `type` and the name. */
interface CallDelta {
    readonly index: number;
    readonly id?: string;
    readonly type?: "function";
    readonly function: {
        name?: string;
        arguments: string;
    };
}
/** What a chunk says: one of these. */
interface Delta {
    content?: string;
    reasoning?: string;
    tool_calls?: [CallDelta];
    annotations?: Annotation[];
}
/** How deltas are made. */
interface ChunkOptions {
    /** So many letters and digits has an id that is made up; null: as OpenAI's. */
    readonly callIdLength?: number | null;
    /**
     * With `"drop"` a call waits for its end, and is sent if it is complete then; those that are sent are numbered
     * without gaps.
     */
    readonly incomplete?: string;
}
/** Turns the events of one answer into deltas. */
declare class ChunkBuilder {
    private hasCompleteCall;
    private waiting;
    private sent;
    private readonly idLength;
    private readonly drops;
    constructor({ callIdLength, incomplete }?: ChunkOptions);
    /** Turn one batch of events into deltas, as few as their order allows; nothing gives none. */
    delta(events: Iterable<Event>): Delta[];
    /** The same events, with each call at its end, if it is complete, and else without it. */
    private wholeCalls;
    /**
     * Return why the answer ended, from the engine's own reason.
     *
     * A cut answer stays `length`, or whatever else the engine stopped it for; `tool_calls` is said only of an
     * answer that came to its own end with at least one complete call, because clients run the calls that it
     * announces.
     */
    finishReason<Reason>(engineReason: Reason): Reason | "tool_calls" | "stop";
}

/**
 * A `fetch` that repairs: what a client sends and gets is read on its way, so that the client knows of nothing.
 *
 * In: requests to `.../chat/completions`. Out: the server's answer, streamed or whole, repaired.
 *
 * Promises: other requests, errors and what is no answer pass as they came. An answer whose stream breaks off
 * gives what was held, and then breaks off.
 *
 * Note [what a server has to be asked]
 * A server without a parser hides special tokens, and with them the markup of many formats. vLLM without a tool
 * parser refuses a choice of tools that is left to the model; with `none` it puts the tools into the prompt all
 * the same, and nothing else. So requests are changed for a server that is named. vLLM is also asked what the
 * prompt has opened: prompts.ts.
 */

type Fetch = typeof globalThis.fetch;
/** The format of a model, by the name that a request calls it; null: it is left alone. */
type FormatOf = (model: unknown) => Format | null | undefined;
/** How a client's requests are changed, and its answers read. */
interface FetchOptions extends ReadingOptions {
    /** What sends the requests; the global `fetch` unless another one is given. */
    readonly fetch?: Fetch;
    /** What has to be asked of the server, so that its answer comes as the model writes it. */
    readonly server?: "vllm" | "sglang" | "other";
}
/** Make a `fetch` for a client such as `openai`: `new OpenAI({ fetch: repairFetch(format) })`. */
declare function repairFetch(format: Format | FormatOf, options?: FetchOptions): Fetch;

/**
 * Answers of OpenAI's chat API whose markup nobody has parsed, repaired: tool calls, reasoning and finish
 * reasons are made of the raw text in them.
 *
 * In: chunks or whole answers, as the `openai` client hands them on or as they stand on the wire; a format;
 * the tools of the request. Out: the same kind of thing.
 *
 *     const stream = await client.chat.completions.create({ model, messages, tools, stream: true });
 *     for await (const chunk of repairChunks(stream, qwen3_coder, { tools })) ...
 *
 * Promises: an object in which nothing is found is handed on as it is; the texts and calls that come out are
 * those of the text that came in, however it was cut; nothing that a model writes throws. It says what
 * `toolgram.openai` says in Python.
 */

/** What is known of the request, and how its answer is read. */
interface RepairOptions extends ReadingOptions {
    /** The tools of the request; without any, no calls are looked for. */
    readonly tools?: Tools | null;
    /** `"none"`: no calls are looked for. */
    readonly toolChoice?: unknown;
    /** What the request gave to the chat template: it may say whether the prompt opens the reasoning. */
    readonly chatTemplateKwargs?: Readonly<Record<string, unknown>> | null;
    readonly reasoningEffort?: string | null;
}
/**
 * Repair the chunks of a stream, one by one. Throws what the stream throws; and an Error for options that are none.
 *
 * Who stops to read lets go of the stream, as in any `for await`.
 */
declare function repairChunks<Chunk>(chunks: AsyncIterable<Chunk>, format: Format, options?: RepairOptions): AsyncGenerator<Chunk, void>;
/** A `TransformStream` that does the same: `chunks.pipeThrough(repairStream(format, { tools }))`. */
declare function repairStream<Chunk = object>(format: Format, options?: RepairOptions): TransformStream<Chunk, Chunk>;
/** Repair a whole answer. One in which nothing is found is handed back as it is. */
declare function repairCompletion<Answer extends object>(answer: Answer, format: Format, options?: RepairOptions): Answer;

export { Annotation, ChunkBuilder, repairChunks, repairCompletion, repairFetch, repairStream };
export type { CallDelta, ChunkOptions, Delta, FetchOptions, FormatOf, ReadingOptions, RepairOptions };
