/**
 * Whole answers of the AI SDK: their content goes through the same repair as a stream.
 *
 * In: the content of an answer and why it has ended. Out: the content to hand on, and the reason.
 *
 * Promise: parts that stay as they are stay the same objects, and so does a content in which nothing is found.
 */

import type { Plan } from "../openai/plan.js";
import { isBlank, without } from "../openai/plain.js";
import type { Kind, Part } from "./parts.js";
import { textPart } from "./parts.js";
import { Repair, isOwnCall } from "./repair.js";

/** A part of a whole answer. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
}

export interface Whole {
  readonly content: readonly ContentPart[];
  readonly finishReason: unknown;
}

/** Repair a whole answer. Calls that the provider has read by itself are left alone, and all else with them. */
export function repairWhole({ content, finishReason }: Whole, plan: Plan): Whole {
  if (content.some((part) => isOwnCall(part))) return { content, finishReason };
  const texts = content.filter(({ type }) => type === "text");
  const repair = new Repair(plan, texts.length === 1 ? (texts[0]!.text ?? null) : null);
  const parts = content.flatMap((part, at) => asStream(part, String(at)).flatMap((one) => repair.part(one)));
  parts.push(...repair.part({ type: "finish", finishReason } as Part));
  const made = collected(parts, content);
  const isSame = made.length === content.length && made.every((part, at) => part === content[at]);
  return { content: isSame ? content : made, finishReason: repair.reason(finishReason) };
}

/** The visible text of a text that stands beside the content. */
export function visibleText(text: string, finishReason: unknown, plan: Plan): string {
  const { content } = repairWhole({ content: [{ type: "text", text }], finishReason }, plan);
  return content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

/** The parts of a stream that a part of a content would come in. */
function asStream(part: ContentPart, id: string): Part[] {
  const { type, text } = part;
  if ((type !== "text" && type !== "reasoning") || typeof text !== "string") return [part];
  const parts: Part[] = [{ ...part, type: `${type}-start`, id }];
  if (text) parts.push({ type: `${type}-delta`, id, delta: text });
  return [...parts, { type: `${type}-end`, id }];
}

/** What the parts of a stream come to. Text that is blank beside calls is left out. */
function collected(parts: readonly Part[], given: readonly ContentPart[]): ContentPart[] {
  const made: ContentPart[] = [];
  const places = new Map<string, number>(); // of texts, by their ids
  for (const part of parts) {
    const said = textPart(part);
    if (said === null) {
      if (!part.type.startsWith("tool-input-") && part.type !== "finish") made.push(part);
    } else if (said[1] === "start") {
      places.set(part.id!, made.length);
      made.push(emptyText(said[0], part));
    } else if (said[1] === "delta") {
      const at = places.get(part.id!)!;
      made[at] = { ...made[at]!, text: made[at]!.text! + part.delta! };
    }
  }
  for (const [id, at] of places) {
    const { type, text } = given[Number(id)] ?? {};
    if (made[at]!.type === type && made[at]!.text === text) made[at] = given[Number(id)]!;
  }
  const hasCalls = made.some((part) => isOwnCall(part));
  return hasCalls ? made.filter(({ type, text }) => type !== "text" || !isBlank(text ?? "")) : made;
}

function emptyText(kind: Kind, start: Part): ContentPart {
  return { ...without({ ...start }, ["id"]), type: kind, text: "" };
}
