/**
 * Counts the chat templates that `promptFromTemplate` can write prompts of.
 *
 *     node scripts/prompts.mjs FOLDER...
 *
 * In: folders with templates (*.jinja). Out: a line for each that shows tools, with the roles of the messages in which
 * each conversation is said (in brackets: with `nearest` only), and at the end how many can say each of them.
 */

import { readFileSync, readdirSync } from "node:fs";
import { Template } from "@huggingface/jinja";
import { promptFromTemplate } from "toolgram/ai-sdk";

const parameters = { type: "object", properties: { city: { type: "string", description: "a city" } } };
const tools = [{ type: "function", function: { name: "weather", description: "Of a day.", parameters } }];
const say = (role, ...content) => ({ role, content });
const text = (said) => ({ type: "text", text: said });
const call = (id) => ({ type: "tool-call", toolCallId: id, toolName: "weather", input: { city: "Rome" } });
const result = (id) => {
  return {
    type: "tool-result",
    toolCallId: id,
    toolName: "weather",
    output: { type: "text", value: "sunny" },
  };
};
const brief = { role: "system", content: "Be brief." };
const CONVERSATIONS = {
  "first question": [brief, say("user", text("Rome?"))],
  "results last": [
    brief,
    say("user", text("Rome?")),
    say("assistant", text("I look."), call("call00001")),
    say("tool", result("call00001")),
  ],
  "next question": [
    brief,
    say("user", text("Rome?")),
    say("assistant", call("call00001")),
    say("tool", result("call00001")),
    say("assistant", text("Nice.")),
    say("user", text("And now?")),
  ],
};
const counts = new Map();
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".jinja"))) read(folder, name);
}
console.log(Object.fromEntries(counts));

function read(folder, name) {
  const values = { bos_token: "", eos_token: "", messages: [{ role: "user", content: "Rome?" }], tools };
  let template;
  try {
    template = new Template(readFileSync(`${folder}/${name}`, "utf8"));
    if (!template.render(values).includes("weather")) return count("show no tools");
  } catch {
    return count("cannot be rendered");
  }
  count("show tools");
  const found = Object.entries(CONVERSATIONS).map(([title, prompt]) => {
    const exact = rolesOf(template, prompt, false);
    const roles = exact ?? rolesOf(template, prompt, true);
    if (exact !== null) count(title);
    if (roles !== null) count(`${title}, nearest`);
    return exact ?? (roles === null ? "-" : `[${roles}]`);
  });
  console.log(name.padEnd(60), ...found);
}

function rolesOf(template, prompt, nearest) {
  try {
    return promptFromTemplate(template, { nearest })(prompt, tools)
      .prompt.map(({ role }) => role[0])
      .join("");
  } catch {
    return null;
  }
}
