/**
 * XML entities in text, decoded as it arrives.
 *
 * In: raw text in pieces. Out: the text with `&amp; &lt; &gt; &quot; &apos;` and numeric references decoded.
 *
 * Promises: what is no entity stays as it is; at most `ENTITY_MAX` characters are held; the split changes
 * nothing.
 */

import { partition } from "../strings.js";
import { ENTITY_MAX } from "../tables/limits.js";

const NAMED: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);
const ENTITY_PREFIX = /^(?:\p{L}*|#[\p{L}\p{N}]*)$/u;
const NUMERIC = /^#(?:[xX]([0-9a-fA-F]+)|([0-9]+))$/;

/** Decodes one text. */
export class EntityDecoder {
  private held_ = "";

  /** Characters that may begin an entity. */
  get held(): number {
    return this.held_.length;
  }

  /** Decode more text; return what is certain. */
  write(text: string): string {
    text = this.held_ + text;
    this.held_ = "";
    if (!text.includes("&")) return text;
    const [first, ...parts] = text.split("&");
    let done = first;
    parts.forEach((part, number) => {
      const [name, closed, rest] = partition(part, ";");
      if (closed && name.length <= ENTITY_MAX) {
        const decoded = decodeEntity(name);
        done += decoded === null ? "&" + part : decoded + rest;
      } else if (number === parts.length - 1 && part.length < ENTITY_MAX && isEntityPrefix(part)) {
        this.held_ = "&" + part;
      } else done += "&" + part;
    });
    return done;
  }

  /** The text is over: what was held is text. */
  end(): string {
    const held = this.held_;
    this.held_ = "";
    return held;
  }
}

/** Whether `name` can be the beginning of an entity's name. */
export function isEntityPrefix(name: string): boolean {
  return ENTITY_PREFIX.test(name);
}

/** The character that `&name;` stands for; null when it stands for none. */
export function decodeEntity(name: string): string | null {
  if (!name.startsWith("#")) return NAMED.get(name) ?? null;
  const digits = NUMERIC.exec(name);
  if (digits === null) return null;
  const number = digits[1] === undefined ? parseInt(digits[2], 10) : parseInt(digits[1], 16);
  const isCharacter = number > 0 && number < 0x110000 && !(number >= 0xd800 && number < 0xe000);
  return isCharacter ? String.fromCodePoint(number) : null;
}
