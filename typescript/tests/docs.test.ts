/** Every block of JavaScript and TypeScript on the pages is a whole program, and runs. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const PAGES = ["docs/typescript.md", "typescript/README.md"];

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(new URL(page, ROOT), "utf8");
  const blocks = [...text.matchAll(/^```(js|ts)\n(.*?)^```$/gms)];

  test("has examples", () => expect(blocks.length).toBeGreaterThan(0));

  test.each(blocks.map(([, loader, source]) => [source!.slice(0, 60), loader, source]))(
    "%s",
    (_, loader, source) => {
      const folder = mkdtempSync(fileURLToPath(new URL("example-", import.meta.url)));
      try {
        const { code } = transformSync(source!, { loader: loader as "js" | "ts", format: "esm" });
        writeFileSync(`${folder}/example.mjs`, code);
        const printed = execFileSync(process.execPath, [`${folder}/example.mjs`], { encoding: "utf8" });
        expect(printed).not.toBe("");
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
