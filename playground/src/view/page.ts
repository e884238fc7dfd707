/**
 * The parts of the page, made once.
 *
 * In: what is to happen when something is typed. Out: the parts, and `listen` for what somebody points at.
 */

import { json } from "@codemirror/lang-json";
import { EditorView, placeholder } from "@codemirror/view";
import type { Table } from "../formats.js";
import { codeColours } from "../spec/language.js";
import { byId, make } from "./dom.js";
import { editor } from "./editor.js";
import { graph } from "./graph.js";
import { KINDS } from "./kinds.js";
import type { RawText } from "./raw_text.js";
import { rawText } from "./raw_text.js";
import type { SpecEditor } from "./spec_editor.js";
import { specEditor } from "./spec_editor.js";
import { tabs } from "./tabs.js";

export interface Typed {
  readonly onText: (text: string) => void;
  readonly onSpec: (text: string) => void;
  readonly onTools: (text: string) => void;
}

export interface Pointed {
  readonly onText: (place: number | null) => void;
  readonly onSpec: (place: number | null) => void;
  readonly onState: (state: number) => void;
  readonly describe: (place: number) => HTMLElement | null;
}

export interface MachineView {
  readonly draw: (machine: Table) => void;
  readonly light: (state: number) => void;
  readonly has: (state: number) => boolean;
}

export interface Views {
  readonly spec: SpecEditor;
  readonly tools: EditorView;
  readonly text: RawText;
  readonly machine: MachineView;
  readonly specStatus: (words: string, hasDiagnostics?: boolean) => void;
  readonly toolsProblem: (words: string) => void;
  readonly listen: (pointed: Pointed) => void;
}

const TOOLS_HELP = '[{"type": "function", "function": {"name": "get_weather", "parameters": {...}}}]';

export function views({ onText, onSpec, onTools }: Typed): Views {
  let pointed: Pointed = { onText: () => {}, onSpec: () => {}, onState: () => {}, describe: () => null };
  const text = rawText(byId("text"), {
    onText,
    onPoint: (place) => pointed.onText(place),
    describe: (place) => pointed.describe(place),
  });
  const spec = specEditor(byId("spec"), { onText: onSpec, onPoint: (place) => pointed.onSpec(place) });
  const tools = editor(
    byId("tools"),
    "Tools of the request, as JSON",
    "",
    json(),
    codeColours,
    placeholder(TOOLS_HELP),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onTools(update.state.doc.toString());
    }),
  );
  const machine = machineView((state) => pointed.onState(state));
  byId("spec-list").addEventListener("click", spec.list);
  legend();
  phoneViews();
  theme();
  return {
    spec,
    tools,
    text,
    machine,
    specStatus: (words, hasDiagnostics = false) => {
      setWords("spec-words", words);
      byId("spec-list").hidden = !hasDiagnostics;
    },
    toolsProblem: (words) => setWords("tools-problem", words),
    listen: (given) => {
      pointed = given;
    },
  };
}

function setWords(id: string, words: string): void {
  const element = byId(id);
  if (element.textContent !== words) element.textContent = words;
}

/** The graph is drawn when somebody looks at it. */
function machineView(onState: (state: number) => void): MachineView {
  const picture = graph(byId("graph"), onState);
  const recovery = byId<HTMLInputElement>("recovery");
  let machine: Table | null = null;
  let isDrawn = false;
  let state = -1;
  const draw = (): void => {
    if (machine === null || byId("panel-machine").hidden) return;
    isDrawn = true;
    picture.draw(machine, recovery.checked);
    picture.light(state);
  };
  tabs(document.querySelector<HTMLElement>('[role="tablist"]')!, () =>
    isDrawn ? picture.light(state) : draw(),
  );
  recovery.addEventListener("change", draw);
  byId("zoom-in").addEventListener("click", () => picture.zoom(1.25));
  byId("zoom-out").addEventListener("click", () => picture.zoom(0.8));
  return {
    draw: (given) => {
      machine = given;
      isDrawn = false;
      draw();
    },
    light: (number) => {
      state = number;
      if (isDrawn && !byId("panel-machine").hidden) picture.light(number);
    },
    has: (number) => !isDrawn || picture.has(number),
  };
}

function legend(): void {
  byId("legend").replaceChildren(...KINDS.map(({ name, words }) => make("li", `m-${name}`, words)));
}

/** On a narrow page one part is shown at a time. */
function phoneViews(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>(".views button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.body.dataset["view"] = button.dataset["view"];
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      dispatchEvent(new Event("resize"));
    });
  }
}

const THEME = "toolgram-theme";

function theme(): void {
  const root = document.documentElement;
  const set = (name: string): void => {
    root.dataset["theme"] = name;
  };
  const system = (): string => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  try {
    const kept = localStorage.getItem(THEME);
    if (kept === "dark" || kept === "light") set(kept);
  } catch {
    // a browser may keep nothing
  }
  byId("theme").addEventListener("click", () => {
    const next = (root.dataset["theme"] ?? system()) === "dark" ? "light" : "dark";
    set(next);
    try {
      localStorage.setItem(THEME, next);
    } catch {
      // a browser may keep nothing
    }
  });
}

let timer = 0;

/** Say something for some seconds. */
export function toast(words: string): void {
  const place = byId("toast");
  place.textContent = words;
  place.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => place.classList.remove("shown"), 6000) as unknown as number;
}
