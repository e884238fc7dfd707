/**
 * The compiler without a server: Python in a worker of the page (python_worker.ts).
 *
 * In: jobs, as `/compile` takes them. Out: the same answers. The worker is started by the first job.
 */

import type { Compiled } from "./compiler.js";

export interface PythonCompiler {
  readonly ask: (job: object) => Promise<Omit<Compiled, "refusal">>;
  readonly isReady: () => boolean;
}

interface Answer {
  readonly id: number;
  readonly found?: string;
  readonly problem?: string;
}

/** What browsers with trusted types have; TypeScript does not know it yet. */
interface WithPolicies {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (url: string) => string },
    ): { createScriptURL(url: string): unknown };
  };
}

const SCRIPT = "python.js"; // nothing else is ever started
const SECONDS_MAX = 20; // of a job, once the compiler is there

export function pythonCompiler(): PythonCompiler {
  const policy = (globalThis as WithPolicies).trustedTypes?.createPolicy("compiler", {
    createScriptURL: () => SCRIPT,
  });
  const url = (policy?.createScriptURL(SCRIPT) ?? SCRIPT) as string;
  const waiting = new Map<number, (answer: Answer) => void>();
  let worker: Worker | null = null;
  let isReady = false;
  let last = 0;
  const start = (): Worker => {
    const started = new Worker(url, { type: "module" });
    started.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      isReady = true;
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    });
    started.addEventListener("error", () => end("Python could not be started here"));
    return started;
  };
  const end = (problem: string): void => {
    worker?.terminate();
    worker = null;
    isReady = false;
    for (const [id, tell] of waiting) tell({ id, problem });
    waiting.clear();
  };
  return {
    isReady: () => isReady,
    ask: (job) =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        const limit = isReady
          ? setTimeout(() => end("it takes too long to compile"), SECONDS_MAX * 1000)
          : undefined;
        waiting.set(id, ({ found, problem }) => {
          clearTimeout(limit);
          if (found === undefined) reject(new Error(problem));
          else resolve(JSON.parse(found) as Omit<Compiled, "refusal">);
        });
        worker ??= start();
        worker.postMessage({ id, job: JSON.stringify(job) });
      }),
  };
}
