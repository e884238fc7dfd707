/**
 * A replay on the page: the step that is shown, and what somebody points at.
 *
 * In: a replay, and what the page's parts say of pointer and slider. Out: the parts, brought to that moment.
 */

import type { Table } from "./formats.js";
import { pointing, readIn, segmentUnder } from "./pointing.js";
import type { Pointing } from "./pointing.js";
import type { Growth } from "./reading/message_at.js";
import { growthOf } from "./reading/message_at.js";
import type { Replay } from "./reading/replay.js";
import type { Held } from "./reading/why_held.js";
import { heldAt } from "./reading/why_held.js";
import type { Range } from "./spec/rules.js";
import { byId, count, make, onceAFrame, shortened, visible } from "./view/dom.js";
import { showEvents } from "./view/events.js";
import { titleOf } from "./view/graph.js";
import { lookOf } from "./view/kinds.js";
import { drawMap } from "./view/map.js";
import { showMessage } from "./view/message.js";
import type { Views } from "./view/page.js";
import { transport } from "./view/transport.js";

export interface Moments {
  readonly take: (replay: Replay, step: number) => void;
  readonly drawMachine: () => void;
  readonly replay: () => Replay | null;
  /** The step for a link; null: the last. */
  readonly shared: () => number | null;
}

interface Format {
  readonly machine: Table | null;
  readonly spec: string;
  /** Whether the spec in the editor is the one that was compiled. */
  readonly isFresh: boolean;
}

const HELD_SHOWN = 60; // characters

export function moments(page: Views, format: () => Format): Moments {
  let replay: Replay | null = null;
  let growth: Growth = growthOf([]);
  let pointed: Pointing | null = null;
  let pointedFor: Table | null = null;
  const slider = transport(() => show());
  const show = onceAFrame(() => {
    const { machine } = format();
    if (replay === null || machine === null) return;
    const step = Math.min(slider.step(), replay.steps);
    const held = heldAt(replay, step, machine);
    page.text.show({
      replay,
      moment: { end: replay.ends[step]!, held: heldRanges(replay, step, held) },
      lit: [],
    });
    showMessage(byId("message"), growth.at(replay.eventsBy[step]!));
    showEvents(byId("events"), replay, step);
    showHeld(held, step, replay);
    showState(page, replay.states[step]!, machine);
    const where = whereWords(replay, step);
    byId("where").textContent = where;
    slider.say(`${where}${held === null ? "" : `, ${count(held.text.length, "character")} held`}`);
    byId("event-facts").textContent =
      `${replay.eventsBy[step]!.toLocaleString("en")} of ${replay.events.length.toLocaleString("en")}`;
  });
  const pointer = (): Pointing | null => {
    const { machine, spec, isFresh } = format();
    if (machine === null || !isFresh) return null;
    if (pointedFor !== machine) {
      pointedFor = machine;
      pointed = pointing(spec, machine);
    }
    return pointed;
  };
  page.listen({
    onText: (place) => {
      const segment = replay === null || place === null ? null : segmentUnder(replay, place);
      const behind = segment === null ? null : (pointer()?.behind(segment, replay!) ?? null);
      page.spec.light(behind?.item ?? null, behind?.rule ?? null, behind !== null);
      byId("point").textContent = replay === null || place === null ? "" : wordsOf(replay, place);
    },
    onSpec: (place) => {
      const lit = replay === null || place === null ? [] : (pointer()?.lit(place, replay) ?? []);
      page.text.show({ lit });
    },
    onState: (state) => page.text.show({ lit: replay === null || state < 0 ? [] : readIn(state, replay) }),
    describe: (place) => (replay === null ? null : make("div", "tip", wordsOf(replay, place))),
  });
  const wordsOf = (read: Replay, place: number): string => {
    const { machine } = format();
    const step = slider.step();
    if (place >= read.ends[step]!) return place >= read.text.length ? "" : "It has not come yet.";
    const segment = segmentUnder(read, place);
    if (segment === null || machine === null) return "";
    const behind = pointer()?.behind(segment, read);
    return told(
      segment.kind,
      segment.why,
      machine,
      segment.state,
      behind?.rule?.name ?? null,
      behind?.elsewhere ?? null,
    );
  };
  byId("events").addEventListener("click", (event) => {
    const step = (event.target as HTMLElement).closest<HTMLElement>("[data-step]")?.dataset["step"];
    if (step !== undefined) slider.go(Number(step));
  });
  byId("held").addEventListener("click", (event) => {
    const since = (event.target as HTMLElement).closest<HTMLElement>("[data-step]")?.dataset["step"];
    if (since !== undefined) slider.go(Number(since));
  });
  addEventListener(
    "resize",
    onceAFrame(() => drawMap(byId("map"), replay)),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawMap(byId("map"), replay));
  byId("theme").addEventListener("click", () => requestAnimationFrame(() => drawMap(byId("map"), replay)));
  return {
    take: (made, step) => {
      replay = made;
      growth = growthOf(made.events);
      slider.setSteps(made.steps, step);
      drawMap(byId("map"), made);
      byId("text-facts").textContent = factsOf(made);
      show();
    },
    drawMachine: () => {
      const { machine } = format();
      if (machine !== null) page.machine.draw(machine);
      if (replay !== null) show();
    },
    replay: () => replay,
    shared: () => (replay === null || slider.step() >= replay.steps ? null : slider.step()),
  };
}

