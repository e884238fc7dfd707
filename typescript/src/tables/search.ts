/**
 * The searches of a machine: its patterns, each compiled when a state that needs it is first entered.
 *
 * In: the machine's `patterns`. Out: compiled searches, shared by all states that name the same one.
 *
 * Promises: a pattern is compiled once; nobody pays for the patterns of states that are never entered; no
 * search begins or ends in the middle of a surrogate pair.
 */

import { match, search } from "../regex.js";
import type { Found, Search as WholeSearch } from "../regex.js";
import type { Texts } from "./table.js";

/**
 * Finds a match from a place on, or at it, in `text[:end]`: `re.compile(pattern).search(text, at, end)` in
 * Python.
 */
export type Search = (text: string, at?: number, end?: number) => Found | null;

const NAME_CHARACTER = "\\p{L}\\p{N}_"; // what Python calls `\w`
const QUOTES_AND_WORDS = `["'${NAME_CHARACTER}]`; // where junk ends that stands before a word

export const NAME_CHARACTERS = matchWithin(`[${NAME_CHARACTER}.\\-]*`);
export const INT_CHARACTERS = matchWithin("[0-9]*");
export const CHARSETS: ReadonlyMap<string, Search> = new Map([
  ["name", NAME_CHARACTERS],
  ["int", INT_CHARACTERS],
]);

/** What is in every text: none is known to be plain. */
export const ANYTHING = new RegExp("", "u");
const NOTHING = new RegExp("(?!)", "u");

/** Find nothing: no delimiter can begin here. */
export const searchNothing: Search = () => null;

/**
 * The `match` of a regex that few texts ask: it is compiled with the first of them, and not when it is
 * imported.
 */
export function matchOnDemand(pattern: string, flags = ""): WholeSearch {
  let compiled: WholeSearch | null = null;
  return (text, at) => (compiled ??= match(pattern, flags))(text, at);
}

/** A search in a part of a text. */
export function searchWithin(pattern: string): Search {
  return within(search(pattern, "u"));
}

/** A match at a place, in a part of a text. */
export function matchWithin(pattern: string): Search {
  return within(match(pattern, "u"));
}

// Note [where a search begins]
// With the flag `u` a search that begins in the middle of a surrogate pair goes back to where the pair
// begins. Whoever goes on behind what it has found would find the same for ever. So it begins behind the
// pair; and an end in the middle of a pair is the pair's, because what is looked for there is a whole
// character.
function within(find: Search): Search {
  return (text, at = 0, end = text.length) => {
    const last = splitsPair(text, end) ? end + 1 : end;
    return find(last < text.length ? text.slice(0, last) : text, splitsPair(text, at) ? at + 1 : at);
  };
}

function splitsPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

/** The regular expressions of one machine. */
export class Patterns {
  private readonly searches = new Map<string, Search>();
  private readonly matches = new Map<string, Search>();
  private readonly marks = new Map<string, RegExp>();

  constructor(private readonly sources: Texts) {}

  /** The search with a pattern, by its place in the list; with `words`, for quotes and words, too. */
  search(number: number | null, words = false): Search {
    const parts = number === null ? [] : [this.sources[number]];
    if (words) parts.push(QUOTES_AND_WORDS);
    return parts.length > 0 ? made(this.searches, parts.join("|"), searchWithin) : searchNothing;
  }

  /** A pattern that a text has somewhere, or has not: whoever asks that needs no place. */
  mark(number: number | null): RegExp {
    return number === null
      ? NOTHING
      : made(this.marks, this.sources[number], (text) => new RegExp(text, "u"));
  }

  /** The match of a pattern at a place. */
  match(number: number): Search {
    return made(this.matches, this.sources[number], matchWithin);
  }
}

function made<Made>(known: Map<string, Made>, pattern: string, make: (pattern: string) => Made): Made {
  let found = known.get(pattern);
  if (found === undefined) known.set(pattern, (found = make(pattern)));
  return found;
}
