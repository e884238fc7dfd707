/** Prompts that hold tools, calls and results as texts: the template makes of them what it makes of the tools. */

import { readFileSync } from "node:fs";
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { Template } from "@huggingface/jinja";
import { generateText, jsonSchema, stepCountIs, tool, wrapLanguageModel } from "ai";
import { promptFromTemplate, toolgramMiddleware } from "toolgram/ai-sdk";
import qwen3_coder from "toolgram/formats/qwen3_coder";
import { describe, expect, test } from "vitest";
import { askedOf, toy } from "./models.js";

const QWEN = readFileSync(new URL("../../../tests/templates/qwen3coder.jinja", import.meta.url), "utf8");
const OPEN = "{{ '<|im_start|>' + m.role + '\\n' }}";
const TOOLS_FIRST =
  "{% if tools %}# Tools{% for t in tools %}\n{{ t.function.name }}{% endfor %}\n{% endif %}";
const CALLS =
  "{% for c in m.tool_calls or [] %}<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>{% endfor %}";
const turns = (role: string, text: string): string =>
  `{% for m in messages %}${role}{% if loop.first %}${TOOLS_FIRST}{% endif %}${text}${CALLS}<|im_end|>\n{% endfor %}` +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

const TEMPLATES = {
  "results in turns of the user": QWEN,
  "results in turns of their own": turns(OPEN, "{{ m.content }}"),
  "texts are trimmed": turns(OPEN, "{{ m.content | trim }}"),
  "tools in a turn of the system": `{% if tools and messages[0].role != 'system' %}<|im_start|>system\n${TOOLS_FIRST}<|im_end|>\n{% endif %}${turns(OPEN, "{{ m.content }}")}`,
};
const TOOLS = [
  { type: "function", function: { name: "weather", description: "It is.", parameters: { type: "object" } } },
];
const call = { type: "tool-call" as const, toolName: "weather", input: { city: "Rome" } };
const result = {
  type: "tool-result" as const,
  toolName: "weather",
  output: { type: "text" as const, value: "sunny" },
};

const PROMPTS: Record<string, LanguageModelV4Prompt> = {
  "a question": [{ role: "user", content: [{ type: "text", text: "Rome?" }] }],
  "instructions and a question": [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Rome? [[text 0 of the conversation]]" }] },
  ],
  "calls and their results": [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Rome?" }] },
    {
      role: "assistant",
      content: [
        { type: "text", text: "I look." },
        { ...call, toolCallId: "1" },
        { ...call, toolCallId: "2" },
      ],
    },
    {
      role: "tool",
      content: [
        { ...result, toolCallId: "1" },
        { ...result, toolCallId: "2", output: { type: "json", value: { is: "cold" } } },
      ],
    },
    { role: "assistant", content: [{ type: "text", text: "Nice. $& $1" }] },
    { role: "user", content: [{ type: "text", text: "And now?" }] },
  ],
  "a result last": [
    { role: "user", content: [{ type: "text", text: "Rome?" }] },
    { role: "assistant", content: [{ ...call, toolCallId: "1" }] },
    { role: "tool", content: [{ ...result, toolCallId: "1" }] },
  ],
};

type Said = { role: string; content: unknown };

/** What a server makes of messages that it is sent without tools. */
function served(template: string, prompt: readonly unknown[]): string {
  const text = ({ type, text, output }: { type: string; text?: string; output?: { value: string } }) =>
    type === "tool-result" ? output!.value : type === "text" ? text : "";
  const messages = (prompt as Said[]).map(({ role, content }) => ({
    role,
    content: typeof content === "string" ? content : (content as []).map(text).join(""),
  }));
  return new Template(template).render({
    bos_token: "",
    eos_token: "",
    messages,
    add_generation_prompt: true,
  });
}

describe.each(Object.entries(TEMPLATES))("%s", (name, template) => {
  const write = promptFromTemplate(new Template(template));

  test.each(Object.entries(PROMPTS))("%s", (_, prompt) => {
    const { prompt: plain, rendered } = write(prompt, TOOLS);
    expect(rendered).toContain("weather");
    expect(JSON.stringify(plain)).not.toContain("tool-call");
    const withoutBlanks = (text: string) => (name === "texts are trimmed" ? text.replace(/\s/g, "") : text);
    expect(withoutBlanks(served(template, plain))).toBe(withoutBlanks(rendered!));
  });
});

test("results are messages of the user where the template says so", () => {
  const { prompt } = promptFromTemplate(new Template(QWEN))(PROMPTS["a result last"]!, TOOLS);
  expect(prompt.slice(1)).toEqual([
    { role: "user", content: [{ type: "text", text: "Rome?" }] },
    {
      role: "assistant",
      content: [
        {
          type: "text",
          text: expect.stringMatching(
            /<tool_call>\n<function=weather>\n<parameter=city>\nRome\n<\/parameter>/,
          ),
        },
      ],
    },
    { role: "user", content: [{ type: "text", text: "<tool_response>\nsunny\n</tool_response>\n" }] },
  ]);
});

