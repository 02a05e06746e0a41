/** The second tap of a double tap meets a screen nobody has read yet: there it answers nothing and leads nowhere. */

/** Nobody reads a new screen and decides so fast. */
const READ_MS = 500;
const NEAR_PX = 48;
const POINT = "label.point";
/** Going back, or on from an answered line, does no harm and may be as fast as the thumb. */
const HARMLESS = "header, .foot-status, .foot-row > :not(.button-soft:last-child)";

interface Tap {
  readonly x: number;
  readonly y: number;
  readonly isPoint: boolean;
}

let cameAt = -READ_MS;

/** Something else is asked now. */
export function hasCome(): void {
  cameAt = performance.now();
}

export const isUnread = (): boolean => performance.now() - cameAt < READ_MS;

export function watchTaps(): void {
  let before: Tap | null = null;
  let isSecond = false;
  addEventListener("hashchange", hasCome);
  // A screen that opens gives its heading the focus, also where the address stays, as after the last tap of a sheet.
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLHeadingElement) hasCome();
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      // What a number key does is told by its key.
      if (!event.isTrusted) return;
      const tap = { x: event.clientX, y: event.clientY, isPoint: isIn(event, POINT) };
      isSecond = before !== null && isAgain(before, tap) && isUnread();
      before = tap;
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      // Keys and screen readers click without a pointer, and mean what is there.
      if (event.detail === 0 || !isSecond || isIn(event, HARMLESS)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

const isIn = ({ target }: Event, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

function isAgain(before: Tap, tap: Tap): boolean {
  return (before.isPoint && tap.isPoint) || Math.hypot(tap.x - before.x, tap.y - before.y) < NEAR_PX;
}
