/**
 * A wrapper that the format does not know, around a call that it knows.
 *
 * In: the run at a place of a text, or behind a call. Out: the edge whose literal is the tag, with what it
 * belongs to.
 *
 *     `<tools>` and a line end, `<function=f>`   the opener of a call, a tag before it vanishes with it
 *     `</function>` and a line end, `</tools>`   behind that call the closer of the same tag, and of no other
 *
 * Promises: a tag counts only at the start of a line or beside markup, alone before the opener of a call; if
 * no call comes of it, it is the text that it was. A delimiter is no such tag, though a special token in it
 * may be only spelled. At most `TAG_MAX` characters are looked at before the opener.
 */

import { match } from "../regex.js";
import { rstrip } from "../strings.js";
import { copyOf } from "../tables/copies.js";
import { BLANKS, BLANKS_MAX, TAG_BLANKS_MAX, TAG_MAX } from "../tables/limits.js";
import type { Edge, State } from "../tables/states.js";
import { FENCE } from "./code_blocks.js";
import type { Run } from "./run.js";
import { IS_TAG, TAG_WORD, isSpelled } from "./spelled.js";
import { beginsLine, isBesideMarkup } from "./stray_guards.js";
import { NO, WAIT, YES, skipBlanks, startsAny } from "./verdicts.js";

const MAY_BE_TAG = match(`<(?:[|｜]?(?:${TAG_WORD})?)?$`, "u");
const OF_BEGIN = ["begin", "start"];
const OF_END = "end";

/** [YES, where its blanks end] when an unknown tag stands at `at`, with something behind it. */
export function tagBefore(run: Run, state: State, at: number): readonly [verdict: number, end: number] {
  const { buffer, final } = run.text;
  if (!state.unknownTags || buffer[at] !== "<" || buffer.startsWith("/", at + 1)) return [NO, at];
  const window = buffer.slice(at, at + TAG_MAX);
  run.work += window.length;
  const found = IS_TAG(window);
  if (found === null) {
    const mayCome = window.length < TAG_MAX && !final && MAY_BE_TAG(window) !== null;
    return [mayCome && isSetOff(run, state, at) ? WAIT : NO, at];
  }
  const tag = found[0];
  if (isDelimiter(run, state, tag, at) || !isSetOff(run, state, at)) return [NO, at];
  const end = skipBlanks(buffer, at + tag.length, TAG_BLANKS_MAX);
  if (end < buffer.length) return [YES, end];
  return [final ? NO : WAIT, end];
}

/** Whether a line begins at `at`, or the content, or a span of code, or what stands before it is markup. */
function isSetOff(run: Run, state: State, at: number): boolean {
  const { buffer, position: begin } = run.text;
  const ticks = ticksBefore(run, at);
  if (ticks === 1 || ticks === 2) return true;
  if (state.sink !== "reasoning") return beginsLine(run, at);
  const window = buffer.slice(Math.max(begin, at - BLANKS_MAX), at);
  run.work += window.length;
  return window.includes("\n", rstrip(window, BLANKS).length);
}

/** How many backticks stand right before `at`, as far as three. */
function ticksBefore(run: Run, at: number): number {
  const { buffer, position: begin } = run.text;
  let first = at;
  while (first > begin && buffer[first - 1] === "`" && at - first < FENCE) first -= 1;
  return at - first + (first === begin ? run.message.code.ticks : 0);
}

/** Whether a tag is a delimiter, or has a special token in it that is only spelled. */
function isDelimiter(run: Run, state: State, tag: string, at: number): boolean {
  const edges = state.byFirst.get("<") ?? [];
  const isKnown = edges.some(({ literal }) => tag.startsWith(literal) || literal.startsWith(tag));
  return isKnown || run.place.machine.specialTokens.has(tag) || isSpelled(run, tag, at);
}

/** The opener of a call that stands at `place`, with the tag at `at` in it. */
export function withTag(
  run: Run,
  edge: Edge,
  at: number,
  place: number,
  { drafts }: { drafts: boolean },
): Edge {
  const literal = run.text.buffer.slice(at, place + edge.literal.length);
  return copyOf(edge, {
    literal,
    special: edge.special.map(([token, offset]) => [token, offset + place - at] as const),
    blanks: "any",
    rank: edge.rank || 1,
    drafts,
    wraps: literal.slice(0, literal.indexOf(">") + 1),
  });
}

/** The closer of the tag that vanished before a call, right behind the call. */
export function closerOfTag(
  run: Run,
  state: State,
  at: number,
): readonly [verdict: number, edge: Edge | null] {
  const { buffer, final } = run.text;
  const tag = run.message.wrapper;
  if (!tag || run.open.call !== null || buffer[at] !== "<" || !callIsBehind(run, state, at))
    return [NO, null];
  const [verdict, length] = startsAny(buffer, at, closersOf(tag));
  run.work += tag.length;
  if (verdict !== YES) return [verdict === WAIT && !final ? WAIT : NO, null];
  const edge = state.edges.find((one) => closesCalls(run, state, one));
  return edge === undefined ? [NO, null] : [YES, asCloser(state, edge, buffer.slice(at, at + length))];
}

/** An edge with the closer of a tag for its literal; at message level it leads nowhere. */
function asCloser(state: State, edge: Edge, literal: string): Edge {
  const closer = copyOf(edge, {
    literal,
    special: [],
    blanks: "any",
    rank: 1,
    wraps: "",
    stem: "",
    tail: null,
    guard: null,
    follow: null,
    tags: null,
  });
  if (state.region !== "message") return closer;
  return copyOf(closer, { to: state.number, actions: [], opens: false, drafts: false, peek: false });
}

/** Whether a call has just ended: between the calls of a section, or in the text of the message. */
function callIsBehind(run: Run, state: State, at: number): boolean {
  if (state.region === "message") return run.message.afterCall && isBesideMarkup(run, at);
  return state.region === "section" && run.stretch === null && run.message.calls > 0;
}

/**
 * Whether an edge stands for a closer around calls; at message level any does: nothing is left to be closed.
 */
function closesCalls(run: Run, state: State, edge: Edge): boolean {
  const machine = run.place.machine;
  if (state.region === "message") return true;
  return machine.closers.includes(edge.literal) && machine.states.get(edge.to).region === "message";
}

/** What may close a tag: `</tools>`, and `<｜calls▁end｜>` of `<｜calls▁begin｜>`. */
export function closersOf(tag: string): readonly string[] {
  const others = OF_BEGIN.filter((word) => tag.includes(word)).map((word) => tag.replaceAll(word, OF_END));
  const bar = "|｜".includes(tag[1]) ? [`${tag.slice(0, 2)}/${tag.slice(2)}`] : [];
  return [`</${tag.slice(1)}`, ...bar, ...others];
}
