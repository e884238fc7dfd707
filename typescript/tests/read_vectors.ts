/**
 * Reads vectors (docs/vectors.md) and says what differs: in Node (vectors.test.ts) and in a browser
 * (tests/with_browser).
 *
 * In: the lines of a file, and what finds the formats that it has no machine of. Out: how many cases there were,
 * and the differences.
 *
 * Promise: a case is read as a whole, by its characters, by its UTF-16 units and by its chunks; nothing more is
 * held than the format's bounds say.
 */

import { createParser } from "toolgram";
import type { Event } from "toolgram";
import type { PlainAttempt } from "toolgram/reports";
import { createReporter, isAttempt, plainAttempt } from "toolgram/reports";

type Span = readonly number[];

interface Vector {
  readonly case: string;
  readonly format: string;
  readonly tool_set: number;
  readonly inside?: string;
  readonly suffix?: string;
  readonly cut?: boolean;
  readonly text: string;
  readonly chunks: readonly number[];
  readonly held: readonly number[];
  readonly events: readonly Event[];
  readonly repairs: readonly string[];
  readonly attempts: readonly Partial<PlainAttempt>[];
  readonly content_spans: readonly Span[];
  readonly reasoning_spans: readonly Span[];
}

interface Line extends Partial<Vector> {
  readonly vectors?: number;
  readonly machine?: object;
  readonly tools?: number;
  readonly is?: readonly unknown[];
}

/** What came of a text in pieces. */
interface Outcome {
  readonly events: readonly Event[];
  readonly repairs: readonly string[];
  readonly held: readonly number[];
  readonly tooMuch: string; // that was held, more than a bound says
}

export interface Differences {
  readonly cases: number;
  readonly differences: readonly string[];
}

/** Read all cases of a file. */
export async function readVectors(
  text: string,
  load: (format: string) => Promise<object>,
): Promise<Differences> {
  const formats = new Map<string, object>();
  const toolSets = new Map<number, readonly unknown[]>();
  const differences: string[] = [];
  let cases = 0;
  for (const line of text.split("\n")) {
    if (!line) continue;
    const found = JSON.parse(line) as Line;
    if (found.vectors !== undefined && found.vectors !== 1) throw new Error(`vectors ${found.vectors}`);
    if (found.machine !== undefined && found.format !== undefined) formats.set(found.format, found.machine);
    else if (found.tools !== undefined) toolSets.set(found.tools, found.is ?? []);
    else if (found.case !== undefined) {
      const vector = found as Vector;
      const format = formats.get(vector.format) ?? (await load(vector.format));
      formats.set(vector.format, format);
      cases += 1;
      differences.push(...differencesOf(vector, format, toolSets.get(vector.tool_set) ?? []));
    }
  }
  return { cases, differences };
}

function differencesOf(vector: Vector, format: object, tools: readonly unknown[]): string[] {
  const found: string[] = [];
  const compare = (what: string, ours: unknown, wanted: unknown): void => {
    const [one, two] = [JSON.stringify(ours), JSON.stringify(wanted)];
    if (one !== two) found.push(`${vector.format}, ${vector.case}: ${what}: ${one} instead of ${two}`);
  };
  const characters = [...vector.text];
  const splits: Record<string, readonly string[]> = {
    whole: [vector.text],
    characters,
    ...(characters.length < vector.text.length && { units: vector.text.split("") }),
    chunks: chunksOf(characters, vector.chunks),
  };
  for (const [name, pieces] of Object.entries(splits)) {
    const { events, repairs, held, tooMuch } = readPieces(vector, format, tools, pieces);
    compare(`${name}, events`, events, vector.events);
    compare(`${name}, repairs`, repairs, vector.repairs);
    compare(`${name}, held too much`, tooMuch, "");
    if (name === "chunks") compare("held", held, vector.held);
  }
  for (const name of ["whole", "chunks"]) {
    const { attempts, spans } = report(vector, format, tools, splits[name] ?? []);
    compare(`${name}, attempts`, attempts.map(sorted), inUnits(vector, characters).map(sorted));
    const places = placesIn(characters);
    const wanted = [vector.content_spans, vector.reasoning_spans];
    compare(
      `${name}, spans`,
      spans,
      wanted.map((some) => some.map((span) => span.map((at) => places[at]))),
    );
  }
  return found;
}

