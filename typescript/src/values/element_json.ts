/**
 * Write the JSON that elements are: objects and arrays, their members and items.
 *
 * In: elements as their children begin and end. Out: JSON text, put to a `HeldOutput`.
 *
 * How: the schema says what an element is; where it does not, its first child does: one with the name of
 * items makes an array, any other an object. An array whose items stand one after the other under its own
 * name is left open until another name comes. Where the schema does not say whether a name may come twice,
 * what is written behind it is held, at most `NESTED_MAX` characters, until the next name: a second one of
 * the same name makes a list. Where a mark is open in the output when a member ends, the last one is that
 * member's own: what is inside it has settled its marks.
 *
 *     <p><a>1</a><b>2</b></p>      {"a": "1", "b": "2"}
 *     <p><a>1</a><a>2</a></p>      {"a": ["1", "2"]}
 *     <p><item>1</item></p>        ["1"], if `item` is the name of items
 *
 * Promises: at most `DEPTH_MAX` brackets are open; of two members with the same key that make no list, the
 * first is written.
 */

import { escape } from "../near_json/escape.js";
import { HeldOutput, NOT_MUTED } from "../near_json/held_output.js";
import { NO_SCHEMA } from "../schema/value_schema.js";
import { rstrip } from "../strings.js";
import { BLANKS, DEPTH_MAX, NESTED_MAX } from "../tables/limits.js";
import type { ElementNames } from "./element.js";
import { ARRAY_FORM, Element, isArrayOnly, OBJECT_FORM, schemaOfFurther } from "./element.js";

/** The output of one value that is built of elements; `depth` is how many brackets are open. */
export class ElementJson {
  readonly out = new HeldOutput(NESTED_MAX);

  constructor(
    private readonly names: ElementNames,
    public depth: number,
  ) {}

  /** Whether so many more brackets may be opened. */
  hasRoom(brackets = 1): boolean {
    return this.depth + brackets <= DEPTH_MAX;
  }

  openBracket(element: Element, bracket: string): void {
    this.out.put(bracket);
    this.depth += 1;
    element.deepest = Math.max(element.deepest, this.depth);
  }

  closeBracket(bracket: string): void {
    this.out.put(bracket);
    this.depth -= 1;
  }

  // --- containers and their children -------------------------------------------------------------------

  /** The first child of an element has come: write what the element is; false: it is nested too deep. */
  beginContainer(element: Element, firstKey: string, hasText: boolean): boolean {
    const types = element.schema.types;
    const isItem = firstKey === this.names[0];
    const isArray = types.has("array");
    const isObject = types.has("object");
    const item = isArray && !isObject && !isItem ? element.schema.item() : NO_SCHEMA;
    let form = OBJECT_FORM;
    if (item.declares(firstKey)) {
      if (!this.hasRoom(2)) return false;
      element.hasOwnArray = true;
      element.schema = item;
      this.openBracket(element, "[");
    } else {
      const saysEither = isArray === isObject;
      if (saysEither ? isItem && !hasText : isArray) form = ARRAY_FORM;
    }
    if (!this.hasRoom()) return false;
    element.form = form;
    this.openBracket(element, form);
    return true;
  }

  /** A child of an array begins; return it. */
  beginItem(element: Element, key: string): Element {
    if (element.count) this.out.put(", ");
    element.count += 1;
    return new Element(key, element.schema.item(), false);
  }

  /** A child has ended; `level` is how many elements are open around it. */
  endChild(element: Element, child: Element, level: number): void {
    element.deepest = Math.max(element.deepest, child.deepest);
    if (child.hasOwnArray && child.isMember) element.inList = true;
    if (this.out.mutedAt === level) this.out.mutedAt = NOT_MUTED;
  }

  /** A child of an object begins, inside so many open elements; return it. */
  beginMember(element: Element, key: string, level: number): Element {
    const again = key === element.lastKey && element.count > 0;
    if (again && this.mayBeList(element)) {
      this.out.settle("[");
      this.depth += 1;
      element.isMarked = false;
      element.deepest += 1;
      element.inList = true;
    }
    if (again && element.inList) {
      this.out.put(", ");
      return new Element(key, schemaOfFurther(element.lastSchema), false);
    }
    if (element.keys.has(key)) {
      this.out.mute(level);
      return new Element(key, NO_SCHEMA, false);
    }
    this.endMember(element);
    this.out.put(`${element.count ? ", " : ""}"${escape(key)}": `);
    element.count += 1;
    element.keys.add(key);
    element.lastKey = key;
    element.lastSchema = element.schema.member(key);
    this.mark(element);
    return new Element(key, element.lastSchema, true);
  }

  /** The last member is not followed by another of its name: it is what it was, or its list ends. */
  private endMember(element: Element): void {
    if (element.isMarked && this.out.openMarks) this.out.settle("");
    element.isMarked = false;
    if (element.inList) {
      element.inList = false;
      this.closeBracket("]");
    }
  }

  /** Close an object or an array, and write the text that stood between the members. */
  endContainer(element: Element): void {
    if (element.form === ARRAY_FORM) {
      this.closeBracket("]");
      return;
    }
    this.endMember(element);
    const mixed = element.mixed === null ? "" : rstrip(element.mixed.take(), BLANKS);
    if (mixed) {
      let name = this.names[1];
      while (element.keys.has(name)) name = "$" + name;
      this.out.put(`${element.count ? ", " : ""}"${escape(name)}": "${escape(mixed)}"`);
    }
    this.closeBracket("}");
  }

  // --- a name that may come again ----------------------------------------------------------------------

  /** Remember where a bracket would stand if the member that begins here came again. */
  private mark(element: Element): void {
    const types = element.lastSchema.types;
    const maybeList = types.size === 0 || (types.has("array") && !isArrayOnly(types));
    element.isMarked = this.out.mutedAt < 0 && maybeList;
    if (element.isMarked) this.out.mark();
  }

  private mayBeList(element: Element): boolean {
    return element.isMarked && this.out.openMarks > 0 && element.deepest < DEPTH_MAX;
  }
}
