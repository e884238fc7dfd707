/**
 * The raw output in the middle: an editor whose text is coloured by what each character became.
 *
 * In: a replay and a moment of it. Out: the place under the pointer or the cursor, and what somebody types.
 *
 * How: only what is visible is decorated, by a search in the segments of the replay. So a moment of a long text costs
 * as much as one of a short text.
 */

import type { Extension, Range as Decorated } from "@codemirror/state";
import { StateEffect, StateField } from "@codemirror/state";
import type { DecorationSet, ViewUpdate } from "@codemirror/view";
import { Decoration, EditorView, ViewPlugin, hoverTooltip, placeholder } from "@codemirror/view";
import type { Replay } from "../reading/replay.js";
import { segmentAt } from "../reading/segments.js";
import type { Range } from "../spec/rules.js";
import type { EditorEvents } from "./editor.js";
import { editor, listeners } from "./editor.js";
import { lookOf } from "./kinds.js";

/** A moment: what has come, and what of it is held. */
export interface Moment {
  readonly end: number;
  readonly held: readonly Range[];
}

export interface Shown {
  readonly replay: Replay | null;
  readonly moment: Moment;
  /** Places that belong to the rule that somebody points at. */
  readonly lit: readonly Range[];
}

export interface RawText {
  readonly view: EditorView;
  readonly show: (change: Partial<Shown>) => void;
}

export interface RawTextEvents extends EditorEvents {
  /** What is said of a character. */
  readonly describe: (place: number) => HTMLElement | null;
}

const NOTHING: Shown = { replay: null, moment: { end: Infinity, held: [] }, lit: [] };
const change = StateEffect.define<Partial<Shown>>();
const shown = StateField.define<Shown>({
  create: () => NOTHING,
  update: (value, transaction) =>
    transaction.effects.reduce(
      (now, effect) => (effect.is(change) ? { ...now, ...effect.value } : now),
      value,
    ),
});

const marks = new Map<string, Decoration>();

function mark(className: string): Decoration {
  let found = marks.get(className);
  if (found === undefined) marks.set(className, (found = Decoration.mark({ class: className })));
  return found;
}

function decorate(view: EditorView): DecorationSet {
  const { replay, moment, lit } = view.state.field(shown);
  const found: Decorated<Decoration>[] = [];
  const length = view.state.doc.length;
  for (const { from, to } of view.visibleRanges) {
    const end = Math.min(to, moment.end);
    const put = (className: string, start: number, stop: number): void => {
      const begin = Math.max(from, start);
      const finish = Math.min(to, stop, length);
      if (begin < finish) found.push(mark(className).range(begin, finish));
    };
    const segments = replay?.segments ?? [];
    for (let number = segmentAt(segments, from); number < segments.length; number += 1) {
      const segment = segments[number]!;
      if (segment.start >= end) break;
      const unusual = segment.why === "" ? "" : " unusual";
      put(`k k-${lookOf(segment.kind)}${unusual}`, segment.start, Math.min(segment.end, end));
    }
    for (const held of moment.held) put("k-held", held.from, held.to);
    for (const one of lit) put("lit", one.from, Math.min(one.to, end));
    put("future", moment.end, length);
  }
  return Decoration.set(found, true);
}

const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update(update: ViewUpdate): void {
      const isOther = update.startState.field(shown) !== update.state.field(shown);
      if (isOther || update.docChanged || update.viewportChanged) this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const look = EditorView.theme({
  ".k-content": { color: "var(--k-content)" },
  ".k-reasoning": { color: "var(--k-reasoning)", fontStyle: "italic" },
  ".k-name": { color: "var(--k-name)", fontWeight: "700" },
  ".k-key": { color: "var(--k-key)", textDecoration: "underline", textUnderlineOffset: "3px" },
  ".k-value": { color: "var(--k-value)", background: "var(--k-value-back)", borderRadius: "2px" },
  ".k-markup": { color: "var(--k-markup)" },
  ".k-skipped": { color: "var(--k-skipped)", textDecoration: "line-through" },
  ".unusual": { borderBottom: "1px dotted var(--warn)" },
  ".k-held, .k-held *": { color: "var(--k-held)", fontStyle: "normal", textDecoration: "none" },
  ".k-held": {
    background: "var(--k-held-back)",
    outline: "1px dashed var(--k-held-edge)",
    outlineOffset: "-1px",
    borderRadius: "3px",
  },
  ".future, .future *": {
    color: "var(--future)",
    fontStyle: "normal",
    fontWeight: "400",
    textDecoration: "none",
  },
});

export function rawText(parent: HTMLElement, events: RawTextEvents): RawText {
  const told = [...listeners(events), ...hints(events)];
  const view = editor(parent, "Raw output of the model", "", shown, colours, look, ...told);
  return { view, show: (value) => view.dispatch({ effects: change.of(value) }) };
}

function hints({ describe }: RawTextEvents): Extension[] {
  return [
    placeholder("Paste what a model wrote, with its special tokens. Or drop a recorded stream."),
    hoverTooltip(
      (_, place) => {
        const dom = describe(place);
        return dom === null ? null : { pos: place, above: true, create: () => ({ dom }) };
      },
      { hoverTime: 250 },
    ),
    EditorView.theme({
      ".tip": { padding: "8px 12px", fontFamily: "var(--sans)", fontSize: "13px", maxWidth: "46ch" },
    }),
  ];
}
