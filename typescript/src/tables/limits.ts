/**
 * What is a blank, and how far a parser looks before it decides: the numbers that every format shares.
 *
 * In: nothing. Out: constants. The compiler writes them into every machine (`limits`), and the bounds that it
 * prints are made of them.
 */

// of the machine's JSON: raised when a loader that was written for it would read it wrongly
export const FORMAT_VERSION = 1;

export const BLANKS = " \t\n\r";
export const SPELLED_BLANKS: readonly string[] = ["\\n", "\\r", "\\t"]; // blanks that are spelled out
// the longest run of blanks that markup may swallow: see Note [blanks are bounded]
export const BLANKS_MAX = 256;
// what is looked at before a call's opener, for another one whose token is only spelled
export const BACK_MAX = 384;
export const NAME_MAX = 128; // a function name or a key longer than this is none
export const KEY_MAX = 512; // a longer key or id is none
export const STRING_MAX = 4 * NAME_MAX; // a longer name or key in quotes is none
export const TELLING = 3; // characters that a delimiter needs to prove anything beyond its place
export const TAG_MAX = 32; // characters of a tag that the format does not know, before the opener of a call
export const TAG_BLANKS_MAX = 8; // blanks between the two
export const CLOSERS_MAX = 4; // closers that may be left to come behind junk
// blanks that may stand behind the opener of reasoning at the end of a text: a line end or two
export const DANGLING_MAX = 4;
export const JUNK_MAX = 64; // what may stand between a call's last part and its closer and still be junk
export const NUMBER_MAX = 16; // characters of a call's number behind its name
// what may stand between a call's openers, or behind its name, while it is open whether it is one
export const PROSE_MAX = 512;
export const LOOK_MAX = 512; // what is looked at behind a quote that may end a string
export const MISSPELT_MAX = 8; // characters that a misspelt closer may have more than the right one
export const ENDS_MAX = 64; // end tokens, and blanks between them, that may wait for what comes behind them
export const SUFFIX_MAX = 32; // the suffix of a checkpoint's delimiters, what it begins with included
// containers within containers: what is nested deeper is carried as one string of its source
export const DEPTH_MAX = 512;

// Values: what is held while it is open what the text will be.
export const SCALAR_MAX = 64; // a longer word is a number or a string by its first characters alone
export const HELD_MAX = 1024; // of JSON and Python that is copied
// of arguments that stand beside the name, while the member that should hold them may still come
export const LOOSE_MAX = 4096;
export const UNION_MAX = 4096; // while text may be JSON or a string
export const ENTITY_MAX = 12; // the name of an XML entity
export const NESTED_MAX = 4096; // of the JSON behind an element whose name may come again
// that, an element's text, and text between elements
export const HELD_IN_ELEMENTS_MAX = NESTED_MAX + 2 * UNION_MAX;

// What a few formats have.
// a citation: an opener that is never closed must not keep the rest of the answer
export const CITED_MAX = 4096;
// what runs on for longer, or over a line, is no source, and its delimiter was text
export const SOURCE_MAX = 256;
export const DRAFT_MAX = 4096; // a call in open thoughts, and what stands behind it, while it may be a draft
export const ECHO_MAX = 4096; // a section of calls that may have an echo, its end included

// Note [blanks are bounded]
// Blanks before a delimiter belong to the markup, so they must be held until it is known whether a
// delimiter follows. Without a bound a model that writes a megabyte of newlines would be silent for
// all of it. Of a longer run only the last BLANKS_MAX are held, the rest is text.
