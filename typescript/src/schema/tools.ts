/**
 * Read what a request's tools say about names and arguments.
 *
 * In: the `tools` of an OpenAI request. Out: which functions exist and of which JSON types each argument may
 * be.
 *
 * How: `given.ts` reads the tools. A name is known here as the wire carries it, and as it is declared: Note
 * [names as they are read].
 *
 * Promises: never throws, whatever is given; what cannot be read stands in `problems`.
 */

import { endOf, escapeRegex, match } from "../regex.js";
import { removePrefix, startsWithAny, strip } from "../strings.js";
import { BLANKS, NAME_MAX } from "../tables/limits.js";
import { searchWithin } from "../tables/search.js";
import type { Search } from "../tables/search.js";
import { memberOf, readGiven } from "./given.js";
import type { Mapping } from "./plain.js";
import { SortedNames } from "./sorted_names.js";
import { SchemaSearch, wireTypes } from "./types.js";
import { NO_SCHEMA, ValueSchema } from "./value_schema.js";

// Note [names with more around them]
// Models put a namespace around a name (`google:mcp:create-pdf-file`, `functions.exec`) or number it
// (`exec_5`, `functionsexec5`). No client has a tool of such a name. It means the declared one that stands in
// it between such separators, when it is the only one there, or the one in which the others stand.
export const NAMESPACE: readonly string[] = [":", ".", "/", "@", "__"]; // between a namespace and a name
const NAMESPACE_ENDS = /(?<=[:./@]|__)|^/g;
const SEPARATORS = match("[_\\-.:/]*");
const ROOTS = ["functions", "function"]; // namespaces that are written without a separator, too
const NAMESPACED = /^[\p{L}\p{N}_.\-:/@#]+$/u; // a name with more around it
const NUMBER = /^[_\-#]?[0-9]+$/;
const USUAL_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;

// Note [names as they are read]
// Blanks around a name are markup, and so is the word `functions.` before it in formats that have it in a
// delimiter. So ` f` and `functions.f`, where a request declares such names, are read as `f`, and mean the
// declared name unless there is another tool `f`.
const ROOT = "functions.";

/** The JSON types that a value may have. */
export class ValueKind {
  constructor(readonly types: ReadonlySet<string>) {}

  allows(name: string): boolean {
    return this.types.has(name);
  }

  /** Nothing but a string: its text streams as it is. */
  get isString(): boolean {
    return this.types.size === 1 && this.types.has("string");
  }
}

/** A declared name in a text of `size` characters. */
interface StandingName {
  readonly name: string;
  readonly after: string;
  readonly size: number;
  readonly isRooted: boolean; // one of `ROOTS` stands before it
}

const NO_PROPERTIES: ReadonlyMap<string, unknown> = new Map();

/** The tools of one request. */
export class ToolSet {
  readonly problems: readonly string[];
  readonly declared: SortedNames;
  readonly unread = new Map<string, string>(); // declared names that no format can carry, and why
  readonly unusual: SortedNames; // names with characters that the class `NAME` does not have at their place
  readonly hasUnusual: boolean;
  readonly unusualBegin: Search | null; // where one of them may begin
  private readonly schemas = new Map<string, Mapping>();
  private readonly asDeclared = new Map<string, string>(); // a name as it is read -> as it is declared
  private readonly names: SortedNames;
  private readonly kinds = new Map<string, Map<string, ValueKind>>();
  private readonly properties = new Map<string, ReadonlyMap<string, unknown>>();
  private readonly valueSchemas = new Map<string, ValueSchema>();
  private readonly keys = new Map<string, SortedNames>(); // of each tool that has been called
  private allKeys: ReadonlySet<string> | null = null;

  constructor(tools: unknown = null) {
    const [given, problems] = readGiven(tools);
    this.problems = problems;
    for (const { name, parameters } of given) {
      if (!this.schemas.has(name)) this.schemas.set(name, parameters);
    }
    this.declared = new SortedNames(this.schemas.keys());
    for (const [name, schema] of [...this.schemas]) this.noteWireName(name, schema);
    const names = [...this.schemas.keys()];
    this.names = new SortedNames(names);
    this.unusual = new SortedNames(names.filter((name) => !USUAL_NAME.test(name) && name.length <= NAME_MAX));
    this.hasUnusual = !this.unusual.isEmpty;
    const firsts = new Set([...this.unusual].map((name) => escapeRegex(String.fromCodePoint(codeAt(name)))));
    this.unusualBegin = firsts.size > 0 ? searchWithin(`[${[...firsts].join("")}]`) : null;
  }

  /** Know a declared name as it is read, too: Note [names as they are read]. */
  private noteWireName(name: string, schema: Mapping): void {
    const read = strip(name, BLANKS);
    if (!read) this.unread.set(name, "it is nothing but blanks");
    else if (read.length > NAME_MAX) this.unread.set(name, `it is longer than ${NAME_MAX} characters`);
    else if (read !== name && this.schemas.has(read)) {
      this.unread.set(name, `without the blanks around it, it is the name of another tool, '${read}'`);
    }
    for (const known of [read, removePrefix(read, ROOT)]) {
      if (known && !this.schemas.has(known)) {
        this.schemas.set(known, schema);
        this.asDeclared.set(known, name);
      }
    }
  }

  has(name: string): boolean {
    return this.schemas.has(name);
  }

  /** Say whether a name, as written, means a declared tool. */
  means(name: string): boolean {
    return this.has(this.resolve(name));
  }

  /** Return the tool that is meant, or the name itself: see Note [names with more around them]. */
  resolve(name: string): string {
    const plain = this.single(name);
    const found = this.has(plain) ? plain : (this.inside(plain) ?? plain);
    return this.asDeclared.get(found) ?? found;
  }

  /**
   * Return the plain name of one written twice: a model that knows namespaces may write `f.f` for a plain
   * `f`.
   */
  single(name: string): string {
    const once = name.slice(0, Math.floor(name.length / 2));
    const doubled = name === `${once}.${once}` && !this.has(name) && this.has(once);
    return doubled ? once : name;
  }

  /**
   * Return the first of some ends up to which a text, a name with namespaces, means a declared tool, if any.
   */
  firstThatMeans(text: string, ends: Iterable<number>): number | null {
    const names = this.namesIn(text);
    for (const end of ends) {
      if (this.has(this.single(text.slice(0, end))) || chosen(names, end) !== null) return end;
    }
    return null;
  }

  /** Return the declared name that stands in a text with nothing but namespaces and a number around it. */
  private inside(text: string): string | null {
    return chosen(this.namesIn(text), text.length);
  }

  /** Return the names that stand in a text where a name may begin, each with what is behind it. */
  private namesIn(text: string): StandingName[] {
    if (text.length > NAME_MAX || !NAMESPACED.test(text)) return [];
    const found: StandingName[] = [];
    for (const [at, isRooted] of placesOfNames(text)) {
      for (const name of this.names.mayBegin(text, at) ? this.names.beginningsOf(text.slice(at)) : []) {
        found.push({ name, after: text.slice(at + name.length), size: text.length, isRooted });
      }
    }
    return found;
  }

  /** Say whether the name of some tool, as `single` takes it, begins with text. */
  isPrefix(text: string): boolean {
    if (this.names.anyBeginsWith(text)) return true;
    const once = text.includes(".") ? this.names.beginningsOf(text) : [];
    return once.some((name) => `${name}.${name}`.startsWith(text));
  }

  /**
   * As `kind`, where the text names a type: it counts where the schema does not say, or has it among others.
   */
  kindOnWire(tool: string, key: string, name: string): ValueKind {
    const known = this.kind(tool, key).types;
    const wired = wireTypes(name);
    if (known.size === 0) return new ValueKind(wired);
    const isNumeric = wired.has("integer") || wired.has("number");
    const both = [...known].filter((one) => wired.has(one));
    const numeric = [...known].filter((one) => isNumeric && (one === "integer" || one === "number"));
    const found = both.length > 0 ? both : numeric;
    return new ValueKind(found.length > 0 ? new Set(found) : known);
  }

  /** Return the types that the schema says, none where it does not. */
  kind(tool: string, key: string): ValueKind {
    const known = this.kinds.get(tool)?.get(key);
    if (known !== undefined) return known;
    const found = new ValueKind(new SchemaSearch(this.schemas.get(tool)).types(this.property(tool, key), 0));
    if (this.knows(tool, key)) {
      // keys that the model made up are not kept
      const kinds = this.kinds.get(tool) ?? new Map<string, ValueKind>();
      this.kinds.set(tool, kinds.set(key, found));
    }
    return found;
  }

  /** Return what the schema says of an argument and of what is inside it. */
  schema(tool: string, key: string): ValueSchema {
    const schema = this.schemas.get(tool);
    if (schema === undefined) return NO_SCHEMA;
    let found = this.valueSchemas.get(tool);
    if (found === undefined) {
      found = new ValueSchema(schema, schema);
      this.valueSchemas.set(tool, found);
    }
    return found.member(key);
  }

  /** Say whether the key is a declared property. */
  knows(tool: string, key: string): boolean {
    return this.declaredProperties(tool).has(key);
  }

  /** Say whether some declared property begins with text. */
  beginsKey(tool: string, text: string): boolean {
    let keys = this.keys.get(tool);
    if (keys === undefined) {
      keys = new SortedNames(this.declaredProperties(tool).keys());
      if (this.has(tool)) this.keys.set(tool, keys);
    }
    return keys.anyBeginsWith(text);
  }

  /** Say whether the key is a declared property of some tool. */
  anyKnows(key: string): boolean {
    if (this.allKeys === null) {
      const tools = [...this.schemas.keys()];
      this.allKeys = new Set(tools.flatMap((tool) => [...this.declaredProperties(tool).keys()]));
    }
    return this.allKeys.has(key);
  }

  /** Say whether the tool declares no properties, so that any key may be one. */
  open(tool: string): boolean {
    return this.declaredProperties(tool).size === 0;
  }

  /** Say whether the key may be an argument: it is declared, or the tool declares none. */
  takes(tool: string, key: string): boolean {
    return this.knows(tool, key) || this.open(tool);
  }

  /**
   * Say whether a call of the tool may have no arguments: it declares none, or says that it requires none.
   */
  needsNone(tool: string): boolean {
    const required = memberOf(this.schemas.get(tool), "required");
    return this.open(tool) || (Array.isArray(required) && required.length === 0);
  }

  private property(tool: string, key: string): unknown {
    const properties = this.declaredProperties(tool);
    return properties.has(key)
      ? properties.get(key)
      : memberOf(this.schemas.get(tool), "additionalProperties");
  }

  private declaredProperties(tool: string): ReadonlyMap<string, unknown> {
    const root = this.schemas.get(tool);
    if (root === undefined) return NO_PROPERTIES;
    let found = this.properties.get(tool);
    if (found === undefined) {
      found = new SchemaSearch(root).properties(root);
      this.properties.set(tool, found);
    }
    return found;
  }
}

/** Whether a name, up to an end of the text, has nothing behind it but a namespace or a number. */
function endsBefore({ after, size, isRooted }: StandingName, end: number): boolean {
  const length = after.length - size + end;
  const behind = after.slice(0, Math.max(0, length));
  if (!behind) return length === 0;
  const isNumbered = NUMBER.test(behind) && (isRooted || !/^[0-9]/.test(behind));
  return isNumbered || startsWithAny(behind, NAMESPACE);
}

/** Return the one of some names that is meant up to an end: the one in which the others stand. */
function chosen(names: readonly StandingName[], end: number): string | null {
  const found = names.filter((one) => endsBefore(one, end)).map((one) => one.name);
  const longest = found.reduce((most, name) => (name.length > most.length ? name : most), "");
  return longest && found.every((name) => longest.includes(name)) ? longest : null;
}

/** Where a name may begin that has a namespace before it, and whether that is one of `ROOTS`. */
function placesOfNames(text: string): Map<number, boolean> {
  const found = new Map<number, boolean>();
  for (const one of text.matchAll(NAMESPACE_ENDS)) found.set(one.index, false);
  for (const root of ROOTS) {
    if (!text.startsWith(root)) continue;
    // behind the root, and behind each of the separators that follow it
    const separators = SEPARATORS(text, root.length);
    const last = separators === null ? root.length : endOf(separators);
    for (let at = root.length; at <= last; at += 1) found.set(at, true);
  }
  return found;
}

function codeAt(text: string): number {
  return text.codePointAt(0) ?? 0;
}
