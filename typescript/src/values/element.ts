/**
 * One element that is open, and what its schema says of its content.
 *
 * In: the key and the schema of an element. Out: the place where what is known of it is kept.
 */

import type { ValueSchema } from "../schema/value_schema.js";
import { NO_SCHEMA } from "../schema/value_schema.js";
import type { HeldText } from "./held_text.js";

/** Names that a format gives: to the items of an array, to text between elements. */
export type ElementNames = readonly [item: string | null, text: string];

// What an element has turned out to be. An element that is nested too deep is the text of its source, and
// so are the elements in it: their tags are read only to find where it ends.
export const UNDECIDED = "";
export const OBJECT_FORM = "{";
export const ARRAY_FORM = "[";
export const TEXT_FORM = "text";
export const EMPTY_FORM = "empty";
export const TOO_DEEP = "too deep";
export const IN_SOURCE = "in source";

/** One open element. */
export class Element {
  form = UNDECIDED;
  placeAround = -1; // of the next element around it with the same key
  mixed: HeldText | null = null; // text between the members
  hasOwnArray = false; // it is an item of an array that has no tags: `[` was written for it
  count = 0; // of its members or items
  readonly keys: Set<string> = new Set();
  lastKey = ""; // of its last member
  lastSchema = NO_SCHEMA;
  inList = false; // the last member is an array that is still open
  isMarked = false; // a bracket may come before the value of the last member, if its name comes again
  deepest = 0; // how deep the brackets written for it and inside it go

  /** `isMember`: of an object, so that an array may be left open for a further one of its name. */
  constructor(
    readonly key: string,
    public schema: ValueSchema,
    readonly isMember: boolean,
  ) {}
}

/** Whether nothing but an array is wanted. */
export function isArrayOnly(types: ReadonlySet<string>): boolean {
  return types.has("array") && types.size === (types.has("null") ? 2 : 1);
}

/** Whether text that begins with this character is the value, so that tags in it are text. */
export function isLeaf(types: ReadonlySet<string>, firstMark: string): boolean {
  if (types.size === 0) return false;
  if (!types.has("array") && !types.has("object")) return true;
  return !types.has("string") && '{["'.includes(firstMark);
}

/** What a further value of a name is: an item, where the schema knows of items. */
export function schemaOfFurther(schema: ValueSchema): ValueSchema {
  const item = schema.item();
  if (item.types.size > 0) return item;
  return isArrayOnly(schema.types) ? NO_SCHEMA : schema;
}
