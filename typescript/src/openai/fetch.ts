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

import type { Format } from "../format.js";
import { ChatRepair } from "./chat.js";
import { isPlain } from "./plain.js";
import type { Plain } from "./plain.js";
import type { Plan, ReadingOptions } from "./plan.js";
import { AUTO, planFor } from "./plan.js";
import { promptsOf } from "./prompts.js";
import type { ServerEvent } from "./server_events.js";
import { DONE, EventReader, written } from "./server_events.js";

type Fetch = typeof globalThis.fetch;
/** The format of a model, by the name that a request calls it; null: it is left alone. */
export type FormatOf = (model: unknown) => Format | null | undefined;

/** How a client's requests are changed, and its answers read. */
export interface FetchOptions extends ReadingOptions {
  /** What sends the requests; the global `fetch` unless another one is given. */
  readonly fetch?: Fetch;
  /** What has to be asked of the server, so that its answer comes as the model writes it. */
  readonly server?: "vllm" | "sglang" | "other";
}

/** Make a `fetch` for a client such as `openai`: `new OpenAI({ fetch: repairFetch(format) })`. */
export function repairFetch(format: Format | FormatOf, options: FetchOptions = {}): Fetch {
  const { fetch = globalThis.fetch, server = "other", inside = AUTO, ...others } = options;
  const reading = { ...others, inside };
  const formatOf: FormatOf = typeof format === "function" ? (format as FormatOf) : () => format;
  const opened = server === "vllm" && inside === AUTO ? promptsOf(fetch) : null;
  return async (input, init) => {
    const request = isChat(input, init) ? readJson(await bodyOf(input, init)) : null;
    const found = request === null ? null : formatOf(request.model);
    if (request === null || !found) return fetch(input, init);
    const plan = planFor(found, request, reading);
    const changed = changedFor(server, request, plan);
    const sent = changed === request ? init : withBody(input, init, JSON.stringify(changed));
    const asked = opened?.(found, urlOf(input), request, withBody(input, init, ""));
    const answer = await fetch(input, sent);
    if (asked === undefined) return repairedResponse(answer, plan);
    return repairedResponse(answer, planFor(found, request, { ...reading, inside: await asked }));
  };
}

function urlOf(input: Parameters<Fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}

function isChat(input: Parameters<Fetch>[0], init: RequestInit | undefined): boolean {
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const path = urlOf(input).replace(/[?#].*$/s, "");
  return method.toUpperCase() === "POST" && path.endsWith("/chat/completions");
}

/** The body of a request, as far as it can be read without taking it away. */
async function bodyOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): Promise<string | null> {
  const body = init?.body;
  if (body === undefined || body === null) return input instanceof Request ? input.clone().text() : null;
  return body instanceof ReadableStream ? null : new Response(body).text();
}

function withBody(input: Parameters<Fetch>[0], init: RequestInit | undefined, body: string): RequestInit {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.delete("content-length");
  return { ...init, headers, body };
}

function readJson(text: string | null): Plain | null {
  try {
    const found: unknown = text === null ? null : JSON.parse(text);
    return isPlain(found) ? found : null;
  } catch {
    return null;
  }
}

/** What a server has to be asked: Note [what a server has to be asked]. What the client has said stays. */
export function changedFor(server: string, request: Plain, plan: Plan): Plain {
  if (server === "other" || plan.readsNothing) return request;
  const wanted: [string, unknown][] = [["skip_special_tokens", false]];
  if (server === "vllm") wanted.push(["spaces_between_special_tokens", false]);
  const changed = Object.fromEntries(wanted.filter(([name]) => (request[name] ?? null) === null));
  const isLeftToModel = (request.tool_choice ?? "auto") === "auto";
  if (server === "vllm" && plan.tools !== null && isLeftToModel) changed.tool_choice = "none";
  return { ...request, ...changed };
}

/** A server's answer with what is in it repaired: a stream of events, or JSON. */
export async function repairedResponse(response: Response, plan: Plan): Promise<Response> {
  const kind = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (response.status !== 200 || response.body === null) return response;
  if (kind === "text/event-stream") return like(response, repairedEvents(response.body, plan));
  if (kind !== "application/json") return response;
  const text = await response.text();
  const answer = readJson(text);
  const made = answer === null ? null : new ChatRepair(plan).whole(answer);
  return like(response, made === answer ? text : JSON.stringify(made));
}

/** Repairs the text of a stream of events, which stays as it came where nothing is found. */
class EventsRepair {
  private readonly reader = new EventReader();
  private readonly repair: ChatRepair;
  private hasEnded = false;

  constructor(plan: Plan) {
    this.repair = new ChatRepair(plan);
  }

  feed(text: string): string {
    return this.reader
      .feed(text)
      .map((event) => this.event(event))
      .join("");
  }

  /** The stream is over, or has broken off: everything that was held. */
  finish(): string {
    return this.end() + this.reader.rest();
  }

  private event({ raw, data, others }: ServerEvent): string {
    if (data === DONE) return this.end() + raw;
    const payload = readJson(data);
    if (payload === null || this.hasEnded) return raw;
    const found = this.repair.chunk(payload);
    return found.length === 1 && found[0] === payload ? raw : written(found, others);
  }

  private end(): string {
    const held = this.hasEnded ? [] : this.repair.end();
    this.hasEnded = true;
    return written(held);
  }
}

/** The bytes of a stream of events, repaired. Where it breaks off, what was held comes before the error. */
function repairedEvents(body: ReadableStream<Uint8Array>, plan: Plan): ReadableStream<Uint8Array> {
  const source = body.getReader();
  const repair = new EventsRepair(plan);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  let end: (() => void) | null = null; // says how the stream has ended, once all that was held is gone
  return new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      for (let text = ""; !text;) {
        if (end !== null) return end();
        try {
          const { done, value } = await source.read();
          if (done) end = (): void => controller.close();
          else text = repair.feed(decoder.decode(value, { stream: true }));
        } catch (error) {
          end = (): void => controller.error(error);
        }
        if (end !== null) text = repair.feed(decoder.decode()) + repair.finish();
        if (text) controller.enqueue(encoder.encode(text));
      }
    },
    cancel: (reason) => source.cancel(reason),
  });
}

/** The same answer with another body. Its length, and how it was packed, are those of the old one. */
function like(response: Response, body: BodyInit): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.delete("content-encoding");
  const made = new Response(body, { status: response.status, statusText: response.statusText, headers });
  Object.defineProperty(made, "url", { value: response.url });
  return made;
}
