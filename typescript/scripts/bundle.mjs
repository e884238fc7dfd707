/**
 * How the sources become modules and declarations; or a module that is loaded at once.
 *
 * In: the sources that users import, by the names of their modules. Out: texts by the names of their files.
 *
 * Promise: the same sources and the same lock file give the same bytes.
 */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const HERE = fileURLToPath(new URL("../", import.meta.url));

/** The modules, minified: one for each name, and what several of them share. */
export async function bundle(doors) {
  const { outputFiles } = await build({
    entryPoints: doors,
    outdir: HERE,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    chunkNames: "shared-[hash]",
    legalComments: "none",
    packages: "external",
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** What some sources export, made of them and loaded: `contents` names them as a module in src/ would. */
export async function load(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${HERE}src`, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    sourcemap: "inline",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** The declarations of the modules, without what is marked `@internal`. */
export async function declare(doors) {
  const types = await rollup({
    input: doors,
    plugins: [dts({ compilerOptions: { stripInternal: true } })],
    external: /^[^./]/,
    onwarn: refuse,
  });
  const { output } = await types.generate({ format: "es", chunkFileNames: "shared-[hash].d.ts" });
  return new Map(output.map(({ fileName, code }) => [fileName, code]));
}

/**
 * Throws for every warning but one: what the doors share has types of its own that no door exports. Nobody needs
 * their names: they are of the private parts of classes.
 */
function refuse(warning) {
  if (warning.message.includes("private shared type exports")) return;
  throw new Error(warning.message);
}
