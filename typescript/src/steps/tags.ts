/**
 * How a value is read that may be built of elements: its text, the tags inside it, the closer that is its
 * own.
 *
 * In: the parser in a state of kind `element`, behind an opener. Out: text and tags, handed to the
 * `ElementWriter`.
 *
 * Promises: those of text (steps/text.ts); a closer counts only for an element that is open, and only before
 * something that can follow; where the value is a string, tags inside it are text.
 */

import { endsText, followVerdict, junkVerdict, misspeltEnd } from "../core/behind.js";
import { blanksFrom, findEdge } from "../core/edges.js";
import { chainVerdict } from "../core/examples.js";
import { tagKey } from "../core/guards.js";
import { stepTo, take } from "../core/moves.js";
import { STRAY_TAG } from "../core/reasons.js";
import type { Run } from "../core/run.js";
import { decoded } from "../core/sinks.js";
import { isSpelled, wrapperVerdict } from "../core/spelled.js";
import { NO, WAIT, YES } from "../core/verdicts.js";
import type { Edge, State, Tags } from "../tables/states.js";
import { stemOfWord } from "../tables/stems.js";
import type { ElementWriter } from "../values/elements.js";
import { behindCharacter } from "./characters.js";
import { beginNest, findInNest } from "./text.js";

/** A tag, and where it ends. One that is implied has no length. */
interface Tag {
  readonly key: string;
  readonly end: number;
  readonly closes: number; // so many elements; an opener none, a closer of nothing -1
  readonly isMisspelt: boolean;
}

/** What stands at a place: a tag, a delimiter of what is around the value, nothing that counts; or wait. */
interface Found {
  readonly verdict: number;
  readonly tag: Tag | null;
  readonly edge: Edge | null;
}

type TagFound = readonly [verdict: number, tag: Tag | null];

const NOTHING_FOUND: Found = { verdict: NO, tag: null, edge: null };
const WAIT_FOR_MORE: Found = { verdict: WAIT, tag: null, edge: null };
const NO_TAG: TagFound = [NO, null];

function tagFound(key: string, end: number, closes: number, isMisspelt = false): TagFound {
  return [YES, { key, end, closes, isMisspelt }];
}

/** Read text up to a tag that counts; hold back what may begin one. */
export function stepElement(run: Run, state: State): boolean {
  const { text } = run;
  const { buffer } = text;
  const element = run.open.element!;
  let at = text.looked;
  for (;;) {
    const found = state.search(buffer, at);
    const place = found === null ? buffer.length : found.index;
    run.work += place - at + 1;
    at = place;
    sink(run, state, element, blanksFrom(buffer, text.position, at, state.holdBlanks));
    const what = found === null ? WAIT_FOR_MORE : findAt(run, state, element, at);
    if (what.verdict === WAIT) return hold(run, state, element, at);
    if (what.tag !== null) return takeTag(run, state, element, what.tag, at);
    if (what.edge !== null) {
      sink(run, state, element, blanksFrom(buffer, text.position, at, what.edge.blanks), true);
      take(run, what.edge, at);
      return true;
    }
    at = behindCharacter(buffer, at);
  }
}

function sink(run: Run, state: State, element: ElementWriter, end: number, last = false): void {
  let text = run.text.buffer.slice(run.text.position, end);
  if (state.entities) text = decoded(run, text, { last });
  if (text) write(run, element.text(text));
  run.consume("value", end);
}

function write(run: Run, text: string): void {
  run.open.call?.arguments.write(text);
}

/** What is certain has been written; keep from `at` on, and the blanks before it. */
function hold(run: Run, state: State, element: ElementWriter, at: number): boolean {
  const { text } = run;
  if (text.final && at === text.buffer.length) sink(run, state, element, beforePartial(run, state));
  text.looked = Math.max(at, text.position);
  return false;
}

/** At the end of the stream: where a delimiter begins that was cut off, else the end. */
function beforePartial(run: Run, state: State): number {
  const { buffer, position } = run.text;
  const tags = state.tags!;
  const literals = [tags.open, tags.close, ...state.edges.map((edge) => edge.literal)];
  for (let back = Math.max(position, buffer.length - state.longest); back < buffer.length; back += 1) {
    const rest = buffer.slice(back);
    if (literals.some((literal) => literal.startsWith(rest))) {
      return blanksFrom(buffer, position, back, state.holdBlanks);
    }
  }
  return buffer.length;
}

function findAt(run: Run, state: State, element: ElementWriter, at: number): Found {
  if (run.open.nest !== null) return findInExample(run, state, element, at);
  const nested = beginNest(run, state, at);
  if (nested !== NO) return nested === WAIT ? WAIT_FOR_MORE : NOTHING_FOUND;
  const [read, tag] = readTag(run, state, element, at);
  let verdict = read;
  if (verdict === YES && tag !== null && tag.closes > 0 && tag.end > at) {
    verdict = closerVerdict(run, state, element, tag);
  }
  if (verdict === WAIT) return WAIT_FOR_MORE;
  if (verdict === YES && tag !== null && isCertain(element, tag)) return { verdict, tag, edge: null };
  const [around, edge] = findEdge(run, state, at);
  if (around === WAIT || edge !== null) return { verdict: around, tag: null, edge };
  return { verdict, tag: verdict === YES ? tag : null, edge: null };
}

