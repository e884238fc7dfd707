/**
 * When a call whose name has come is certain: what stands behind the name must be able to follow it in a
 * call.
 *
 * In: the run between a call's name and its first part. Out: the call is announced, or what stands there is
 * no part of it.
 *
 *     `<function=bash>` and a line end, `<parameter=command>`    a call: a parameter with a key follows
 *     `<function=bash>` and "` starts one"                       a mention: the sentence is given back
 *
 * Promises: inside a section of which a call has been announced the name alone is enough. Everywhere else the
 * stretch stays open behind the name.
 */

import { search } from "../regex.js";
import { strip } from "../strings.js";
import { BLANKS, BLANKS_MAX, PROSE_MAX, TELLING } from "../tables/limits.js";
import type { PreparedMachine } from "../tables/machine.js";
import type { Edge } from "../tables/states.js";
import { OBJECT_GUARDS } from "./brackets.js";
import { namedTool } from "./names.js";
import type { Run, Stretch } from "./run.js";
import { endStretch } from "./tentative.js";

const EMPTY_MAX = BLANKS_MAX + 8; // characters of an empty object, with what may stand around it
const IS_EMPTY = search("\\{[ \\t\\n\\r]*\\}[\"']?\\n?$|(?:null|None)\\n?$");

/** Whether the name that has come is no proof yet. Arguments that came before it are one. */
export function waitsForPart(run: Run): boolean {
  const stretch = run.stretch;
  const call = run.open.call;
  if (stretch === null || call === null || run.place.machine.commit === "section") return false;
  if (stretch.place.state.region === "section") return false; // one before it has been announced
  return !call.arguments.isCopied && call.arguments.keys.size === 0;
}

/** Whether nothing has come of the arguments of the call, and its tool takes some, or nobody declared it. */
export function lacksArguments(run: Run): boolean {
  if (!run.open.call?.arguments.isEmpty) return false;
  const tool = namedTool(run);
  return !(run.tools.has(tool) && run.tools.needsNone(tool));
}

/** The call is certain: it is announced, if it has a name and has not been announced before. */
export function announce(run: Run): void {
  const call = run.open.call;
  const pending = run.pending;
  if (call === null || call.isAnnounced || !pending.name) return;
  run.message.calls += 1;
  if (run.stretch !== null) run.message.sectionTrusted = run.stretch.trusted;
  if (run.place.machine.commit === "name") endStretch(run);
  call.announce(namedTool(run), strip(pending.id, BLANKS) || null);
}

/**
 * Whether a delimiter behind a name that is no proof yet belongs to the call; one that tells enough announces
 * it.
 *
 * A bracket tells nothing, and the opener of a parameter tells less than the key behind it. Where another
 * call begins at once, the call is one only if special tokens stand before its name and there.
 */
export function goesOn(run: Run, stretch: Stretch, edge: Edge): boolean {
  const { machine } = run.place;
  const target = machine.states.get(edge.to);
  if (OBJECT_GUARDS.includes(edge.guard) || edge.does("drop_header") || target.header) {
    return true; // it tells enough once the object begins, or the header is whole
  }
  if (edge.guard === "lost") return skipsJunk(run, run.text.position);
  const isEnd = edge.peek && target.region !== "call";
  if (isEnd || edge.does("open_call")) return endsBeforeToken(run, stretch, edge);
  if (machine.hasNames && edge.does("close_call") && lacksArguments(run)) {
    return false; // an empty element of that name: HTML has `<table></table>`
  }
  if (stretch.junkFrom !== null && edge.tags === null) {
    // A closer may be mentioned as well; a key or an object tells more.
    return !edge.does("close_call") && !holdsOpener(run, stretch);
  }
  const tells = edge.literal.length >= TELLING || edge.tags !== null;
  if (tells && !run.pending.idFollows && !edge.does("open_parameter", "end_key")) announce(run);
  return true;
}

/**
 * Whether the opener of something else ends the call: a token, at once behind a name that a token vouches
 * for.
 */
