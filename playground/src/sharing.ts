/**
 * What somebody takes along: a link, a case for the page of the format, the message.
 *
 * In: the session and its replay. Out: texts in the clipboard.
 */

import { collect } from "#toolgram/index.js";
import { toOpenai } from "#toolgram/message.js";
import { linkOf, LONG_LINK } from "./link.js";
import { writeCase } from "./reading/case.js";
import type { Replay } from "./reading/replay.js";
import { RECORDED } from "./reading/steps.js";
import type { Session } from "./session.js";
import { read } from "./tools.js";
import { byId } from "./view/dom.js";
import { toast } from "./view/page.js";

interface Told {
  readonly session: Session;
  readonly replay: Replay | null;
}

export function sharing(now: () => Told): void {
  byId("copy-link").addEventListener("click", () => void copyLink(now().session));
  byId("copy-case").addEventListener("click", () => void copyCase(now()));
  byId("copy-message").addEventListener("click", () => {
    const message = collect(now().replay?.events ?? []);
    void copy(JSON.stringify(toOpenai(message), null, 2), "The whole message is copied.");
  });
}

async function copyLink(session: Session): Promise<void> {
  const fragment = await linkOf(session);
  history.replaceState(null, "", fragment);
  const long = fragment.length > LONG_LINK ? " It is long: some programs will cut it off." : "";
  await copy(location.href, `The link is copied: all of it is in the address, and no server gets it.${long}`);
}

async function copyCase({ session, replay }: Told): Promise<void> {
  if (replay === null) return;
  const { text, tools: typed, anyTool, inside, way, chunks } = session;
  const message = collect(replay.events);
  const { listed } = read(typed, anyTool, text);
  const recorded = way === RECORDED && chunks !== null ? chunks.map((chunk) => chunk.text) : null;
  const block = writeCase({ title: "Recorded", text, tools: listed, inside, chunks: recorded, message });
  await copy(
    block,
    `A case for formats/${session.format}.md is copied. If the model meant something else, correct its message.`,
  );
}

async function copy(text: string, words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(words);
  } catch {
    toast("The browser keeps its clipboard to itself. A link stands in the address, too.");
  }
}
