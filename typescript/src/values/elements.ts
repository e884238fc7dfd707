/**
 * Write a value whose members are elements, each with its key in its tag, as JSON: nesting becomes objects
 * and arrays.
 *
 * In: the keys of elements as they open, their text, their ends. Out: one JSON value.
 *
 * How: `open_elements.ts` knows what is open, `element_json.ts` writes the containers, and here stands what
 * becomes of text. The text of an element is held, at most `UNION_MAX` characters, while a child may still
 * come; then it is the value. Text between the members of an object becomes a member of its own. An element
 * that is nested too deep to be a container is a string: its source, tags and all.
 *
 * Promises: all that is written is one JSON value, the same for every split; no recursion; what is held is
 * at most `HELD_IN_ELEMENTS_MAX` characters besides those of the text's own writer.
 */

import type { HeldOutput } from "../near_json/held_output.js";
import { ValueKind } from "../schema/tools.js";
import type { ValueSchema } from "../schema/value_schema.js";
import { NO_SCHEMA } from "../schema/value_schema.js";
import { lstrip, strip } from "../strings.js";
import { BLANKS, UNION_MAX } from "../tables/limits.js";
import { firstChars } from "./cut.js";
import type { ElementNames } from "./element.js";
import {
  Element,
  EMPTY_FORM,
  IN_SOURCE,
  isArrayOnly,
  isLeaf,
  OBJECT_FORM,
  schemaOfFurther,
  TEXT_FORM,
  TOO_DEEP,
  UNDECIDED,
} from "./element.js";
import { ElementJson } from "./element_json.js";
import { HeldText } from "./held_text.js";
import { OpenElements } from "./open_elements.js";
import { StringWriter } from "./strings.js";
import type { TypedWriter } from "./typed.js";
import { writerFor } from "./typed.js";

/** Writes the value of one parameter. `more`: it is a further item of an array that is open already. */
export class ElementWriter {
  readonly openElements = new OpenElements();
  listed = false; // the value is an array that a further parameter of the name goes on with
  private text_ = new HeldText(); // of the innermost element, while it is undecided what that is
  private firstMark = ""; // the first character of that text that is no blank
  private mixedChars = 0; // of the text between members, in all that is open
  private writer: StringWriter | TypedWriter | null = null; // of the innermost element's text
  private json: ElementJson;
  private out: HeldOutput;

  /** `muted`: nothing is written. */
  constructor(
    readonly openKey: string,
    schema: ValueSchema,
    names: ElementNames,
    private readonly more: boolean,
    readonly muted: boolean,
  ) {
    this.json = new ElementJson(names, more ? 1 : 0);
    this.out = this.json.out;
    if (muted) this.out.mute(0);
    this.push(new Element(openKey, more ? schemaOfFurther(schema) : schema, !more));
  }

  // --- what the text may be ----------------------------------------------------------------------------

  /** Whether an element may begin here; else its tag is text. */
  get takesElements(): boolean {
    return this.openElements.takesElements;
  }

  /** Whether elements have come already, so that text is only between them. */
  get isBuilt(): boolean {
    return this.openElements.isBuilt;
  }

  /** Whether the schema has a place for an element of that key here. */
  expects(key: string): boolean {
    return this.openElements.expects(key);
  }

  /**
   * Whether an element of that key may stand behind the innermost one: the schema has it there, and it is
   * new.
   */
  continues(key: string): boolean {
    return this.openElements.continues(key);
  }

  /** How many elements the closer of a key ends; 0 for none. */
  closes(key: string): number {
    return this.openElements.closes(key);
  }

  /** Whether text may stand between the elements of the one at a depth. */
  isMixed(depth: number): boolean {
    return this.openElements.isMixed(depth);
  }

  /** Whether text goes out as it comes, but for its escapes. */
  get streams(): boolean {
    const writer = this.writer;
    return writer instanceof StringWriter && writer.special !== null && this.out.isClear;
  }

  get held(): number {
    const writer = this.writer === null ? 0 : this.writer.held;
    return this.text_.size + this.out.held + this.mixedChars + writer;
  }

  // --- what comes --------------------------------------------------------------------------------------

  /** Take text of the innermost element. */
  text(piece: string): string {
    if (this.writer !== null) {
      this.out.put(this.writer.write(piece));
      return this.out.take();
    }
    const element = this.openElements.innermost;
    if (element.form === OBJECT_FORM) this.mix(element, piece);
    else if (element.form === UNDECIDED) {
      this.text_.add(piece);
      this.firstMark ||= lstrip(piece, BLANKS).slice(0, 1);
      const isValue = this.firstMark !== "" && isLeaf(element.schema.types, this.firstMark);
      if (isValue || this.text_.size > UNION_MAX) this.beginText(element);
    }
    return this.out.take();
  }

