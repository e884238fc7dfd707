/**
 * Makes generated/play: the page as it is served.
 *
 * In: src/. Out: one script, one style sheet, the page, its icon and its fonts. The same sources give the same bytes.
 * `--out FOLDER` writes elsewhere.
 */

import { copyFileSync, mkdirSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { build } from "esbuild";

const at = process.argv.indexOf("--out");
const out = at > 0 ? process.argv[at + 1] : new URL("../../generated/play", import.meta.url).pathname;
const here = new URL("..", import.meta.url).pathname;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const made = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/main.ts", python: "src/python_worker.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  logLevel: "warning",
  metafile: true,
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(`${here}src/${name}`, `${out}/${name}`);
writeFileSync(`${out}/LICENSES.txt`, licenses(made.metafile));

/** The licences of what is in the bundle. */
function licenses(metafile) {
  const names = Object.keys(metafile.inputs).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  const found = [...new Set(names.filter(Boolean))].sort();
  const texts = found.map((name) => {
    const { version } = JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, "utf-8"));
    return `${name} ${version}\n\n${readFileSync(`${here}node_modules/${name}/LICENSE`, "utf-8").trim()}\n`;
  });
  return `What the page is made of besides toolgram.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
