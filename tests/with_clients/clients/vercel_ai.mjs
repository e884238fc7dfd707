// Vercel's `ai` with `@ai-sdk/openai-compatible`: generateText and streamText. The same job and answers as workshop.py.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const TURNS_MAX = 4;
const job = JSON.parse(process.argv[2]);
const require = createRequire(path.join(job.packages, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { generateText, streamText, stepCountIs, tool, jsonSchema } = await load("ai");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const wrapped = await (globalThis.wrapper?.(load) ?? ((model) => model)); // vercel_ai_middleware.mjs has one

let seen;

const schema = (keys, required) =>
  jsonSchema({ type: "object", properties: Object.fromEntries(keys.map((key) => [key, { type: "string" }])), required });

const tools = {
  write_file: tool({
    description: "Write a text to a file.",
    inputSchema: schema(["file_path", "content"], ["file_path", "content"]),
    execute: async (input) => {
      seen.ran.push(["write_file", input]);
      fs.writeFileSync(input.file_path, input.content);
      return "written";
    },
  }),
  run_shell_command: tool({
    description: "Run a command in the folder.",
    inputSchema: schema(["command"], ["command"]),
    execute: async (input) => {
      seen.ran.push(["run_shell_command", input]);
      return execFileSync("bash", ["-c", input.command], { cwd: job.folder, encoding: "utf8" });
    },
  }),
  list_files: tool({
    description: "List the files of a folder, by default of this one.",
    inputSchema: schema(["path"], []),
    execute: async (input) => {
      seen.ran.push(["list_files", input]);
      return "no files";
    },
  }),
};

async function ask(ask) {
  const provider = createOpenAICompatible({
    name: "toy", baseURL: job.base_url, apiKey: "none", includeUsage: true,
  });
  const request = {
    model: wrapped(provider("toy"), ask.question), tools, prompt: ask.question, stopWhen: stepCountIs(TURNS_MAX), maxRetries: 0,
    maxOutputTokens: ask.max_tokens, stopSequences: ask.stop,
  };
  let steps;
  if (ask.way === "whole") steps = (await generateText(request)).steps;
  else {
    const stream = streamText({ ...request, onError: ({ error }) => { seen.error = String(error); } });
    await stream.consumeStream();
    steps = await stream.steps;
  }
  for (const step of steps) {
    seen.texts.push(step.text);
    seen.thoughts.push(step.reasoningText ?? "");
    seen.finishes.push(step.finishReason);
    seen.tokens.push(step.usage.outputTokens);
    for (const call of step.toolCalls) if (call.invalid) seen.raw.push(call.input);
  }
}

for (const one of job.asks) {
  for (const name of fs.readdirSync(job.folder)) fs.rmSync(path.join(job.folder, name));
  seen = { ran: [], files: {}, texts: [], thoughts: [], finishes: [], tokens: [], raw: [], error: "" };
  try {
    await ask(one);
  } catch (error) {
    seen.error = String(error).slice(0, 500);
  }
  for (const name of fs.readdirSync(job.folder).sort())
    seen.files[name] = fs.readFileSync(path.join(job.folder, name), "utf8");
  console.log(JSON.stringify(seen));
}
