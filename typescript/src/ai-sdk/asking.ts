/**
 * What a model is asked, so that its answer comes as the model writes it.
 *
 * In: the options of a call, as the AI SDK has them. Out: the request in OpenAI's words, as far as reading needs
 * it; and options in which a server is asked for raw text, or a prompt holds the tools.
 *
 * Promise: what the application has said by itself stays.
 */

import type { Plan } from "../openai/plan.js";
import type { Plain } from "../openai/plain.js";
import { isPlain } from "../openai/plain.js";

/** Servers whose requests need more than the AI SDK says. */
export type ServerName = "vllm" | "sglang" | "other";

/** Options of a call of a model: what is read and changed of them. */
export interface CallOptions {
  readonly prompt: readonly unknown[];
  readonly tools?: readonly unknown[];
  readonly toolChoice?: { readonly type: string };
  readonly providerOptions?: Readonly<Record<string, unknown>>;
  readonly reasoning?: string;
}

/** A prompt that holds the tools, and, where it is known, what it has opened for the answer. */
export interface WrittenPrompt {
  readonly prompt: readonly unknown[];
  readonly rendered?: string;
}

/** Writes tools, earlier calls and results into a prompt of texts. `tools` are as an OpenAI request has them. */
export type PromptWriter = (prompt: readonly unknown[], tools: readonly unknown[]) => WrittenPrompt;

/** A request in OpenAI's words: what decides how its answer is read. */
export function asOpenai(params: CallOptions): Plain {
  const { toolChoice, providerOptions = {}, reasoning } = params;
  const own = Object.values(providerOptions).filter(isPlain);
  const said = (name: string): unknown => own.map((options) => options[name]).find((value) => value != null);
  const effort = said("reasoningEffort") ?? (reasoning === "provider-default" ? undefined : reasoning);
  return {
    tools: functionTools(params),
    tool_choice: toolChoice?.type,
    chat_template_kwargs: said("chat_template_kwargs"),
    reasoning_effort: said("reasoning_effort") ?? effort,
  };
}

/** The tools of a call that are functions, as OpenAI's requests have them. */
function functionTools({ tools = [] }: CallOptions): Plain[] {
  return tools.filter(isFunction).map(({ name, description, inputSchema }) => {
    return { type: "function", function: { name, description, parameters: inputSchema } };
  });
}

function isFunction(tool: unknown): tool is Plain {
  return isPlain(tool) && tool.type === "function";
}

/**
 * Ask a server without a parser for the text as the model writes it.
 *
 * It hides special tokens otherwise. vLLM without a tool parser refuses a choice of tools that is left to the
 * model; with `none` it puts the tools into the prompt all the same, and nothing else.
 */
export function askServer<Params extends CallOptions>(
  params: Params,
  server: ServerName,
  provider: string,
  plan: Plan,
): Params {
  if (server === "other" || plan.readsNothing) return { ...params };
  const name = provider.split(".")[0]!.trim();
  const given = params.providerOptions?.[name];
  const visible = {
    skip_special_tokens: false,
    ...(server === "vllm" && { spaces_between_special_tokens: false }),
  };
  const providerOptions = {
    ...params.providerOptions,
    [name]: { ...visible, ...(isPlain(given) ? given : {}) },
  };
  const isAuto = (params.toolChoice ?? { type: "auto" }).type === "auto";
  if (server !== "vllm" || plan.tools === null || !isAuto) return { ...params, providerOptions };
  return { ...params, providerOptions, toolChoice: { type: "none" } };
}

/** Write the tools of a call into its prompt; `rendered` is what the server makes of it, where that is known. */
export function withPrompt<Params extends CallOptions>(
  params: Params,
  write: PromptWriter,
): { params: Params; rendered: string | undefined } {
  const isWanted = params.toolChoice?.type !== "none";
  const { prompt, rendered } = write(params.prompt, isWanted ? functionTools(params) : []);
  const tools = params.tools?.filter((tool) => !isFunction(tool));
  return {
    params: { ...params, prompt, tools: tools?.length ? tools : undefined, toolChoice: undefined },
    rendered,
  };
}
