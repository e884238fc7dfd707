/** Reports: every attempt at a call, its status, its places; the same however the text is cut. */

import { parse as parseAll } from "toolgram";
import hermes from "toolgram/formats/hermes";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import type { Attempt } from "toolgram/reports";
import {
  createReporter,
  isAttempt,
  offsetsOf,
  parse,
  plainReport,
  report,
  STATUSES,
  tokensOf,
} from "toolgram/reports";
import { expect, test } from "vitest";

const TOOLS = [{ type: "function", function: { name: "weather" } }];
const call = (body: string, closer = "\n</tool_call>"): string => `<tool_call>\n${body}${closer}`;
const named = (name: string, text: string): string => `{"name": "${name}", "arguments": ${text}}`;

test.each([
  ["ok", call(named("weather", '{"city": "Rome"}'))],
  ["repaired", call(named("weather", '{"city": "Rome",}'))],
  ["unclosed", call(named("weather", '{"city": "Rom').slice(0, -1), "")],
  ["unknown_tool", call(named("forecast", '{"city": "Rome"}'))],
  ["not_json", call(`{"name": "weather" ${"and ".repeat(40)} "x": {}}`)],
  ["quoted", "A call begins with `<tool_call>`, then `{`."],
])("%s", (status, text) => {
  const { attempts, message } = report(hermes, text, { tools: TOOLS });
  expect(attempts.map((attempt) => attempt.status)).toEqual([status]);
  expect(Object.keys(STATUSES)).toContain(status);
  expect(message).toEqual(parseAll(hermes, text, { tools: TOOLS }));
});

test("places are those of the text, and do not depend on how it is cut", () => {
  const text = `🌧 Look.\n${call(named("weather", '{"city": "日本🌧", "__proto__": 1, days: 3}'))} So.`;
  const { attempts, contentSpans } = report(hermes, text, { tools: TOOLS });
  const [{ begin, end, raw, nameSpan, argumentSpans }] = attempts as [Attempt];
  expect(text.slice(begin, end)).toBe(raw);
  expect(text.slice(...nameSpan!)).toBe("weather");
  expect([...argumentSpans].map(([key, span]) => [key, text.slice(...span)])).toEqual([
    ["city", '"日本🌧"'],
    ["__proto__", "1"],
    ["days", "3"],
  ]);
  expect(contentSpans.map((span) => text.slice(...span)).join("")).toBe("🌧 Look. So.");
  for (const pieces of [text.split(""), [...text], text.match(/.{1,7}/gs)!]) {
    const reporter = createReporter(hermes, { tools: TOOLS });
    const parts = [...pieces.flatMap((piece) => reporter.feed(piece)), ...reporter.finish()];
    expect(parts.filter(isAttempt)).toEqual(attempts);
    expect(reporter.contentSpans).toEqual(contentSpans);
  }
});

test("strict takes no call that was repaired", () => {
  const text = "<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</function>\n</tool_call>";
  expect(parse(qwen3_coder, text, { tools: TOOLS }).toolCalls).toHaveLength(1);
  expect(parse(qwen3_coder, text, { tools: TOOLS, strict: true }).toolCalls).toEqual([]);
  const { attempts } = report(qwen3_coder, text, { tools: TOOLS, strict: true });
  expect(attempts.map(({ index, repairs }) => [index, repairs])).toEqual([[null, ["missing_closer"]]]);
});

test("a report is data for JSON", () => {
  const plain = plainReport(report(hermes, call(named("weather", '{"city": 1}')), { tools: TOOLS }));
  const { attempts, content_spans } = JSON.parse(JSON.stringify(plain));
  expect(content_spans).toEqual([]);
  expect(attempts[0].argument_spans.city).toHaveLength(2);
});

test("strings that never end are looked at once", () => {
  const time = (size: number): number => {
    const begin = performance.now();
    report(hermes, call(named("weather", `{"a": "${'\\"'.repeat(size)}`).slice(0, -1), ""), { tools: TOOLS });
    return performance.now() - begin;
  };
  expect(time(200_000)).toBeLessThan(2000); // of quadratic work it would be minutes
});

test("spans of tokens", () => {
  const words = ["Look", ".", " There", " it", " is"];
  const [text, offsets] = offsetsOf([0, 1, 2, 3, 4], (ids) => ids.map((id) => words[id]).join(""));
  expect(text).toBe("Look. There it is");
  expect(tokensOf([6, 14], offsets)).toEqual([2, 4]);
});
