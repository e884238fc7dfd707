/**
 * Hostile texts cost no more a character than friendly ones, and nothing throws: as tests/test_adversarial.py.
 *
 * Work is counted by the parser, not timed. Places inside a format come from its own page: good texts, cut
 * behind every delimiter and in the middle of what stands between two.
 */

import { collect, createParser } from "toolgram";
import type { Format, Message } from "toolgram";
import { beforeAll, describe, expect, test } from "vitest";
import { FORMATS, casesOf, delimitersOf, formatOf } from "./pages.js";
import type { Case } from "./pages.js";

const PAIRS = 5; // of a place in a text and a unit to repeat there
const SMALL = 2_000;
const LARGE = 20_000;
const SLACK = 700_000; // two windows of blanks, each copied at every character until it is full
const LITTLE = 100; // counted work a character of what is made to be slow
const SIZES = [1, 61, Infinity];
const UNITS = "<| |\n|\"|\\|[|{|(|a|1|'|{\"a\":|[1,|</|a=|, |'''|🌧|\ud83c|\udf27|&#x1F327;|\\ud83d".split(
  "|",
);

/** Numbers that look random and are the same in every run. */
function chances(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function hostile(unit: string, length: number): string {
  return unit.repeat(Math.floor(length / unit.length) + 1).slice(0, length);
}

/** The message, and the work that it was. */
function run(format: Format, tools: readonly object[], text: string, size: number): [Message, number] {
  const parser = createParser(format, { tools });
  const events = [];
  for (let at = 0; at < text.length; at += size) events.push(...parser.feed(text.slice(at, at + size)));
  events.push(...parser.finish());
  return [collect(events), parser.work];
}

/** The beginnings of a good text that end behind a delimiter, or inside a text. */
function beginnings(text: string, delimiters: readonly string[]): string[] {
  const ends = new Set([0]);
  for (const delimiter of delimiters) {
    for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 1)) {
      ends.add(at).add(at + delimiter.length);
    }
  }
  const sorted = [...ends].sort((one, other) => one - other);
  const middles = sorted.map((end, at) => (end + (sorted[at + 1] ?? text.length)) >> 1);
  return [...new Set([...sorted, ...middles])].map((end) => text.slice(0, end));
}

describe.each(FORMATS)("%s", (name) => {
  let format: Format;
  let delimiters: string[];
  const cases = casesOf(name);
  const calling = cases.filter(({ called, text }) => called && text.includes(called));
  const longest = cases.reduce((one, other) => (other.text.length > one.text.length ? other : one));

  beforeAll(async () => {
    format = await formatOf(name);
    delimiters = delimitersOf(format);
  });

  test("a unit that is repeated for ever stays linear wherever it stands", () => {
    const chosen = [longest, ...calling.slice(0, 2)];
    const starts = chosen.flatMap((one) => beginnings(one.text, delimiters).map((start) => ({ one, start })));
    const units = [...UNITS, ...delimiters, ...delimiters.map((one) => one.slice(0, -1)).filter(Boolean)];
    const chance = chances(name.length + starts.length);
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const { one, start } = starts[chance(starts.length)]!;
      const unit = units[chance(units.length)]!;
      const size = SIZES[pair % SIZES.length]!;
      const [, small] = run(format, one.tools, start + hostile(unit, SMALL), size);
      const [, large] = run(format, one.tools, start + hostile(unit, 10 * SMALL), size);
      expect(large, JSON.stringify([start, unit, size])).toBeLessThanOrEqual(11 * (small + SLACK));
    }
  });

  test("openers that never come are text", () => {
    const works = [LARGE / 10, LARGE].map((length) => {
      const text = `so ${hostile("<", length)}`;
      const [message, work] = run(format, [], text, 4096);
      expect(message.content).toBe(text);
      return work;
    });
    expect(works[1]).toBeLessThanOrEqual(11 * works[0]!);
  });

  test.runIf(calling.length > 0)("a call costs the same whatever came before", () => {
    const { text, tools } = calling[0]!;
    const [, few] = run(format, tools, `${text}\n`.repeat(20), 256);
    const [message, many] = run(format, tools, `${text}\n`.repeat(200), 256);
    expect(message.toolCalls.length).toBeGreaterThan(0);
    expect(many).toBeLessThanOrEqual(11 * few);
  });

  test.runIf(calling.length > 0)("any number of levels is read without recursion", () => {
    for (const unit of ["[", '{"a": ', "("]) {
      const { text, tools, called } = calling[0]!;
      const before = text.slice(0, text.indexOf(called) + called.length + 20);
      const works = [LARGE / 100, LARGE / 10].map(
        (levels) => run(format, tools, before + unit.repeat(levels), 4096)[1],
      );
      expect(works[1]).toBeLessThanOrEqual(11 * (works[0]! + SLACK));
    }
  });

  test("what is kept does not grow with the answer", () => {
    const { text, tools, called } = calling[0] ?? longest;
    const before = called ? text.slice(0, text.indexOf(called) + called.length + 20) : "";
    for (const start of ["", before]) {
      const sizes = [LARGE / 2, 2 * LARGE].map((length) => {
        const parser = createParser(format, { tools });
        for (const word of (start + hostile("a word, ", length)).match(/\S+ ?|\s/g)!) parser.feed(word);
        return parser.isUndecided ? 0 : reachable(parser);
      });
      expect(sizes[1], start).toBeLessThanOrEqual(sizes[0]! + SMALL);
    }
  });

  test("what fails at each character costs little", () => {
    const { text, tools } = calling[0] ?? longest;
    for (const before of beginnings(text, delimiters).slice(0, 12)) {
      for (const unit of ["[a,", "{a,", `${delimiters.at(-1) ?? "<"}',`]) {
        const parser = createParser(format, { tools });
        parser.feed(before);
        const begin = parser.work;
        const more = hostile(unit, SMALL);
        parser.feed(more);
        expect(parser.work - begin, JSON.stringify([before, unit])).toBeLessThan(LITTLE * more.length);
      }
    }
  });

  test("no text throws, and complete calls have whole objects", () => {
    const chance = chances(name.length);
    const parts = [...UNITS, ...delimiters, ...cases.flatMap((one) => halves(one, chance))];
    for (let number = 0; number < 30; number += 1) {
      const { tools } = cases[chance(cases.length)]!;
      const text = Array.from({ length: 2 + chance(12) }, () => parts[chance(parts.length)]).join("");
      const [message] = run(format, tools, text, SIZES[number % SIZES.length]!);
      for (const call of message.toolCalls) {
        if (call.complete) expect(JSON.parse(call.arguments), text).toBeTypeOf("object");
      }
    }
  });
});

/** How many characters and entries can be reached from a value. */
function reachable(value: unknown, seen = new Set<unknown>()): number {
  if (typeof value === "string") return value.length;
  if (value === null || typeof value !== "object" || seen.has(value)) return 0;
  seen.add(value);
  const isMany = value instanceof Map || value instanceof Set;
  const inside: unknown[] = isMany ? [...(value as Iterable<unknown>)] : Object.values(value);
  return inside.reduce((sum: number, one) => sum + 1 + reachable(one, seen), 0);
}

/** Both halves of a text, cut anywhere. */
function halves({ text }: Case, chance: (below: number) => number): string[] {
  const at = chance(text.length + 1);
  return [text.slice(0, at), text.slice(at)];
}
