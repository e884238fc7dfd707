/**
 * The tables of a machine, as `generated/machine/X.json` has them: what `JSON.parse` makes of the file.
 *
 * In: nothing. Out: types. `docs/machine.md` says what each field means; one that is its default is left out.
 */

export type Texts = readonly string[];

export interface MachineTable {
  readonly format: string;
  readonly format_version?: number;
  readonly aliases?: Texts;
  readonly special_tokens: Texts;
  readonly special_places?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  readonly end_tokens?: Texts;
  readonly end_delimiters?: Texts;
  readonly turn_openers?: Texts;
  readonly suffix?: string | null;
  readonly call_id_length?: number | null;
  readonly commit?: string;
  readonly echo?: string;
  readonly unwrap?: Texts;
  readonly unknown_tools?: string;
  readonly item_name?: string | null;
  readonly text_name?: string | null;
  readonly start: number;
  readonly inside?: Readonly<Record<string, number>>;
  readonly content?: number | null;
  readonly has_citations?: boolean;
  // The capture that the prompt opens, the template arguments that decide it, the default, the texts that say no.
  readonly begins_inside?: readonly [string, Texts, boolean, Texts] | null;
  readonly reasoning_openers?: Texts;
  readonly reasoning_closers?: Texts;
  readonly call_closers?: Texts;
  readonly misspelt?: Readonly<Record<string, string>>;
  readonly headers?: Texts;
  readonly opens_reasoning_only?: boolean;
  readonly marks_reasoning?: boolean;
  readonly wraps_content?: boolean;
  readonly examples?: readonly NestTable[];
  readonly patterns?: Texts;
  readonly states: readonly StateTable[];
}

export interface StateTable {
  readonly name: string;
  readonly kind: string;
  readonly region: string;
  readonly sink?: string;
  readonly charset?: string | null;
  readonly entities?: boolean;
  readonly blanks?: string;
  readonly keep_blanks?: boolean;
  readonly unknown_tags?: boolean;
  readonly accepts?: string;
  readonly otherwise?: number | null;
  readonly skips_quoted?: boolean;
  readonly vouched?: boolean;
  readonly expects?: string;
  readonly header?: boolean;
  readonly holds_examples?: boolean;
  readonly hold_blanks?: string;
  readonly longest?: number;
  readonly search?: number | null;
  readonly fast?: number | null;
  readonly edges?: readonly EdgeTable[];
  readonly moves?: readonly MoveTable[];
  readonly call_alone?: MoveTable | null;
  readonly call_until?: Texts;
  readonly key_alone?: MoveTable | null;
  readonly value_alone?: MoveTable | null;
  readonly leave?: MoveTable | null;
  readonly done?: MoveTable | null;
  readonly keys?: Readonly<Record<string, MoveTable>>;
  readonly any_key?: MoveTable | null;
  readonly loose?: MoveTable | null;
  readonly tags?: TagsTable | null;
}

export interface EdgeTable {
  readonly literal: string;
  readonly to: number;
  readonly actions?: Texts;
  readonly blanks?: string;
  readonly rank?: number;
  readonly peek?: boolean;
  readonly opens?: boolean;
  readonly drafts?: boolean;
  readonly guard?: string | null;
  readonly follow?: Texts | null;
  readonly tags?: TagsTable | null;
  readonly key_until?: Texts | null;
  readonly then?: Texts;
}

export interface MoveTable {
  readonly to: number;
  readonly actions?: Texts;
  readonly push?: number | null;
  readonly first?: string | null;
}

export interface TagsTable {
  readonly open: string;
  readonly open_end: string;
  readonly close: string;
  readonly close_end?: string | null;
  readonly follow?: Texts | null;
  readonly beside?: Texts;
  readonly key_pattern?: number;
}

export interface NestTable {
  readonly path: Texts;
  readonly until: Texts;
  readonly closer: string;
}