function readPieces(
  vector: Vector,
  format: object,
  tools: readonly unknown[],
  pieces: readonly string[],
): Outcome {
  const { inside, suffix, cut } = vector;
  const bounds = (format as { bounds: Record<string, number> }).bounds;
  const most = Math.max(...Object.values(bounds));
  const parser = createParser(format, { tools, inside, suffix });
  const events: Event[] = [];
  const held: number[] = [];
  let tooMuch = "";
  for (const piece of pieces) {
    events.push(...parser.feed(piece));
    held.push([...parser.heldSource].length);
    if (!parser.isUndecided && parser.heldChars > (bounds[parser.reads] ?? most))
      tooMuch ||= parser.heldSource;
  }
  events.push(...parser.finish({ cut }));
  return { events: merged(events), repairs: [...parser.repairs].sort(), held, tooMuch };
}

function report(
  vector: Vector,
  format: object,
  tools: readonly unknown[],
  pieces: readonly string[],
): { attempts: readonly object[]; spans: readonly (readonly Span[])[] } {
  const { inside, suffix, cut } = vector;
  const reporter = createReporter(format, { tools, inside, suffix });
  const parts = [...pieces.flatMap((piece) => reporter.feed(piece)), ...reporter.finish({ cut })];
  const attempts = parts.filter(isAttempt).sort((one, two) => one.begin - two.begin || one.end - two.end);
  return { attempts: attempts.map(shortened), spans: [reporter.contentSpans, reporter.reasoningSpans] };
}

/** An attempt without what its places and the events say, as the vectors have it. */
function shortened(attempt: Parameters<typeof plainAttempt>[0]): object {
  const plain = plainAttempt(attempt);
  const isEmpty = (value: unknown): boolean =>
    value === null || (typeof value === "object" && Object.keys(value as object).length === 0);
  const told = Object.entries(plain).filter(
    ([name]) => name !== "raw" && (name !== "arguments" || plain.index === null),
  );
  return Object.fromEntries(told.filter(([, value]) => !isEmpty(value)));
}

/** The attempts with their places counted in units. */
function inUnits({ attempts }: Vector, characters: readonly string[]): object[] {
  const places = placesIn(characters);
  const span = (found: Span): Span => found.map((at) => places[at] ?? -1);
  return attempts.map(({ begin = 0, end = 0, name_span, argument_spans, ...others }) => ({
    ...others,
    begin: places[begin],
    end: places[end],
    ...(name_span && { name_span: span(name_span) }),
    ...(argument_spans && {
      argument_spans: Object.fromEntries(Object.entries(argument_spans).map(([key, at]) => [key, span(at)])),
    }),
  }));
}

/** Where each character stands, counted in units. */
function placesIn(characters: readonly string[]): readonly number[] {
  const places = [0];
  for (const character of characters) places.push((places.at(-1) ?? 0) + character.length);
  return places;
}

function chunksOf(characters: readonly string[], sizes: readonly number[]): string[] {
  let at = 0;
  return sizes.map((size) => characters.slice(at, (at += size)).join(""));
}

/** Neighbouring deltas of one text joined, so that how they were cut no longer shows. */
function merged(events: readonly Event[]): Event[] {
  const found: Event[] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (
      last !== undefined &&
      "text" in event &&
      "text" in last &&
      event.type !== "Citation" &&
      goesOn(last, event)
    ) {
      found[found.length - 1] = { ...last, text: last.text + event.text } as Event;
    } else found.push(event);
  }
  return found;
}

function goesOn(last: Event, event: Event): boolean {
  const index = (one: Event): number => ("index" in one ? one.index : -1);
  return last.type === event.type && index(last) === index(event);
}

/** With its fields in the order of their names, to be compared as JSON. */
function sorted(fields: object): object {
  return Object.fromEntries(Object.entries(fields).sort(([one], [two]) => (one < two ? -1 : 1)));
}