function heldRanges(replay: Replay, step: number, held: Held | null): readonly Range[] {
  if (held === null) return [];
  const last = { from: replay.heldFrom[step]!, to: replay.ends[step]! };
  return held.blanks === null ? [last] : [held.blanks, last];
}

function factsOf(replay: Replay): string {
  const parts = [count(replay.text.length, "character")];
  if (replay.repairs.length > 0)
    parts.push(`recovered: ${replay.repairs.map((one) => one.replaceAll("_", " ")).join(", ")}`);
  return parts.join(" · ");
}

function whereWords(replay: Replay, step: number): string {
  const chars = replay.ends[step]!.toLocaleString("en");
  const all = replay.text.length.toLocaleString("en");
  if (step >= replay.steps) return `${all} characters, ended`;
  return `${chars} of ${all} characters`;
}

/** What is held, since when, and why. */
function showHeld(held: Held | null, step: number, replay: Replay): void {
  const card = byId("held");
  if (held === null) {
    const words =
      step >= replay.steps
        ? "The text has ended, and nothing is held."
        : "Nothing is held: all that came is told.";
    card.className = "held none";
    card.replaceChildren(make("span", "", words));
    return;
  }
  const { text, from, since, why, bound, blanks } = held;
  const sinceButton = make("button", "since", `since character ${(from + 1).toLocaleString("en")}`);
  sinceButton.type = "button";
  sinceButton.title = "Show the moment before it";
  sinceButton.dataset["step"] = String(Math.max(0, since - 1));
  const limit = bound === null ? "" : ` of at most ${bound.toLocaleString("en")}`;
  card.className = "held some";
  card.replaceChildren(
    make("span", "tag", "Held"),
    make("code", "", visible(shortened(text, HELD_SHOWN))),
    make("span", "", `${count(text.length, "character")}${limit}`),
    sinceButton,
    make("span", "why", ...withCode(why)),
  );
  if (blanks !== null && blanks.from !== from) {
    const waiting = count(blanks.to - blanks.from, "blank");
    card.append(make("span", "why", `; ${waiting} at character ${blanks.from + 1} wait for more content`));
  }
}

/** Words with code between backticks. */
function withCode(words: string): Node[] {
  const parts = words.split("`");
  return parts.map((part, number) => (number % 2 === 1 ? make("code", "plain", part) : new Text(part)));
}

function showState(page: Views, number: number, machine: Table): void {
  const state = machine.states[number];
  page.machine.light(number);
  if (state === undefined) return;
  const missing = page.machine.has(number) ? "" : " (of recovery: not drawn)";
  byId("state").textContent = `In state ${number}: ${titleOf(state)}, ${state.kind}${missing}`;
}

/** What is said of a character. */
function told(
  kind: string,
  why: string,
  machine: Table,
  number: number,
  rule: string | null,
  elsewhere: string | null,
): string {
  const state = machine.states[number];
  const parts = [lookOf(kind) === kind ? kind : `${kind} (${lookOf(kind)})`];
  if (rule !== null) parts.push(`rule ${rule}`);
  else if (elsewhere !== null && elsewhere.includes(".lark")) parts.push(elsewhere);
  if (state !== undefined) parts.push(`read in state ${number}: ${titleOf(state)}`);
  return parts.join(" · ") + (why === "" ? "" : `. Why: ${why}.`);
}
