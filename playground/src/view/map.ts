/**
 * The strip above the slider: what the text became, from left to right, and how much was held.
 *
 * In: a replay. Out: a picture. It is drawn when the replay changes, and not when the slider moves.
 */

import type { Replay } from "../reading/replay.js";
import { segmentAt } from "../reading/segments.js";
import { lookOf } from "./kinds.js";

const STRIP = 8; // pixels of the colours; below them stands what was held

export function drawMap(canvas: HTMLCanvasElement, replay: Replay | null): void {
  const scale = Math.min(2, devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  if (pen === null || replay === null || replay.steps < 2) return;
  pen.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  const colours = new Map<string, string>();
  const colour = (name: string): string => {
    let found = colours.get(name);
    if (found === undefined) colours.set(name, (found = style.getPropertyValue(name).trim()));
    return found;
  };
  const most = Math.max(1, ...sampled(replay, width).map(([, held]) => held));
  for (const [x, held, place] of sampled(replay, width)) {
    const segment = replay.segments[segmentAt(replay.segments, place)];
    pen.fillStyle = segment === undefined ? colour("--line") : colour(`--map-${lookOf(segment.kind)}`);
    pen.fillRect(x, 0, 1, STRIP);
    if (held > 0) {
      pen.fillStyle = colour("--k-held-edge");
      const tall = Math.max(1.5, (Math.sqrt(held) / Math.sqrt(most)) * (height - STRIP - 2));
      pen.fillRect(x, height - tall, 1, tall);
    }
  }
}

/** For each pixel: the most that was held there, and the place in the text. */
function sampled(replay: Replay, width: number): [x: number, held: number, place: number][] {
  const found: [number, number, number][] = [];
  for (let x = 0; x < width; x += 1) {
    const from = Math.floor((x / width) * replay.steps);
    const to = Math.max(from + 1, Math.floor(((x + 1) / width) * replay.steps));
    let held = 0;
    for (let step = from + 1; step <= Math.min(to, replay.steps); step += 1) {
      held = Math.max(held, replay.ends[step]! - replay.heldFrom[step]!);
    }
    found.push([x, held, replay.ends[from]!]);
  }
  return found;
}
