/**
 * The page: what a person changes goes into the session, the session is read, and what was read is shown.
 *
 * In: the address, and what a person does. Out: the page.
 *
 *     session --- spec ---> machine (compiler.ts, formats.ts)
 *        |                     |
 *        +------ text ---> replay (reading/) ---> a moment of it (view/)
 */

import "./app.css";
import { compile, isLoading, useCompilerOf } from "./compiler.js";
import type { Compiled } from "./compiler.js";
import type { Example, Facts, Table } from "./formats.js";
import { fetchExamples, fetchFacts, fetchSpec, fetchTable } from "./formats.js";
import { sessionIn } from "./link.js";
import { onDropped } from "./dropping.js";
import { moments } from "./moments.js";
import type { Recorded } from "./dropped.js";
import { cut, RECORDED, WAYS } from "./reading/steps.js";
import { replay } from "./reading/replay.js";
import type { Session } from "./session.js";
import { FIRST, isId } from "./session.js";
import { sharing } from "./sharing.js";
import { read, written } from "./tools.js";
import { byId, count, fill } from "./view/dom.js";
import { setText } from "./view/editor.js";
import { toast, views } from "./view/page.js";
import { WELCOME } from "./welcome.js";

const NO_PROMPT = ""; // nothing was opened
const OWN = "(a text of yours)";
const FIRST_CHOICES = [/around/i, /one call/i];

interface Shipped {
  readonly spec: string;
  readonly machine: Table | null;
  readonly examples: readonly Example[];
}
const NOT_SHIPPED: Shipped = { spec: "", machine: null, examples: [] };

let facts: Facts = { compiles: "", version: "", formats: [] };
let session: Session = FIRST;
let shipped = NOT_SHIPPED;
let machine: Table | null = null;
let compiledSpec = ""; // the spec that `machine` was made of
let reading = 0; // counts what was begun to be read, so that what is old is known
let fetching = 0; // the same of sessions whose format is fetched
let awaited: Session | null = null; // the session whose format is fetched

const page = views({
  onText: (text) => {
    if (text === session.text) return;
    const way = session.way === RECORDED ? "1" : session.way;
    change({ text, chunks: null, tokenIds: null, way, step: null });
    chooseExample();
    fillWays();
    void reread();
  },
  onSpec: (spec) => {
    if (spec === (session.spec ?? shipped.spec)) return;
    change({ spec: spec === shipped.spec ? null : spec });
    takeSpec();
  },
  onTools: (tools) => {
    if (tools === session.tools) return;
    change({ tools, step: null });
    void reread();
  },
});
const moment = moments(page, () => ({
  machine,
  spec: compiledSpec,
  isFresh: compiledSpec === currentSpec(),
}));

/** What a person changes while another format is fetched counts for that one as well, but for the spec. */
function change(what: Partial<Session>): void {
  session = { ...session, ...what };
  if (awaited !== null) awaited = { ...awaited, ...what, spec: awaited.spec };
}

function currentSpec(): string {
  return session.spec ?? shipped.spec;
}

/** Show another session: fetch its format, and read. If another one is wanted meanwhile, that one is shown. */
async function load(wanted: Session): Promise<void> {
  const isShipped = facts.formats.some((one) => one.id === wanted.format);
  const isOwn = !isShipped && wanted.spec !== null && facts.compiles !== ""; // there is nothing to begin with
  const format = isShipped || isOwn ? wanted.format : FIRST.format;
  const mine = (fetching += 1);
  awaited = wanted;
  const found = isOwn ? NOT_SHIPPED : await fetchShipped(format);
  if (mine !== fetching) return;
  wanted = awaited ?? wanted;
  awaited = null;
  shipped = found;
  const { spec, machine: table, examples } = shipped;
  session = { ...wanted, format, spec: wanted.spec === spec ? null : wanted.spec };
  machine = table;
  compiledSpec = spec;
  fillFormats(isOwn ? format : null);
  fill(
    byId("example"),
    [["", OWN], ...examples.map((one, number) => [String(number), one.name] as const)],
    "",
  );
  chooseExample();
  fillInside();
  fillWays();
  byId<HTMLInputElement>("any-tool").checked = session.anyTool;
  page.spec.setText(currentSpec());
  page.spec.diagnose([]);
  setText(page.tools, session.tools);
  setText(page.text.view, session.text);
  moment.drawMachine();
  if (session.spec !== null) takeSpec();
  else page.specStatus(aboutSpec());
  await reread();
}

