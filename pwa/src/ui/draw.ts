/** When the screen is drawn anew: at once, but not while the disk takes in a tapped point. */

import { options } from "preact";

const TWO_FRAMES_MS = 32;
const UNDRAWN = "undrawn";
let notBefore = 0;

/** Before a tapped point is stored: the browser shows it chosen by itself, and drawing would keep the disk waiting. */
export function diskFirst(): void {
  notBefore = performance.now() + TWO_FRAMES_MS;
  // The status line still speaks of what was before this tap: it says nothing until it is drawn.
  document.documentElement.classList.add(UNDRAWN);
}

/** Only where a tap says everything by itself may drawing wait: elsewhere the next tap must meet what the last one did. */
export function drawInTurn(): void {
  options.debounceRendering = (draw) => {
    const wait = notBefore - performance.now();
    const all = () => {
      draw();
      document.documentElement.classList.remove(UNDRAWN);
    };
    if (wait > 0) setTimeout(all, wait);
    else queueMicrotask(all);
  };
}
