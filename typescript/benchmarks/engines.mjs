/**
 * How each library is asked to read an answer: ours, `@ai-sdk-tool/parser`, and one that is built on
 * `partial-json`.
 *
 * In: the name of a format, and the tools of the request. Out: a reader, or null where the library has none:
 * `make` makes a parser with `feed` and `finish`, and `heard` says what message all their answers were.
 *
 * How: what a library can do once for all requests is done before. `@ai-sdk-tool/parser` makes a
 * `TransformStream`; what is called here is the function in it, so that the cost of the stream itself, two
 * turns of the event loop for each delta, is not counted against it.
 */

import { readFileSync } from "node:fs";
import { hermesProtocol, qwen3CoderProtocol } from "@ai-sdk-tool/parser";
import { parse } from "partial-json";
import { collect, createParser, readTools } from "toolgram";

const MACHINES = new URL("../../generated/machine/", import.meta.url);

export const ENGINES = { toolgram, "ai-sdk-tool": aiSdkTool, "partial-json": partialJson };

function toolgram(format, tools) {
  const machine = JSON.parse(readFileSync(new URL(`${format}.json`, MACHINES), "utf8"));
  const ready = readTools(tools);
  const heard = (answers) => {
    const { content, toolCalls } = collect(answers.flat());
    return [content ?? "", toolCalls.map((call) => [call.name, JSON.parse(call.arguments)])];
  };
  return { make: () => createParser(machine, { tools: ready }), heard };
}

// --- @ai-sdk-tool/parser ------------------------------------------------------------------------------------

function aiSdkTool(format, tools) {
  const protocol = { hermes: hermesProtocol, qwen3_coder: qwen3CoderProtocol }[format]?.();
  if (protocol === undefined) return null;
  const functions = tools.map(({ function: { name, parameters } }) => {
    return { type: "function", name, inputSchema: parameters };
  });
  return { make: () => new Transformed(protocol, functions), heard: heardParts };
}

/** The function that is in the stream of a protocol. */
class Transformed {
  parts = [];

  constructor(protocol, tools) {
    const kept = globalThis.TransformStream;
    globalThis.TransformStream = function (transformer) {
      this.transformer = transformer;
    };
    try {
      this.transformer = protocol.createStreamParser({ tools, options: {} }).transformer;
    } finally {
      globalThis.TransformStream = kept;
    }
    this.controller = { enqueue: (part) => this.parts.push(part) };
  }

  feed(delta) {
    this.parts = [];
    this.transformer.transform({ type: "text-delta", id: "1", delta }, this.controller);
    return this.parts;
  }

  finish() {
    this.parts = [];
    this.transformer.transform({ type: "text-end", id: "1" }, this.controller);
    this.transformer.transform({ type: "finish", finishReason: "stop", usage: {} }, this.controller);
    this.transformer.flush?.(this.controller);
    return this.parts;
  }
}

function heardParts(answers) {
  const parts = answers.flat();
  const content = parts.filter(({ type }) => type === "text-delta").map(({ delta }) => delta);
  const calls = parts.filter(({ type }) => type === "tool-call");
  return [content.join(""), calls.map(({ toolName, input }) => [toolName, JSON.parse(input)])];
}

// --- partial-json -------------------------------------------------------------------------------------------

const WRITTEN = {
  // What opens a call, what ends it, and its name and the JSON of its arguments, as far as they have come.
  hermes: ["<tool_call>", "</tool_call>", (body) => (body.trim() ? nameAndArguments(parse(body)) : [])],
  deepseek_v31: ["<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", behindName],
};

function nameAndArguments(call) {
  return [call.name, call.arguments];
}

function behindName(body) {
  const [name, json] = body.split("<｜tool▁sep｜>");
  return json === undefined ? [] : [name, json.trim() ? parse(json) : undefined];
}

function partialJson(format) {
  const written = WRITTEN[format];
  return written === undefined ? null : { make: () => new Partial(...written), heard: heardCalls };
}

/** Content up to an opener; then each delta reads the call again that has come so far. */
class Partial {
  text = "";
  inside = false;
  count = 0;

  constructor(opener, closer, read) {
    Object.assign(this, { opener, closer, read });
  }

  feed(delta) {
    const found = [];
    this.text += delta;
    while (this.goOn(found));
    return found;
  }

  goOn(found) {
    const mark = this.inside ? this.closer : this.opener;
    const at = this.text.indexOf(mark);
    const text = at < 0 ? this.text.slice(0, this.text.length - this.begun(mark)) : this.text.slice(0, at);
    if (this.inside) {
      const [name, input] = this.read(text);
      if (name !== undefined) found.push({ index: this.count, name, input });
    } else if (text) found.push({ text });
    if (at >= 0) {
      this.text = this.text.slice(at + mark.length);
      this.count += this.inside ? 1 : 0;
      this.inside = !this.inside;
    } else if (!this.inside) this.text = this.text.slice(text.length);
    return at >= 0;
  }

  /** How many of the last characters may begin a mark. */
  begun(mark) {
    let size = Math.min(mark.length - 1, this.text.length);
    while (size && !this.text.endsWith(mark.slice(0, size))) size -= 1;
    return size;
  }

  finish() {
    return [];
  }
}

function heardCalls(answers) {
  const parts = answers.flat();
  const content = parts.filter(({ text }) => text !== undefined).map(({ text }) => text);
  const calls = new Map(
    parts.filter(({ name }) => name).map(({ index, name, input }) => [index, [name, input]]),
  );
  const marks = ["<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"];
  return [marks.reduce((all, mark) => all.replaceAll(mark, ""), content.join("")), [...calls.values()]];
}
