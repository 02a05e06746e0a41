/** When the screen is drawn anew: at once, but not while the disk takes in a tapped point. */

import { options } from "preact";

/** A disk may be silent; who taps fast must see the next line all the same. */
const LONGEST_MS = 200;
const UNDRAWN = "undrawn";
let notBefore = 0;
let drawNow = (): void => undefined;

/** Until the tapped point is stored: the browser shows it chosen by itself, and drawing would keep the disk waiting. */
export function diskFirst(store: () => Promise<void>): void {
  notBefore = performance.now() + LONGEST_MS;
  // The status line still speaks of what was before this tap: it says nothing until it is drawn.
  document.documentElement.classList.add(UNDRAWN);
  void store().finally(() => {
    notBefore = 0;
    drawNow();
  });
}

/** Only where a tap says everything by itself may drawing wait: elsewhere the next tap must meet what the last one did. */
export function drawInTurn(): void {
  options.debounceRendering = (draw) => {
    drawNow = () => {
      drawNow = () => undefined;
      draw();
      document.documentElement.classList.remove(UNDRAWN);
    };
    const wait = notBefore - performance.now();
    if (wait > 0) setTimeout(() => drawNow(), wait);
    else queueMicrotask(() => drawNow());
  };
}
