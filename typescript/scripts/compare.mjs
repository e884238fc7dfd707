/**
 * The TypeScript half of the differential test: reads texts as Python does, so that both can be compared.
 *
 * In: JSON lines on the standard input, each a machine or a text (tests/with_node/compare.py writes them):
 *
 *     {"format": "hermes", "machine": {...}}          it is known by that name from here on
 *     {"format": "hermes", "text": "...", "tools": [...], "inside": null, "suffix": null,
 *      "splits": [[], [3, 7], "units"], "cut": false, "trace": false, "held": false, "report": "all"}
 *     {"format": "hermes", "deltas": [["<call>", [1]], ...], "tokens": {"<call>": 1}, "texts": {"7": "a"},
 *      "tools": ...}
 *
 * A split is a list of places, counted in code points, or `"units"`: every UTF-16 unit by itself. `texts` are
 * those of ordinary tokens, for `decode`. A format that no machine was given for is read from
 * generated/machine.
 *
 * Out: for each text one JSON line, a list with a result for each split: {"events": [...]}, neighbouring
 * deltas of one text joined, with `repairs`, and with `trace` and `held` where they are asked for;
 * {"error": "..."} where the parser threw; or null: the same as the first one. A request with `report` ("all", or
 * "strict") has `report` in its result: that of the whole text, and the attempts and spans of a reporter.
 *
 * How: the sources are bundled here, so that nothing has to be built before.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { load } from "./bundle.mjs";

const ROOT = new URL("../../", import.meta.url);
const TEXTS = ["ContentDelta", "ReasoningDelta", "ArgumentsDelta"];

const { createParser, createReporter, isAttempt, plainAttempt, plainReport, report } = await load(
  'export * from "./index.ts"; export * from "./reports.ts";',
);
const machines = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  if (!line) continue;
  const request = JSON.parse(line);
  if (request.machine) machines.set(request.format, request.machine);
  else process.stdout.write(`${JSON.stringify(resultsOf(request))}\n`);
}

/** What comes of a text at each of its splits; null where it is what came of the first. */
function resultsOf(request) {
  const ways = request.deltas
    ? [request.deltas]
    : request.splits.map((split) => piecesOf(request.text, split));
  const results = ways.map((pieces) => resultOf(request, pieces));
  const first = JSON.stringify(results[0]);
  return results.map((result, number) => (number && JSON.stringify(result) === first ? null : result));
}

/** The pieces of a text, each with the ids of its tokens, of which none are known. */
function piecesOf(text, split) {
  if (split === "units") return text.split("").map((unit) => [unit, null]);
  const characters = Array.from(text);
  const ends = [...split, characters.length];
  return ends.map((end, number) => [characters.slice(number ? ends[number - 1] : 0, end).join(""), null]);
}

function resultOf(request, pieces) {
  try {
    return readPieces(request, pieces);
  } catch (error) {
    return { error: String(error instanceof Error ? (error.stack ?? error) : error) };
  }
}

function readPieces(request, pieces) {
  const { format, tools, inside, suffix, trace, tokens } = request;
  const decode = decoderOf(request);
  const parser = createParser(machineOf(format), { tools, inside, suffix, trace, tokenIds: tokens, decode });
  const events = [];
  const held = [];
  for (const [text, ids] of pieces) {
    events.push(...parser.feed(text, ids));
    if (request.held) held.push(parser.heldSource);
  }
  events.push(...parser.finish({ cut: request.cut ?? false }));
  const result = { events: merged(events), repairs: [...parser.repairs].sort() };
  if (trace) result.trace = joined(parser.trace);
  if (request.held) result.held = held;
  if (request.report) result.report = reportOf(request, pieces);
  return result;
}

/** What is reported of a text, and what a reporter says of its pieces. */
function reportOf(request, pieces) {
  const { format, tools, inside, suffix, tokens, cut } = request;
  const decode = decoderOf(request);
  const reporter = createReporter(machineOf(format), { tools, inside, suffix, tokenIds: tokens, decode });
  const parts = pieces.flatMap(([text, ids]) => reporter.feed(text, ids));
  parts.push(...reporter.finish({ cut }));
  const { contentSpans, reasoningSpans } = reporter;
  const attempts = parts.filter(isAttempt).map(plainAttempt);
  attempts.sort((one, two) => one.begin - two.begin || one.end - two.end);
  const events = merged(parts.filter((part) => !isAttempt(part)));
  const found = { events, attempts, spans: [contentSpans, reasoningSpans] };
  if (request.text !== undefined) {
    const strict = request.report === "strict";
    found.whole = plainReport(
      report(machineOf(format), request.text, { tools, inside, suffix, cut, strict }),
    );
  }
  return found;
}

/** What makes text of the ids of ordinary tokens, where that is known. */
function decoderOf({ texts }) {
  return texts && ((ids) => ids.map((id) => textOf(texts, id)).join(""));
}

function machineOf(format) {
  if (!machines.has(format)) {
    machines.set(format, JSON.parse(readFileSync(new URL(`generated/machine/${format}.json`, ROOT), "utf8")));
  }
  return machines.get(format);
}

/** The text of an ordinary token; a tokenizer knows no others. */
function textOf(texts, id) {
  if (!Object.hasOwn(texts, id)) throw new RangeError(`no token ${id}`);
  return texts[id];
}

/** Neighbouring deltas of one text joined, so that how they were cut no longer shows. */
function merged(events) {
  const found = [];
  for (const event of events) {
    const last = found.at(-1);
    if (TEXTS.includes(event.type) && last?.type === event.type && last.index === event.index) {
      found[found.length - 1] = { ...last, text: last.text + event.text };
    } else found.push(event);
  }
  return found;
}

/** A trace whose entries do not depend on how the text was cut: those of one kind behind each other are one. */
function joined(entries) {
  const made = [];
  for (const [kind, text] of entries) {
    const last = made.at(-1);
    if (last !== undefined && last[0] === kind) last[1] += text;
    else made.push([kind, text]);
  }
  return made;
}
