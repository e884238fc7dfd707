/**
 * Prompts for servers that take no tools: tools, calls and results are texts, as the model's chat template
 * writes them.
 *
 * In: a chat template, and the prompt of a call as the AI SDK has it. Out: a prompt of texts.
 *
 * Promise: of the new prompt the template makes what it makes of the old one with its tools. Files of users stay
 * where they are.
 */

import type { Plain } from "../openai/plain.js";
import { isPlain } from "../openai/plain.js";
import type { PromptWriter } from "./asking.js";
import type { ChatTemplate, PlainMessage, TemplateCall, TemplateMessage } from "./plain_chat.js";
import { plainChat } from "./plain_chat.js";

const NO_TOKENS = { bos_token: "", eos_token: "" }; // the server writes them

/** A message for the template, and the message of the prompt, or the part of it, that it stands for. */
interface Given {
  readonly message: TemplateMessage;
  readonly of: Plain;
  readonly part?: Plain; // of a message with results
}

export interface TemplateOptions {
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
export function promptFromTemplate(
  template: ChatTemplate,
  { variables = {}, nearest = false }: TemplateOptions = {},
): PromptWriter {
  return (prompt, tools) => {
    const given = prompt.filter(isPlain).flatMap(asGiven);
    const messages = given.map(({ message }) => message);
    const how = { variables: { ...NO_TOKENS, ...variables }, nearest };
    const { messages: plain, prompt: rendered } = plainChat(template, messages, tools, how);
    return { prompt: plain.map((message) => asPrompt(message, given)), rendered };
  };
}

// --- for the template ---------------------------------------------------------------------------------------

function asGiven(of: Plain): Given[] {
  const { role, content } = of;
  const parts = Array.isArray(content) ? content.filter(isPlain) : [];
  if (role === "tool") {
    return parts
      .filter(({ type }) => type === "tool-result")
      .map((part) => ({ message: asResult(part), of, part }));
  }
  if (role === "assistant") return [{ message: asAssistant(parts), of }];
  const text = typeof content === "string" ? content : joined(parts, "text", "\n");
  return [{ message: { role: String(role), content: text }, of }];
}

function asAssistant(parts: readonly Plain[]): TemplateMessage {
  const reasoning = joined(parts, "reasoning", "");
  const calls = parts
    .filter(({ type, providerExecuted }) => type === "tool-call" && !providerExecuted)
    .map(asCall);
  return {
    role: "assistant",
    content: joined(parts, "text", ""),
    ...(reasoning && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function asCall({ toolCallId, toolName, input }: Plain): TemplateCall {
  const asked = isPlain(input) ? input : {}; // of a call that was cut off the AI SDK keeps the text
  return { id: String(toolCallId), type: "function", function: { name: String(toolName), arguments: asked } };
}

function asResult({ toolCallId, toolName, output }: Plain): TemplateMessage {
  const content = isPlain(output) ? outputText(output) : "";
  return { role: "tool", content, tool_call_id: String(toolCallId), name: String(toolName) };
}

/** A result as text, as the AI SDK's providers write it. */
function outputText({ type, value, reason }: Plain): string {
  if (type === "execution-denied") return typeof reason === "string" ? reason : "Tool call execution denied.";
  return typeof value === "string" && type !== "json" ? value : JSON.stringify(value);
}

function joined(parts: readonly Plain[], type: string, between: string): string {
  return parts
    .filter((part) => part.type === type)
    .map(({ text }) => String(text))
    .join(between);
}

// --- for the provider ---------------------------------------------------------------------------------------

function asPrompt({ role, content, of }: PlainMessage, given: readonly Given[]): Plain {
  const [first] = of.map((at) => given[at]!);
  if (role === "system") return { ...(first?.of ?? { role }), content };
  const text = { type: "text", text: content };
  if (role === "tool") {
    const part = { ...first!.part, output: { type: "text", value: content } };
    return { ...first!.of, content: [part] };
  }
  if (first === undefined || first.part !== undefined) return { role, content: [text] };
  const parts = (first.of.content as readonly unknown[]).filter(isPlain);
  const at = Math.max(
    0,
    parts.findIndex(({ type }) => type === "text"),
  );
  const others = parts.map(({ type }) => type === "file");
  const files = (some: readonly Plain[], from: number): Plain[] =>
    some.filter((_, index) => others[from + index]);
  return { ...first.of, content: [...files(parts.slice(0, at), 0), text, ...files(parts.slice(at), at)] };
}
