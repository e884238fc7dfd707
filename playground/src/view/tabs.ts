/**
 * Tabs, as keyboards and screen readers expect them: arrows go from one to the next.
 *
 * In: the list of tabs in the page. Out: `onTab` with the id of the panel that is shown.
 */

import { byId } from "./dom.js";

export interface Tabs {
  readonly choose: (panel: string) => void;
  readonly chosen: () => string;
}

export function tabs(list: HTMLElement, onTab: (panel: string) => void): Tabs {
  const all = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
  const panelOf = (tab: HTMLElement): string => tab.getAttribute("aria-controls") ?? "";
  const choose = (chosen: HTMLElement): void => {
    for (const tab of all) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      byId(panelOf(tab)).hidden = !is;
    }
    onTab(panelOf(chosen));
  };
  all.forEach((tab, number) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by === undefined) return;
      const next = all[(number + by + all.length) % all.length]!;
      next.focus();
      choose(next);
    });
  });
  return {
    choose: (panel) => choose(all.find((tab) => panelOf(tab) === panel) ?? all[0]!),
    chosen: () => panelOf(all.find((tab) => tab.getAttribute("aria-selected") === "true") ?? all[0]!),
  };
}