test("files and what a provider is told stay with their messages", () => {
  const file = { type: "file", mediaType: "image/png", data: { type: "data", data: "" } };
  const options = { providerOptions: { toy: { a: 1 } } };
  const given = {
    role: "user",
    content: [file, { type: "text", text: "Look:" }, file, { type: "text", text: "well" }],
    ...options,
  };
  const { prompt } = promptFromTemplate(new Template(QWEN))(
    [{ role: "system", content: "Be brief.", ...options }, given],
    TOOLS,
  );
  expect(prompt[0]).toMatchObject({ role: "system", ...options });
  expect(prompt[1]).toEqual({ ...given, content: [file, { type: "text", text: "Look:\nwell" }, file] });
});

describe("tools before the first message", () => {
  const odd =
    "<s>{% if tools %}[TOOLS]weather[/TOOLS]{% endif %}" +
    "{% for m in messages %}[{{ m.role }}]{{ m.content }}[/{{ m.role }}]{% endfor %}";
  const llama =
    "[system]\n{% if tools %}Environment: ipython\n{% endif %}Today: Monday\n" +
    "{% if messages[0].role == 'system' %}{{ messages[0].content }}{% endif %}[/system]" +
    "{% for m in messages if m.role != 'system' %}[{{ m.role }}]{% if tools and loop.first %}weather\n{% endif %}" +
    "{{ m.content }}[/{{ m.role }}]{% endfor %}";

  test("cannot be said, and the error tells why", () => {
    for (const template of [odd, llama]) {
      const write = promptFromTemplate(new Template(template));
      expect(() => write(PROMPTS["instructions and a question"]!, TOOLS)).toThrow("cannot stand");
    }
  });

  test("stand at its beginning, if they may", () => {
    const prompt = PROMPTS["instructions and a question"]!;
    const said = (template: string): unknown[] =>
      promptFromTemplate(new Template(template), { nearest: true })(prompt, TOOLS).prompt.map(
        (message) => (message as { content: unknown }).content,
      );
    const text = "Rome? [[text 0 of the conversation]]";
    expect(said(odd)).toEqual(["[TOOLS]weather[/TOOLS]Be brief.", [{ type: "text", text }]]);
    expect(said(llama)).toEqual([
      "Environment: ipython\nBe brief.",
      [{ type: "text", text: `weather\n${text}` }],
    ]);
  });
});

test("a prompt that a result ends cannot be sent in messages", () => {
  const going =
    "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls or [] %}[CALL]{% endfor %}" +
    "{% endfor %}{% if not messages[messages | length - 2].tool_calls %}[assistant]{% endif %}";
  const write = promptFromTemplate(new Template(going), { nearest: true });
  expect(() => write(PROMPTS["a result last"]!, TOOLS)).toThrow("cannot stand");
});

test("a text that the template leaves out beside calls is left out", () => {
  const leaving = turns(OPEN, "{% if not m.tool_calls %}{{ m.content }}{% endif %}");
  const { prompt } = promptFromTemplate(new Template(leaving))(PROMPTS["calls and their results"]!, TOOLS);
  expect(JSON.stringify(prompt)).not.toContain("I look.");
});

test("a loop with a model that is never told of tools", async () => {
  const text =
    "<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>";
  const model = toy([{ text }, { text: `Once more.\n${text}` }], 0);
  const weather = tool({
    description: "It is.",
    inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
    execute: async () => "sunny",
  });
  const middleware = toolgramMiddleware({
    format: qwen3_coder,
    prompt: promptFromTemplate(new Template(QWEN)),
  });
  const { steps } = await generateText({
    model: wrapLanguageModel({ model, middleware }),
    tools: { weather },
    prompt: "Rome?",
    stopWhen: stepCountIs(4),
  });
  expect(steps.map((step) => step.finishReason)).toEqual(["tool-calls", "tool-calls", "stop"]);
  const asked = askedOf(model);
  expect(asked.map(({ tools, toolChoice }) => [tools, toolChoice])).toEqual(
    Array(3).fill([undefined, undefined]),
  );
  expect(served(QWEN, asked[2]!.prompt)).toMatch(
    /# Tools[^]*weather[^]*Rome\?[^]*<function=weather>[^]*sunny[^]*Once more\.[^]*<function=weather>[^]*sunny[^]*assistant\n$/,
  );
});

test("what the template opens for the answer is known", async () => {
  const opening = `${QWEN}{% if add_generation_prompt %}{{ '<think>\\n' }}{% endif %}`;
  const model = toy([{ text: "It is Rome.\n</think>\n\nHello." }], 0);
  const middleware = toolgramMiddleware({
    format: qwen3_coder,
    prompt: promptFromTemplate(new Template(opening)),
  });
  const { content } = await generateText({
    model: wrapLanguageModel({ model, middleware }),
    prompt: "Rome?",
  });
  expect(content).toMatchObject([
    { type: "reasoning", text: "It is Rome." },
    { type: "text", text: "Hello." },
  ]);
});
