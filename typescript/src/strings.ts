/**
 * What Python's strings can do and JavaScript's cannot.
 *
 * In: strings. Out: strings, and places in them. All places and lengths count UTF-16 units.
 */

/** Text without the given characters at its beginning. */
export function lstrip(text: string, chars: string): string {
  let begin = 0;
  while (begin < text.length && chars.includes(text[begin])) begin += 1;
  return begin ? text.slice(begin) : text;
}

/** Text without the given characters at its end. */
export function rstrip(text: string, chars: string): string {
  let end = text.length;
  while (end && chars.includes(text[end - 1])) end -= 1;
  return end < text.length ? text.slice(0, end) : text;
}

/** Text without the given characters at both ends. */
export function strip(text: string, chars: string): string {
  return rstrip(lstrip(text, chars), chars);
}

/** Whether a text begins with one of several. */
export function startsWithAny(text: string, beginnings: Iterable<string>, at = 0): boolean {
  for (const beginning of beginnings) if (text.startsWith(beginning, at)) return true;
  return false;
}

/** Whether a text ends with one of several. */
export function endsWithAny(text: string, ends: Iterable<string>): boolean {
  for (const end of ends) if (text.endsWith(end)) return true;
  return false;
}

/** `text` without `prefix`, if it begins with it. */
export function removePrefix(text: string, prefix: string): string {
  return prefix && text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** `text` without `suffix`, if it ends with it. */
export function removeSuffix(text: string, suffix: string): string {
  return suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** Where a text stands in `text[begin:end]`, or -1: Python's `text.find(part, begin, end)`. */
export function find(text: string, part: string, begin = 0, end = text.length): number {
  const at = text.slice(begin, end).indexOf(part);
  return at < 0 ? at : begin + at;
}

/** Where a text stands last in `text[begin:end]`, or -1: Python's `text.rfind(part, begin, end)`. */
export function rfind(text: string, part: string, begin = 0, end = text.length): number {
  const at = text.slice(begin, end).lastIndexOf(part);
  return at < 0 ? at : begin + at;
}

/** The parts around the first separator, as Python's `partition`. */
export function partition(text: string, separator: string): [string, string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

/** The parts around the last separator, as Python's `rpartition`. */
export function rpartition(text: string, separator: string): [string, string, string] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? ["", "", text] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

/** How many code points a text has: what Python's `len` counts. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        count -= 1;
        at += 1;
      }
    }
  }
  return count;
}
