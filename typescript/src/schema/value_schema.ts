/**
 * What a schema says of one argument and, level by level, of the values inside it.
 *
 * In: a schema and its root. Out: the types of the value, the schemas of its members and items.
 *
 * Promises: never throws; what has been looked up for a declared key is kept, so that many elements cost one
 * look.
 */

import { SchemaSearch } from "./types.js";

/** What a schema says of a value and of what is inside it; `types` is empty where it says nothing. */
export class ValueSchema {
  readonly types: ReadonlySet<string>;
  private properties: ReadonlyMap<string, unknown> | null = null;
  private readonly members = new Map<string, ValueSchema>(); // of declared keys: as many as the schema has
  private item_: ValueSchema | null = null;
  private extra: ValueSchema | null = null;

  constructor(
    private readonly root: unknown,
    private readonly schema: unknown,
  ) {
    this.types = new SchemaSearch(root).types(schema, 0);
  }

  /** Whether a value of this type is one that it says, or a string would be no better. */
  allows(name: string): boolean {
    return this.types.has(name) || !this.types.has("string");
  }

  declares(key: string): boolean {
    return this.declared().has(key);
  }

  /** Whether it lists its keys, so that another one is a surprise. */
  get closed(): boolean {
    return this.declared().size > 0;
  }

  /** Return the schema of a member of the object; `NO_SCHEMA` where nothing is said of it. */
  member(key: string): ValueSchema {
    const declared = this.declared();
    if (!declared.has(key)) return (this.extra ??= this.inside("additionalProperties"));
    let found = this.members.get(key);
    if (found === undefined) {
      found = new ValueSchema(this.root, declared.get(key));
      this.members.set(key, found);
    }
    return found;
  }

  /** Return the schema of an item of the array; `NO_SCHEMA` where nothing is said of it. */
  item(): ValueSchema {
    return (this.item_ ??= this.inside("items"));
  }

  private inside(keyword: string): ValueSchema {
    const schema = new SchemaSearch(this.root).keyword(this.schema, keyword);
    return schema === null ? NO_SCHEMA : new ValueSchema(this.root, schema);
  }

  private declared(): ReadonlyMap<string, unknown> {
    return (this.properties ??= new SchemaSearch(this.root).properties(this.schema));
  }
}

export const NO_SCHEMA = new ValueSchema(null, null);
