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

import type { Format } from "../format.js";
import type { Plan } from "../openai/plan.js";
import { planFor } from "../openai/plan.js";
import type { CallOptions, PromptWriter, ServerName } from "./asking.js";
import { asOpenai, askServer, withPrompt } from "./asking.js";
import { openedBy } from "./opened.js";
import type { Part } from "./parts.js";
import { Repair } from "./repair.js";
import { repairWhole, visibleText } from "./whole.js";

/** How a model is read and asked. */
export interface MiddlewareOptions<Version extends string = "v4"> {
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
export interface Middleware<Version extends string = "v4"> {
  readonly specificationVersion: Version;
  readonly transformParams: <Params extends CallOptions>(options: {
    params: Params;
    model: { readonly provider: string };
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
  readonly content: readonly { readonly type: string }[];
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
export function toolgramMiddleware<Version extends "v3" | "v4" = "v4">(
  options: MiddlewareOptions<Version>,
): Middleware<Version> {
  const { format, server = "other", prompt, specificationVersion = "v4" as Version, ...reading } = options;
  planFor(format, null, reading); // so that mistakes show here
  const plans = new WeakMap<CallOptions, Plan>(); // by what was asked instead
  const opened = (rendered: string | undefined): { inside?: string | null } =>
    rendered === undefined ? {} : { inside: openedBy(format, rendered) };
  const planOf = (params: CallOptions): Plan =>
    plans.get(params) ?? planFor(format, asOpenai(params), reading);

  return {
    specificationVersion,

    transformParams: async ({ params, model }) => {
      const written = prompt === undefined ? { params, rendered: undefined } : withPrompt(params, prompt);
      const plan = planFor(format, asOpenai(params), { ...opened(written.rendered), ...reading });
      const asked = askServer(written.params, server, model.provider, plan);
      plans.set(asked, plan);
      return asked;
    },

    wrapGenerate: async ({ doGenerate, params }) => {
      const plan = planOf(params);
      const result = await doGenerate();
      if (plan.readsNothing) return result;
      const { content, finishReason } = repairWhole(result, plan);
      if (content === result.content && finishReason === result.finishReason) return result;
      const { structuredOutputText: shown } = result as { structuredOutputText?: unknown };
      const text =
        typeof shown === "string"
          ? { structuredOutputText: visibleText(shown, result.finishReason, plan) }
          : {};
      return { ...result, ...text, content, finishReason };
    },

    wrapStream: async ({ doStream, params }) => {
      const plan = planOf(params);
      const result = await doStream();
      if (plan.readsNothing) return result;
      return { ...result, stream: result.stream.pipeThrough(repairStream(plan)) };
    },
  };
}

/** Repairs the parts of a stream. */
function repairStream(plan: Plan): TransformStream<unknown, unknown> {
  const repair = new Repair(plan);
  return new TransformStream({
    transform: (part, controller) => {
      for (const one of repair.part(part as Part)) controller.enqueue(one);
    },
    flush: (controller) => {
      for (const one of repair.end()) controller.enqueue(one);
    },
  });
}
