/**
 * The events of a stream: what a parser returns from `feed` and `finish`.
 *
 * In: nothing. Out: six plain objects, one kind for each thing that can happen, told apart by their `type`.
 *
 * Promises: the order of events is the order of the model's text, and the joined `text` of a call's
 * `ArgumentsDelta` is its arguments as JSON.
 */

/** More of the text that the user sees; never empty. */
export interface ContentDelta {
  readonly type: "ContentDelta";
  readonly text: string;
}

/** More of the model's reasoning; never empty. */
export interface ReasoningDelta {
  readonly type: "ReasoningDelta";
  readonly text: string;
}

/** A call whose name is known. `index` counts from 0; `id` is the model's own, or null. */
export interface CallStart {
  readonly type: "CallStart";
  readonly index: number;
  readonly name: string;
  readonly id: string | null;
}

/** More of the arguments' JSON text of call `index`; never empty. */
export interface ArgumentsDelta {
  readonly type: "ArgumentsDelta";
  readonly index: number;
  readonly text: string;
}

/** No more of call `index`. `complete`: its arguments are one whole JSON object. */
export interface CallEnd {
  readonly type: "CallEnd";
  readonly index: number;
  readonly complete: boolean;
}

/**
 * A part of a text whose source the model names; comes right behind the delta that ends it.
 *
 * `text` is the code points from `start` to `end`, `end` not included, of all of the `capture`'s text
 * (content or reasoning); `source` is as the model wrote it.
 */
export interface Citation {
  readonly type: "Citation";
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly source: string;
  readonly capture: string;
}

export type Event = ContentDelta | ReasoningDelta | CallStart | ArgumentsDelta | CallEnd | Citation;

export function contentDelta(text: string): ContentDelta {
  return { type: "ContentDelta", text };
}

export function reasoningDelta(text: string): ReasoningDelta {
  return { type: "ReasoningDelta", text };
}

export function callStart(index: number, name: string, id: string | null): CallStart {
  return { type: "CallStart", index, name, id };
}

export function argumentsDelta(index: number, text: string): ArgumentsDelta {
  return { type: "ArgumentsDelta", index, text };
}

export function callEnd(index: number, complete: boolean): CallEnd {
  return { type: "CallEnd", index, complete };
}

export function citation(
  start: number,
  end: number,
  text: string,
  source: string,
  capture: string,
): Citation {
  return { type: "Citation", start, end, text, source, capture };
}
