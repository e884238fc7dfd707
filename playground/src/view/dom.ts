/**
 * Elements of the page.
 *
 * In: names, classes, texts. Out: elements. Text is only ever set as text.
 */

export function byId<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

/** Fill a select with values and what they are called. */
export function fill(
  select: HTMLSelectElement,
  options: Iterable<readonly [string, string]>,
  chosen: string,
): void {
  select.replaceChildren(
    ...[...options].map(([value, label]) => {
      const option = make("option", "", label);
      option.value = value;
      return option;
    }),
  );
  select.value = chosen;
}

/** A text on one line, with what cannot be seen made visible. */
export function visible(text: string): string {
  return text
    .replaceAll("\n", "↵")
    .replaceAll("\t", "→")
    .replaceAll("\r", "←")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (one) => `‹${one.codePointAt(0)!.toString(16)}›`);
}

/** The beginning and the end of a text that is too long to be shown. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = max >> 1;
  return `${text.slice(0, half)} … ${text.slice(-half)}`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Do something once in the next frame, however often it is asked for. */
export function onceAFrame(work: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      work();
    });
  };
}