function endsBeforeToken(run: Run, stretch: Stretch, edge: Edge): boolean {
  const isVouched = edge.special.length > 0 && stretch.trusted && stretch.junkFrom === null;
  if (!isVouched || run.pending.key) return false;
  if (!lacksArguments(run)) announce(run);
  return true;
}

/**
 * Whether a key shows that a call goes on; behind junk, or a tag that is a name, the tool must declare it.
 */
export function showsCall(run: Run, stretch: Stretch, key: string): boolean {
  const call = run.open.call;
  if (call === null || (stretch.junkFrom === null && !run.place.machine.hasNames)) return true;
  return run.tools.takes(call.arguments.tool, key);
}

/**
 * Whether a value that has ended behind the name, without a key, is the arguments of a call: `{}`, or a list.
 *
 * A list is no arguments. But as the member of an object behind a special token it shows what the model
 * meant: the call will be incomplete.
 */
export function endsAsCall(run: Run, stretch: Stretch): boolean {
  if (!stretch.isNamed) return false;
  const { text } = run;
  const { source } = stretch;
  const read = (source.kept + text.buffer.slice(source.begin, text.position)).slice(-EMPTY_MAX);
  run.work += EMPTY_MAX;
  return IS_EMPTY(read) !== null || (isInObject(run) && stretch.trusted && read.endsWith("]"));
}

/** Whether what is read is the value of a member of an object whose keys the format knows. */
export function isInObject(run: Run): boolean {
  const { machine, stack } = run.place;
  return stack.length > 0 && machine.states.get(stack[stack.length - 1]).kind === "members";
}

/**
 * Whether the text may end here, behind the name of a call: nothing is half read but a key that the tool
 * has.
 */
export function mayEnd(run: Run, stretch: Stretch): boolean {
  const call = run.open.call;
  if (!stretch.isNamed || call === null || stretch.junkFrom !== null || run.open.scanner !== null)
    return false;
  if (run.place.machine.hasNames && !stretch.isSetOff) {
    return false; // in a line of prose a tag that is a name is a tag
  }
  const rest = run.place.state.sink === "key" ? run.text.buffer.slice(run.text.position) : "";
  const key = strip(run.pending.key + rest, BLANKS);
  const tool = call.arguments.tool;
  return !key || run.tools.beginsKey(tool, key) || run.tools.open(tool);
}

/** The delimiters that open a call, or what is around it, where content stands. */
export function outerOpeners(machine: PreparedMachine): readonly string[] {
  const edges = machine.content === null ? [] : machine.states.get(machine.content).edges;
  return edges.filter((edge) => edge.opens && !edge.rank).map((edge) => edge.literal);
}

/** Whether the junk holds the opener of a call: then what stands here is a part of that one. */
function holdsOpener(run: Run, stretch: Stretch): boolean {
  const { text } = run;
  const { source } = stretch;
  if (run.place.machine.content === null || stretch.junkFrom === null) return false;
  const kept = source.kept + text.buffer.slice(source.begin, text.position);
  const junk = kept.slice(Math.max(0, kept.length - (text.base + text.position - stretch.junkFrom)));
  run.work += junk.length;
  return outerOpeners(run.place.machine).some((opener) => junk.includes(opener));
}

/**
 * Whether the junk at `at` may be skipped, and note where it began.
 *
 * Behind a name that is no proof yet it may be if the call's openers are all there, or a token vouches for
 * it.
 */
export function skipsJunk(run: Run, at: number): boolean {
  const stretch = run.stretch;
  if (stretch === null) return true;
  if (!stretch.isNamed || (stretch.lacksOpener && !stretch.trusted)) return false;
  stretch.junkFrom ??= run.text.base + at;
  return true;
}

/**
 * Whether more junk has come since `begin`, behind the name, than may stand before the first part of a call.
 */
export function hasTooMuchJunk(run: Run, begin: number): boolean {
  return run.text.base + run.text.position - begin > PROSE_MAX;
}
