import { Format } from './index.js';

/**
 * What a model is asked, so that its answer comes as the model writes it.
 *
 * In: the options of a call, as the AI SDK has them. Out: the request in OpenAI's words, as far as reading needs
 * it; and options in which a server is asked for raw text, or a prompt holds the tools.
 *
 * Promise: what the application has said by itself stays.
 */

/** Servers whose requests need more than the AI SDK says. */
type ServerName = "vllm" | "sglang" | "other";
/** Options of a call of a model: what is read and changed of them. */
interface CallOptions {
    readonly prompt: readonly unknown[];
    readonly tools?: readonly unknown[];
    readonly toolChoice?: {
        readonly type: string;
    };
    readonly providerOptions?: Readonly<Record<string, unknown>>;
    readonly reasoning?: string;
}
/** A prompt that holds the tools, and, where it is known, what it has opened for the answer. */
interface WrittenPrompt {
    readonly prompt: readonly unknown[];
    readonly rendered?: string;
}
/** Writes tools, earlier calls and results into a prompt of texts. `tools` are as an OpenAI request has them. */
type PromptWriter = (prompt: readonly unknown[], tools: readonly unknown[]) => WrittenPrompt;

/**
 * Middleware of the AI SDK: what a model writes as text becomes texts, thoughts and calls.
 *
 * In: a format, and how the server is to be asked. Out: what `wrapLanguageModel` takes as `middleware`.
 *
 * How: `transformParams` changes what is asked; `wrapStream` and `wrapGenerate` read the answer. What the
 * application has asked for, before that was changed, is kept beside the changed request.
 *
 * The types are our own, so that they fit every version of the AI SDK that takes such middleware.
 */

/** How a model is read and asked. */
interface MiddlewareOptions<Version extends string = "v4"> {
    /** What the model writes. */
    readonly format: Format;
    /** What prompts open: `"reasoning"`, null, or `"auto"`, which the request and the format decide. */
    readonly inside?: string | null;
    /**
     * What becomes of calls that were cut off: handed on, so that the AI SDK reports them and runs none, or left
     * out.
     */
    readonly incomplete?: "keep" | "drop";
    /** Which server it is, if it has to be asked for the text as the model writes it. */
    readonly server?: ServerName;
    /** Writes tools, calls and results into the prompt, for servers that take no tools. */
    readonly prompt?: PromptWriter;
    /** Is told when a parser has failed, and the rest of the answer is sent as it came. */
    readonly onFailure?: (error: unknown) => void;
    /** The version of the AI SDK's middleware: `"v3"` for `ai` 6. */
    readonly specificationVersion?: Version;
}
/** Middleware as `wrapLanguageModel` takes it. */
interface Middleware<Version extends string = "v4"> {
    readonly specificationVersion: Version;
    readonly transformParams: <Params extends CallOptions>(options: {
        params: Params;
        model: {
            readonly provider: string;
        };
    }) => Promise<Params>;
    readonly wrapGenerate: <Result extends GenerateResult>(options: {
        doGenerate: () => PromiseLike<Result>;
        params: CallOptions;
    }) => Promise<Result>;
    readonly wrapStream: <Result extends StreamResult>(options: {
        doStream: () => PromiseLike<Result>;
        params: CallOptions;
    }) => Promise<Result>;
}
interface GenerateResult {
    readonly content: readonly {
        readonly type: string;
    }[];
    readonly finishReason: unknown;
}
interface StreamResult {
    readonly stream: ReadableStream<unknown>;
}
/**
 * Make middleware that reads what a model writes.
 *
 * Throws where the format's tables are of another version, or where it cannot begin inside of what is said.
 */
declare function toolgramMiddleware<Version extends "v3" | "v4" = "v4">(options: MiddlewareOptions<Version>): Middleware<Version>;

/**
 * A conversation with tools as one of plain texts: what a chat template writes with tools, cut into messages
 * that the same template writes without.
 *
 * In: a chat template, messages with calls and results, and tools. Out: messages that have a role and a text,
 * and the prompt that the template makes of both.
 *
 *     system     Be brief.         =>  system     Be brief.\n\n# Tools\n\nYou may call ...
 *     user       Rome?             =>  user       Rome?
 *     assistant  weather("Rome")   =>  assistant  <tool_call>\n{"name": "weather", ...}\n</tool_call>
 *     tool       sunny             =>  user       <tool_response>\nsunny\n</tool_response>
 *
 * How: the template is rendered with marks in the place of texts, once with the tools and once as a plain
 * conversation. The plain one shows what stands between messages. What stands between the same pieces of the
 * other one are the texts.
 *
 * Promise: of the plain messages the template makes the prompt that it makes of the given ones with their tools.
 * Only blanks may be missing, where the template trims texts.
 */
/** A chat template: `Template` of `@huggingface/jinja`, or whatever else renders one. */
interface ChatTemplate {
    render(values: Record<string, unknown>): string;
}

/**
 * Prompts for servers that take no tools: tools, calls and results are texts, as the model's chat template
 * writes them.
 *
 * In: a chat template, and the prompt of a call as the AI SDK has it. Out: a prompt of texts.
 *
 * Promise: of the new prompt the template makes what it makes of the old one with its tools. Files of users stay
 * where they are.
 */

interface TemplateOptions {
    /** What the server gives the template besides, such as `enable_thinking`. */
    readonly variables?: Readonly<Record<string, unknown>>;
    /** Tools that the template writes before the first message may stand at its beginning instead. */
    readonly nearest?: boolean;
}
/**
 * Write tools into prompts as a chat template does: the one that the server has for the model.
 *
 * `template` is a `Template` of `@huggingface/jinja`, or what else renders one. The writer throws where the template
 * writes tools, calls or results so that they cannot be part of a message's text.
 */
declare function promptFromTemplate(template: ChatTemplate, { variables, nearest }?: TemplateOptions): PromptWriter;

export { promptFromTemplate, toolgramMiddleware };
export type { CallOptions, ChatTemplate, Middleware, MiddlewareOptions, PromptWriter, ServerName, TemplateOptions, WrittenPrompt };