  /** Begin an element inside the innermost one; `source` is its tag, as it stands in the text. */
  open(key: string, source = ""): string {
    const element = this.openElements.innermost;
    if (element.form === UNDECIDED) this.beginContainer(element, key);
    if (this.writer !== null) {
      this.out.put(this.writer.write(source));
      const child = new Element(key, NO_SCHEMA, false);
      child.form = IN_SOURCE;
      this.openElements.push(child);
    } else if (element.form === OBJECT_FORM) {
      this.push(this.json.beginMember(element, key, this.openElements.length));
    } else this.push(this.json.beginItem(element, key));
    return this.out.take();
  }

  /** End the innermost element; `source` is its closer, as it stands in the text. */
  close(source = ""): string {
    const element = this.openElements.innermost;
    if (element.form === UNDECIDED) this.endUndecided(element);
    if (element.form === IN_SOURCE) this.out.put(this.writer === null ? "" : this.writer.write(source));
    else if (this.writer !== null) {
      this.out.put(this.writer.end());
      this.writer = null;
    } else if (element.form !== EMPTY_FORM) {
      this.mixedChars -= element.mixed === null ? 0 : element.mixed.size;
      this.json.endContainer(element);
    }
    if (element.hasOwnArray && !element.isMember) this.json.closeBracket("]");
    this.pop();
    return this.out.take();
  }

  /** End all that is open. */
  end(): string {
    let text = "";
    while (!this.openElements.isEmpty) text += this.close();
    return text;
  }

  // --- elements ----------------------------------------------------------------------------------------

  private push(element: Element): void {
    const { types } = element.schema;
    this.openElements.push(element);
    if (types.size === 1 && types.has("string")) this.beginText(element);
  }

  private pop(): void {
    const element = this.openElements.pop();
    const level = this.openElements.length;
    if (level) this.json.endChild(this.openElements.innermost, element, level);
    else this.listed = (element.hasOwnArray && element.isMember) || this.more;
  }

  /** The first child has come: the element is an object or an array, or nested too deep to be one. */
  private beginContainer(element: Element, firstKey: string): void {
    const text = this.takeText();
    const before = strip(text, BLANKS);
    if (!this.json.beginContainer(element, firstKey, before !== "")) {
      element.form = TOO_DEEP;
      this.writer = new StringWriter();
      this.out.put(this.writer.write(text));
    } else if (element.form === OBJECT_FORM) this.mix(element, before);
  }

  // --- text --------------------------------------------------------------------------------------------

  /** Text between members; what is more than can be held is left out. */
  private mix(element: Element, piece: string): void {
    if (element.mixed === null) piece = lstrip(piece, BLANKS);
    piece = firstChars(piece, UNION_MAX - this.mixedChars);
    if (!piece) return;
    element.mixed ??= new HeldText();
    element.mixed.add(piece);
    this.mixedChars += piece.length;
  }

  /** The innermost element is decided: return the text that was held for it. */
  private takeText(): string {
    if (!this.text_.size) return "";
    this.firstMark = "";
    return this.text_.take();
  }

  /** No child comes: the text is the value, or the first item of an array. */
  private beginText(element: Element): void {
    let { types } = element.schema;
    const text = this.takeText();
    const body = strip(text, BLANKS);
    element.form = TEXT_FORM;
    const isNull = types.has("null") && ["null", "none"].includes(body.toLowerCase());
    if (body && isArrayOnly(types) && !'["'.includes(body[0]) && !isNull && this.json.hasRoom()) {
      element.hasOwnArray = true;
      this.json.openBracket(element, "[");
      types = element.schema.item().types;
    }
    this.writer = writerFor(new ValueKind(types), this.json.depth + this.out.openMarks);
    if (text) this.out.put(this.writer.write(text));
  }

  /**
   * The element ends and had no child: it is its text, or an empty container where the schema wants one.
   */
  private endUndecided(element: Element): void {
    const { types } = element.schema;
    const isArray = types.has("array");
    const isText = this.firstMark !== "" || types.has("string") || !(isArray || types.has("object"));
    if (isText || !this.json.hasRoom()) {
      this.beginText(element);
      return;
    }
    element.form = EMPTY_FORM;
    this.takeText();
    this.json.openBracket(element, isArray ? "[" : "{");
    this.json.closeBracket(isArray ? "]" : "}");
  }
}
