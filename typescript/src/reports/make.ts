/**
 * Reporters and reports of a format.
 *
 * In: a format and what a request says. Out: a `Reporter`; the `Report` of a whole text.
 */

import type { Format, ParserOptions } from "../index.js";
import { createParser } from "../index.js";
import { collect, KEEP } from "../message.js";
import type { Event } from "../events.js";
import { escapeRegex } from "../regex.js";
import { wholeToolSet } from "../schema/kept_tools.js";
import { ToolSet } from "../schema/tools.js";
import { TELLING } from "../tables/limits.js";
import type { Attempt, Report } from "./attempt.js";
import { isAttempt, OK } from "./attempt.js";
import type { Delimiters } from "./reporter.js";
import { Reporter } from "./reporter.js";

const CLOSES = /^close_(?:call|section)/;

/** What is read of a machine's tables here. */
interface Table {
  readonly end_tokens?: readonly string[];
  readonly states: readonly {
    readonly kind: string;
    readonly sink?: string | null;
    readonly edges?: readonly {
      readonly literal: string;
      readonly opens?: boolean;
      readonly actions?: readonly string[];
    }[];
  }[];
}

/** How a report is made of a text. */
interface Making {
  readonly cut?: boolean;
  readonly incomplete?: string;
  readonly strict?: boolean;
}

const known = /* @__PURE__ */ new WeakMap<Format, Delimiters>();

/** Make what reads one message. Throws what `createParser` throws. */
export function makeReporter(format: Format, options: ParserOptions): Reporter {
  const tools = options.tools == null ? null : wholeToolSet(options.tools);
  const parser = createParser(format, { ...options, tools, trace: true });
  let delimiters = known.get(format);
  if (delimiters === undefined) {
    delimiters = delimitersOf(format as Table);
    known.set(format, delimiters);
  }
  const isDeclared = (name: string): boolean => tools === null || tools.has(name);
  const shadowOf = (names: Iterable<string>): ReturnType<typeof createParser> => {
    const named = [...new Set(names)].map((name) => ({ type: "function", function: { name } }));
    return createParser(format, { tools: new ToolSet(named), trace: true });
  };
  return new Reporter(parser, shadowOf, isDeclared, delimiters);
}

/**
 * Learn from a machine what stands around calls; a bracket tells too little to be an opener or a closer.
 */
function delimitersOf({ states, end_tokens: ends = [] }: Table): Delimiters {
  const edges = states.flatMap((state) => state.edges ?? []);
  const telling = edges.filter((edge) => edge.literal.length >= TELLING);
  const openers = new Set(telling.filter((edge) => edge.opens).map((edge) => edge.literal));
  const closing = telling.filter((edge) => edge.actions?.some((action) => CLOSES.test(action)));
  const closers = new Set(closing.map((edge) => edge.literal));
  for (const text of [...openers, ...ends]) closers.delete(text);
  const all = [...openers, ...closers];
  return {
    find: new RegExp(`(${oneOf(openers)})|(${oneOf(closers)})`, "g"),
    longest: Math.max(0, ...all.map((text) => text.length)),
    areObjects: states.some((state) => state.sink === "name" && state.kind === "string"),
  };
}

function oneOf(texts: ReadonlySet<string>): string {
  const sorted = [...texts].sort((one, other) => other.length - one.length);
  return sorted.map(escapeRegex).join("|") || "(?!)";
}

/** Read a whole text. `strict`: calls of which anything was repaired are not in the message. */
export function reportOf(
  reporter: Reporter,
  text: string,
  { cut = false, incomplete = KEEP, strict = false }: Making,
): Report {
  const parts = [...reporter.feed(text), ...reporter.finish({ cut })];
  const events = parts.filter((part): part is Event => !isAttempt(part));
  const attempts = parts.filter(isAttempt).sort((one, two) => one.begin - two.begin || one.end - two.end);
  const whole = new Set(
    events.flatMap((event) => (event.type === "CallEnd" && event.complete ? event.index : [])),
  );
  const isKept = ({ index, status }: Attempt): boolean =>
    index !== null && (status === OK || !strict) && (incomplete === KEEP || whole.has(index));
  const kept = attempts.filter(isKept).map((attempt) => attempt.index);
  const numbers = new Map(
    kept.sort((one, two) => Number(one) - Number(two)).map((index, number) => [index, number]),
  );
  const shown = events.filter((event) => !("index" in event) || numbers.has(event.index));
  return {
    message: collect(shown, { incomplete }),
    attempts: attempts.map((attempt) => ({ ...attempt, index: numbers.get(attempt.index) ?? null })),
    contentSpans: reporter.contentSpans,
    reasoningSpans: reporter.reasoningSpans,
  };
}
