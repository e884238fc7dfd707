/**
 * What a person looks at: a format, perhaps a spec of their own, the tools, the text, and the moment of the stream.
 *
 * In: an object from a link, which a stranger may have written. Out: a `Session`, or null where it is none.
 *
 * Promise: nothing of a link is believed but its types and sizes, and nothing of it is run.
 */

import type { Chunk } from "./reading/steps.js";
import { RECORDED, WAYS } from "./reading/steps.js";

export interface Session {
  /** The id of a shipped format, or what a spec of one's own is called. */
  readonly format: string;
  /** A spec that differs from the shipped one. */
  readonly spec: string | null;
  /** The tools of the request, as they are typed. */
  readonly tools: string;
  /** Every word of the text is taken for the name of a declared tool. */
  readonly anyTool: boolean;
  readonly inside: string | null;
  readonly text: string;
  /** The chunks of a recorded stream. */
  readonly chunks: readonly Chunk[] | null;
  /** The ids of special tokens, by their texts. */
  readonly tokenIds: readonly (readonly [string, number])[] | null;
  readonly way: string;
  /** The step that is shown; null: the last one. */
  readonly step: number | null;
}

export const FIRST: Session = {
  format: "qwen3_coder",
  spec: null,
  tools: "",
  anyTool: false,
  inside: null,
  text: "",
  chunks: null,
  tokenIds: null,
  way: "1",
  step: null,
};

const CHARS_MAX = 4_000_000; // of a text from a link
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Whether a text can be the id of a format: it becomes a part of an address. */
export function isId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text);
}

/** The session that a value describes; null: it describes none. */
export function sessionOf(value: unknown): Session | null {
  if (typeof value !== "object" || value === null) return null;
  const given = new Map<string, unknown>(Object.entries(value));
  const format = given.get("format") ?? FIRST.format;
  if (!isId(format)) return null;
  const text = textOf(given.get("text")) ?? "";
  const chunks = chunksOf(given.get("chunks"), text);
  const way = textOf(given.get("way")) ?? "1";
  const step = given.get("step");
  return {
    format,
    spec: textOf(given.get("spec")),
    tools: textOf(given.get("tools")) ?? "",
    anyTool: given.get("anyTool") === true,
    inside: textOf(given.get("inside")),
    text,
    chunks,
    tokenIds: chunks === null ? null : idsOf(given.get("tokenIds")),
    way: WAYS.has(way) && (way !== RECORDED || chunks !== null) ? way : "1",
    step: typeof step === "number" && Number.isInteger(step) && step >= 0 ? step : null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.length <= CHARS_MAX ? value : null;
}

/** The chunks that a list names, each a text or a text with ids, if they are this text. */
function chunksOf(value: unknown, text: string): readonly Chunk[] | null {
  if (!Array.isArray(value)) return null;
  const chunks = value.map(chunkOf);
  if (chunks.some((chunk) => chunk === null)) return null;
  const whole = chunks as Chunk[];
  return whole.map((chunk) => chunk.text).join("") === text ? whole : null;
}

/** A chunk, as transcripts and links write it: a text, or [text, ids]. */
export function chunkOf(value: unknown): Chunk | null {
  if (typeof value === "string") return { text: value, ids: null };
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [text, ids] = value as unknown[];
  if (typeof text !== "string" || !Array.isArray(ids) || !ids.every(Number.isInteger)) return null;
  return { text, ids: ids as number[] };
}

/** Ids by text, as a list of pairs. */
export function idsOf(value: unknown): readonly (readonly [string, number])[] | null {
  const pairs: unknown =
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : value;
  if (!Array.isArray(pairs)) return null;
  const found = pairs.filter(
    (pair): pair is [string, number] =>
      Array.isArray(pair) && typeof pair[0] === "string" && pair[0] !== "" && Number.isInteger(pair[1]),
  );
  return found.length > 0 ? found : null;
}
