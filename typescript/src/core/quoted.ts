/**
 * Strings that the same delimiter opens and closes: whether one inside shows that a string's own closer is
 * missing.
 *
 * In: the places of such delimiters that do not end the string. Out: a doubt, if the last of them opens
 * another string.
 *
 *     `{o:{k:<q>x},a:<q>y<q>}`          `a:<q>` opens a string, `<q>}` closes that one: none stands behind x
 *     `{k:<q>write a:<q>b<q> there<q>}` `<q>b<q>` is a string in the text
 *
 * What stands before a delimiter may have gone out long ago, so the end of what was read is recorded.
 *
 * Promise: at most `BLANKS_MAX` characters before a delimiter are looked at.
 */

import { endsWithAny, rstrip } from "../strings.js";
import { BLANKS, BLANKS_MAX } from "../tables/limits.js";
import type { Run } from "./run.js";
import { Recording } from "./text.js";

const BEFORE_VALUE = ":=,[{"; // what stands before a value, blanks aside

/** Keeps the end of the source, up to `BLANKS_MAX` characters. */
class LastChars extends Recording {
  override keep(source: string): void {
    this.kept_ = [(this.kept + source.slice(-BLANKS_MAX)).slice(-BLANKS_MAX)];
    this.begin = 0;
  }
}

/** A value begins: what comes of it is recorded. */
export function watchQuotes(run: Run): void {
  stopWatching(run);
  if (run.place.machine.hasQuotes) run.text.recordings.push(new LastChars(run.text.position));
}

/** It has ended. */
export function stopWatching(run: Run): void {
  const text = run.text;
  if (run.place.machine.hasQuotes) {
    text.recordings = text.recordings.filter((one) => !(one instanceof LastChars));
  }
}

/** A delimiter at `at` is text: it opens a string that is quoted in this one, or closes it. */
export function noteQuote(run: Run, at: number): void {
  const { base, buffer, recordings } = run.text;
  const call = run.open.call;
  const watched = recordings.find((one) => one instanceof LastChars);
  if (call === null || watched === undefined) return;
  const parameter = call.arguments.parameter;
  const before = watched.kept + buffer.slice(Math.max(watched.begin, at - BLANKS_MAX), at);
  run.work += 2 * BLANKS_MAX;
  if (base + at >= parameter.quotedTo) {
    parameter.quotedTo = base + at + 1;
    parameter.isQuoting = !parameter.isQuoting && endsWithAny(rstrip(before, BLANKS), BEFORE_VALUE);
  }
}