/** Whether a tag is what it seems; else a delimiter of what is around the value goes before it. */
function isCertain(element: ElementWriter, tag: Tag): boolean {
  if (tag.closes) return tag.closes > 0;
  return element.openElements.stack.length > 1 || element.expects(tag.key);
}

/** The closer of an element that is open, or the opener of one that may begin. */
function readTag(run: Run, state: State, element: ElementWriter, at: number): TagFound {
  const { buffer } = run.text;
  const tags = state.tags!;
  const rest = buffer.length - at;
  let waits = false;
  for (const isCloser of [true, false]) {
    const literal = isCloser ? tags.close : tags.open;
    const ending = isCloser ? tags.closeEnd : tags.openEnd;
    if (!buffer.startsWith(literal, at)) {
      waits ||= rest < literal.length && literal.startsWith(buffer.slice(at));
      continue;
    }
    if (isSpelled(run, literal, at)) continue;
    const start = at + literal.length;
    if (ending === null) return tagFound("", start, 1);
    const [verdict, end] = tagKey(run, tags, ending, start);
    const key = buffer.slice(start, end);
    if (verdict === YES && isCloser) {
      let closes = element.closes(key);
      if (!closes) {
        const misspelt = readMisspelt(run, tags, element, at);
        if (misspelt[0] !== NO) return misspelt;
        closes = element.isBuilt ? -1 : 0;
      }
      return closes ? tagFound(key, end + ending.length, closes) : NO_TAG;
    }
    if (verdict === YES && element.takesElements) return tagFound(key, end + ending.length, 0);
    if (verdict === YES && element.continues(key)) return tagFound(key, at, 1);
    waits ||= verdict === WAIT;
    const misspelt = verdict === NO && isCloser ? readMisspelt(run, tags, element, at) : NO_TAG;
    if (misspelt[0] !== NO) return misspelt;
  }
  return waits ? [WAIT, null] : NO_TAG;
}

/** The closer of the innermost element, nearly right. */
function readMisspelt(run: Run, tags: Tags, element: ElementWriter, at: number): TagFound {
  const { stack } = element.openElements;
  const { key } = stack[stack.length - 1];
  const right = tags.close + key + (tags.closeEnd ?? "");
  const [verdict, end] = misspeltEnd(run, right, tags.close + stemOfWord(key), at);
  return verdict === YES ? tagFound(key, end, 1, true) : [verdict, null];
}

/** Whether what stands behind a closer can follow it. */
function closerVerdict(run: Run, state: State, element: ElementWriter, tag: Tag): number {
  const tags = state.tags!;
  const depth = element.openElements.stack.length - tag.closes;
  if (depth && element.isMixed(depth)) return YES;
  const follow = depth ? tags.beside : tags.follow;
  if (tag.isMisspelt && endsText(run, tag.end)) return NO;
  const verdict = followVerdict(run, follow, tag.end, 0);
  if (depth || follow === null) return verdict;
  if (verdict === NO && !tag.isMisspelt && tags.closeIsSpecial) {
    return junkVerdict(run, tags.close + tag.key + (tags.closeEnd ?? ""), follow, tag.end);
  }
  return verdict === YES ? wrapperVerdict(run, tag.end) : verdict;
}

/** Inside a nested example only its own end counts, or the end of everything: Note [nested examples]. */
function findInExample(run: Run, state: State, element: ElementWriter, at: number): Found {
  const example = run.open.nest!;
  const [read, tag] = readTag(run, state, element, at);
  if (read === WAIT) return WAIT_FOR_MORE;
  if (read === YES && tag !== null && tag.closes > 0) {
    const isReal = example[2] && state.tags!.closeIsSpecial;
    const verdict = isReal ? closerVerdict(run, state, element, tag) : chainVerdict(run, example, tag.end);
    if (verdict === WAIT) return WAIT_FOR_MORE;
    if (verdict === YES) {
      run.open.nest = null;
      return { verdict, tag, edge: null };
    }
  }
  const [verdict, edge] = findInNest(run, state, at);
  return { verdict, tag: null, edge: verdict === YES ? edge : null };
}

function takeTag(run: Run, state: State, element: ElementWriter, tag: Tag, at: number): boolean {
  const { text } = run;
  if (tag.end === at) run.consume("blanks", at);
  sink(run, state, element, at, true);
  if (tag.closes < 0) {
    run.skip(STRAY_TAG, tag.end);
    return true;
  }
  if (!tag.closes && !element.takesElements) {
    text.looked = at + 1; // the blanks before it made it text
    return true;
  }
  const source = text.buffer.slice(text.position, tag.end);
  run.consume("markup", tag.end);
  if (!tag.closes) {
    write(run, element.open(tag.key, source));
    return true;
  }
  for (let left = tag.closes; left > 0; left -= 1) write(run, element.close(left === 1 ? source : ""));
  if (element.openElements.stack.length === 0) stepTo(run, state.done!);
  return true;
}
