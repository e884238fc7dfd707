/**
 * How the sources become modules: bundled, with short names for what only the runtime knows, and minified.
 *
 * In: the modules that users import, by their names. Out: the texts of the modules by the names of their files.
 *
 * Promise: the same sources and the same lock file give the same bytes.
 */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { minify } from "terser";
import { internalNames } from "./internal_names.mjs";

const HERE = new URL("../", import.meta.url);
const CONFIG = fileURLToPath(new URL("tsconfig.json", HERE));

/** The modules, and their declarations. `doors`: a source for each name. */
export async function bundle(doors) {
  const declarations = await declare(doors);
  const { names, texts } = internalNames(CONFIG, [...declarations.values()]);
  const quoted = {
    name: "quoted",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => ({ contents: texts.get(path), loader: "ts" }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: doors,
    outdir: fileURLToPath(HERE),
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    target: "es2022",
    chunkNames: "shared-[hash]",
    packages: "external",
    mangleProps: new RegExp(`^(${names.join("|")})$`),
    plugins: [quoted],
  });
  const modules = new Map();
  for (const { path, text } of outputFiles) modules.set(basename(path), await shortened(text));
  return { modules, declarations };
}

/** Minified. A function that is called in one place stays one: put into its caller it would be made at each call. */
async function shortened(text) {
  const compress = { passes: 3, reduce_funcs: false, unsafe_arrows: true };
  const { code } = await minify(text, { module: true, ecma: 2020, compress });
  return code;
}

async function declare(doors) {
  const types = await rollup({
    input: doors,
    plugins: [dts({ compilerOptions: { stripInternal: true } })],
    external: /^[^./]/,
    onwarn: refuse,
  });
  const { output } = await types.generate({ format: "es", chunkFileNames: "shared-[hash].d.ts" });
  return new Map(output.map(({ fileName, code }) => [fileName, code]));
}

function refuse(warning) {
  throw new Error(warning.message);
}
