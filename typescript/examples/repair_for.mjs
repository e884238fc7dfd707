/**
 * Runs an agent that speaks to an OpenAI server, and repairs what the server answers on its way to the agent.
 *
 *     node repair_for.mjs --upstream http://127.0.0.1:8000/v1 --format qwen3_coder -- qwen -p "Fix the test."
 *
 * For agents that have no place for a parser of one's own, such as Qwen Code: it listens on loopback, and the command
 * behind `--` gets its URL in `OPENAI_BASE_URL`. It ends with the command. Without a command it says its URL and runs on.
 *
 * `--server vllm`: what has to be asked of a vLLM without parsers is asked. `--inside reasoning`: prompts open it; `none`: they do not.
 */

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { repairFetch } from "toolgram/openai";

const ONE_HOP = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];
const TEXT = { type: "string" };
const { values, positionals } = parseArgs({
  options: { upstream: TEXT, format: TEXT, server: TEXT, inside: TEXT, port: { ...TEXT, default: "0" } },
  allowPositionals: true,
});
const upstream = values.upstream.replace(/\/+$/, "");
const { default: format } = await import(`toolgram/formats/${values.format}`);
const repairing = repairFetch(format, {
  server: values.server,
  inside: values.inside === "none" ? null : values.inside,
});

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end(JSON.stringify({ error: { message: String(error.cause ?? error) } }));
  });
});
server.listen(Number(values.port), "127.0.0.1", () => begin(`http://127.0.0.1:${server.address().port}/v1`));

/** Ask the server behind, and hand on what it says. */
async function answer(request, response) {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const found = await repairing(`${upstream}${request.url.replace(/^\/v1/, "")}`, {
    method: request.method,
    headers: handedOn(Object.entries(request.headers), [...ONE_HOP, "host", "accept-encoding", "expect"]),
    body: await bodyOf(request),
    signal: gone.signal,
  });
  response.writeHead(found.status, handedOn(found.headers, ONE_HOP));
  if (found.body === null) response.end();
  else await pipeline(Readable.fromWeb(found.body), response);
}

async function bodyOf(request) {
  const pieces = await request.toArray();
  return pieces.length > 0 ? Buffer.concat(pieces).toString() : undefined;
}

function handedOn(headers, leftOut) {
  return Object.fromEntries([...headers].filter(([name]) => !leftOut.includes(name)));
}

/** Run the command, if there is one. */
function begin(url) {
  const [command, ...rest] = positionals;
  if (command === undefined) return console.log(url);
  const agent = spawn(command, rest, { stdio: "inherit", env: { ...process.env, OPENAI_BASE_URL: url } });
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => agent.kill(name));
  agent.on("error", (error) => end(`${command}: ${error.message}`, 127));
  agent.on("exit", (code, signal) => end(null, signal === null ? code : 1));
}

function end(problem, code) {
  if (problem !== null) console.error(problem);
  process.exit(code);
}
