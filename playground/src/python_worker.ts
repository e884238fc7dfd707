/**
 * The worker in which Python compiles: Pyodide, the wheels that the compiler needs, and the compiler.
 *
 * In: messages with a job. Out: messages with what came of it, as JSON. All files stand beside the page, in `python/`.
 */

interface Pyodide {
  unpackArchive(data: ArrayBuffer, format: string): void;
  runPython(code: string): unknown;
}

interface Module {
  loadPyodide(options: { indexURL: string }): Promise<Pyodide>;
}

const PLACE = new URL("python/", import.meta.url).href;
const ready = load();

async function load(): Promise<(job: string) => string> {
  const { loadPyodide } = (await import(`${PLACE}pyodide.mjs`)) as Module;
  const [python, names] = await Promise.all([
    loadPyodide({ indexURL: PLACE }),
    fetch(`${PLACE}index.json`).then((answer) => answer.json() as Promise<string[]>),
  ]);
  for (const name of names) {
    const data = await (await fetch(PLACE + name)).arrayBuffer();
    python.unpackArchive(data, name.endsWith(".whl") ? "wheel" : "zip");
  }
  return python.runPython(`
import json, sys
sys.path.insert(0, ".")
from toolgram.play.compiling import compiled
lambda job: json.dumps(compiled(json.loads(job)))
`) as (job: string) => string;
}

addEventListener("message", ({ data }: MessageEvent<{ id: number; job: string }>) => {
  const { id, job } = data;
  ready
    .then((compiled) => postMessage({ id, found: compiled(job) }))
    .catch((problem: unknown) => postMessage({ id, problem: String(problem).slice(-500) }));
});
