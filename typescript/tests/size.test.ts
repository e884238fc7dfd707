/** How large the package may become: the numbers of docs/typescript.md. A file is measured with all it imports. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FORMATS } from "./pages.js";

const FOLDER = new URL("../../generated/typescript/", import.meta.url);
const RUNTIME_MAX = { minified: 175_000, compressed: 59_000 };
const FORMAT_MAX = 8_000; // compressed

/** The texts of a module and of what it imports. */
function textsOf(url: URL, known = new Map<string, string>()): Map<string, string> {
  if (known.has(url.href)) return known;
  const text = readFileSync(url, "utf8");
  known.set(url.href, text);
  for (const [, path] of text.matchAll(/\bfrom\s*"(\.[^"]+)"/g)) textsOf(new URL(path!, url), known);
  return known;
}

test("the runtime is as small as it says", () => {
  const text = [...textsOf(new URL("index.js", FOLDER)).values()].join("");
  expect(text.length).toBeLessThan(RUNTIME_MAX.minified);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(RUNTIME_MAX.compressed);
});

test("a format is small", () => {
  for (const name of FORMATS) {
    const text = readFileSync(new URL(`formats/${name}.js`, FOLDER));
    expect(gzipSync(text, { level: 9 }).length, name).toBeLessThan(FORMAT_MAX);
  }
});
