/** Comes back to where a screen was scrolled to, after a reload or when the browser had let the page go. */

import { storage } from "../store/shared";

/** "hash y"; what is written here stays in this tab. */
export const PLACE = "sightline-place";
export const placeKept = () => storage("sessionStorage");

/** Where a screen begins: at its top, or where this page was left on it. */
export function startOf(): number {
  const [hash, y] = (placeKept()?.getItem(PLACE) ?? "").split(" ");
  return hash === location.hash ? Number(y) : 0;
}
