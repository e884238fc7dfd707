/** The package as it is installed: its doors, and what a user does first. */

import { readFile, readdir } from "node:fs/promises";
import { createParser, parse } from "toolgram";
import type { Event } from "toolgram";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { expect, test } from "vitest";

const FORMATS = new URL("../../generated/typescript/formats/", import.meta.url);
const TOOLS = [
  {
    type: "function",
    function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
  },
];
const TEXT =
  "I look.\n<tool_call>\n<function=weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>";

test("a whole text is a message", () => {
  const message = parse(qwen3_coder, TEXT, { tools: TOOLS });
  expect(message.content).toBe("I look.");
  expect(message.toolCalls.map(({ name, arguments: text, complete }) => [name, text, complete])).toEqual([
    ["weather", '{"city": "Paris"}', true],
  ]);
});

test("events of a text in pieces are plain objects", () => {
  const parser = createParser(qwen3_coder, { tools: TOOLS });
  const events: Event[] = [...TEXT].flatMap((character) => parser.feed(character));
  events.push(...parser.finish());
  expect(events).toContainEqual({ type: "CallStart", index: 0, name: "weather", id: null });
  expect(events.at(-1)).toEqual({ type: "CallEnd", index: 0, complete: true });
});

test("every format can be imported and read", async () => {
  const names = (await readdir(FORMATS)).filter((name) => name.endsWith(".js"));
  expect(names.length).toBeGreaterThan(70);
  for (const name of names) {
    const { default: format } = await import(`toolgram/formats/${name.slice(0, -".js".length)}`);
    expect(parse(format, "Hello.").content).toBe("Hello.");
  }
});

test("the package has no dependencies", async () => {
  const text = await readFile(new URL("../../generated/typescript/package.json", import.meta.url), "utf8");
  expect(Object.keys(JSON.parse(text))).not.toContain("dependencies");
});