async function fetchShipped(format: string): Promise<Shipped> {
  const [spec, machine, examples] = await Promise.all([
    fetchSpec(format),
    fetchTable(format),
    fetchExamples(format),
  ]);
  return { spec, machine, examples };
}

function aboutSpec(): string {
  const { states } = machine ?? { states: [] };
  return facts.compiles !== ""
    ? `${count(states.length, "state")}. Change it: it is compiled as you type.`
    : `${count(states.length, "state")}. Read-only here: toolgram play compiles specs.`;
}

/** The spec is another one: compile it, or say that this cannot be done here. */
function takeSpec(): void {
  if (session.spec === null) {
    machine = shipped.machine;
    compiledSpec = shipped.spec;
    page.spec.diagnose([]);
    page.specStatus(aboutSpec());
    moment.drawMachine();
    void reread();
    return;
  }
  if (facts.compiles === "") {
    page.specStatus(
      `Not compiled here: the text is read by ${session.format} as it is shipped. toolgram play compiles.`,
    );
    return;
  }
  const spec = session.spec;
  page.specStatus(isLoading() ? "Python and the compiler are being loaded …" : "Compiling …");
  compile(
    session.format,
    spec,
    ({ diagnostics, refusal }) => {
      if (session.spec === spec && refusal === null) page.spec.diagnose(diagnostics);
    },
    (compiled) => {
      if (session.spec === spec) takeCompiled(spec, compiled);
    },
  );
}

function takeCompiled(spec: string, { diagnostics, machine: made, refusal }: Compiled): void {
  if (refusal !== null) {
    page.specStatus(refusal);
    return;
  }
  page.spec.diagnose(diagnostics);
  const errors = diagnostics.filter((one) => one.severity === "error").length;
  const warnings = diagnostics.length - errors;
  if (made === null) {
    page.specStatus(`${count(errors, "error")}: the text is read by the last spec that had none.`, true);
    return;
  }
  machine = made;
  compiledSpec = spec;
  const added = warnings > 0 ? `, ${count(warnings, "warning")}` : "";
  page.specStatus(
    `${count(made.states.length, "state")}${added}. The text is read by this spec.`,
    warnings > 0,
  );
  fillInside();
  moment.drawMachine();
  void reread();
}

/** Read the text again, and show it. */
async function reread(): Promise<void> {
  reading += 1;
  const mine = reading;
  const { text, chunks, way, anyTool, tools: typed, tokenIds } = session;
  if (machine === null) return;
  const declared = read(typed, anyTool, text);
  const inside =
    session.inside !== null && Object.hasOwn(machine.inside ?? {}, session.inside) ? session.inside : null;
  const options = { tools: declared.tools, inside, tokenIds: tokenIds === null ? null : new Map(tokenIds) };
  const made = await replay(machine, cut(text, way, chunks), options, () => mine !== reading);
  if (made === null || mine !== reading) return;
  const unread = [...made.unread].map(([name, why]) => `${name} cannot be called: ${why}`);
  page.toolsProblem(declared.problem || unread.join("; "));
  moment.take(made, session.step ?? made.steps);
}

// --- the fields above ---------------------------------------------------------------------------------------

function chooseExample(): void {
  const found = shipped.examples.findIndex(({ text }) => text === session.text);
  byId<HTMLSelectElement>("example").value = found < 0 ? "" : String(found);
}

