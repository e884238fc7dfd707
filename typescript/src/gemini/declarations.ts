/**
 * The tools of a Gemini request as those of an OpenAI request.
 *
 * In: `[{ functionDeclarations: [{ name, parameters }] }]`, or tools as OpenAI has them. Out: the latter. That
 * types are written in capitals there (`"STRING"`), and null is `nullable`, the reader of schemas knows.
 *
 * Promise: whatever is no declaration is handed on as it is.
 */

import { isPlain } from "../openai/plain.js";
import { itemsOf } from "../schema/given.js";

/** Make chat tools of Gemini's tools. */
export function chatTools(tools: unknown): unknown[] {
  const [items] = itemsOf(tools);
  return items.flatMap((tool) => {
    const declared = isPlain(tool) ? (tool.functionDeclarations ?? tool.function_declarations) : null;
    return Array.isArray(declared) ? declared.map(chatTool) : [tool];
  });
}

function chatTool(declaration: unknown): unknown {
  if (!isPlain(declaration)) return declaration;
  const { name, parameters, parametersJsonSchema } = declaration;
  return { type: "function", function: { name, parameters: parametersJsonSchema ?? parameters } };
}
