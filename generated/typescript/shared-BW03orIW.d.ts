/**
 * Formats as users give them: the JSON of a machine, made ready once.
 *
 * In: the parsed JSON of `generated/machine/X.json`. Out: a `PreparedMachine`, and the tables as they are.
 *
 * Promise: a format is made ready once, however often it is given.
 */

/** A format: the parsed JSON of `generated/machine/X.json`. */
type Format = object;
/** The tools of a request, read once: what is inside is nobody's business. */
interface ToolSet {
    /** What cannot be read; of what `readTools` returns there is nothing. */
    readonly problems: readonly string[];
}
/** The tools of a request: as an OpenAI request has them, or what `readTools` has made of them. */
type Tools = ToolSet | Iterable<unknown>;

export type { Format as F, Tools as T, ToolSet as a };
