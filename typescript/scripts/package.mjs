/**
 * Makes the npm package in generated/typescript of the sources here.
 *
 * In: src/, package.template.json, README.md, and the version of pyproject.toml. Out: one module and one declaration for each door of the package,
 * and what they share. The formats in its folder `formats` are written by `toolgram build`.
 *
 * Promise: the same sources and the same lock file give the same bytes. Files of an earlier run that are not
 * written any more are removed; `formats` is not touched.
 */

import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle, declare } from "./bundle.mjs";

const HERE = new URL("../", import.meta.url);
const OUT = new URL("../generated/typescript/", HERE);
const BANNER = "// Made of the sources in typescript/ of toolgram; do not edit.";
const KEPT = ["formats", "node_modules"];

const template = JSON.parse(await readFile(new URL("package.template.json", HERE), "utf8"));
const project = await readFile(new URL("../pyproject.toml", HERE), "utf8");
template.version = /^version = "(.*)"$/m.exec(project)[1]; // both packages have one
/** The modules that users import, and the sources that they are made of. */
const doors = Object.fromEntries(
  Object.entries(template.exports)
    .map(([, target]) => target.default ?? "")
    .filter((path) => path.endsWith(".js") && !path.includes("*"))
    .map((path) => path.slice("./".length, -".js".length))
    .map((name) => [name, fileURLToPath(new URL(`src/${name}.ts`, HERE))]),
);

await mkdir(OUT, { recursive: true });
for (const name of await readdir(OUT)) {
  if (!KEPT.includes(name)) await rm(new URL(name, OUT), { recursive: true });
}
for (const [name, text] of await bundle(doors)) await writeFile(new URL(name, OUT), `${BANNER}\n${text}`);
for (const [name, text] of await declare(doors)) await writeFile(new URL(name, OUT), text);
await writeFile(new URL("package.json", OUT), `${JSON.stringify(template, null, 2)}\n`);
await copyFile(new URL("README.md", HERE), new URL("README.md", OUT));
await copyFile(new URL("../LICENSE", HERE), new URL("LICENSE", OUT));