function fillInside(): void {
  const captures = Object.keys(machine?.inside ?? {});
  fill(
    byId("inside"),
    [[NO_PROMPT, "nothing"], ...captures.map((one) => [one, one] as const)],
    session.inside ?? NO_PROMPT,
  );
}

function fillFormats(own: string | null): void {
  const formats = facts.formats.map(({ id, title }) => [id, `${id} – ${title}`] as const);
  fill(
    byId("format"),
    own === null ? formats : [[own, `${own} – a spec of yours`], ...formats],
    session.format,
  );
}

function fillWays(): void {
  const ways = [...WAYS].filter(([way]) => way !== RECORDED || session.chunks !== null);
  fill(byId("way"), ways, session.way);
}

/** The session of an example. */
function exampleSession(example: Example | undefined, format: string): Session {
  if (example === undefined) return { ...FIRST, format };
  const { text, tools, inside } = example;
  return {
    ...FIRST,
    format,
    text,
    tools: written(tools),
    inside,
    way: session.way === RECORDED ? "1" : session.way,
  };
}

async function showFormat(format: string): Promise<void> {
  const mine = (fetching += 1);
  const examples = await fetchExamples(format);
  if (mine !== fetching) return;
  const isOwn =
    ![WELCOME.text, ""].includes(session.text) && !shipped.examples.some(({ text }) => text === session.text);
  if (isOwn) return load({ ...session, format, spec: null, step: null });
  const first = FIRST_CHOICES.map((choice) => examples.find(({ name }) => choice.test(name))).find(Boolean);
  return load(exampleSession(first ?? examples[0], format));
}

function listen(): void {
  byId("format").addEventListener(
    "change",
    (event) => void showFormat((event.target as HTMLSelectElement).value),
  );
  byId("example").addEventListener("change", (event) => {
    const number = Number((event.target as HTMLSelectElement).value || -1);
    const { spec } = session;
    void load({ ...exampleSession(shipped.examples[number], session.format), spec });
  });
  byId("inside").addEventListener("change", (event) => {
    change({ inside: (event.target as HTMLSelectElement).value || null, step: null });
    void reread();
  });
  byId("way").addEventListener("change", (event) => {
    change({ way: (event.target as HTMLSelectElement).value, step: null });
    void reread();
  });
  byId("any-tool").addEventListener("change", (event) => {
    change({ anyTool: (event.target as HTMLInputElement).checked, step: null });
    void reread();
  });
  addEventListener("hashchange", () => {
    void sessionIn(location.hash).then((found) => (found === null ? undefined : load(found)));
  });
  sharing(() => ({ session: { ...session, step: moment.shared() }, replay: moment.replay() }));
  onDropped({
    compiles: () => facts.compiles === "server",
    onSpec: (spec, name) => void load({ ...session, spec, format: isId(name) ? name : session.format }),
    onFormat: (format) => void showFormat(format),
    onTools: (tools) => void load({ ...session, tools, step: null }),
    onText: (text) => void load({ ...session, text, chunks: null, tokenIds: null, way: "1", step: null }),
    onStream: (recorded) => void load(streamSession(recorded)),
  });
}

function streamSession({ chunks, inside, tools, tokenIds }: Recorded): Session {
  const text = chunks.map((chunk) => chunk.text).join("");
  const declared = tools === null ? session.tools : written(tools);
  return { ...session, text, chunks, tokenIds, inside, tools: declared, way: RECORDED, step: null };
}

async function start(): Promise<void> {
  facts = await fetchFacts();
  useCompilerOf(facts.compiles);
  page.spec.setReadOnly(facts.compiles === "");
  listen();
  const linked = await sessionIn(location.hash);
  if (location.hash !== "" && linked === null)
    toast("This link cannot be read: it is cut off, or too large.");
  await load(linked ?? WELCOME);
  document.body.dataset["ready"] = "yes";
}

start().catch((problem: unknown) => toast(`The page cannot be shown: ${String((problem as Error).message)}`));
