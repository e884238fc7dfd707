/**
 * The machine as a graph, with the state of the moment lit.
 *
 * In: the tables of a format. Out: a picture of its states and of the delimiters between them; `light` says which
 * state it is in, and `point` which states somebody points at.
 *
 * Without recovery only the states are drawn that well-formed text goes through.
 */

import dagre from "@dagrejs/dagre";
import type { Table } from "../formats.js";
import { shortened, visible } from "./dom.js";

type State = Table["states"][number];

export interface Graph {
  readonly draw: (machine: Table, withRecovery: boolean) => void;
  readonly light: (state: number) => void;
  readonly zoom: (factor: number) => void;
  /** Whether a state is in the picture. */
  readonly has: (state: number) => boolean;
}

interface Way {
  readonly to: number;
  readonly label: string;
  readonly isRecovery: boolean;
}

const SVG = "http://www.w3.org/2000/svg";
const LABELS_MAX = 2; // literals at one arrow
const LABEL_CHARS = 26;
const STATES_MAX = 160; // of one picture

export function graph(parent: HTMLElement, onState: (state: number) => void): Graph {
  const nodes = new Map<number, SVGGElement>();
  let svg: SVGSVGElement | null = null;
  let size = { width: 0, height: 0 };
  let scale = 1;
  let current = -1;
  const resize = (): void => {
    svg?.setAttribute("width", String(size.width * scale));
    svg?.setAttribute("height", String(size.height * scale));
  };
  const light = (state: number): void => {
    nodes.get(current)?.classList.remove("current");
    current = state;
    const node = nodes.get(state);
    node?.classList.add("current");
    if (node !== undefined && parent.offsetParent !== null) reveal(parent, node);
  };
  return {
    draw: (machine, withRecovery) => {
      const laid = layOut(machine, withRecovery);
      nodes.clear();
      size = laid.size;
      svg = picture(laid, machine, nodes, onState);
      const fit = (parent.clientWidth - 24) / size.width;
      scale = parent.clientWidth > 0 ? Math.min(1, Math.max(fit, 0.78)) : 0.8;
      resize();
      parent.replaceChildren(svg);
      light(current);
    },
    light,
    zoom: (factor) => {
      scale = Math.min(2.5, Math.max(0.15, scale * factor));
      resize();
    },
    has: (state) => nodes.has(state),
  };
}

/** The ways out of a state, each target once. */
function waysOf(state: State, withRecovery: boolean): Way[] {
  const labels = new Map<number, string[]>();
  const recoveries = new Set<number>();
  for (const edge of state.edges ?? []) {
    const isRecovery = (edge.rank ?? 0) > 0 || edge.guard != null;
    if (isRecovery && !withRecovery) continue;
    if (isRecovery && !labels.has(edge.to)) recoveries.add(edge.to);
    if (!isRecovery) recoveries.delete(edge.to);
    labels.set(edge.to, [...(labels.get(edge.to) ?? []), edge.literal]);
  }
  const moves = [...(state.moves ?? []), state.done, ...Object.values(state.keys ?? {})];
  if (withRecovery) moves.push(state.leave, state.any_key, state.loose);
  for (const move of moves) {
    for (const to of [move?.to, move?.push]) if (to != null && !labels.has(to)) labels.set(to, []);
  }
  return [...labels].map(([to, literals]) => ({
    to,
    label: labelOf(literals),
    isRecovery: recoveries.has(to),
  }));
}

function labelOf(literals: readonly string[]): string {
  const shown = literals.slice(0, LABELS_MAX).map((literal) => visible(shortened(literal, LABEL_CHARS)));
  const more = literals.length - shown.length;
  return shown.join("  ") + (more > 0 ? `  +${more}` : "");
}

interface Laid {
  readonly size: { width: number; height: number };
  readonly states: readonly { number: number; x: number; y: number; width: number; height: number }[];
  readonly ways: readonly { points: readonly { x: number; y: number }[]; way: Way; x: number; y: number }[];
}

