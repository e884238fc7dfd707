/**
 * An editor of the page.
 *
 * In: where it goes, and what it is for. Out: a CodeMirror view.
 *
 * Each editor stands in a shadow root: there CodeMirror's styles are sheets that scripts adopt, so that the page can
 * forbid every style that stands in a document (its content security policy). Tab leaves an editor.
 */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import type { Extension } from "@codemirror/state";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap } from "@codemirror/view";

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--mono-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", fontVariantLigatures: "none" },
  ".cm-content": { caretColor: "var(--accent)", padding: "10px 0" },
  ".cm-line": { padding: "0 14px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    background: "var(--selection) !important",
  },
  ".cm-content ::selection": { background: "var(--selection)" },
  ".cm-gutters": { background: "transparent", border: "none", color: "var(--faint)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 12px", fontSize: "0.85em" },
  ".cm-gutter-lint": { width: "1.2em" },
  ".cm-placeholder": { color: "var(--faint)" },
  ".cm-specialChar": { color: "var(--wrong)" },
  ".cm-tooltip": {
    background: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    color: "var(--ink)",
    overflow: "hidden",
  },
  ".cm-tooltip-lint": { padding: "0" },
  ".cm-diagnostic": { padding: "8px 12px", fontFamily: "var(--sans)", fontSize: "13px", maxWidth: "52ch" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--wrong)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
  ".cm-diagnosticAction": {
    background: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "5px",
    padding: "3px 8px",
    marginLeft: "0",
    marginTop: "6px",
    display: "block",
    font: "inherit",
    textAlign: "left",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--wrong)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warn)",
    textUnderlineOffset: "3px",
  },
  ".cm-panels": { background: "var(--head)", color: "var(--ink)", borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-panel-lint ul": { maxHeight: "220px" },
  ".cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]": {
    background: "var(--lit-soft)",
    color: "var(--ink)",
  },
  ".cm-panel.cm-panel-lint button[name=close]": { color: "var(--soft)", fontSize: "18px", right: "8px" },
  ".diagnosis": { whiteSpace: "pre-wrap" },
  ".diagnosis code": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".lit": { background: "var(--lit)", borderRadius: "3px", boxShadow: "0 0 0 1px var(--lit-edge)" },
  ".lit-line": { background: "var(--lit-soft)" },
});

export function editor(
  parent: HTMLElement,
  label: string,
  doc: string,
  ...extensions: Extension[]
): EditorView {
  const root = parent.attachShadow({ mode: "open" });
  const frame = document.createElement("div");
  frame.style.height = "100%";
  root.append(frame);
  return new EditorView({
    parent: frame,
    root,
    state: EditorState.create({
      doc,
      extensions: [
        EditorState.lineSeparator.of("\n"),
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        highlightSpecialChars(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": label,
          spellcheck: "false",
          autocapitalize: "off",
          tabindex: "0",
        }),
        look,
        ...extensions,
      ],
    }),
  });
}

/** Put another text into an editor, if it is another one. */
export function setText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
}

/** What an editor tells of. */
export interface EditorEvents {
  readonly onText: (text: string) => void;
  /** The place under the pointer or the cursor; null: there is none. */
  readonly onPoint: (place: number | null) => void;
}

/** Tell what somebody types, and the place they point at. */
export function listeners({ onText, onPoint }: EditorEvents): Extension[] {
  return [
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onText(update.state.doc.toString());
      else if (update.selectionSet && update.view.hasFocus) onPoint(update.state.selection.main.head);
    }),
    EditorView.domEventHandlers({
      mousemove: (event, view) => onPoint(view.posAtCoords({ x: event.clientX, y: event.clientY })),
      mouseleave: () => onPoint(null),
      blur: () => onPoint(null),
    }),
  ];
}
