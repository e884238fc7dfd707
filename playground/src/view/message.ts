/**
 * The message by now, as an OpenAI client has it.
 *
 * In: a moment of a message. Out: its JSON, in the colours of the text that it was made of. A long text is shown with
 * its beginning and its end, and of many calls the last ones.
 */

import type { MessageAt } from "../reading/message_at.js";
import { count, make, shortened } from "./dom.js";

const SHOWN_MAX = 2000; // characters of one text
const CALLS_MAX = 8; // of a message

export function showMessage(parent: HTMLElement, message: MessageAt): void {
  const lines: Node[] = [line(0, punctuation("{"))];
  member(lines, 1, "role", text('"assistant"', ""), true);
  const { content, reasoning, calls, citations } = message;
  const rest = [reasoning !== null, calls.length > 0, citations.length > 0];
  member(
    lines,
    1,
    "content",
    content === null ? text("null", "null") : string(content, "content"),
    rest.some(Boolean),
  );
  if (reasoning !== null) {
    member(lines, 1, "reasoning", string(reasoning, "reasoning"), rest.slice(1).some(Boolean));
  }
  if (calls.length > 0) showCalls(lines, message);
  if (citations.length > 0) {
    const listed = citations.map(({ start, end, text: cited, source }) => ({
      start,
      end,
      text: cited,
      source,
    }));
    member(lines, 1, "annotations", text(shortened(JSON.stringify(listed), SHOWN_MAX), "value"), false);
  }
  lines.push(line(0, punctuation("}")));
  parent.replaceChildren(...lines);
}

function showCalls(lines: Node[], { calls, citations }: MessageAt): void {
  lines.push(line(1, key("tool_calls"), punctuation(": [")));
  const hidden = Math.max(0, calls.length - CALLS_MAX);
  if (hidden > 0) lines.push(line(2, make("span", "json-mark", `… ${count(hidden, "earlier call")}`)));
  calls.slice(hidden).forEach((call, number, all) => {
    lines.push(line(2, punctuation("{"), ...badge(call.standing)));
    if (call.id !== null) member(lines, 3, "id", string(call.id, "name"), true);
    member(lines, 3, "type", text('"function"', ""), true);
    lines.push(line(3, key("function"), punctuation(": {")));
    member(lines, 4, "name", string(call.name, "name"), true);
    member(lines, 4, "arguments", string(call.arguments, "value"), false);
    lines.push(line(3, punctuation("}")));
    lines.push(line(2, punctuation(number < all.length - 1 ? "}," : "}")));
  });
  lines.push(line(1, punctuation(citations.length > 0 ? "]," : "]")));
}

/** What is to be known of a call besides its JSON. */
function badge(standing: string): Node[] {
  if (standing === "whole") return [];
  const words = standing === "open" ? "more may come" : "not complete: a client must not run it";
  return [make("span", `badge ${standing}`, words)];
}

function member(lines: Node[], depth: number, name: string, value: Node, isFollowed: boolean): void {
  lines.push(line(depth, key(name), punctuation(": "), value, punctuation(isFollowed ? "," : "")));
}

function line(depth: number, ...parts: Node[]): Node {
  return make("div", `line d${depth}`, ...parts);
}

function key(name: string): Node {
  return make("span", "json-key", JSON.stringify(name));
}

function punctuation(characters: string): Node {
  return make("span", "json-mark", characters);
}

function string(value: string, kind: string): Node {
  return text(JSON.stringify(shortened(value, SHOWN_MAX)), kind);
}

function text(value: string, kind: string): Node {
  return make("span", kind === "" ? "" : `m-${kind}`, value);
}