function layOut(machine: Table, withRecovery: boolean): Laid {
  const plan = new dagre.graphlib.Graph({ multigraph: false });
  plan.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 38, edgesep: 12, marginx: 12, marginy: 12 });
  const todo = [machine.start, ...Object.values(machine.inside ?? {})];
  const ways: [number, Way][] = [];
  const seen = new Set<number>();
  for (let number = todo.shift(); number !== undefined; number = todo.shift()) {
    const state = machine.states[number];
    if (seen.has(number) || state === undefined || seen.size >= STATES_MAX) continue;
    seen.add(number);
    plan.setNode(String(number), { width: Math.max(76, 24 + 6.6 * titleOf(state).length), height: 40 });
    for (const way of waysOf(state, withRecovery)) {
      ways.push([number, way]);
      todo.push(way.to);
    }
  }
  const drawn = ways.filter(([from, way]) => seen.has(from) && seen.has(way.to));
  for (const [from, way] of drawn) {
    plan.setEdge(String(from), String(way.to), {
      way,
      width: 6.2 * way.label.length,
      height: way.label ? 15 : 0,
      labelpos: "c",
    });
  }
  dagre.layout(plan);
  const { width = 0, height = 0 } = plan.graph();
  return {
    size: { width, height },
    states: plan
      .nodes()
      .map((name) => ({ ...(plan.node(name) as Laid["states"][number]), number: Number(name) })),
    ways: plan.edges().map((edge) => plan.edge(edge) as unknown as Laid["ways"][number]),
  };
}

/** A state in few words: what it is part of, and what is read there. */
export function titleOf(state: State): string {
  return state.name.split("/").slice(-2).join(" / ");
}

function picture(
  { size, states, ways }: Laid,
  machine: Table,
  nodes: Map<number, SVGGElement>,
  onState: (state: number) => void,
): SVGSVGElement {
  const svg = element("svg", { viewBox: `0 0 ${size.width} ${size.height}`, "aria-hidden": "true" });
  svg.append(arrowHead());
  for (const { points, way, x, y } of ways) {
    const className = way.isRecovery ? "way recovery" : "way";
    svg.append(element("path", { class: className, d: curve(points), "marker-end": "url(#head)" }));
    if (way.label !== "") svg.append(text(way.label, { class: `label ${className}`, x, y: y + 4 }));
  }
  for (const { number, x, y, width, height } of states) {
    const state = machine.states[number]!;
    const box = element("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 9 });
    const begins = number === machine.start || Object.values(machine.inside ?? {}).includes(number);
    const node = element("g", { class: `state r-${state.region}${begins ? " begins" : ""}` });
    const title = text(titleOf(state), { class: "title", x, y: y - 1 });
    const about = text(`${number} · ${state.kind}`, { class: "about", x, y: y + 13 });
    node.append(box, title, about);
    node.addEventListener("pointerenter", () => onState(number));
    node.addEventListener("pointerleave", () => onState(-1));
    nodes.set(number, node);
    svg.append(node);
  }
  return svg;
}

function arrowHead(): SVGElement {
  const marker = element("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, orient: "auto" });
  marker.setAttribute("markerWidth", "6");
  marker.setAttribute("markerHeight", "6");
  marker.append(element("path", { d: "M0 0 8 4 0 8z", class: "head" }));
  const defs = element("defs", {});
  defs.append(marker);
  return defs;
}

function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, number) => {
    const next = rest[number + 1];
    if (next === undefined) path += ` L${point.x} ${point.y}`;
    else path += ` Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return path;
}

function text(value: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = element("text", { "text-anchor": "middle", ...attributes });
  made.textContent = value;
  return made;
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** Scroll so far that a state can be seen. */
function reveal(parent: HTMLElement, node: SVGGElement): void {
  const box = node.getBoundingClientRect();
  const frame = parent.getBoundingClientRect();
  const margin = 24;
  if (box.left < frame.left + margin || box.right > frame.right - margin) {
    parent.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
  }
  if (box.top < frame.top + margin || box.bottom > frame.bottom - margin) {
    parent.scrollTop += box.top + box.height / 2 - (frame.top + frame.height / 2);
  }
}
