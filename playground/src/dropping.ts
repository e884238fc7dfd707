/**
 * Files that are dropped on the page, or chosen.
 *
 * In: a file. Out: what it is (dropped.ts), given to who asked for that kind.
 */

import { which } from "./compiler.js";
import type { Recorded } from "./dropped.js";
import { BYTES_MAX, kindOf } from "./dropped.js";
import { byId } from "./view/dom.js";
import { toast } from "./view/page.js";

export interface Wanted {
  /** Whether a server answers that knows which format a template writes. */
  readonly compiles: () => boolean;
  readonly onSpec: (text: string, name: string) => void;
  readonly onFormat: (format: string) => void;
  readonly onTools: (text: string) => void;
  readonly onText: (text: string) => void;
  readonly onStream: (recorded: Recorded) => void;
}

export function onDropped(wanted: Wanted): void {
  const sheet = byId("drop");
  const chooser = byId<HTMLInputElement>("file");
  const isFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener(
    "dragover",
    (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      event.stopPropagation();
      sheet.hidden = false;
    },
    true,
  );
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) sheet.hidden = true;
  });
  addEventListener(
    "drop",
    (event) => {
      sheet.hidden = true;
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      void take(file, wanted);
    },
    true,
  );
  byId("open").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const file = chooser.files?.[0];
    if (file !== undefined) void take(file, wanted);
    chooser.value = "";
  });
}

async function take(file: File, wanted: Wanted): Promise<void> {
  if (file.size > BYTES_MAX) {
    toast(`${file.name} is larger than ${BYTES_MAX / 1e6} megabytes.`);
    return;
  }
  const found = kindOf(file.name, await file.text());
  if (found.kind === "spec") wanted.onSpec(found.text, file.name.replace(/\.lark$/, ""));
  else if (found.kind === "tools") wanted.onTools(found.text);
  else if (found.kind === "stream") wanted.onStream(found.recorded);
  else if (found.kind === "template") return ask(file.name, found.text, wanted);
  else wanted.onText(found.text);
  toast(`${file.name}: ${found.kind === "stream" ? found.recorded.note : `taken as ${NAMES[found.kind]}`}`);
}

const NAMES = { spec: "a spec", tools: "tools", text: "a text of a model" };

async function ask(name: string, text: string, wanted: Wanted): Promise<void> {
  if (!wanted.compiles()) {
    toast(`${name} is a template. Which format it writes, only toolgram play and toolgram which can say.`);
    return;
  }
  try {
    const { format, verdict, reasons } = await which(name, text);
    if (format === null) toast(`${name}: no format of toolgram was recognised.`);
    else {
      wanted.onFormat(format);
      toast(`${name} writes ${format} (${verdict}): ${reasons[0] ?? ""}`);
    }
  } catch (problem) {
    toast(`${name}: ${(problem as Error).message}`);
  }
}
