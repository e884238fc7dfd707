/**
 * What is shown to somebody who comes with nothing: a text with something of everything in it.
 *
 * The last call lacks its opener, and is read all the same.
 */

import { written } from "./tools.js";
import type { Session } from "./session.js";
import { FIRST } from "./session.js";

const TOOLS = [
  tool("get_weather", { city: { type: "string" }, days: { type: "integer" } }),
  tool("get_time", { zone: { type: "string" } }),
];

const TEXT = `<think>
The user asks for the weather in Tokyo. A <tool> of mine knows it.
</think>

I look it up. If it is < 20 degrees, take a coat.

<tool_call>
<function=get_weather>
<parameter=city>
Tokyo
</parameter>
<parameter=days>
3
</parameter>
</function>
</tool_call>
<function=get_time>
<parameter=zone>
Asia/Tokyo
</parameter>
</function>
</tool_call>`;

export const WELCOME: Session = { ...FIRST, text: TEXT, tools: written(TOOLS) };

function tool(name: string, properties: object): object {
  return { type: "function", function: { name, parameters: { type: "object", properties } } };
}
