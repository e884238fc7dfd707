/**
 * The promises on texts that went wrong: nothing throws, no more is held than the bounds say, the cut changes
 * nothing, complete calls are JSON objects and others are none, and a report says what the parser says.
 *
 * The texts are cases of the pages (docs/vectors.md), mutated. Work is counted in another test.
 */

import { readFileSync } from "node:fs";
import { createParser, parse } from "toolgram";
import { createReporter, isAttempt, report } from "toolgram/reports";
import { describe, expect, test } from "vitest";

interface Line {
  readonly tools?: number;
  readonly is?: readonly object[];
  readonly case?: string;
  readonly format?: string;
  readonly tool_set?: number;
  readonly text?: string;
  readonly inside?: string;
}

interface Machine {
  readonly bounds: Readonly<Record<string, number>>;
  readonly states: readonly { readonly edges?: readonly { readonly literal: string }[] }[];
}

const TEXTS = 8; // of each format
const LONGEST = 500;
const ODD = [
  ..."{}[]\"'\\<>|`:,\n \0\ud83d\ude00🌧日",
  "\r\n",
  "__proto__",
  '{"a": ',
  "</",
  "\\u00",
  "&#x1F327;",
];
const VECTORS = new URL("../../tests/vectors/pages.jsonl", import.meta.url);

const lines = readFileSync(VECTORS, "utf8").trim().split("\n");
const found = lines.map((line) => JSON.parse(line) as Line);
const toolSets = new Map(found.map(({ tools = -1, is = [] }) => [tools, is]));
const cases = new Map<string, Line[]>();
for (const line of found) {
  if (line.format !== undefined) cases.set(line.format, [...(cases.get(line.format) ?? []), line]);
}

/** Numbers that look random and are the same in every run. */
function chances(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutated(text: string, others: readonly string[], chance: (below: number) => number): string {
  for (let left = chance(5); left >= 0; left -= 1) {
    const at = chance(text.length + 1);
    const end = Math.min(text.length, at + chance(12));
    const kind = chance(4);
    const other = others[chance(others.length)] ?? "";
    if (kind === 0) text = text.slice(0, at) + text.slice(end);
    else if (kind === 1) text = text.slice(0, end) + text.slice(at);
    else text = text.slice(0, at) + other + text.slice(at);
  }
  return text.slice(0, LONGEST);
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe.each([...cases.keys()])("%s", (name) => {
  const chance = chances([...name].reduce((sum, mark) => sum * 31 + (mark.codePointAt(0) ?? 0), 7) >>> 0);
  const mine = cases.get(name) ?? [];
  const texts = Array.from({ length: TEXTS }, () => mine[chance(mine.length)] ?? {});

  test("keeps its promises on texts that went wrong", { timeout: 60_000 }, async () => {
    const { default: format } = (await import(`toolgram/formats/${name}`)) as { default: Machine };
    const { bounds, states } = format;
    const most = Math.max(...Object.values(bounds));
    const others = [...ODD, ...states.flatMap(({ edges = [] }) => edges.map(({ literal }) => literal))];
    for (const { text: known = "", tool_set = -1, inside } of texts) {
      const tools = toolSets.get(tool_set) ?? [];
      const text = mutated(known, others, chance);
      const parser = createParser(format, { tools, inside });
      for (const unit of text.split("")) {
        parser.feed(unit);
        const held = parser.isUndecided ? 0 : parser.heldChars;
        expect(held, JSON.stringify(text)).toBeLessThanOrEqual(bounds[parser.reads] ?? most);
      }
      const whole = report(format, text, { tools, inside });
      expect(whole.message).toEqual(parse(format, text, { tools, inside }));
      for (const call of whole.message.toolCalls) {
        expect(isObject(call.arguments), `${call.arguments} in ${JSON.stringify(text)}`).toBe(call.complete);
      }
      const reporter = createReporter(format, { tools, inside });
      const parts = [...text.split("").flatMap((unit) => reporter.feed(unit)), ...reporter.finish()];
      const attempts = parts.filter(isAttempt).map(({ begin, end, status }) => ({ begin, end, status }));
      const wanted = whole.attempts.map(({ begin, end, status }) => ({ begin, end, status }));
      expect(attempts.sort((one, two) => one.begin - two.begin || one.end - two.end)).toEqual(wanted);
      for (const { begin, end, raw } of whole.attempts) expect(text.slice(begin, end)).toBe(raw);
    }
  });
});
