/**
 * A text as a case of a format's page: the block that `toolgram test` runs.
 *
 * In: the text, the request, and what came of it. Out: lines of Markdown, as `toolgram case add` writes them
 * (src/toolgram/testing/recording.py).
 */

import type { Message } from "#toolgram/message.js";

export interface CaseOptions {
  readonly title: string;
  readonly text: string;
  readonly tools: readonly unknown[] | null;
  readonly inside: string | null;
  readonly chunks: readonly string[] | null;
  readonly message: Message;
}

export function writeCase({ title, text, tools, inside, chunks, message }: CaseOptions): string {
  const blocks = [`## ${title}`, outputBlock(text)];
  if (tools !== null) blocks.push(fenced("tools", listed(tools, "")));
  const options: string[] = [];
  if (inside !== null) options.push(`inside = ${JSON.stringify(inside)}`);
  if (chunks !== null) options.push(`split = [${chunks.map(tomlString).join(", ")}]`);
  if (options.length > 0) blocks.push(fenced("options", options.join("\n")));
  blocks.push(fenced("message", messageText(expectedOf(message))));
  return `${blocks.join("\n\n")}\n`;
}

/** JSON that stands as it is: reading it could change its numbers. */
class Written {
  constructor(readonly json: string) {}
}

function expectedOf(message: Message): [string, unknown][] {
  const found: [string, unknown][] = [];
  if (message.content) found.push(["content", message.content]);
  if (message.reasoning) found.push(["reasoning", message.reasoning]);
  if (message.toolCalls.length > 0) {
    const calls = message.toolCalls.map((call) => ({
      name: call.name,
      arguments: call.complete ? new Written(call.arguments) : call.arguments,
      ...(call.id ? { id: call.id } : {}),
      ...(call.complete ? {} : { complete: false }),
    }));
    found.push(["tool_calls", calls]);
  }
  if (message.citations.length > 0) {
    const citations = message.citations.map(({ start, end, text, source, capture }) => {
      return { start, end, text, source, ...(capture === "content" ? {} : { capture }) };
    });
    found.push(["citations", citations]);
  }
  return found;
}

function messageText(expected: readonly [string, unknown][]): string {
  const parts = expected.map(([key, value]) => {
    const shown = key === "tool_calls" ? listed(value as unknown[], "  ") : spaced(value);
    return `  ${JSON.stringify(key)}: ${shown}`;
  });
  return `{\n${parts.join(",\n")}\n}`;
}

function listed(values: readonly unknown[], blanks: string): string {
  return `[\n${values.map((value) => `${blanks}  ${spaced(value)}`).join(",\n")}\n${blanks}]`;
}

/** JSON on one line, with a blank behind commas and colons. */
function spaced(value: unknown): string {
  if (value instanceof Written) return value.json;
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

const UNPRINTABLE = /[\p{C}\p{Z}]/u; // what Python calls not printable; a space is

function isPrintable(character: string): boolean {
  return character === " " || !UNPRINTABLE.test(character);
}

function outputBlock(text: string): string {
  const plain =
    text !== "" && text === text.trim() && [...text].every((one) => one === "\n" || isPrintable(one));
  if (plain) return fenced("output", text);
  const escapes: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" };
  const escaped = [...text].map((one) => escapes[one] ?? (isPrintable(one) ? one : units(one)));
  return fenced("output escaped", escaped.join(""));
}

function units(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** A string of TOML: JSON's, and DEL escaped besides. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** A block of a page; its fence is longer than any in the text. */
function fenced(words: string, text: string): string {
  const runs = [...text.matchAll(/^ {0,3}(`{3,})/gm)].map((found) => found[1]!.length);
  const fence = "`".repeat(Math.max(2, ...runs) + 1);
  return `${fence}${words}\n${text}\n${fence}`;
}
