/**
 * The events of a stream: what a parser returns from `feed` and `finish`.
 *
 * In: nothing. Out: six plain objects, one kind for each thing that can happen, told apart by their `type`.
 *
 * Promises: the order of events is the order of the model's text, and the joined `text` of a call's
 * `ArgumentsDelta` is its arguments as JSON.
 */
/** More of the text that the user sees; never empty. */
interface ContentDelta {
    readonly type: "ContentDelta";
    readonly text: string;
}
/** More of the model's reasoning; never empty. */
interface ReasoningDelta {
    readonly type: "ReasoningDelta";
    readonly text: string;
}
/** A call whose name is known. `index` counts from 0; `id` is the model's own, or null. */
interface CallStart {
    readonly type: "CallStart";
    readonly index: number;
    readonly name: string;
    readonly id: string | null;
}
/** More of the arguments' JSON text of call `index`; never empty. */
interface ArgumentsDelta {
    readonly type: "ArgumentsDelta";
    readonly index: number;
    readonly text: string;
}
/** No more of call `index`. `complete`: its arguments are one whole JSON object. */
interface CallEnd {
    readonly type: "CallEnd";
    readonly index: number;
    readonly complete: boolean;
}
/**
 * A part of a text whose source the model names; comes right behind the delta that ends it.
 *
 * `text` is the code points from `start` to `end`, `end` not included, of all of the `capture`'s text
 * (content or reasoning); `source` is as the model wrote it.
 */
interface Citation {
    readonly type: "Citation";
    readonly start: number;
    readonly end: number;
    readonly text: string;
    readonly source: string;
    readonly capture: string;
}
type Event = ContentDelta | ReasoningDelta | CallStart | ArgumentsDelta | CallEnd | Citation;

/**
 * A whole message: what all events of one answer come to.
 *
 * In: events. Out: `Message`, the same whether the text came at once or in pieces, because events are all it
 * is made of.
 */

/** One call. `arguments` is JSON text; of a call that is not `complete` it is cut off, and does not parse. */
interface ToolCall {
    readonly id: string | null;
    readonly name: string;
    readonly arguments: string;
    readonly complete: boolean;
}
/**
 * An answer: visible text, reasoning, calls, and the citations in both texts. Text that did not come is null.
 */
interface Message {
    readonly content: string | null;
    readonly reasoning: string | null;
    readonly toolCalls: readonly ToolCall[];
    readonly citations: readonly Citation[];
}
/** A citation in an OpenAI message, of a type of its own: OpenAI's `url_citation` needs a URL. */
interface Annotation {
    readonly type: "citation";
    readonly citation: {
        readonly start_index: number;
        readonly end_index: number;
        readonly text: string;
        readonly source: string;
    };
}
/**
 * Add events up to a message.
 *
 * `incomplete`: what becomes of calls that are not complete, `"keep"` or `"drop"`. Throws if it is another
 * word.
 */
declare function collect(events: Iterable<Event>, { incomplete }?: {
    incomplete?: string;
}): Message;

export { collect as e };
export type { Annotation as A, Citation as C, Event as E, Message as M, ReasoningDelta as R, ToolCall as T, ArgumentsDelta as a, CallEnd as b, CallStart as c, ContentDelta as d };
