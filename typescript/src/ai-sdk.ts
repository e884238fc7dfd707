/**
 * The door `toolgram/ai-sdk`: middleware for the models of Vercel's AI SDK.
 *
 *     const model = wrapLanguageModel({ model: provider("qwen3-coder"), middleware: toolgramMiddleware({ format }) });
 */

export type { CallOptions, PromptWriter, ServerName, WrittenPrompt } from "./ai-sdk/asking.js";
export type { Middleware, MiddlewareOptions } from "./ai-sdk/middleware.js";
export { toolgramMiddleware } from "./ai-sdk/middleware.js";
export type { ChatTemplate } from "./ai-sdk/plain_chat.js";
export type { TemplateOptions } from "./ai-sdk/prompt.js";
export { promptFromTemplate } from "./ai-sdk/prompt.js";
