/**
 * The package in a real Chromium reads every vector as Node and Python do; no server and no bundler stands between.
 *
 * The page finds `toolgram` by an import map, as a page does that uses no bundler.
 */

import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { transformSync } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const SITE = "http://toolgram.test/"; // answered below
const MAP = {
  imports: {
    toolgram: "/generated/typescript/index.js",
    "toolgram/reports": "/generated/typescript/reports.js",
  },
};
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify(MAP)}</script>`;
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const executablePath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const files = (await readdir(new URL("tests/vectors/", ROOT))).filter((name) => name.endsWith(".jsonl"));

/** What the site answers: the page, the reader of vectors as JavaScript, and files of the repository. */
async function answer(path: string): Promise<{ body: string; contentType: string }> {
  if (path === "") return { body: PAGE, contentType: "text/html" };
  if (path === "read_vectors.js") {
    const source = await readFile(new URL("read_vectors.ts", import.meta.url), "utf8");
    const { code } = transformSync(source, { loader: "ts", format: "esm", target: "es2022" });
    return { body: code, contentType: "text/javascript" };
  }
  const body = await readFile(new URL(path, ROOT), "utf8");
  return { body, contentType: path.endsWith(".js") ? "text/javascript" : "text/plain" };
}

/** Runs in the page; modules are found from there. */
const READ = `async (name) => {
  const { readVectors } = await import("/read_vectors.js");
  const text = await (await fetch("/tests/vectors/" + name)).text();
  return readVectors(text, async (format) => {
    return (await import("/generated/typescript/formats/" + format + ".js")).default;
  });
}`;

describe.skipIf(executablePath === undefined)("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await page.route("**/*", async (route) => {
      const url = route.request().url();
      const found = await answer(url.slice(SITE.length)).catch(() => ({ status: 404 }));
      await route.fulfill(found);
    });
    await page.goto(SITE);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
  });

  test.each(files)("%s", { timeout: 120_000 }, async (name) => {
    const found = await page.evaluate(`(${READ})(${JSON.stringify(name)})`);
    const { cases, differences } = found as { cases: number; differences: string[] };
    expect(cases).toBeGreaterThan(200);
    expect(differences).toEqual([]);
    expect(problems).toEqual([]);
  });
});
