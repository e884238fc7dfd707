/**
 * The formats of the package, with the texts that their pages have as cases.
 *
 * In: formats/X.md, generated/typescript/formats. Out: a machine, and texts of good answers with their tools.
 */

import { readFileSync, readdirSync } from "node:fs";
import type { Format } from "toolgram";

const ROOT = new URL("../../", import.meta.url);

export interface Case {
  readonly text: string;
  readonly tools: readonly object[];
  readonly called: string; // the name of the first call; "" where there is none
}

/** Every format that the package has. */
export const FORMATS = readdirSync(new URL("generated/typescript/formats", ROOT))
  .filter((name) => name.endsWith(".js"))
  .map((name) => name.slice(0, -".js".length));

export async function formatOf(name: string): Promise<Format> {
  return ((await import(`toolgram/formats/${name}`)) as { default: Format }).default;
}

/** The delimiters of a format. */
export function delimitersOf(format: Format): string[] {
  const { states } = format as { states: { edges?: { literal: string }[] }[] };
  const literals = states.flatMap(({ edges = [] }) => edges.map(({ literal }) => literal));
  return [...new Set(literals)].filter((literal) => !literal.includes("{"));
}

/** The cases of a page whose message begins in its content. */
export function casesOf(name: string): Case[] {
  const page = readFileSync(new URL(`formats/${name}.md`, ROOT), "utf8");
  const found: Case[] = [];
  let common: object[] = [];
  for (const part of page.slice(page.indexOf("\n# Cases")).split(/^## /m)) {
    const blocks = new Map(
      [...part.matchAll(/^(`{3,})(\w+)\n(.*?)^\1$/gms)].map((one) => [one[2]!, one[3]!]),
    );
    const given = blocks.get("tools");
    const tools = given === undefined ? common : toolsOf(JSON.parse(given) as Record<string, object>);
    if (found.length === 0 && given !== undefined) common = tools;
    const text = blocks.get("output");
    const message = blocks.get("message");
    if (text === undefined || message === undefined || blocks.get("options")?.includes("inside")) continue;
    found.push({ text: text.slice(0, -1), tools, called: calledIn(message) });
  }
  return found;
}

function calledIn(message: string): string {
  const { tool_calls: calls } = JSON.parse(message) as { tool_calls?: { name: string }[] };
  return calls?.[0]?.name ?? "";
}

/** `{"city": "string"}` as the tools of a request have it. */
function toolsOf(short: Record<string, object>): object[] {
  return Object.entries(short).map(([name, keys]) => {
    const properties = Object.entries(keys).map(([key, schema]: [string, unknown]) => {
      return [key, typeof schema === "string" ? { type: schema } : schema];
    });
    const parameters = { type: "object", properties: Object.fromEntries(properties) as object };
    return { type: "function", function: { name, parameters } };
  });
}
