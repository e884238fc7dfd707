/**
 * The slider below: it goes through the stream step by step, and plays it.
 *
 * In: how many steps there are. Out: `onStep`, whenever another one is to be shown.
 */

import { byId } from "./dom.js";

export interface Transport {
  readonly setSteps: (steps: number, step: number) => void;
  readonly go: (step: number) => void;
  readonly step: () => number;
  readonly say: (words: string) => void;
}

const PLAY_SECONDS = 12; // that a long text takes; a short one takes a step in each frame or less
const STEPS_A_SECOND = 18;

export function transport(onStep: (step: number) => void): Transport {
  const slider = byId<HTMLInputElement>("step");
  const play = byId<HTMLButtonElement>("play");
  let last = 0;
  let timer = 0;
  const shown = (): number => Number(slider.value);
  const go = (step: number): void => {
    const next = Math.min(last, Math.max(0, step));
    slider.value = String(next);
    onStep(next);
  };
  const stop = (): void => {
    cancelAnimationFrame(timer);
    timer = 0;
    play.setAttribute("aria-label", "Play");
    play.classList.remove("plays");
  };
  const start = (): void => {
    const begin = shown() >= last ? 0 : shown();
    const pace = Math.max(STEPS_A_SECOND, last / PLAY_SECONDS) / 1000;
    const began = performance.now();
    play.setAttribute("aria-label", "Pause");
    play.classList.add("plays");
    const frame = (now: number): void => {
      const step = Math.min(last, begin + Math.floor(Math.max(0, now - began) * pace));
      if (step !== shown()) go(step);
      if (step >= last) stop();
      else timer = requestAnimationFrame(frame);
    };
    go(begin);
    timer = requestAnimationFrame(frame);
  };
  const by = (id: string, step: () => number): void => {
    byId(id).addEventListener("click", () => {
      stop();
      go(step());
    });
  };
  by("first", () => 0);
  by("back", () => shown() - 1);
  by("next", () => shown() + 1);
  by("last", () => last);
  play.addEventListener("click", () => (timer === 0 ? start() : stop()));
  slider.addEventListener("input", () => {
    stop();
    onStep(shown());
  });
  return {
    setSteps: (steps, step) => {
      stop();
      last = steps;
      slider.max = String(steps);
      go(step);
    },
    go: (step) => {
      stop();
      go(step);
    },
    step: shown,
    say: (words) => slider.setAttribute("aria-valuetext", words),
  };
}
