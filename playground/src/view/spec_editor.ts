/**
 * The spec on the left: an editor with the compiler's diagnostics, in which the rule of a character is lit.
 *
 * In: a text, diagnostics, a range to light. Out: what somebody types, and the place they point at.
 */

import type { Diagnostic } from "@codemirror/lint";
import { lintGutter, lintKeymap, openLintPanel, setDiagnostics } from "@codemirror/lint";
import { bracketMatching } from "@codemirror/language";
import type { Range as Decorated } from "@codemirror/state";
import { Compartment, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { DecorationSet } from "@codemirror/view";
import type { Diagnosis, Fix } from "../compiler.js";
import { codeColours, larkLanguage } from "../spec/language.js";
import type { Range } from "../spec/rules.js";
import { make } from "./dom.js";
import type { EditorEvents } from "./editor.js";
import { editor, listeners, setText } from "./editor.js";

export interface SpecEditor {
  readonly view: EditorView;
  readonly setText: (text: string) => void;
  readonly setReadOnly: (isReadOnly: boolean) => void;
  readonly diagnose: (found: readonly Diagnosis[]) => void;
  /** List the diagnostics below the spec. */
  readonly list: () => void;
  /** Light an item, and softly the rule around it. */
  readonly light: (item: Range | null, rule: Range | null, scrolls: boolean) => void;
}

const light = StateEffect.define<readonly [item: Range | null, rule: Range | null]>();
const lit = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let now = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(light)) now = decorations(effect.value, transaction.newDoc.length);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorations([item, rule]: readonly [Range | null, Range | null], length: number): DecorationSet {
  const found: Decorated<Decoration>[] = [];
  const put = (range: Range | null, className: string): void => {
    const to = Math.min(range?.to ?? 0, length);
    if (range !== null && range.from < to)
      found.push(Decoration.mark({ class: className }).range(range.from, to));
  };
  put(rule, "lit-line");
  put(item, "lit");
  return Decoration.set(found, true);
}

export function specEditor(parent: HTMLElement, events: EditorEvents): SpecEditor {
  const readOnly = new Compartment();
  const view = editor(
    parent,
    "Spec of the format",
    "",
    lineNumbers(),
    lintGutter(),
    keymap.of(lintKeymap),
    larkLanguage,
    codeColours,
    bracketMatching(),
    lit,
    readOnly.of([]),
    ...listeners(events),
  );
  return {
    view,
    setText: (text) => {
      setText(view, text);
      const start = /^[a-z%]/m.exec(text)?.index ?? 0; // behind the metadata: the rules are what one came for
      view.dispatch({ effects: EditorView.scrollIntoView(start, { y: "start", yMargin: 60 }) });
    },
    setReadOnly: (is) => {
      view.dispatch({ effects: readOnly.reconfigure(is ? EditorState.readOnly.of(true) : []) });
    },
    diagnose: (found) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          found.map((one) => shownAs(one, view)),
        ),
      ),
    list: () => openLintPanel(view),
    light: (item, rule, scrolls) => {
      const place = item ?? rule;
      const effects: StateEffect<unknown>[] = [light.of([item, rule])];
      if (scrolls && place !== null && place.from <= view.state.doc.length) {
        effects.push(EditorView.scrollIntoView(place.from, { y: "nearest", yMargin: 40 }));
      }
      view.dispatch({ effects });
    },
  };
}

function shownAs(found: Diagnosis, view: EditorView): Diagnostic {
  const length = view.state.doc.length;
  const from = Math.min(found.at?.start ?? 0, length);
  const to = Math.min(Math.max(found.at?.end ?? 0, from), length);
  return {
    from,
    to,
    severity: found.severity,
    source: found.name,
    message: found.message,
    renderMessage: () => told(found),
    actions: found.fixes.map((fix) => ({
      name: fix.words || "Repair it",
      apply: (target) => repair(target, fix),
    })),
  };
}

/** All that a diagnostic says, as `toolgram check` does. */
function told(found: Diagnosis): HTMLElement {
  const parts: HTMLElement[] = [make("strong", "", found.message)];
  if (found.label !== "") parts.push(make("div", "", found.label));
  if (found.note !== null) parts.push(make("div", "", `note: ${found.note}`));
  if (found.example !== null) parts.push(make("div", "", "example: ", make("code", "", found.example)));
  const repairs = new Set(found.fixes.map((fix) => fix.words)); // they have buttons
  for (const hint of found.hints.filter((one) => !repairs.has(one)))
    parts.push(make("div", "", `hint: ${hint}`));
  if (found.file !== null) parts.push(make("div", "", `in ${found.file}`));
  return make("div", "diagnosis", ...parts);
}

function repair(view: EditorView, fix: Fix): void {
  view.dispatch({
    changes: fix.edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text })),
  });
}
