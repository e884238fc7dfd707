/**
 * A conversation with tools as one of plain texts: what a chat template writes with tools, cut into messages
 * that the same template writes without.
 *
 * In: a chat template, messages with calls and results, and tools. Out: messages that have a role and a text,
 * and the prompt that the template makes of both.
 *
 *     system     Be brief.         =>  system     Be brief.\n\n# Tools\n\nYou may call ...
 *     user       Rome?             =>  user       Rome?
 *     assistant  weather("Rome")   =>  assistant  <tool_call>\n{"name": "weather", ...}\n</tool_call>
 *     tool       sunny             =>  user       <tool_response>\nsunny\n</tool_response>
 *
 * How: the template is rendered with marks in the place of texts, once with the tools and once as a plain
 * conversation. The plain one shows what stands between messages. What stands between the same pieces of the
 * other one are the texts.
 *
 * Promise: of the plain messages the template makes the prompt that it makes of the given ones with their tools.
 * Only blanks may be missing, where the template trims texts.
 */

/** A chat template: `Template` of `@huggingface/jinja`, or whatever else renders one. */
export interface ChatTemplate {
  render(values: Record<string, unknown>): string;
}

/** A call as chat templates know it. */
export interface TemplateCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/** A message as chat templates know it. */
export interface TemplateMessage {
  readonly role: string;
  readonly content: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly TemplateCall[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

/** A message that has nothing but a text. `of` are the given messages that it stands for: none or more. */
export interface PlainMessage {
  readonly role: string;
  readonly content: string;
  readonly of: readonly number[];
}

export interface PlainChat {
  readonly messages: readonly PlainMessage[];
  readonly prompt: string;
}

/** The messages that stand for given ones, before they have a text. */
type Shape = readonly Omit<PlainMessage, "content">[];

const TOOL = "tool";
const USER = "user";
const SYSTEM = "system";

/**
 * Find plain messages for a conversation.
 *
 * With `nearest`, what stands before the first message may stand at its beginning instead. Throws if the template
 * writes tools, calls or results where no message has its text.
 */
export function plainChat(
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
  tools: readonly unknown[],
  { variables, nearest }: { variables: Readonly<Record<string, unknown>>; nearest: boolean },
): PlainChat {
  const render = (said: readonly object[], shown?: readonly unknown[]): string =>
    template.render({ ...variables, messages: said, tools: shown, add_generation_prompt: true });
  const marked = render(messages.map(withMark), tools);
  const said = (shape: Shape, move: (text: string, first: string) => string | null): PlainChat | null => {
    const between = pieces(render(shape.map(asMark)), shape.length);
    const wanted = move(marked, between[0]!);
    const texts = wanted === null ? null : textsOf(wanted, between, shape, messages);
    if (texts === null) return null;
    const found = shape.map((message, at) => ({ ...message, content: unmarked(texts[at]!, messages) }));
    return { messages: found, prompt: render(found.map(({ role, content }) => ({ role, content }))) };
  };
  const prompt = render(messages, tools);
  for (const [shape, isSame] of tries(messages)) {
    const found = attempt(() => said(shape, (text) => text));
    if (found !== null && isSame(found.prompt, prompt)) return found;
  }
  for (const [shape] of nearest ? tries(messages) : []) {
    const found = attempt(() => said(shape, movedBehind));
    if (found !== null) return found;
  }
  throw new Error(
    "the chat template writes tools, calls or results where the text of a message cannot stand: " +
      "only a server that is given the tools can write this prompt",
  );
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null; // templates refuse conversations that they do not know, such as two users in a row
  }
}

// --- the messages that there may be -------------------------------------------------------------------------

type Same = (one: string, other: string) => boolean;

const isEqual: Same = (one, other) => one === other;
const isEqualButForBlanks: Same = (one, other) => one.replace(/\s+/g, "") === other.replace(/\s+/g, "");

/** Ways to say the conversation in plain messages, the best first, and how alike the prompts must be. */
function* tries(messages: readonly TemplateMessage[]): Generator<[Shape, Same]> {
  for (const isSame of [isEqual, isEqualButForBlanks]) {
    for (const shape of [joined, apart, kept])
      yield* withSystem(shape(messages)).map((one) => [one, isSame] as [Shape, Same]);
  }
  yield* withSystem(atOnce(messages)).map((one) => [one, isEqual] as [Shape, Same]);
}

/** A conversation without instructions may get some for its tools. */
function withSystem(shape: Shape): Shape[] {
  return shape[0]?.role === SYSTEM ? [shape] : [shape, [{ role: SYSTEM, of: [] }, ...shape]];
}

/** Results that follow each other are one message of the user. */
function joined(messages: readonly TemplateMessage[]): Shape {
  const shape: { role: string; of: number[] }[] = [];
  messages.forEach(({ role }, at) => {
    const isResult = role === TOOL;
    if (isResult && messages[at - 1]?.role === TOOL) shape.at(-1)!.of.push(at);
    else shape.push({ role: isResult ? USER : role, of: [at] });
  });
  return shape;
}

/** Each result is a message of the user. */
function apart(messages: readonly TemplateMessage[]): Shape {
  return messages.map(({ role }, at) => ({ role: role === TOOL ? USER : role, of: [at] }));
}

/** Results stay what they are. */
function kept(messages: readonly TemplateMessage[]): Shape {
  return messages.map(({ role }, at) => ({ role, of: [at] }));
}

/** All behind the instructions is one message of the user, with the template's own marks of turns in it. */
function atOnce(messages: readonly TemplateMessage[]): Shape {
  const places = [...messages.keys()];
  if (messages[0]?.role !== SYSTEM) return [{ role: USER, of: places }];
  return [
    { role: SYSTEM, of: [0] },
    { role: USER, of: places.slice(1) },
  ];
}

// --- marks --------------------------------------------------------------------------------------------------

const mark = (at: number): string => `[[text ${at} of the conversation]]`;
const MARK = /\[\[text (\d+) of the conversation\]\]/;

/** Empty texts stay empty: templates write other things around them. */
function withMark(message: TemplateMessage, at: number): TemplateMessage {
  return message.content ? { ...message, content: mark(at) } : message;
}

function asMark({ role }: { role: string }, at: number): { role: string; content: string } {
  return { role, content: mark(at) };
}

function unmarked(text: string, messages: readonly TemplateMessage[]): string {
  return text.replace(new RegExp(MARK, "g"), (_, at) => messages[Number(at)]!.content);
}

/** What stands before, between and behind so many marks. */
function pieces(rendered: string, count: number): string[] {
  const found = rendered.split(new RegExp(MARK.source.replace(/[()]/g, ""))); // a group would be among the pieces
  if (found.length !== count + 1) throw new Error("a text stands more than once, or not at all");
  return found;
}

/** The texts that stand between pieces of a plain conversation; null if they stand otherwise. */
function textsOf(
  marked: string,
  between: readonly string[],
  shape: Shape,
  messages: readonly TemplateMessage[],
): string[] | null {
  const last = between.at(-1)!;
  if (!marked.startsWith(between[0]!) || !marked.endsWith(last)) return null;
  const texts: string[] = [];
  let begin = between[0]!.length;
  for (const [at, { of }] of shape.entries()) {
    const own = of
      .filter((one) => messages[one]!.content)
      .map(mark)
      .filter((one) => marked.includes(one));
    const behind = own.length > 0 ? marked.indexOf(own.at(-1)!, begin) + own.at(-1)!.length : begin;
    const isLast = at === shape.length - 1;
    const end = isLast ? marked.length - last.length : marked.indexOf(between[at + 1]!, behind);
    if (end < behind) return null;
    const text = marked.slice(begin, end);
    if (!own.every((one) => text.includes(one))) return null;
    texts.push(text);
    begin = end + (isLast ? 0 : between[at + 1]!.length);
  }
  return texts;
}

/**
 * A rendering in which what does not belong before the first text stands at its beginning; null if none can.
 *
 * Where it could be cut out at several places, whole lines are.
 */
function movedBehind(marked: string, first: string): string | null {
  const at = marked.search(MARK);
  const before = marked.slice(0, at);
  const size = before.length - first.length;
  const isCutAt = (place: number): boolean =>
    before.startsWith(first.slice(0, place)) && before.slice(place + size) === first.slice(place);
  const places = Array.from({ length: first.length + 1 }, (_, place) => place).filter(
    (place) => size >= 0 && isCutAt(place),
  );
  const place = places.find((one) => before[one + size - 1] === "\n") ?? places[0];
  return place === undefined ? null : first + before.slice(place, place + size) + marked.slice(at);
}
