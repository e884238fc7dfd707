/**
 * The elements of one value that are open, and what may come next among them.
 *
 * In: elements as they begin and end. Out: answers to the steps that read tags.
 *
 * Promises: every answer costs the same however many elements are open.
 */

import type { Element } from "./element.js";
import { ARRAY_FORM, IN_SOURCE, OBJECT_FORM, TEXT_FORM, TOO_DEEP } from "./element.js";

/** A stack of elements. */
export class OpenElements {
  readonly stack: Element[] = [];
  private places: Map<string, number> = new Map(); // of the innermost element of each key; -1: none is open

  /** How many are open. */
  get length(): number {
    return this.stack.length;
  }

  /** Whether none is open. */
  get isEmpty(): boolean {
    return this.stack.length === 0;
  }

  /** The innermost one; there is one. */
  get innermost(): Element {
    return this.stack[this.stack.length - 1];
  }

  push(element: Element): void {
    element.placeAround = this.places.get(element.key) ?? -1;
    this.places.set(element.key, this.stack.length);
    this.stack.push(element);
  }

  /** Remove the innermost element. */
  pop(): Element {
    const element = this.innermost;
    this.stack.pop();
    this.places.set(element.key, element.placeAround);
    return element;
  }

  // --- what may come next ------------------------------------------------------------------------------

  /** Whether an element may begin here; else its tag is text. */
  get takesElements(): boolean {
    return this.innermost.form !== TEXT_FORM;
  }

  /** Whether elements have come already, so that text is only between them. */
  get isBuilt(): boolean {
    const { form } = this.innermost;
    return form === OBJECT_FORM || form === ARRAY_FORM;
  }

  /** Whether the schema has a place for an element of that key here. */
  expects(key: string): boolean {
    const { form, schema } = this.innermost;
    return form === ARRAY_FORM || schema.types.has("array") || !schema.closed || schema.declares(key);
  }

  /**
   * Whether an element of that key may stand behind the innermost one: the schema has it there, and it is
   * new.
   */
  continues(key: string): boolean {
    if (this.stack.length < 2) return false;
    const around = this.stack[this.stack.length - 2];
    return around.form === OBJECT_FORM && around.schema.declares(key) && !around.keys.has(key);
  }

  /** How many elements the closer of a key ends; 0 for none. */
  closes(key: string): number {
    const place = this.places.get(key) ?? -1;
    return place >= 0 ? this.stack.length - place : 0;
  }

  /**
   * Whether text may stand between the elements of the one at a depth: it has some, or its source is text.
   */
  isMixed(depth: number): boolean {
    const { mixed, form } = this.stack[depth - 1];
    return mixed !== null || form === TOO_DEEP || form === IN_SOURCE;
  }
}
