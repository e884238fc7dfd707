/**
 * Samples of what reading costs in Node: all engines, all texts, in turns. The other half is
 * benchmarks/in_node.py.
 *
 * In: JSON lines on the standard input: first what to read, then a line for each thing to do: `"round"`,
 * `"curve"` or `"memory"`. Out: a line of JSON first, which says which texts each engine reads right, then one
 * for each thing done.
 *
 * A sample is the time of this process on the processor, that of the garbage collector with it, for reading a
 * text as often as takes about 20 ms: a parser is made, fed and finished.
 * The time of the same loop with a parser that does nothing is taken off. Everything is read for a while
 * before, so that it is compiled.
 */

import { createInterface } from "node:readline";
import { ENGINES } from "./engines.mjs";

const SAMPLE_MS = 20;
const WARM_MS = 150;
const CURVE_MS = 2_000; // what takes longer is stopped
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const asked = JSON.parse((await lines.next()).value);
const EMPTY = { make: () => ({ feed: () => null, finish: () => null }) };
const readers = new Map();
const samplers = [];

for (const workload of asked.workloads) {
  for (const engine of Object.keys(ENGINES)) {
    const reader = readerOf(engine, workload.format);
    if (reader !== null) samplers.push(samplerOf(engine, reader, workload));
  }
}
say({ right: Object.fromEntries(samplers.map((one) => [`${one.engine} ${one.key}`, one.right])) });
for await (const line of lines) {
  if (line === '"round"') say(oneRound());
  else if (line === '"curve"') say(curve());
  else if (line === '"memory"') say(memory());
}

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function readerOf(engine, format) {
  const key = `${engine} ${format}`;
  if (!readers.has(key)) readers.set(key, ENGINES[engine](format, asked.tools));
  return readers.get(key);
}

// --- samples ------------------------------------------------------------------------------------------------

function samplerOf(engine, reader, workload) {
  const { key, deltas } = workload;
  const right = isRight(reader, workload);
  let took = 0;
  let times = 0;
  while (took < WARM_MS) {
    took += read(reader, deltas, 1);
    times += 1;
  }
  return { engine, reader, key, deltas, right, times: Math.max(1, Math.round((times * SAMPLE_MS) / took)) };
}

/** Whether the message is the one that was meant; the name of the error where it throws. */
function isRight(reader, { deltas, content, calls }) {
  try {
    const parser = reader.make();
    const [text, found] = reader.heard([...deltas.map((delta) => parser.feed(delta)), parser.finish()]);
    return sorted([text.trim(), found]) === sorted([content.trim(), calls]);
  } catch (error) {
    return error.name;
  }
}

function sorted(value) {
  return JSON.stringify(value, (_, one) =>
    one === null || typeof one !== "object" || Array.isArray(one)
      ? one
      : Object.fromEntries(Object.entries(one).sort(([first], [second]) => (first < second ? -1 : 1))),
  );
}

/** Milliseconds of this process on the processor so far. */
function clock() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of reading so often. */
function read(reader, deltas, times) {
  const begin = clock();
  for (let time = 0; time < times; time += 1) {
    const parser = reader.make();
    for (const delta of deltas) parser.feed(delta);
    parser.finish();
  }
  return clock() - begin;
}

/** Microseconds of a delta. */
function oneRound() {
  const found = samplers.map(({ engine, reader, key, deltas, times }) => {
    const took = read(reader, deltas, times) - read(EMPTY, deltas, times);
    return [`${engine} ${key}`, (took * 1000) / times / deltas.length];
  });
  return Object.fromEntries(found);
}

// --- lengths ------------------------------------------------------------------------------------------------

/**
 * Rows of engine, what is read, format, length, microseconds of a delta on average and of the longest, and
 * whether it was stopped. The longest is that of the quickest time that each delta was read: what else the
 * machine did meanwhile is not the parser's.
 */
function curve() {
  const found = [];
  const stopped = new Set();
  for (const { kind, format, length, deltas } of asked.lengths) {
    const base = median(readOften(EMPTY, deltas).means);
    for (const engine of Object.keys(ENGINES)) {
      const reader = readerOf(engine, format);
      const key = `${engine} ${kind} ${format}`;
      if (reader === null || stopped.has(key)) continue;
      const { means, least, isCut } = readOften(reader, deltas);
      const longest = least.reduce((one, other) => Math.max(one, other), 0);
      found.push([engine, kind, format, length, (median(means) - base) * 1000, longest * 1000, isCut]);
      if (isCut) stopped.add(key);
    }
  }
  return found;
}

/** Read a text for a while; the first half of the readings is to warm up. */
function readOften(reader, deltas) {
  const means = [];
  const least = new Float64Array(deltas.length).fill(Infinity);
  const begin = performance.now();
  let isCut = false;
  while (!isCut && (means.length < 8 || performance.now() - begin < WARM_MS)) {
    const before = clock();
    const [took, count] = eachDelta(reader, deltas);
    means.push((clock() - before) / count);
    isCut = count < deltas.length;
    for (let at = 0; at < count; at += 1) least[at] = Math.min(least[at], took[at]);
  }
  return { means: means.slice(means.length >> 1), least: least.filter(Number.isFinite), isCut };
}

/** Milliseconds of each delta, and how many deltas were read before that took too long. */
function eachDelta(reader, deltas) {
  const took = new Float64Array(deltas.length);
  const parser = reader.make();
  const begin = clock();
  let before = performance.now();
  let count = 0;
  for (const delta of deltas) {
    parser.feed(delta);
    const now = performance.now();
    took[count] = now - before;
    count += 1;
    before = now;
    if (count % 64 === 0 && clock() - begin > CURVE_MS) break;
  }
  return [took, count];
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}

/** Rows of engine, what is read, format, length, and the bytes that a parser keeps before the last delta. */
function memory() {
  const found = [];
  for (const { kind, format, length, deltas } of asked.lengths) {
    for (const engine of Object.keys(ENGINES)) {
      const reader = readerOf(engine, format);
      if (reader === null || (engine !== "toolgram" && length > 16_000)) continue;
      global.gc();
      const before = process.memoryUsage().heapUsed;
      const parser = reader.make();
      for (const delta of deltas.slice(0, -1)) parser.feed(`${delta}`);
      global.gc();
      found.push([engine, kind, format, length, process.memoryUsage().heapUsed - before]);
      parser.finish();
    }
  }
  return found;
}
