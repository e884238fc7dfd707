/**
 * The latest events, and which step brought each.
 *
 * In: a replay and a step. Out: rows; one that is chosen says its step. Of many only the last are shown.
 */

import type { Event } from "#toolgram/index.js";
import type { Replay } from "../reading/replay.js";
import { make, shortened, visible } from "./dom.js";

const SHOWN_MAX = 40; // events
const TEXT_MAX = 160; // characters of one

const LOOKS: Readonly<Record<Event["type"], string>> = {
  ContentDelta: "content",
  ReasoningDelta: "reasoning",
  CallStart: "name",
  ArgumentsDelta: "value",
  CallEnd: "markup",
  Citation: "key",
};

export function showEvents(parent: HTMLElement, replay: Replay, step: number): void {
  const end = replay.eventsBy[step]!;
  const begin = Math.max(0, end - SHOWN_MAX);
  const rows: HTMLElement[] = [];
  if (begin > 0) rows.push(make("li", "more", `… ${begin.toLocaleString("en")} earlier`));
  for (let number = begin; number < end; number += 1) {
    const came = stepOfEvent(replay, number);
    const isNew = number >= replay.eventsBy[Math.max(0, step - 1)]!;
    rows.push(row(replay.events[number]!, came, isNew));
  }
  if (end === 0) rows.push(make("li", "more", "no event yet"));
  parent.replaceChildren(...rows);
  parent.scrollTop = parent.scrollHeight;
}

function row(event: Event, step: number, isNew: boolean): HTMLElement {
  const { type } = event;
  const button = make(
    "button",
    "",
    make("span", "number", String(step)),
    make("span", `type m-${LOOKS[type]}`, type),
    make("span", "what", said(event)),
  );
  button.type = "button";
  button.dataset["step"] = String(step);
  return make("li", isNew ? "new" : "", button);
}

function said(event: Event): string {
  if (event.type === "CallStart") return event.id === null ? event.name : `${event.name} (id ${event.id})`;
  if (event.type === "CallEnd") return event.complete ? "complete" : "not complete";
  return visible(shortened(event.text, TEXT_MAX));
}

/** The step that brought an event. */
function stepOfEvent(replay: Replay, number: number): number {
  let low = 1;
  let high = replay.steps;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (replay.eventsBy[middle]! > number) high = middle;
    else low = middle + 1;
  }
  return low;
}
