/**
 * What the prompt of a request has opened, as the server itself says it.
 *
 * In: a request, and what sends it. Out: the capture that the answer begins in, null, or `"auto"` where the server
 * cannot tell.
 *
 * How: vLLM's `/tokenize` renders the request as for an answer. If the last of its tokens are an opener of the
 * reasoning, the prompt has opened it. It is asked while the answer is being made, so nobody waits for it.
 */

import type { Format } from "../format.js";
import { tableOf } from "../format.js";
import { endsWithAny } from "../strings.js";
import { isPlain } from "./plain.js";
import type { Plain } from "./plain.js";
import { AUTO, REASONING } from "./plan.js";

type Fetch = typeof globalThis.fetch;

const KEYS = ["model", "chat_template", "chat_template_kwargs", "continue_final_message"];
const TAIL_TOKENS = 64;
const PAUSE_MS = 60_000; // before a server that could not tell is asked again

/** Asks one server what the prompt of a request to `url` has opened. */
export type AskPrompt = (
  format: Format,
  url: string,
  request: Plain,
  init: RequestInit,
) => Promise<string | null>;

/** Make what asks; with `fetch` the requests are sent. */
export function promptsOf(fetch: Fetch): AskPrompt {
  let notBefore = 0;
  return async (format, url, request, { headers, signal }) => {
    if (!tableOf(format).begins_inside || !Array.isArray(request.messages) || Date.now() < notBefore)
      return AUTO;
    const body = JSON.stringify(questionOf(request));
    const path = url.replace(/(?:\/v1)?\/chat\/completions(?:[?#].*)?$/s, "/tokenize");
    const text = await tailOf(fetch(path, { method: "POST", headers, body, signal }));
    if (text === null) {
      notBefore = Date.now() + PAUSE_MS;
      return AUTO;
    }
    return endsWithAny(text.trimEnd(), tableOf(format).reasoning_openers ?? []) ? REASONING : null;
  };
}

function questionOf(request: Plain): Plain {
  const known = Object.fromEntries(KEYS.map((key) => [key, request[key] ?? undefined]));
  const { messages, tools = null, continue_final_message: goesOn } = request;
  return { ...known, messages, tools, return_token_strs: true, add_generation_prompt: !goesOn };
}

/** The end of a prompt, null where the server does not say it. */
async function tailOf(asked: Promise<Response>): Promise<string | null> {
  try {
    const answer = await asked;
    const found: unknown = answer.ok ? await answer.json() : null;
    const tokens: unknown = isPlain(found) ? found.token_strs : null;
    if (!Array.isArray(tokens) || tokens.length === 0) return null;
    const text = tokens.slice(-TAIL_TOKENS).join("");
    return text.replace(/[\u0120\u2581]/g, " ").replaceAll("\u010a", "\n"); // blanks, as vocabularies write them
  } catch {
    return null;
  }
}
