import { Tools, Format } from './index.js';

/**
 * Answers in Gemini's form whose markup nobody has parsed, repaired: `functionCall` parts and thoughts are made of
 * the raw text in them, and the raw text is no longer shown.
 *
 * In: chunks or whole answers, such as `@google/genai` hands them on, or an agent that converts OpenAI's chunks to
 * them (Qwen Code); a format; the tools of the request. Out: the same kind of thing.
 *
 *     for await (const chunk of repairChunks(stream, qwen3_coder, { tools })) ...
 *
 * Promises: an object in which nothing is found is handed on as it is; the texts and calls that come out are
 * those of the text that came in, however it was cut; nothing that a model writes throws.
 */

/** What is known of the request, and how its answer is read. */
interface RepairOptions {
    /**
     * The tools of the request, as Gemini has them (`[{ functionDeclarations: [...] }]`) or as OpenAI has them;
     * without any, no calls are looked for.
     */
    readonly tools?: Tools | null;
    /** What the prompt has opened: `"reasoning"`, null, or `"auto"`, which the format decides. */
    readonly inside?: string | null;
    /** Is told when a parser has failed, and the rest of the answer is sent as it came. */
    readonly onFailure?: (error: unknown) => void;
}
/**
 * Repair the chunks of a stream, one by one. Throws what the stream throws; and an Error for options that are none.
 *
 * Who stops to read lets go of the stream, as in any `for await`.
 */
declare function repairChunks<Chunk>(chunks: AsyncIterable<Chunk>, format: Format, options?: RepairOptions): AsyncGenerator<Chunk, void>;
/** A `TransformStream` that does the same. */
declare function repairStream<Chunk = object>(format: Format, options?: RepairOptions): TransformStream<Chunk, Chunk>;
/** Repair a whole answer. One in which nothing is found is handed back as it is. */
declare function repairAnswer<Answer extends object>(answer: Answer, format: Format, options?: RepairOptions): Answer;

export { repairAnswer, repairChunks, repairStream };
export type { RepairOptions };
